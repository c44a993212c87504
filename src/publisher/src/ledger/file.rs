//! The memory as a file, beside a key in a file: `KEY.state`, JSON, so that a person can read it on a bad day.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::{Ledger, State};
use crate::error::Error;
use crate::files;
use crate::key_place::KeyPlace;

/// The ledger of a log key. The key's place is locked (flock) as long as this lives: one signer at a time.
pub struct FileLedger {
    path: PathBuf,
    _lock: File,
}

impl FileLedger {
    /// Locks the key's place, and takes its ledger.
    ///
    /// # Errors
    /// There is no key file, or another process has it.
    pub fn open(place: &KeyPlace) -> Result<Self, Error> {
        let locked = place.lock();
        let unreadable = |cause| Error::Read {
            path: locked.clone(),
            cause,
        };
        let lock = match place {
            KeyPlace::File(path) => {
                files::demand_file(path)?;
                File::open(path)
            }
            KeyPlace::Token { state, .. } => {
                files::demand_file(state)?;
                OpenOptions::new()
                    .write(true)
                    .create(true)
                    .truncate(false)
                    .mode(files::PRIVATE)
                    .open(&locked)
            }
        };
        let lock = lock.map_err(unreadable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: place.state(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy { path: locked }),
            Err(TryLockError::Error(cause)) => Err(unreadable(cause)),
        }
    }
}

/// The ledger's file.
#[must_use]
pub fn path(log_key: &Path) -> PathBuf {
    let mut name = log_key.as_os_str().to_owned();
    name.push(".state");
    name.into()
}

impl Ledger for FileLedger {
    fn read(&self) -> Result<State, Error> {
        read(&self.path)
    }

    fn swap(&mut self, seen: &State, new: &State) -> Result<(), Error> {
        if self.read()? != *seen {
            return Err(Error::LedgerChanged {
                path: self.path.clone(),
            });
        }
        files::replace(&self.path, encode(new).as_bytes(), files::PRIVATE)
    }
}

/// Reads a ledger's file, without locking anything.
///
/// # Errors
/// It cannot be read, or is none.
pub fn read(path: &Path) -> Result<State, Error> {
    let damaged = |what: String| Error::DamagedLedger {
        path: path.into(),
        what,
    };
    let bytes = files::read(path, LIMIT).map_err(|error| damaged(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))
}

/// The file's contents.
#[must_use]
pub fn encode(state: &State) -> String {
    serde_json::to_string_pretty(state).expect("text is JSON") + "\n"
}

/// Two checkpoints with 64 signatures each are far smaller.
const LIMIT: usize = 4 * 1024 * 1024;
