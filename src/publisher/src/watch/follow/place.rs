//! Where reading stopped: file and octet, and what stood before it, so that another file is not taken for it.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use record::Digest;
use serde::{Deserialize, Serialize};

use super::Notice;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    device: u64,
    inode: u64,
    /// Octets before it.
    pub offset: u64,
    /// SHA-256 of the last of these, in hexadecimal digits: of 1,024, or of all if they are fewer.
    before: String,
}

impl Place {
    /// An octet of an open file.
    pub(super) fn of(file: &File, (device, inode): (u64, u64), offset: u64) -> io::Result<Self> {
        let before = Digest::of(&before(file, offset)?).hex();
        Ok(Self {
            device,
            inode,
            offset,
            before,
        })
    }

    /// The file, under its path or the one it was moved to in the same folder; none if it is gone.
    pub(super) fn find(&self, path: &Path) -> io::Result<Option<(PathBuf, File)>> {
        let beside = folder(path)?.into_iter();
        for found in std::iter::once(path.to_owned()).chain(beside) {
            let Ok(about) = fs::metadata(&found) else { continue };
            if about.is_file() && (about.dev(), about.ino()) == (self.device, self.inode) {
                let file = File::open(&found)?;
                return Ok(Some((found, file)));
            }
        }
        Ok(None)
    }

    /// Whether the file still holds what was read of it.
    pub(super) fn fits(&self, file: &File) -> io::Result<Result<(), Notice>> {
        if file.metadata()?.len() < self.offset {
            return Ok(Err(Notice::Cut));
        }
        let same = Digest::of(&before(file, self.offset)?).hex() == self.before;
        Ok(if same { Ok(()) } else { Err(Notice::Replaced) })
    }
}

/// Files that were the path's after the one found, and were moved away before they were read; the oldest first.
pub(super) fn later(path: &Path, found: &Path, file: &File) -> io::Result<VecDeque<PathBuf>> {
    if path == found {
        return Ok(VecDeque::new());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let old = file.metadata()?;
    let mut later = Vec::new();
    for other in folder(path)? {
        let of_it = other
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .starts_with(&name);
        let Ok(about) = fs::metadata(&other) else { continue };
        let newer = (about.mtime(), about.mtime_nsec()) >= (old.mtime(), old.mtime_nsec());
        if of_it && other != path && other != found && about.is_file() && newer {
            later.push(((about.mtime(), about.mtime_nsec()), other));
        }
    }
    later.sort();
    Ok(later.into_iter().map(|(_, other)| other).collect())
}

/// Whether a rotated file was compressed, and so cannot be read here.
pub(super) fn is_packed(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("gz" | "xz" | "bz2" | "zst" | "lz4"))
}

/// The last octets before a place.
pub(super) fn before(file: &File, offset: u64) -> io::Result<Vec<u8>> {
    let count = offset.min(TAIL as u64);
    let mut bytes = vec![0; usize::try_from(count).unwrap_or(TAIL)];
    match file.read_exact_at(&mut bytes, offset - count) {
        // It was cut just now: the next look says so.
        Err(cause) if cause.kind() == ErrorKind::UnexpectedEof => Ok(Vec::new()),
        done => done.map(|()| bytes),
    }
}

/// Behind the last line's end: a line that is being written is not cut in two.
pub(super) fn last_line_end(file: &File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    while end > 0 {
        let bytes = before(file, end)?;
        if let Some(at) = bytes.iter().rposition(|octet| *octet == b'\n') {
            return Ok(end - bytes.len() as u64 + at as u64 + 1);
        }
        end -= bytes.len().max(1) as u64;
    }
    Ok(0)
}

fn folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    let parent = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let listed = match fs::read_dir(parent.unwrap_or(Path::new("."))) {
        Ok(listed) => listed,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(cause),
    };
    let paths = listed.take(MOST).map(|entry| entry.map(|entry| entry.path()));
    paths.collect()
}

/// So many octets before a place are compared.
pub(super) const TAIL: usize = 1024;
/// A folder of logs has fewer files.
const MOST: usize = 10_000;
