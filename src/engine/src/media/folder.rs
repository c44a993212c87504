//! A folder that somebody else wrote: plain files under names of ours, of a bounded number and size, and nothing else.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::fs::File;
use std::io::Read as _;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::path::Path;

use record::parcel::COUNTERSIGNATURES;
use record::roster::is_member_id;
use record::sshsig::MAX_ARMOR;
use record::{cbor, text};
use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::error::Error;

/// What was found.
pub struct Found {
    /// Octets by name; every name is one that a bundle or a signature may have.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What was passed over.
    pub passed: Vec<Passed>,
}

/// Something that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Its name, made plain.
    pub name: String,
    /// Why.
    pub why: String,
}

impl Passed {
    /// A name of any kind, cut to what fits a line or two.
    pub fn new(name: &str, why: impl Into<String>) -> Self {
        Self {
            name: text::plain(name, SHOWN),
            why: why.into(),
        }
    }
}

impl Found {
    /// What was found elsewhere, instead of that folder being passed over.
    pub fn add(&mut self, below: Self) {
        if !below.files.is_empty() {
            self.passed.retain(|one| one.name != COUNTERSIGNATURES);
        }
        self.files.extend(below.files);
        self.passed.extend(below.passed);
    }
}

/// Reads the folder, and nothing below it.
pub fn read(folder: &Path) -> Result<Found, Error> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let open = rustix::fs::openat(CWD, folder, flags, Mode::empty()).map_err(failed(folder))?;
    read_open(open.as_fd(), folder, "", is_ours)
}

/// Reads the members' countersignatures in the folder below an outbound one, if it is there and no link:
/// `countersignatures/<member>.sig`.
pub fn read_countersignatures(outbound: &Path) -> Result<Found, Error> {
    let folder = outbound.join(COUNTERSIGNATURES);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match rustix::fs::openat(CWD, &folder, flags, Mode::empty()) {
        Ok(open) => read_open(
            open.as_fd(),
            &folder,
            &format!("{COUNTERSIGNATURES}/"),
            is_countersignature,
        ),
        // Whatever else has the name was passed over.
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(Found {
            files: BTreeMap::new(),
            passed: Vec::new(),
        }),
        Err(cause) => Err(failed(&folder)(cause)),
    }
}

fn failed(folder: &Path) -> impl Fn(Errno) -> Error {
    let path = folder.display().to_string();
    move |cause| Error::File {
        act: "read",
        path: path.clone(),
        cause: cause.into(),
    }
}

/// What lies in an open folder under names that are `ours`, each known by `below` and its name.
fn read_open(open: BorrowedFd<'_>, folder: &Path, below: &str, ours: fn(&str) -> bool) -> Result<Found, Error> {
    let mut found = Found {
        files: BTreeMap::new(),
        passed: Vec::new(),
    };
    let mut left = TOGETHER;
    for name in names(open, folder).map_err(failed(folder))?? {
        let shown = format!("{below}{}", name.to_string_lossy());
        match one(open, (&name, ours), left) {
            Ok(bytes) => {
                left -= bytes.len();
                found.files.insert(shown, bytes);
            }
            Err(why) => found.passed.push(Passed::new(&shown, why)),
        }
    }
    Ok(found)
}

/// In the order of the names, so that a screen shows the same again.
fn names(open: impl std::os::fd::AsFd, folder: &Path) -> rustix::io::Result<Result<Vec<std::ffi::CString>, Error>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(open)? {
        let entry = entry?;
        if [c".", c".."].contains(&entry.file_name()) {
            continue;
        }
        if names.len() == ENTRIES {
            return Ok(Err(Error::Refused {
                what: format!(
                    "{} has more than {ENTRIES} entries, and none was read",
                    folder.display()
                ),
                hint: "this is no disk made for an event; name the folder in which the bundles lie".into(),
            }));
        }
        names.push(entry.file_name().to_owned());
    }
    names.sort();
    Ok(Ok(names))
}

