//! A store in a local folder.

mod disk;

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::path::demand_plain;
use super::{Source, Store, read};
use crate::error::Error;
use disk::sync;
use verifier::layout::{INCOMING, STAGING};

/// A store in a local folder, locked (flock) as long as this lives: one writer at a time.
///
/// A file is written under a hidden name, synced, and only then gets its own: by link(2), which never replaces, or by
/// rename(2), where it may change. What is synced together is synced side by side: the disk takes it in fewer writes.
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
        folder.clear().map_err(unreadable)?;
        Ok(folder)
    }

    fn incoming(&self) -> PathBuf {
        self.files.0.join(INCOMING)
    }

    /// Removes what has no name of its own.
    fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.incoming()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Writes all contents under hidden names and waits until they are on the disk; the names, in the same order.
    fn receive(&self, all: &[&[u8]], mode: u32) -> io::Result<Vec<PathBuf>> {
        let (mut files, mut paths) = (Vec::new(), Vec::new());
        fs::create_dir(self.incoming())?;
        for (number, bytes) in all.iter().enumerate() {
            let path = self.incoming().join(number.to_string());
            let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
            file.write_all(bytes)?;
            file.set_permissions(Permissions::from_mode(mode))?;
            files.push(file);
            paths.push(path);
        }
        sync(&files).map(|()| paths)
    }

    /// Where a file lies, with its folders made, and all of these to be synced.
    fn prepare(&mut self, path: &str) -> io::Result<PathBuf> {
        let target = self.files.0.join(path);
        let folders = Path::new(path)
            .ancestors()
            .skip(1)
            .map(|folder| self.files.0.join(folder));
        self.unsettled.extend(folders);
        fs::create_dir_all(target.parent().unwrap_or(&target))?;
        Ok(target)
    }

    /// Gives names of their own to files that have none yet.
    fn link(&mut self, files: &[&super::File]) -> Result<(), Error> {
        let failed = |cause| Error::Store {
            path: INCOMING.into(),
            cause,
        };
        let contents: Vec<&[u8]> = files.iter().map(|(_, bytes)| &bytes[..]).collect();
        let received = self.receive(&contents, IMMUTABLE).map_err(failed)?;
        for ((path, _), received) in files.iter().zip(received) {
            let linked = self.prepare(path).and_then(|target| fs::hard_link(received, target));
            linked.map_err(|cause| match cause.kind() {
                ErrorKind::AlreadyExists => Error::OtherBytes { path: path.clone() },
                _ => Error::Store {
                    path: path.clone(),
                    cause,
                },
            })?;
        }
        Ok(())
    }

    fn rename(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let received = self.receive(&[bytes], MUTABLE);
        let renamed = received.and_then(|received| fs::rename(&received[0], self.prepare(path)?));
        renamed.map_err(|cause| Error::Store {
            path: path.into(),
            cause,
        })
    }

    /// Clears up after `result`. If both failed, it counts what failed first.
    fn cleared(&self, result: Result<(), Error>) -> Result<(), Error> {
        let cleared = self.clear().map_err(|cause| Error::Store {
            path: INCOMING.into(),
            cause,
        });
        result.and(cleared)
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
    fn create(&mut self, files: &[super::File]) -> Result<(), Error> {
        let mut missing = Vec::new();
        for file in files {
            let (path, bytes) = file;
            demand_plain(path)?;
            match read(self, path)? {
                Some(found) if found != *bytes => return Err(Error::OtherBytes { path: path.clone() }),
                // Its contents were synced before it had its name; its name perhaps was not.
                Some(_) => {
                    let prepared = self.prepare(path);
                    prepared.map_err(|cause| Error::Store {
                        path: path.clone(),
                        cause,
                    })?;
                }
                None => missing.push(file),
            }
        }
        let linked = self.link(&missing);
        self.cleared(linked)
    }

    fn swap(&mut self, path: &str, seen: Option<&[u8]>, bytes: &[u8]) -> Result<(), Error> {
        demand_plain(path)?;
        if read(self, path)?.as_deref() != seen {
            return Err(Error::Changed { path: path.into() });
        }
        let renamed = self.rename(path, bytes);
        self.cleared(renamed)
    }

    fn settle(&mut self) -> Result<(), Error> {
        let failed = |cause| Error::Store {
            path: "its folders".into(),
            cause,
        };
        let folders: io::Result<Vec<File>> = self.unsettled.iter().map(File::open).collect();
        folders.and_then(|folders| sync(&folders)).map_err(failed)?;
        self.unsettled.clear();
        Ok(())
    }

    fn stage(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        match self.staged(name)? {
            Some(found) if found != bytes => return Err(Error::OtherBytes { path: aside(name) }),
            Some(_) => {}
            None => {
                let renamed = self.rename(&aside(name), bytes);
                self.cleared(renamed)?;
            }
        }
        self.settle()
    }

    fn staged(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        demand_plain(name)?;
        match fs::read(self.files.0.join(aside(name))) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(Error::Store {
                path: aside(name),
                cause,
            }),
        }
    }

    fn unstage(&mut self, name: &str) -> Result<(), Error> {
        demand_plain(name)?;
        let folder = self.files.0.join(STAGING);
        match fs::remove_file(folder.join(name)) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => Err(Error::Store {
                path: aside(name),
                cause,
            }),
            // The folder stays as long as another log's publication is in it.
            _ => {
                let _ = fs::remove_dir(folder);
                Ok(())
            }
        }
    }
}

/// Hidden, so that no path of a store can be in it.
fn aside(name: &str) -> String {
    format!("{STAGING}/{name}")
}

/// Nobody writes to a file that never changes, not even by mistake.
const IMMUTABLE: u32 = 0o444;
const MUTABLE: u32 = 0o644;

#[cfg(test)]
mod tests;
