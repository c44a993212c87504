//! A store in a local folder.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{Source, Store, read};
use crate::error::Error;

/// A store in a local folder, locked (flock) as long as this lives: one writer at a time.
///
/// A file is written under one fixed name, synced, and only then gets its own: by link(2), which never replaces, or by
/// rename(2), where it may change. Folders are synced by [`Store::settle`], each once.
pub struct Folder {
    files: verifier::Folder,
    /// Folders with names that a power cut could undo.
    unsettled: BTreeSet<PathBuf>,
    _lock: File,
}

impl Folder {
    /// Opens a store and locks it.
    ///
    /// # Errors
    /// There is no such folder, or another process has it.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let unreadable = |cause| Error::Read {
            path: root.into(),
            cause,
        };
        let lock = File::open(root).map_err(unreadable)?;
        if !lock.metadata().map_err(unreadable)?.is_dir() {
            return Err(unreadable(ErrorKind::NotADirectory.into()));
        }
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy { path: root.into() }),
            Err(TryLockError::Error(cause)) => return Err(unreadable(cause)),
        }
        let folder = Self {
            files: verifier::Folder(root.into()),
            unsettled: BTreeSet::new(),
            _lock: lock,
        };
        // Left by a process that was cut off: the lock says that nobody else is at it.
        folder.remove_incoming().map_err(unreadable)?;
        Ok(folder)
    }

    fn root(&self) -> &Path {
        &self.files.0
    }

    fn incoming(&self) -> PathBuf {
        self.root().join(INCOMING)
    }

    fn remove_incoming(&self) -> io::Result<()> {
        match fs::remove_file(self.incoming()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The contents on the disk, under the one name for what is not there yet.
    fn receive(&self, bytes: &[u8], mode: u32) -> io::Result<PathBuf> {
        let path = self.incoming();
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        file.write_all(bytes)?;
        file.set_permissions(Permissions::from_mode(mode))?;
        file.sync_all()?;
        Ok(path)
    }

    /// Where a file lies, with its folders made, and all of these to be synced.
    fn prepare(&mut self, path: &str) -> io::Result<PathBuf> {
        let target = self.root().join(path);
        let folders = Path::new(path)
            .ancestors()
            .skip(1)
            .map(|folder| self.files.0.join(folder));
        self.unsettled.extend(folders);
        fs::create_dir_all(target.parent().unwrap_or(&target))?;
        Ok(target)
    }

    fn link(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.prepare(path)?;
        let received = self.receive(bytes, IMMUTABLE)?;
        let linked = fs::hard_link(&received, &target);
        self.remove_incoming()?;
        linked
    }

    fn rename(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.prepare(path)?;
        fs::rename(self.receive(bytes, MUTABLE)?, target)
    }

    /// A write that failed leaves nothing behind; that it failed counts, not that cleaning up did too.
    fn failed(&self, path: &str, cause: io::Error) -> Error {
        let _ = self.remove_incoming();
        Error::Store {
            path: path.into(),
            cause,
        }
    }
}

impl Source for Folder {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.files.read(path)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.files.list()
    }
}

impl Store for Folder {
    fn create(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        demand_plain(path)?;
        match read(self, path)? {
            Some(found) if found != bytes => Err(Error::OtherBytes { path: path.into() }),
            // Its contents were synced before it had its name; its name perhaps was not.
            Some(_) => self.prepare(path).map(drop).map_err(|cause| self.failed(path, cause)),
            None => self.link(path, bytes).map_err(|cause| match cause.kind() {
                ErrorKind::AlreadyExists => Error::OtherBytes { path: path.into() },
                _ => self.failed(path, cause),
            }),
        }
    }

    fn swap(&mut self, path: &str, seen: Option<&[u8]>, bytes: &[u8]) -> Result<(), Error> {
        demand_plain(path)?;
        match read(self, path)?.as_deref() == seen {
            true => self.rename(path, bytes).map_err(|cause| self.failed(path, cause)),
            false => Err(Error::Changed { path: path.into() }),
        }
    }

    fn settle(&mut self) -> Result<(), Error> {
        for folder in std::mem::take(&mut self.unsettled) {
            let synced = File::open(&folder).and_then(|folder| folder.sync_all());
            synced.map_err(|cause| Error::Store {
                path: folder.display().to_string(),
                cause,
            })?;
        }
        Ok(())
    }
}

/// Names of few characters, none hidden, none that leads upward.
fn demand_plain(path: &str) -> Result<(), Error> {
    let is_plain = |name: &str| {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(known)
    };
    match path.split('/').all(is_plain) {
        true => Ok(()),
        false => Err(Error::Path { path: path.into() }),
    }
}

/// The one name of what is being written. Hidden, so that no path of a store can be it.
const INCOMING: &str = ".incoming";
/// Nobody writes to a file that never changes, not even by mistake.
const IMMUTABLE: u32 = 0o444;
const MUTABLE: u32 = 0o644;

#[cfg(test)]
mod tests;
