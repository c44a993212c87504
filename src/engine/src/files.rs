//! Files: bounded reads of regular files, and writes that are new, whole and synced.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use crate::error::Error;

/// Reads a regular file of at most `limit` octets. Links are not followed and nothing is waited for: a disk from
/// outside may hold anything, and may change while we look.
pub fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Error> {
    let failed = |cause| failed("read", path, cause);
    let irregular = || failed(std::io::Error::other("it is not a regular file"));
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::LOOP) => return Err(irregular()),
        Err(cause) => return Err(failed(cause.into())),
    };
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(irregular());
    }
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() > limit {
        true => Err(failed(std::io::Error::other(format!(
            "it has more than {limit} octets"
        )))),
        false => Ok(bytes),
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
    let failed = |cause| failed("write", path, cause);
    let part = part_of(path);
    let mut file = File::create(&part).map_err(failed)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let here = rustix::fs::CWD;
    let named = written.and_then(|()| {
        rustix::fs::renameat_with(here, &part, here, path, RenameFlags::NOREPLACE).map_err(std::io::Error::from)
    });
    if let Err(cause) = named {
        let _ = fs::remove_file(&part);
        return Err(failed(cause));
    }
    sync_folder(path)
}

/// The name that a file has while it is being written. What a stop leaves under it, the next attempt writes anew.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// Writes a file that a stopped run may have written already: then it must be the same.
pub fn write_once(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    match read_if_there(path, bytes.len())? {
        Some(found) if found == bytes => Ok(()),
        _ => write_new(path, bytes),
    }
}

/// Writes a file in the stead of one that is worthless, whole and synced.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(failed("replace", path, cause)),
        _ => write_new(path, bytes),
    }
}

/// Makes a folder and its parents.
pub fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|cause| failed("make", path, cause))
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
mod tests {
    use super::*;

    #[test]
    fn never_overwrites_and_says_what_to_do() {
        let folder = std::env::temp_dir().join(format!("ceremony-files-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("a");
        write_new(&path, b"one").expect("new");
        let error = write_new(&path, b"two").expect_err("it exists");
        assert!(error.hint().expect("a hint").starts_with("nothing is ever overwritten"));
        assert_eq!(read(&path, 3).expect("reads"), b"one");
        assert!(
            read(&path, 2)
                .expect_err("too large")
                .to_string()
                .contains("more than 2 octets")
        );
        write_once(&path, b"one").expect("the same again");
        write_once(&path, b"two").expect_err("something else");
        std::os::unix::fs::symlink(&path, folder.join("link")).expect("a link");
        assert!(
            read(&folder.join("link"), 3)
                .expect_err("a link")
                .to_string()
                .contains("not a regular file")
        );
        assert!(!folder.join("a.part").exists(), "nothing half-written stays");
        rustix::fs::mkfifoat(rustix::fs::CWD, folder.join("pipe"), Mode::RUSR | Mode::WUSR).expect("a pipe");
        assert!(
            read(&folder.join("pipe"), 3)
                .expect_err("a pipe")
                .to_string()
                .contains("not a regular file")
        );
        fs::remove_dir_all(&folder).expect("cleans up");
    }
}
