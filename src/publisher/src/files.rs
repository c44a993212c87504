//! Files of the local machine: read whole and bounded, written new and synced.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::error::Error;

/// Reads a file of at most `limit` octets.
///
/// # Errors
/// It cannot be read, or is larger.
pub fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Error> {
    let unreadable = |cause| Error::Read {
        path: path.into(),
        cause,
    };
    demand_file(path)?;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    match bytes.len() > limit {
        true => Err(Error::TooLarge {
            path: path.into(),
            limit,
        }),
        false => Ok(bytes),
    }
}

/// Refuses what is no file, before it is opened: a pipe would wait for ever, a device would never end.
///
/// # Errors
/// There is none, or it is something else.
pub fn demand_file(path: &Path) -> Result<(), Error> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => Err(Error::NotAFile { path: path.into() }),
        Err(cause) => Err(Error::Read {
            path: path.into(),
            cause,
        }),
    }
}

/// Reads a text of at most `limit` octets.
///
/// # Errors
/// As [`read`], or it is not UTF-8.
pub fn read_text(path: &Path, limit: usize) -> Result<String, Error> {
    String::from_utf8(read(path, limit)?).map_err(|_| Error::NotText { path: path.into() })
}

/// Writes a new file. On return it is on the disk, and so is its name.
///
/// # Errors
/// There is a file of that name, or it cannot be written; then nothing of it stays.
pub fn create(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let failed = |cause: std::io::Error| match cause.kind() {
        ErrorKind::AlreadyExists => Error::Exists { path: path.into() },
        _ => Error::Write {
            path: path.into(),
            cause,
        },
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(failed)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|cause| {
        let _ = std::fs::remove_file(path);
        failed(cause)
    })?;
    sync_folder_of(path)
}

/// Writes a file in the place of the one that is there, if one is. On return it is on the disk as a whole, or the old one
/// is. Nobody else writes it: what a process that was cut off left is written over.
///
/// # Errors
/// It cannot be written.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let fresh = path.with_added_extension("new");
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(mode);
    let written = options.open(&fresh).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| std::fs::rename(&fresh, path));
    renamed.map_err(|cause| Error::Write {
        path: path.into(),
        cause,
    })?;
    sync_folder_of(path)
}

/// Makes a folder for this user alone, and those above it, if need be.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(path: &Path) -> Result<(), Error> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|cause| Error::Write {
        path: path.into(),
        cause,
    })
}

/// Makes the names in a file's folder last.
///
/// # Errors
/// The folder cannot be synced.
pub fn sync_folder_of(path: &Path) -> Result<(), Error> {
    // The parent of a bare name is the empty path, which cannot be opened.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let failed = |cause| Error::Write {
        path: folder.into(),
        cause,
    };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// Refuses early what [`create`] would refuse late.
///
/// # Errors
/// There is a file of that name.
pub fn demand_absent(path: &Path) -> Result<(), Error> {
    match path.symlink_metadata() {
        Ok(_) => Err(Error::Exists { path: path.into() }),
        Err(_) => Ok(()),
    }
}

/// For this user alone.
pub const PRIVATE: u32 = 0o600;
/// For everybody to read.
pub const PUBLIC: u32 = 0o644;
