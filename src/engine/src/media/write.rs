//! New files on a disk that may be taken out: whole, synced, read back.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rustix::fs::Advice;

use record::parcel::COUNTERSIGNATURES;

use super::sift::Taken;
use crate::error::Error;
use crate::files;

/// The names of those that are not there yet. One that is there with other octets is an error, and nothing is written.
pub fn not_there_yet(to: &Path, taken: &[Taken]) -> Result<BTreeSet<String>, Error> {
    let mut new = BTreeSet::new();
    for one in taken {
        let path = to.join(&one.name);
        match files::read_if_there(&path, one.bytes.len()) {
            Ok(None) => drop(new.insert(one.name.clone())),
            Ok(Some(found)) if found == one.bytes => {}
            // Longer, shorter, other, or no plain file: whatever it is, it stays.
            Ok(Some(_)) | Err(Error::File { .. }) if path.symlink_metadata().is_ok() => {
                return Err(Error::File {
                    act: "write",
                    path: path.display().to_string(),
                    cause: std::io::Error::new(std::io::ErrorKind::AlreadyExists, "something else has this name"),
                });
            }
            Ok(Some(_)) => drop(new.insert(one.name.clone())),
            Err(error) => return Err(error),
        }
    }
    Ok(new)
}

/// The folder in which countersignatures lie there: made, if some are taken. A link under its name would lead them elsewhere.
pub fn folder_of_countersignatures(to: &Path, taken: &[Taken], make: bool) -> Result<(), Error> {
    let folder = to.join(COUNTERSIGNATURES);
    if !taken.iter().any(|one| one.name.starts_with(COUNTERSIGNATURES)) {
        return Ok(());
    }
    let failed = |cause| Error::File {
        act: "make",
        path: folder.display().to_string(),
        cause,
    };
    let is_folder = || folder.symlink_metadata().is_ok_and(|there| there.is_dir());
    match folder.symlink_metadata() {
        Ok(there) if there.is_dir() => Ok(()),
        Ok(_) => {
            let cause = std::io::Error::new(ErrorKind::AlreadyExists, "something else has this name");
            Err(failed(cause))
        }
        Err(cause) if cause.kind() == ErrorKind::NotFound && make => {
            match fs::create_dir(&folder) {
                // Another run made it in between.
                Err(cause) if cause.kind() == ErrorKind::AlreadyExists && is_folder() => {}
                made => made.map_err(failed)?,
            }
            let open = fs::File::open(to).and_then(|folder| folder.sync_all());
            open.map_err(failed)
        }
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(failed(cause)),
    }
}

/// Writes a new file; what reads back from the disk as something else never gets the name.
///
/// The system's own pages of the file are let go before, so that it asks the disk again; what the disk keeps in a memory of
/// its own, nobody sees from here. Pulling it out and `media in` elsewhere says more.
pub fn new_and_read_back(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let reads_back = |part: &Path| match is_there(let_go(part)?, bytes) {
        true => Ok(()),
        false => Err(Error::ReadBack {
            path: path.display().to_string(),
        }),
    };
    match files::write_new_among_others(path, bytes, reads_back) {
        // Another run onto the same disk was quicker, with the same.
        Err(Error::File { cause, .. }) if cause.kind() == ErrorKind::AlreadyExists && is_there(path, bytes) => Ok(()),
        written => written,
    }
}

fn is_there(path: &Path, bytes: &[u8]) -> bool {
    files::read(path, bytes.len()).is_ok_and(|found| found == bytes)
}

/// Has the system forget what it knows of the file.
fn let_go(path: &Path) -> Result<&Path, Error> {
    let failed = |cause: rustix::io::Errno| Error::File {
        act: "read",
        path: path.display().to_string(),
        cause: cause.into(),
    };
    let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, rustix::fs::Mode::empty()).map_err(failed)?;
    // A file system in memory has nothing to let go; that is no error.
    let _ = rustix::fs::fadvise(&file, 0, None, Advice::DontNeed);
    Ok(path)
}
