//! Where a store is read from. Nothing in it is trusted.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

/// The files of a store.
pub trait Source {
    /// The whole file at a path such as `certs/root-1.der`; none if there is no such file.
    ///
    /// # Errors
    /// A file that is there and cannot be read, or is larger than any file of a store.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, io::Error>;

    /// The paths of all files, sorted.
    ///
    /// # Errors
    /// A store that cannot be listed.
    fn list(&self) -> Result<Vec<String>, io::Error>;
}

/// A store in a local folder.
#[derive(Clone, Debug)]
pub struct Folder(pub PathBuf);

impl Source for Folder {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, io::Error> {
        let path = self.0.join(path);
        let kind = match fs::symlink_metadata(&path) {
            Ok(found) => found.file_type(),
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        // A link could lead out of the store, and a pipe would never end.
        if !kind.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut bytes = Vec::new();
        fs::File::open(&path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > LIMIT {
            true => Err(io::Error::other(format!("it has more than {LIMIT} octets"))),
            false => Ok(Some(bytes)),
        }
    }

    fn list(&self) -> Result<Vec<String>, io::Error> {
        let (mut files, mut folders) = (Vec::new(), vec![(self.0.clone(), String::new())]);
        while let Some((folder, prefix)) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
                match entry.file_type()?.is_dir() {
                    true => folders.push((entry.path(), format!("{path}/"))),
                    false => files.push(path),
                }
            }
        }
        files.sort();
        Ok(files)
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The largest file of a store: a full bundle of the largest log entries.
const LIMIT: u64 = tlog::tile::MAX_FILE as u64;
