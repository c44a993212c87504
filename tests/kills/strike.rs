//! SIGKILL at a chosen entry of the journal: to the engine, or to the stand-in that it speaks to.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// Who is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Victim {
    Engine,
    StandIn,
}

/// Who is killed, as soon as the journal has so many entries. A stand-in that does not run then is killed when it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strike {
    pub entry: usize,
    pub victim: Victim,
}

/// Waits for a rehearsal's end, and strikes on the way. Says how it ended, and how many entries the journal had then; none
/// if it ended before that.
pub fn wait(mut rehearsal: Child, journal: &Path, strike: Option<Strike>) -> (ExitStatus, Option<usize>) {
    let Some(strike) = strike else {
        return (rehearsal.wait().expect("it ends"), None);
    };
    let mut watched = Watched::new(journal);
    loop {
        if let Some(status) = rehearsal.try_wait().expect("it is our child") {
            return (status, None);
        }
        if watched.entries() >= strike.entry && strike.strikes(rehearsal.id(), journal) {
            return (rehearsal.wait().expect("it ends"), Some(watched.entries()));
        }
        // Each entry is synced, which takes longer; whoever spins instead is made to wait for others' turns.
        thread::sleep(Duration::from_micros(50));
    }
}

impl Strike {
    /// Whether the victim was there to be killed: the engine that writes this journal, or its stand-in.
    fn strikes(self, rehearsal: u32, journal: &Path) -> bool {
        let disk = journal
            .parent()
            .and_then(Path::to_str)
            .expect("the journal lies on the event's disk");
        let writes = |engine: &u32| {
            let command = fs::read_to_string(format!("/proc/{engine}/cmdline"));
            command.is_ok_and(|command| command.split('\0').any(|word| word == disk))
        };
        let engine = child_of(rehearsal, "ceremony").filter(writes);
        let victim = match self.victim {
            Victim::Engine => engine,
            Victim::StandIn => engine.and_then(|engine| child_of(engine, "cloudhsm-standi")),
        };
        let pid = victim.and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
        pid.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok())
    }
}

/// A living child of this name, of whichever thread started it. The kernel keeps 15 octets of a name.
fn child_of(parent: u32, name: &str) -> Option<u32> {
    let threads = fs::read_dir(format!("/proc/{parent}/task")).ok()?;
    let children = |entry: fs::DirEntry| fs::read_to_string(entry.path().join("children")).unwrap_or_default();
    let children: String = threads.flatten().map(children).collect();
    let mut pids = children.split_whitespace().filter_map(|pid| pid.parse().ok());
    pids.find(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.contains(&format!(" ({name}) ")) && !stat.contains(") Z ")
    })
}

/// A journal that somebody else writes.
struct Watched {
    path: PathBuf,
    file: Option<File>,
    /// Where the first entry begins that was not whole yet.
    whole: u64,
    entries: usize,
}

impl Watched {
    fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            file: None,
            whole: 0,
            entries: 0,
        }
    }

    /// How many whole entries it has by now: each is a byte string of CBOR (RFC 8949 section 3.1).
    fn entries(&mut self) -> usize {
        self.file = self.file.take().or_else(|| File::open(&self.path).ok());
        let Some(file) = &mut self.file else { return 0 };
        let length = file.metadata().expect("its length").len();
        while let Some(end) = end_of(file, self.whole).filter(|end| *end <= length) {
            (self.whole, self.entries) = (end, self.entries + 1);
        }
        self.entries
    }
}

/// Where the byte string ends that begins at an offset; none if its head is not there yet.
fn end_of(file: &mut File, offset: u64) -> Option<u64> {
    let mut head = [0; 5];
    file.seek(SeekFrom::Start(offset)).expect("it can be read anywhere");
    let read = file.read(&mut head).expect("it can be read");
    let (octets, length) = match head[..read] {
        [short @ 0x40..=0x57, ..] => (1, u64::from(short - 0x40)),
        [0x58, length, ..] => (2, length.into()),
        [0x59, a, b, ..] => (3, u16::from_be_bytes([a, b]).into()),
        [0x5a, a, b, c, d] => (5, u32::from_be_bytes([a, b, c, d]).into()),
        _ => return None,
    };
    Some(offset + octets + length)
}
