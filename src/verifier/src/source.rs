//! Where a store is read from. Nothing in it is trusted.

use std::fs::{self, DirEntry};
use std::io::{self, BufRead as _, Read};
use std::path::{Path, PathBuf};

use crate::layout::HIDDEN;

/// The files of a store.
pub trait Source {
    /// The whole file at a path such as `certs/root-1.der`; none if there is no such file.
    ///
    /// # Errors
    /// A file that is there and cannot be read, or is larger than any file of a store.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, io::Error>;

    /// The paths of all files, sorted. A folder within the store that cannot be listed, or lies too deep for any file of
    /// a store, stands for what is in it, with a slash at its end. What a publisher has not published yet is left out.
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
        // A link could lead out of the store.
        match kind.is_symlink() {
            true => Err(io::Error::other("it is a link, not a regular file")),
            false => read_regular(&path).map(Some),
        }
    }

    fn list(&self) -> Result<Vec<String>, io::Error> {
        let mut files = Vec::new();
        let mut folders = vec![(String::new(), fs::read_dir(&self.0)?.collect::<Result<Vec<_>, _>>()?)];
        while let Some((prefix, entries)) = folders.pop() {
            for entry in entries {
                let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if HIDDEN.contains(&path.as_str()) {
                    continue;
                }
                if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    files.push(path);
                    continue;
                }
                let path = path + "/";
                match entries_of(&entry.path(), &path) {
                    Some(entries) => folders.push((path, entries)),
                    None => files.push(path),
                }
            }
        }
        files.sort();
        Ok(files)
    }
}

/// What a folder within the store has, if that can be told.
fn entries_of(folder: &Path, path: &str) -> Option<Vec<DirEntry>> {
    let shallow = path.matches('/').count() <= DEEPEST;
    shallow
        .then(|| fs::read_dir(folder)?.collect())
        .and_then(io::Result::ok)
}

/// The whole of a regular file, of a size that a store can have: a pipe or a device could go on forever.
///
/// # Errors
/// Anything else, and what cannot be read.
pub fn read_regular(path: &Path) -> Result<Vec<u8>, io::Error> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > LIMIT {
        true => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {LIMIT} octets"),
        )),
        false => Ok(bytes),
    }
}

/// The digests of a regular file of any size, which is never in memory as a whole.
///
/// # Errors
/// A pipe or a device, and what cannot be read.
pub fn hash_regular(path: &Path) -> Result<trust::Artifact, io::Error> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut file = io::BufReader::with_capacity(1 << 16, fs::File::open(path)?);
    let mut hasher = trust::Hasher::default();
    loop {
        let bytes = file.fill_buf()?;
        if bytes.is_empty() {
            return Ok(hasher.finish());
        }
        hasher.update(bytes);
        let length = bytes.len();
        file.consume(length);
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The largest file of a store: a full bundle of the largest log entries.
const LIMIT: u64 = tlog::tile::MAX_FILE as u64;

/// The most folders within each other; the deepest files are tiles, and a log of any size has them within 13.
const DEEPEST: usize = 16;
