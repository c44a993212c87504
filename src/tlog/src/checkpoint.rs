//! Checkpoints: a log's origin, size and root, signed by the log and cosigned by witnesses (C2SP tlog-checkpoint).

mod cosigner;

pub use cosigner::{Cosigner, cosignature};

use std::fmt;

use crate::{
    Error, Hash, Note, SignatureLine, Signer, VerifierKey,
    note::{Seen, check_name},
    text,
};

/// The state of a log, in three lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// A checkpoint. The origin is a key name, since the log's key bears it; the empty tree has the empty tree's root.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Checkpoint, Error> {
        check_name(origin)?;
        if size > crate::MAX_SIZE {
            return Err(Error::BeyondTree {
                wanted: size,
                size: crate::MAX_SIZE,
            });
        }
        match size == 0 && root != Hash::empty() {
            true => Err(Error::EmptyRoot { root }),
            false => Ok(Checkpoint {
                origin: origin.to_owned(),
                size,
                root,
            }),
        }
    }

    /// The state before the first entry.
    pub fn empty(origin: &str) -> Result<Checkpoint, Error> {
        Checkpoint::new(origin, 0, Hash::empty())
    }

    /// Reads the three lines, each ended by a newline.
    ///
    /// Extension lines are refused: our log writes none, no witness vouches for them, and nobody could audit them.
    pub fn parse(text: &str) -> Result<Checkpoint, Error> {
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or(Error::NoteUnended)?.split('\n').collect();
        let [origin, size, root] = lines[..] else {
            return Err(Error::CheckpointLines { lines: lines.len() });
        };
        Checkpoint::new(origin, text::decimal(size)?, Hash::parse(root)?)
    }

    /// Which log it is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the log has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of their tree.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Signs with the log's key, which bears the origin's name.
    ///
    /// Once signed, no other root of this size and nothing smaller may ever be signed; the caller sees to that.
    pub fn sign(self, log: &Signer) -> Result<SignedCheckpoint, Error> {
        if log.key().name() != self.origin {
            return Err(Error::OtherOrigin {
                key: log.key().name().to_owned(),
                origin: self.origin,
            });
        }
        let mut note = Note::new(&self.to_string())?;
        note.add(log.sign(&note)?)?;
        Ok(SignedCheckpoint { checkpoint: self, note })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}

/// A checkpoint with signature lines, read but not verified: [`Policy::check`](crate::Policy::check) does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Reads a checkpoint's file; `Display` writes the same bytes again.
    pub fn parse(bytes: &[u8]) -> Result<SignedCheckpoint, Error> {
        let note = Note::parse(bytes)?;
        Ok(SignedCheckpoint {
            checkpoint: Checkpoint::parse(note.text())?,
            note,
        })
    }

    /// What is signed. Nobody is known to have signed it.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note with its signature lines.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// Adds a line, such as a witness's cosignature; it is not verified.
    pub fn add(&mut self, line: SignatureLine) -> Result<(), Error> {
        self.note.add(line)
    }

    /// Verifies the log's signature with one known key, as a publisher does with its own checkpoint; returns the checkpoint.
    pub fn open(&self, log: &VerifierKey) -> Result<&Checkpoint, Error> {
        self.verify([log])?;
        match log.name() == self.checkpoint.origin {
            true => Ok(&self.checkpoint),
            false => Err(Error::OtherOrigin {
                key: log.name().to_owned(),
                origin: self.checkpoint.origin.clone(),
            }),
        }
    }

    /// Verifies the lines of known keys; see [`Note::open`].
    pub fn verify<'k>(&self, keys: impl IntoIterator<Item = &'k VerifierKey> + Clone) -> Result<Vec<Seen<'k>>, Error> {
        self.note.open(keys)
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}
