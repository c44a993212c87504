//! Files of a rehearsal: new ones are never laid over old ones.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::error::Error;

/// Makes a folder that everybody may read, or one for us alone.
pub fn make_folder(path: &Path, private: bool) -> Result<(), Error> {
    let mode = if private { 0o700 } else { 0o755 };
    DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(path)
        .map_err(Error::file("make", path))
}

/// Writes a new file that everybody may read, or one for us alone.
pub fn write_new(path: &Path, bytes: &[u8], private: bool) -> Result<(), Error> {
    let mode = if private { 0o600 } else { 0o644 };
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    file.and_then(|mut file| file.write_all(bytes))
        .map_err(Error::file("write", path))
}

/// Reads a regular file of at most 256 MiB: no program is larger.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let found = fs::metadata(path).map_err(Error::file("read", path))?;
    if !found.is_file() || found.len() > LIMIT {
        let cause = std::io::Error::other(format!("it is no regular file of at most {LIMIT} octets"));
        return Err(Error::File {
            act: "read",
            path: path.to_owned(),
            cause,
        });
    }
    fs::read(path).map_err(Error::file("read", path))
}

/// Takes away a file or folder that a stopped stage left, if it is there.
pub fn clear(path: &Path) -> Result<(), Error> {
    let removed = match fs::symlink_metadata(path) {
        Err(_) => return Ok(()),
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    };
    removed.map_err(Error::file("clear", path))
}

/// How many files lie in a folder and in those below it.
pub fn count(folder: &Path) -> Result<usize, Error> {
    let mut files = 0;
    for entry in fs::read_dir(folder).map_err(Error::file("list", folder))? {
        let entry = entry.map_err(Error::file("list", folder))?;
        let kind = entry.file_type().map_err(Error::file("list", folder))?;
        files += match kind.is_dir() {
            true => count(&entry.path())?,
            false => 1,
        };
    }
    Ok(files)
}

const LIMIT: u64 = 256 * 1024 * 1024;
