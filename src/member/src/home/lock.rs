//! One run at a time: two that know the same of what was approved could both approve it.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;

use super::Home;
use crate::error::Error;
use crate::files::PRIVATE;

/// A home that no other run works with, until this is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    /// flock(2) holds as long as it is open.
    _file: File,
}

impl Home {
    /// Keeps other runs away.
    ///
    /// # Errors
    /// There is one, or the home cannot be written to.
    pub fn lock(&self) -> Result<Lock, Error> {
        let path = self.path.join(LOCK);
        let failed = |cause| Error::Write {
            path: path.clone(),
            cause,
        };
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(false)
            .mode(PRIVATE)
            .open(&path);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::HomeBusy {
                home: self.path.clone(),
            }),
            Err(TryLockError::Error(cause)) => Err(failed(cause)),
        }
    }
}

/// Its file, which stays and is empty: a lock is no file's being there.
const LOCK: &str = "lock";
