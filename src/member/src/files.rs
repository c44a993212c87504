//! Files: read whole and bounded, written new and synced, never over another.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use crate::error::Error;

/// Reads a regular file of at most `limit` octets that somebody named, also by a link.
///
/// # Errors
/// It cannot be read, is larger, or is a pipe, a device or a folder.
pub fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Error> {
    bounded(path, limit, OFlags::empty())
}

/// The same of a file that nobody named and that lies beside another: a link there could lead to any file.
///
/// # Errors
/// As [`read`], or it is a link.
pub fn read_found(path: &Path, limit: usize) -> Result<Vec<u8>, Error> {
    bounded(path, limit, OFlags::NOFOLLOW)
}

fn bounded(path: &Path, limit: usize, how: OFlags) -> Result<Vec<u8>, Error> {
    let unreadable = |cause| Error::Read {
        path: path.into(),
        cause,
    };
    let mut bytes = Vec::new();
    let file = regular(path, how).map_err(unreadable)?;
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

/// Opens without waiting: a pipe that nobody writes to would hold the program up for ever.
fn regular(path: &Path, how: OFlags) -> std::io::Result<File> {
    let irregular = || std::io::Error::other("it is not a regular file");
    let flags = how | OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::LOOP) if how.contains(OFlags::NOFOLLOW) => return Err(irregular()),
        Err(cause) => return Err(cause.into()),
    };
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(irregular()),
    }
}

/// Writes a new file. On return it is on the disk; its folder's entry is, once [`sync`] was called. The name appears when
/// the file is whole: what a stop leaves has another one, which nobody takes for it.
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
    let mut drawn = [0; 8];
    getrandom::fill(&mut drawn).map_err(|cause| failed(std::io::Error::other(cause.to_string())))?;
    // Not longer than names may be, however long the file's own is.
    let part = path.with_file_name(format!(".{:016x}.part", u64::from_be_bytes(drawn)));
    let written = whole(&part, bytes, mode).and_then(|()| rename_new(&part, path));
    written.map_err(|cause| {
        let _ = std::fs::remove_file(&part);
        failed(cause)
    })
}

fn whole(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Gives a file a name that nothing has. Some file systems cannot do both in one step.
fn rename_new(from: &Path, to: &Path) -> std::io::Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match to.symlink_metadata() {
            Ok(_) => Err(ErrorKind::AlreadyExists.into()),
            Err(_) => std::fs::rename(from, to),
        },
        named => Ok(named?),
    }
}

/// Writes a file of this user's in the place of another, if there is one: whole or not at all, since it is written under
/// another name first.
///
/// # Errors
/// It cannot be written; then the other is still there.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |cause| Error::Write {
        path: path.into(),
        cause,
    };
    let new = path.with_added_extension("new");
    match std::fs::remove_file(&new) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(failed(cause)),
        _ => whole(&new, bytes, PRIVATE).map_err(failed)?,
    }
    std::fs::rename(&new, path).map_err(failed)?;
    sync(path.parent().unwrap_or(Path::new("/")))
}

/// Makes a folder that nobody else may look into, unless it is there.
///
/// # Errors
/// It cannot be made.
pub fn private_folder(path: &Path) -> Result<(), Error> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists => Err(Error::Write {
            path: path.into(),
            cause,
        }),
        _ => sync(path.parent().unwrap_or(Path::new("/"))),
    }
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

/// Whether [`create`] could write so many octets there: tried under another name, which is taken away again. What a stop
/// leaves under it, the next run takes away, and it is never taken for the file.
///
/// # Errors
/// They cannot be written.
pub fn try_writing(path: &Path, octets: usize) -> Result<(), Error> {
    let failed = |cause| Error::Write {
        path: path.into(),
        cause,
    };
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".trial");
    let trial = path.with_file_name(name);
    match std::fs::remove_file(&trial) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(failed(cause)),
        _ => create(&trial, &vec![0; octets], PRIVATE)?,
    }
    std::fs::remove_file(&trial).map_err(failed)
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
