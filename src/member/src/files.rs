//! Files: read whole and bounded, written new and synced, never over another.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
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
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    match bytes.len() > limit {
        true => Err(Error::FileTooLarge {
            path: path.into(),
            limit,
        }),
        false => Ok(bytes),
    }
}

/// Writes a new file. On return it is on the disk; its folder's entry is, once [`sync`] was called.
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
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|cause| {
        let _ = std::fs::remove_file(path);
        failed(cause)
    })
}

/// Makes a folder's entries last.
///
/// # Errors
/// The folder cannot be synced.
pub fn sync(folder: &Path) -> Result<(), Error> {
    let failed = |cause| Error::Write {
        path: folder.into(),
        cause,
    };
    File::open(folder).map_err(failed)?.sync_all().map_err(failed)
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
