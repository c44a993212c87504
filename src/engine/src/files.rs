//! Files: bounded reads of regular files, and writes that are new, whole and synced.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use crate::error::Error;
use crate::random;

/// Reads a regular file of at most `limit` octets.
pub fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Error> {
    let failed = |cause| failed("read", path, cause);
    let larger = || {
        let what = format!("it has more than {limit} octets");
        failed(std::io::Error::new(std::io::ErrorKind::FileTooLarge, what))
    };
    let file = regular(path, OFlags::RDONLY).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() > limit as u64 {
        return Err(larger());
    }
    let mut bytes = Vec::new();
    // It may grow meanwhile.
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() > limit {
        true => Err(larger()),
        false => Ok(bytes),
    }
}

/// Opens a regular file that is there, to write behind what it holds.
pub fn open_to_append(path: &Path) -> Result<File, Error> {
    regular(path, OFlags::WRONLY | OFlags::APPEND).map_err(|cause| failed("open", path, cause))
}

/// Links are not followed and nothing is waited for: a disk from outside may hold anything, and may change while we look.
fn regular(path: &Path, access: OFlags) -> std::io::Result<File> {
    let irregular = || std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is not a regular file");
    let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        // A pipe that nobody reads cannot be opened to write.
        Err(Errno::LOOP | Errno::NXIO) => return Err(irregular()),
        Err(cause) => return Err(cause.into()),
    };
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(irregular()),
    }
}

/// Reads a file that may be missing.
pub fn read_if_there(path: &Path, limit: usize) -> Result<Option<Vec<u8>>, Error> {
    match read(path, limit) {
        Err(Error::File { cause, .. }) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

/// Writes a new file; on return it and its directory are on the disk. Never overwrites, and never leaves a part: the
/// name appears when the file is whole.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_as(path, bytes, RenameFlags::NOREPLACE)
}

/// Writes a file in the stead of what has this name, if anything has: at every moment the one or the other is there,
/// whole.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_as(path, bytes, RenameFlags::empty())
}

/// As [`write_new`], in a folder of somebody else's: nothing that lies there is taken away, not even under a part's name,
/// which is one that nobody foresees. A stop may leave that part. What `check` says of the part, before it gets the name, may
/// be that it is not to have it.
pub fn write_new_among_others(
    path: &Path,
    bytes: &[u8],
    check: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    let part = drawn_part_of(path)?;
    let file = created(&part)?;
    finish(path, bytes, (&part, file), RenameFlags::NOREPLACE, check)
}

fn write_as(path: &Path, bytes: &[u8], how: RenameFlags) -> Result<(), Error> {
    let part = part_of(path);
    let file = new_part(&part)?;
    finish(path, bytes, (&part, file), how, |_| Ok(()))
}

fn finish(
    path: &Path,
    bytes: &[u8],
    (part, mut file): (&Path, File),
    how: RenameFlags,
    check: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |cause| failed("write", path, cause);
    let here = rustix::fs::CWD;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    let named = written.map_err(failed).and_then(|()| check(part)).and_then(|()| {
        let named = rustix::fs::renameat_with(here, part, here, path, how);
        named.map_err(|cause| failed(cause.into()))
    });
    if let Err(error) = named {
        let _ = fs::remove_file(part);
        return Err(error);
    }
    sync_folder(path)
}

/// The name that a file has while it is being written. What a stop leaves under it, the next attempt takes away.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// A name that nothing else has, where others may have files.
fn drawn_part_of(path: &Path) -> Result<PathBuf, Error> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    let drawn: [u8; 8] = random::octets()?;
    name.push(format!(".{:016x}.part", u64::from_be_bytes(drawn)));
    Ok(path.with_file_name(name))
}

/// A new file under that name, whatever had it: a link there would lead the octets elsewhere, and a pipe would take them
/// or wait for ever.
fn new_part(part: &Path) -> Result<File, Error> {
    match fs::remove_file(part) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => return Err(failed("remove", part, cause)),
        _ => {}
    }
    created(part)
}

fn created(part: &Path) -> Result<File, Error> {
    let file = File::options().write(true).create_new(true).open(part);
    file.map_err(|cause| failed("write", part, cause))
}

/// Whether [`write_new_among_others`] could write there: tried under a name of the same kind.
pub fn try_writing(path: &Path) -> Result<(), Error> {
    let part = drawn_part_of(path)?;
    drop(created(&part)?);
    fs::remove_file(&part).map_err(|cause| failed("remove", &part, cause))
}

/// Writes a file that a stopped run may have written already: then it must be the same.
pub fn write_once(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    match read_if_there(path, bytes.len())? {
        Some(found) if found == bytes => Ok(()),
        _ => write_new(path, bytes),
    }
}

/// Makes a folder and its parents.
pub fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|cause| match cause.kind() {
        // The system's words are for who wanted it to be new.
        std::io::ErrorKind::AlreadyExists => failed("make", path, Errno::NOTDIR.into()),
        _ => failed("make", path, cause),
    })
}

fn failed(act: &'static str, path: &Path, cause: std::io::Error) -> Error {
    let path = path.display().to_string();
    Error::File { act, path, cause }
}

fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let failed = |cause| failed("sync", folder, cause);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

#[cfg(test)]
mod tests;
