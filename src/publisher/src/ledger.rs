//! What the log key's keeper remembers: the last checkpoint signed, and the publication that it belongs to. The lock.
//!
//! A log forks when two checkpoints of it disagree. So what was signed is remembered beside the key, not in the store:
//! whoever rolls back the store does not make the key forget.

mod file;

pub use file::{FileLedger, encode, path, read};

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Where the memory is kept.
pub trait Ledger {
    /// What was last written.
    ///
    /// # Errors
    /// It cannot be read, or is not what [`Ledger::swap`] wrote.
    fn read(&self) -> Result<State, Error>;

    /// Replaces the memory. *Compared*: only if it still is what the caller saw. *Durable*: on return it is on the disk.
    /// *Atomic*: after a power cut it is the old or the new one. *Exclusive*: whoever holds a ledger is the only one.
    ///
    /// # Errors
    /// [`Error::LedgerChanged`], and nothing was written; or it may or may not have been replaced.
    fn swap(&mut self, seen: &State, new: &State) -> Result<(), Error>;
}

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct State {
    /// The log's key, `name+id+base64`: its name is the origin.
    pub log: String,
    /// The last checkpoint signed, with all signatures that it has; none before the first.
    pub checkpoint: Option<String>,
    /// The publication that led to it; none before the first.
    pub publication: Option<Staged>,
}

/// A publication whose checkpoint is signed. From then on the log goes on with it and no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Staged {
    /// Its name in the store's staging; the digest of its bytes is a part of it.
    pub name: String,
    /// Whether all of it is published. Then its staging is needed no more.
    pub finished: bool,
}

impl State {
    /// Of a log in which nothing is signed yet.
    #[must_use]
    pub fn of(log: String) -> Self {
        Self {
            log,
            checkpoint: None,
            publication: None,
        }
    }

    /// The publication that is under way.
    #[must_use]
    pub fn unfinished(&self) -> Option<&Staged> {
        self.publication.as_ref().filter(|staged| !staged.finished)
    }
}
