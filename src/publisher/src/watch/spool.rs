//! A member's messages that no server has taken yet, on the disk.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use record::text::is_name;

use super::letter::Letter;
use crate::error::Error;
use crate::files;

/// The folder of one member's messages.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
}

impl Spool {
    /// Opens it, and makes it if need be.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(place: &Path, member: &str) -> Result<Self, Error> {
        let folder = place.join("spool").join(member);
        files::make_folder(&folder)?;
        files::sync_folder_of(&folder)?;
        Ok(Self { folder })
    }

    /// Whose folders there are.
    ///
    /// # Errors
    /// They cannot be listed.
    pub fn owners(place: &Path) -> Result<Vec<String>, Error> {
        let path = place.join("spool");
        let names = std::fs::read_dir(&path).and_then(|folder| {
            let names = folder.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
            names.collect::<Result<Vec<_>, _>>()
        });
        let names = names.map_err(|cause| Error::Read { path, cause })?;
        Ok(names.into_iter().filter(|name| is_name(name)).collect())
    }

    /// Keeps a message. On return it is on the disk.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn put(&self, letter: &Letter) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(letter).expect("text is JSON") + "\n";
        files::replace(&self.path(letter.number), text.as_bytes(), files::PRIVATE)
    }

    /// The numbers of its messages, sorted.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn numbers(&self) -> Result<Vec<u64>, Error> {
        let failed = |cause| Error::Read {
            path: self.folder.clone(),
            cause,
        };
        let mut numbers = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(".json"));
            numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// A message; none if it was taken since.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub fn get(&self, number: u64) -> Result<Option<Letter>, Error> {
        let path = self.path(number);
        match files::read(&path, LONGEST) {
            Err(Error::Read { cause, .. }) if cause.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| Error::WatchState {
                    path,
                    what: error.to_string(),
                }),
        }
    }

    /// A message was taken. A crash before this is on the disk sends it once more.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn remove(&self, number: u64) -> Result<(), Error> {
        let path = self.path(number);
        match std::fs::remove_file(&path) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => Err(Error::Write { path, cause }),
            _ => files::sync_folder_of(&path),
        }
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:010}.json"))
    }
}

/// A message has at most some dozens of alerts.
const LONGEST: usize = 4 * 1024 * 1024;
