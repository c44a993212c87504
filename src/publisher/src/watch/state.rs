//! What a watch remembers: how far each log was told, and what is counted and not told. One file, replaced as a whole.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::budget::Budget;
use super::input::Kept;
use crate::error::Error;
use crate::files;
use rawlog::hsm::Live;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The file's format: 1.
    version: u32,
    /// How far each log was told, by its name.
    pub inputs: BTreeMap<String, Kept>,
    /// Of HSMs' logs and CloudTrail's together.
    pub hsm: Live,
    /// What was told in the last hour, and what is held.
    pub budget: Budget,
    /// The number of the next message.
    pub next: u64,
}

/// The folder of a watch, locked against a second one.
pub struct Folder {
    folder: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder, if need be, and locks it.
    ///
    /// # Errors
    /// Another watch is at it, or it cannot be made.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        files::make_folder(folder)?;
        let path = folder.join("lock");
        let failed = |cause| Error::Write {
            path: path.clone(),
            cause,
        };
        let mut options = OpenOptions::new();
        let lock = options
            .write(true)
            .create(true)
            .truncate(false)
            .mode(files::PRIVATE)
            .open(&path);
        let lock = lock.map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                folder: folder.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy { path }),
            Err(TryLockError::Error(cause)) => Err(failed(cause)),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is remembered; the first time nothing is.
    ///
    /// # Errors
    /// It cannot be read, or says something else.
    pub fn state(&self) -> Result<State, Error> {
        let path = self.path();
        let damaged = |what: String| Error::WatchState {
            path: self.path(),
            what,
        };
        if !path.exists() {
            return Ok(State {
                version: VERSION,
                next: 1,
                ..State::default()
            });
        }
        let bytes = files::read(&path, LONGEST)?;
        let state: State = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        match state.version == VERSION {
            true => Ok(state),
            false => Err(damaged(format!("it has version {}", state.version))),
        }
    }

    /// Remembers. On return it is on the disk.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&self, state: &State) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(state).expect("text is JSON") + "\n";
        files::replace(&self.path(), text.as_bytes(), files::PRIVATE)
    }

    fn path(&self) -> PathBuf {
        self.folder.join("state.json")
    }
}

const VERSION: u32 = 1;
const LONGEST: usize = 16 * 1024 * 1024;
