//! The journal's file: an entry is in it whole or not at all. Where that is not certain, nothing more is written.

use std::fs::File;
use std::io::{self, Write as _};

/// What the entries are written to.
pub trait Medium {
    /// Writes behind what is there. After an error a part of it may be there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Leaves the first `length` octets; on return that is on the disk.
    fn cut(&mut self, length: u64) -> io::Result<()>;
    /// On return what was written is on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)?;
        self.sync_all()
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// What hangs on an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Without it the run ends, and a resumed run finds out or asks.
    Any,
    /// What became of a signature, which nobody could find out later.
    MustNotBeLost,
}

/// A file that entries are added to, until one cannot be written.
pub struct Disk {
    medium: Box<dyn Medium>,
    /// The octets of whole entries.
    length: u64,
    failed: Option<Failed>,
}

/// The first entry that could not be written.
struct Failed {
    kind: io::ErrorKind,
    why: String,
    /// The file ends with a whole entry, for certain.
    whole: bool,
}

impl Disk {
    /// A file of that many octets, all of whole entries.
    pub fn new(medium: impl Medium + 'static, length: u64) -> Self {
        Self {
            medium: Box::new(medium),
            length,
            failed: None,
        }
    }

    /// Writes an entry behind the others. What could be written of it only in part is cut away again: behind half an entry
    /// a whole one would damage the journal for good.
    pub fn append(&mut self, bytes: &[u8], weight: Weight) -> io::Result<()> {
        if let Some(failed) = &self.failed
            && !(failed.whole && weight == Weight::MustNotBeLost)
        {
            return Err(failed.again());
        }
        let Err(cause) = self.medium.append(bytes) else {
            self.length += bytes.len() as u64;
            return Ok(());
        };
        Err(match self.medium.cut(self.length) {
            Ok(()) => self.fail(cause, true),
            Err(stays) => {
                let why = format!("{cause}, and what was written in part could not be cut away: {stays}");
                self.fail(io::Error::new(cause.kind(), why), false)
            }
        })
    }

    /// Puts all entries on the disk. If that fails once, nobody knows which of them are there, and another try that ends
    /// well would not prove it: Linux reports each loss once.
    pub fn sync(&mut self) -> io::Result<()> {
        if let Some(failed) = self.failed.as_ref().filter(|failed| !failed.whole) {
            return Err(failed.again());
        }
        self.medium.sync().map_err(|cause| self.fail(cause, false))
    }

    fn fail(&mut self, cause: io::Error, whole: bool) -> io::Error {
        self.failed = Some(Failed {
            kind: cause.kind(),
            why: cause.to_string(),
            whole,
        });
        cause
    }
}

impl Failed {
    fn again(&self) -> io::Error {
        let why = format!(
            "an entry before this one could not be written, so that no later one is ({})",
            self.why
        );
        io::Error::new(self.kind, why)
    }
}
