//! What the log key's keeper remembers: the last checkpoint signed, and the append that is under way.
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
    /// It cannot be read, or is not what [`Ledger::write`] wrote.
    fn read(&self) -> Result<State, Error>;

    /// Replaces the memory. *Durable*: on return it is on the disk. *Atomic*: after a power cut it is the old or the
    /// new one. *Exclusive*: whoever holds a ledger is the only one.
    ///
    /// # Errors
    /// It may or may not have been replaced.
    fn write(&mut self, state: &State) -> Result<(), Error>;
}

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct State {
    /// The log's key, `name+id+base64`: its name is the origin.
    pub log: String,
    /// The last checkpoint signed, with its signature; none before the first.
    pub checkpoint: Option<String>,
    /// The append that is under way; none between appends.
    pub append: Option<Intent>,
}

/// An append that was decided on. It is written before the store is touched: from then on the log goes on with this
/// append and no other, since another one would need other files under the same names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Intent {
    /// The event's name.
    pub event: String,
    /// SHA-256 of the results bundle, in hexadecimal.
    pub results: String,
    /// The signed checkpoint that it continues; none if the log is empty.
    pub before: Option<String>,
    /// The three lines of the checkpoint that it leads to.
    pub after: String,
}