fn one(folder: BorrowedFd<'_>, (name, ours): (&CStr, fn(&str) -> bool), left: usize) -> Result<Vec<u8>, String> {
    // What it is comes first: a device is not even opened, for that alone may do something.
    let seen = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).map_err(|cause| cause.to_string())?;
    demand_plain(&seen)?;
    let name = name.to_str().map_err(|_| NOT_OURS)?;
    let limit = if name.ends_with(".sig") {
        MAX_ARMOR
    } else {
        cbor::BUNDLE_LIMIT
    };
    if !ours(name) {
        return Err(NOT_OURS.into());
    }
    demand_size(&seen, limit)?;
    if usize::try_from(seen.st_size).is_ok_and(|size| size > left) {
        return Err(format!(
            "together with what was read before it has more than {TOGETHER} octets"
        ));
    }
    Opened::new(folder, name, &seen)?.read(limit)
}

fn demand_plain(seen: &Stat) -> Result<(), String> {
    let what = match FileType::from_raw_mode(seen.st_mode) {
        // A name elsewhere could change it while it is read, and lead to something of the console's own.
        FileType::RegularFile if seen.st_nlink > 1 => "it has another name as well (a hard link)",
        FileType::RegularFile => return Ok(()),
        FileType::Symlink => "it is a link, and links are not followed",
        FileType::Directory => "it is a folder, and folders are not opened",
        FileType::Fifo => "it is a pipe",
        FileType::Socket => "it is a socket",
        FileType::CharacterDevice | FileType::BlockDevice => "it is a device",
        _ => "it is no plain file",
    };
    Err(what.into())
}

fn demand_size(seen: &Stat, limit: usize) -> Result<(), String> {
    match usize::try_from(seen.st_size) {
        Ok(0) => Err("it is empty".into()),
        Ok(size) if size <= limit => Ok(()),
        _ => Err(format!("it has {} octets, and at most {limit} are read", seen.st_size)),
    }
}

/// `x.cbor`, `x.cbor.sig` or `x.cbor.<member>.sig`, where x is a name as we give them.
fn is_ours(name: &str) -> bool {
    let Some((stem, rest)) = name.split_once(".cbor") else {
        return false;
    };
    let member = rest.strip_prefix('.').and_then(|rest| rest.strip_suffix(".sig"));
    text::is_name(stem) && (["", ".sig"].contains(&rest) || member.is_some_and(is_member_id))
}

/// `<member>.sig`.
fn is_countersignature(name: &str) -> bool {
    name.strip_suffix(".sig").is_some_and(is_member_id)
}

/// A file that was looked at, and is open.
struct Opened {
    file: File,
    seen: Stat,
}

impl Opened {
    fn new(folder: BorrowedFd<'_>, name: &str, seen: &Stat) -> Result<Self, String> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = rustix::fs::openat(folder, name, flags, Mode::empty()).map_err(|cause| cause.to_string())?;
        let opened = Self {
            file: File::from(file),
            seen: *seen,
        };
        opened.demand_unchanged()?;
        Ok(opened)
    }

    fn read(self, limit: usize) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let read = (&self.file).take(limit as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|cause| cause.to_string())?;
        self.demand_unchanged()?;
        match i64::try_from(bytes.len()) == Ok(self.seen.st_size) {
            true => Ok(bytes),
            false => Err(CHANGED.into()),
        }
    }

    fn demand_unchanged(&self) -> Result<(), String> {
        let now = rustix::fs::fstat(&self.file).map_err(|cause| cause.to_string())?;
        let what = |stat: &Stat| {
            let file = (stat.st_dev, stat.st_ino, stat.st_mode, stat.st_nlink, stat.st_size);
            (
                file,
                stat.st_mtime,
                stat.st_mtime_nsec,
                stat.st_ctime,
                stat.st_ctime_nsec,
            )
        };
        match what(&now) == what(&self.seen) {
            true => Ok(()),
            false => Err(CHANGED.into()),
        }
    }
}

const NOT_OURS: &str = "its name is none of a bundle or of a signature";
const CHANGED: &str = "it changed while it was read";

/// Entries of a folder: an event of nine members has fewer than 200 files.
const ENTRIES: usize = 512;
/// Octets that are kept at a time.
const TOGETHER: usize = 64 * 1024 * 1024;
/// Characters that are shown of a name.
const SHOWN: usize = 63;

#[cfg(test)]
mod tests;
