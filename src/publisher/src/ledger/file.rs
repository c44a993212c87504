//! The memory as a file beside the key: `KEY.state`, JSON, so that a person can read it on a bad day.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::{Ledger, State};
use crate::error::Error;
use crate::files;

/// The ledger of a log key in a file. The key file is locked (flock) as long as this lives: one signer at a time.
pub struct FileLedger {
    path: PathBuf,
    _lock: File,
}

impl FileLedger {
    /// Locks the key file, and takes the ledger beside it.
    ///
    /// # Errors
    /// There is no key file, or another process has it.
    pub fn open(log_key: &Path) -> Result<Self, Error> {
        files::demand_file(log_key)?;
        let unreadable = |cause| Error::Read {
            path: log_key.into(),
            cause,
        };
        let lock = File::open(log_key).map_err(unreadable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path(log_key),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy { path: log_key.into() }),
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
        let damaged = |what: String| Error::DamagedLedger {
            path: self.path.clone(),
            what,
        };
        let bytes = files::read(&self.path, LIMIT).map_err(|error| damaged(error.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))
    }

    fn swap(&mut self, seen: &State, new: &State) -> Result<(), Error> {
        if self.read()? != *seen {
            return Err(Error::LedgerChanged {
                path: self.path.clone(),
            });
        }
        let fresh = self.path.with_added_extension("new");
        let failed = |cause| Error::Write {
            path: self.path.clone(),
            cause,
        };
        let mut options = OpenOptions::new();
        // One that is there was left by a process that was cut off: the lock says that nobody else is at it.
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(files::PRIVATE)
            .open(&fresh)
            .map_err(failed)?;
        let written = file.write_all(encode(new).as_bytes()).and_then(|()| file.sync_all());
        written
            .and_then(|()| std::fs::rename(&fresh, &self.path))
            .map_err(failed)?;
        files::sync_folder_of(&self.path)
    }
}

/// The file's contents.
#[must_use]
pub fn encode(state: &State) -> String {
    serde_json::to_string_pretty(state).expect("text is JSON") + "\n"
}

/// Two checkpoints with 64 signatures each are far smaller.
const LIMIT: usize = 4 * 1024 * 1024;
