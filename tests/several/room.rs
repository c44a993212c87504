//! An event with a socket, accounts for its members, and a folder "away" for each member's own machine.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::PathBuf;

use record::Digest;
use record::screen::Shown;
use support::event::{Engine, Event, first_and_last};
use support::process::{copy_program, ours};

use super::account::{Done, console};

/// The event and its socket.
pub struct Room {
    pub event: Event,
}

impl Room {
    /// A founding event; the reviews are on the members' own machines.
    pub fn new() -> Self {
        Self::of(Event::planned())
    }

    /// The same of an event that was planned.
    pub fn of(event: Event) -> Self {
        let folder = event.path("consoles");
        fs::create_dir(&folder).expect("a folder");
        fs::set_permissions(&folder, Permissions::from_mode(0o750)).expect("its mode");
        chown(&folder, None, Some(GROUP)).expect("its group");
        fs::create_dir(event.path("away")).expect("a folder");
        fs::create_dir(event.path("bin")).expect("a folder");
        copy_program(&ours("ceremony"), &event.path("bin/ceremony"));
        let people: String = (1..=10).map(|n| format!("{} = \"member-{n}\"\n", uid(n))).collect();
        event.write("people.toml", people);
        for entry in fs::read_dir(event.path("inbound"))
            .expect("the inbound folder")
            .flatten()
        {
            let name = entry.file_name().into_string().expect("a name");
            if name.starts_with("review-") {
                fs::rename(entry.path(), event.path("away").join(name)).expect("moved");
            }
        }
        Self { event }
    }

    /// `ceremony run` or `resume` with the socket.
    pub fn engine(&self, verb: &str) -> Engine<'_> {
        self.event
            .engine_with(verb, &["--socket", self.socket(), "--people", "people.toml"])
    }

    pub fn socket(&self) -> &'static str {
        "consoles/s"
    }

    /// The program, where other accounts reach it: the workspace may lie in somebody's own folder.
    pub fn ceremony(&self) -> PathBuf {
        self.event.path("bin/ceremony")
    }

    /// A member asks.
    pub fn asks(&self, member: usize, command: &str) -> Done {
        console(self, uid(member), command, b"")
    }

    /// A member fetches a file to their own machine.
    pub fn fetches(&self, member: usize, name: &str) {
        let done = self.asks(member, &format!("get {name}"));
        let _ = done.good();
        assert_eq!(done.out, self.left(name), "{name} comes as it is");
        self.event.write(&format!("away/{name}"), &done.out);
    }

    fn left(&self, name: &str) -> Vec<u8> {
        match name {
            "plan.cbor" => self.event.read("inbound/plan.cbor"),
            name => self.event.read(&format!("outbound/{name}")),
        }
    }

    /// A member gives a file from their own machine, with its signature.
    pub fn gives(&self, member: usize, name: &str) -> Done {
        let mut whole = self.event.read(&format!("away/{name}"));
        if !name.ends_with(".sig") {
            whole.extend(self.event.read(&format!("away/{name}.sig")));
        }
        console(self, uid(member), &format!("give {name}"), &whole)
    }

    /// On their own machine, a member says to be present somewhere else.
    pub fn attends(&self, member: usize, phase: &str, engine: &Engine<'_>) {
        let image = first_and_last(&engine.digest("image").expect("the image was shown"));
        let arguments = ["attend", "away/opening.cbor", "--phase", phase, "--place", "remote"];
        let arguments = [&arguments[..], &["--out", "away"]].concat();
        let _ = self.event.member(&id(member), &arguments, &image).good();
    }

    /// On their own machine, a member makes this of a file that came: `approve`, `countersign`.
    pub fn makes(&self, member: usize, verb: &str, file: &str) {
        let file = format!("away/{file}");
        let words = first_and_last(&Digest::of(&self.event.read(&file)));
        let _ = self
            .event
            .member(&id(member), &[verb, &file, "--out", "away"], &words)
            .good();
    }

    /// These members give what is awaited, fetched and made as they should.
    pub fn answer(&self, engine: &mut Engine<'_>, kind: &str, members: impl IntoIterator<Item = usize>) {
        for member in members {
            match kind {
                "review" => {}
                "attendance-begin" | "attendance-end" => {
                    self.fetches(member, "opening.cbor");
                    self.attends(member, kind.trim_start_matches("attendance-"), engine);
                }
                _ => {
                    self.fetches(member, "approval-request-1.cbor");
                    self.makes(member, "approve", "approval-request-1.cbor");
                }
            }
            let name = format!("{kind}-member-{member}.cbor");
            let _ = self.gives(member, &name).good();
            heard(engine, &format!("member-{member} gave {name}."));
        }
    }
}

/// The operator's screen says this at last.
pub fn heard(engine: &mut Engine<'_>, words: &str) {
    loop {
        match engine.next_shown().expect("the engine goes on") {
            Shown::Said { text } | Shown::Warning { text } if text.contains(words) => return,
            Shown::Said { .. } | Shown::Warning { .. } | Shown::Countdown { .. } => {}
            other => panic!("'{words}' is awaited, and {other:?} came"),
        }
    }
}

/// A member's id.
pub fn id(member: usize) -> String {
    format!("member-{member}")
}

/// The number of a member's account.
pub fn uid(member: usize) -> u32 {
    61_000 + u32::try_from(member).expect("a few members")
}

/// The group of all members' accounts.
pub const GROUP: u32 = 61_000;
