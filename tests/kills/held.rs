//! One event, held by `rehearsal` from the moment at which it can begin, with strikes on the way.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use record::journal::Journal;
use support::rehearsal::{self, text};
use support::scratch::copy_folder;
use support::{Scratch, ours};

use crate::store::Store;
use crate::strike::{Strike, wait};

/// An event that can begin: its plan is packed and reviewed. Copies of it are held.
pub struct Planned {
    folder: Scratch,
    /// The event's name.
    pub event: String,
}

/// A copy that was held and published.
pub struct Held {
    folder: Scratch,
    event: String,
    /// The strikes, and after how many entries each was.
    pub struck: Vec<(Strike, usize)>,
}

impl Planned {
    /// An event of this script, after the founding of the plain rehearsal; or that founding event itself.
    pub fn of(test: &str, script: &str) -> Self {
        let folder = Scratch::new(&format!("{test}-planned"));
        let out = text(&folder.join("out"));
        let words = match script {
            "root-generation" => vec!["--without-keepers"],
            "drill" => vec!["--resume", "--drill", "crl-refresh"],
            other => vec!["--resume", "--script", other],
        };
        if words.contains(&"--resume") {
            let founded = rehearsal::plain().done();
            copy_folder(&founded.dir, &folder.join("out"));
            copy_folder(&founded.private, &folder.join("out.private"));
        }
        let words = [&words[..], &["--until-event", "--out", &out]].concat();
        let said = support::run(ours("rehearsal"), words, "").expect(0).out;
        let said = said.split_whitespace().collect::<Vec<_>>();
        let name = said.windows(3).find(|words| words[1..] == ["can", "begin:"]);
        Self {
            folder,
            event: name.expect("the event's name")[0].to_owned(),
        }
    }

    /// Holds a copy to its end. After each strike people do what the screen says.
    pub fn hold(&self, test: &str, strikes: &[Strike]) -> Held {
        let mut held = Held {
            folder: Scratch::new(test),
            event: self.event.clone(),
            struck: Vec::new(),
        };
        copy_folder(&self.folder, &held.folder);
        let mut command = format!("rehearsal --resume --out {}", text(&held.out()));
        let mut left = strikes.iter().copied();
        let mut next = left.next();
        for _ in 0..=2 * strikes.len() {
            match held.run(&command, next) {
                Ok(()) => return held,
                Err(hint) => command = hint,
            }
            if next.is_some_and(|next| held.struck.iter().any(|(strike, _)| *strike == next)) {
                next = left.next();
            }
        }
        panic!("{test}: after {:?} it does not end: {command}", held.struck);
    }
}

impl Held {
    /// The published store.
    pub fn store(&self) -> Store {
        Store::read(&self.folder(), &self.event, |_, _| ())
    }

    /// Where it lies.
    pub fn folder(&self) -> PathBuf {
        self.out().join("store")
    }

    /// The event's name.
    pub fn event(&self) -> &str {
        &self.event
    }

    /// The journal.
    pub fn journal(&self) -> Journal {
        Journal::read(&fs::read(self.journal_path()).expect("a journal")).expect("the journal reads")
    }

    fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// The founding event lies in the rehearsal's own folder.
    fn journal_path(&self) -> PathBuf {
        let folder = match self.event.starts_with("root-generation") {
            true => self.out(),
            false => self.out().join("events").join(&self.event),
        };
        folder.join("bastion/journal")
    }

    /// Runs a rehearsal to its end, good or bad; a bad one says how it is gone on with.
    fn run(&mut self, command: &str, strike: Option<Strike>) -> Result<(), String> {
        let (said, errors) = (self.folder.join("said"), self.folder.join("errors"));
        let mut words = command.split(' ');
        let mut rehearsal = Command::new(ours(words.next().unwrap_or_default()));
        rehearsal.args(words).stdin(Stdio::null());
        rehearsal.stdout(create(&said)).stderr(create(&errors));
        let child = rehearsal.spawn().expect("it starts");
        let (status, entries) = wait(child, &self.journal_path(), strike);
        self.struck.extend(strike.zip(entries));
        if status.success() {
            return Ok(());
        }
        let read = |path: &Path| fs::read_to_string(path).expect("what it said");
        let (said, errors) = (read(&said), read(&errors));
        let said = || format!("{:?}\n{}\n{errors}", self.struck, last_lines(&said));
        assert!(!self.struck.is_empty(), "nobody struck, and it stopped: {}", said());
        let hint = errors.rsplit_once("rehearsal: hint: `").map(|(_, hint)| hint);
        let hint = hint.and_then(|hint| hint.strip_suffix("` goes on from there\n"));
        Err(hint.unwrap_or_else(|| panic!("no hint: {}", said())).to_owned())
    }
}

fn last_lines(said: &str) -> String {
    let lines: Vec<_> = said.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

fn create(path: &Path) -> File {
    File::create(path).expect("a file for what it says")
}
