//! The journal's writer: each entry is on the event's disk before anything else happens.

mod disk;
mod door;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use record::journal::{Entry, Journal, What, frame};
use record::{Digest, cbor};

use crate::clock::Clock;
use crate::consoles::Desk;
use crate::error::Error;
use crate::event::Progress;
use crate::files;

use self::disk::{Disk, Weight};

pub use self::disk::Medium;
pub use self::door::Door;

/// No journal is larger: a founding event's has about 300 KB.
pub const JOURNAL_LIMIT: usize = 64 * 1024 * 1024;

/// A journal that can be written. Every entry that was ever in it is in `entries`.
pub struct Ledger {
    path: PathBuf,
    /// None in a dry run, which leaves nothing behind.
    disk: Option<Disk>,
    bytes: Vec<u8>,
    previous: Digest,
    entries: Vec<Entry>,
    progress: Rc<Progress>,
    clock: Clock,
    /// Where members at consoles of their own see how far the event has come.
    desk: Option<Arc<Desk>>,
}

impl Ledger {
    /// Begins a new journal.
    pub fn create(path: &Path, clock: Clock) -> Result<Self, Error> {
        files::write_new(path, b"")?;
        Self::open(path, clock).map(|(ledger, _)| ledger)
    }

    /// Goes on with a journal, alone: another run that has it open is an error. A torn last entry is kept beside the
    /// journal and cut away, and its octets are counted.
    pub fn open(path: &Path, clock: Clock) -> Result<(Self, u64), Error> {
        let name = path.display().to_string();
        let failed = |act, cause| Error::File {
            act,
            path: name.clone(),
            cause,
        };
        let file = files::open_to_append(path).map_err(not_begun)?;
        if file.try_lock().is_err() {
            return Err(Error::Busy { path: name });
        }
        let mut bytes = files::read(path, JOURNAL_LIMIT)?;
        let input = |cause| Error::input(name.clone(), cause);
        let journal = Journal::read(&bytes).map_err(input)?;
        let previous = journal.head().map_err(input)?;
        let (now, last) = (clock.now(), journal.entries.last().map(|entry| entry.at));
        if let Some(last) = last.filter(|last| *last > now) {
            return Err(Error::ClockBack { now, last });
        }
        if journal.torn > 0 {
            files::write_once(&torn_path(path, journal.whole), &bytes[journal.whole..])?;
            file.set_len(journal.whole as u64)
                .and_then(|()| file.sync_all())
                .map_err(|cause| failed("cut", cause))?;
        }
        bytes.truncate(journal.whole);
        let torn = journal.torn as u64;
        Ok((
            Self {
                path: path.to_owned(),
                disk: Some(Disk::new(file, bytes.len() as u64)),
                bytes,
                previous,
                progress: Rc::new(Progress::of(&journal.entries)),
                entries: journal.entries,
                clock,
                desk: None,
            },
            torn,
        ))
    }

    /// A journal that is nowhere, for a dry run.
    pub fn in_memory(clock: Clock) -> Self {
        Self {
            path: PathBuf::new(),
            disk: None,
            bytes: Vec::new(),
            previous: Digest::of(b""),
            progress: Rc::default(),
            entries: Vec::new(),
            clock,
            desk: None,
        }
    }

    /// Tells members at consoles of their own what is written, from the first entry on.
    pub fn told_at(&mut self, desk: Arc<Desk>) {
        desk.has_come_to(&self.progress);
        self.desk = Some(desk);
    }

    /// Goes on behind `entries`, which are on the medium.
    pub fn over(medium: impl Medium + 'static, entries: Vec<Entry>, clock: Clock) -> Result<Self, Error> {
        let encoded = |cause| Error::input("the journal", cause);
        let frames: Result<Vec<_>, _> = entries.iter().map(frame).collect();
        let bytes = frames.map_err(encoded)?.concat();
        let last = entries.last().map(cbor::encode).transpose().map_err(encoded)?;
        Ok(Self {
            disk: Some(Disk::new(medium, bytes.len() as u64)),
            bytes,
            previous: Digest::of(&last.unwrap_or_default()),
            progress: Rc::new(Progress::of(&entries)),
            entries,
            ..Self::in_memory(clock)
        })
    }

    /// Writes one entry; on return it is on the disk, and so is every entry before it.
    pub fn write(&mut self, what: What) -> Result<(), Error> {
        self.append(what)?;
        let synced = self.disk.as_mut().map_or(Ok(()), Disk::sync);
        synced.map_err(|cause| self.failed(cause))
    }

    /// Writes one entry that the next [`Ledger::write`] puts on the disk: for what may be lost without harm, such as a
    /// question to the HSM that changes nothing there.
    ///
    /// After the first entry that could not be written no other is, so that no step stands here without what came before
    /// it: the run ends, and a resumed one finds out what the HSM did. What became of a signature alone is still taken.
    pub fn append(&mut self, what: What) -> Result<(), Error> {
        let weight = match &what {
            What::Signed { .. } | What::Lost { .. } => Weight::MustNotBeLost,
            _ => Weight::Any,
        };
        let entry = Entry {
            number: self.entries.len() as u64,
            previous: self.previous,
            at: self.clock.stamp(),
            what,
        };
        let encoded = |cause| Error::input("the journal", cause);
        let bytes = frame(&entry).map_err(encoded)?;
        let previous = Digest::of(&cbor::encode(&entry).map_err(encoded)?);
        let written = self.disk.as_mut().map_or(Ok(()), |disk| disk.append(&bytes, weight));
        written.map_err(|cause| self.failed(cause))?;
        tracing::debug!(entry = entry.number, "journal");
        self.previous = previous;
        self.bytes.extend(bytes);
        Rc::make_mut(&mut self.progress).apply(&entry);
        if let Some(desk) = &self.desk {
            desk.wrote(&entry);
        }
        self.entries.push(entry);
        Ok(())
    }

    fn failed(&self, cause: std::io::Error) -> Error {
        Error::File {
            act: "write",
            path: self.path.display().to_string(),
            cause,
        }
    }

    /// What has been written, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What it has come to. Whoever keeps this keeps what was so then.
    pub fn progress(&self) -> Rc<Progress> {
        Rc::clone(&self.progress)
    }

    /// The file, byte for byte.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Where a torn entry is kept: beside the journal, by the octet at which it began.
fn torn_path(path: &Path, at: usize) -> PathBuf {
    path.with_file_name(format!("journal.torn-{at}"))
}

/// A ledger that the engine and the HSM's door share.
pub type Shared = Rc<RefCell<Ledger>>;

/// No journal is no folder that is missing: nothing was begun.
fn not_begun(cause: Error) -> Error {
    match &cause {
        Error::File { cause: system, .. } if system.kind() == std::io::ErrorKind::NotFound => Error::Elsewhere {
            cause: Box::new(cause),
            hint: "no event was begun there: name the disk that has its journal, or begin with `ceremony run`".into(),
        },
        _ => cause,
    }
}

#[cfg(test)]
mod tests;
