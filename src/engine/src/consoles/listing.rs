//! The files that leave the console: those for everybody, and this member's own.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use record::{Bytes, bundle, text};

use super::desk::Desk;
use super::wire::{self, Answer};
use crate::error::Error;
use crate::files;

/// The files that a member can get, a line each.
pub fn listed(desk: &Desk, member: &str) -> Vec<String> {
    names(desk, member)
        .into_iter()
        .map(|name| format!("{name}  ({})", kind(desk, &name)))
        .collect()
}

/// One of them.
pub fn get(desk: &Desk, member: &str, name: &str) -> Answer {
    if name != PLAN && !(is_shown(desk, member, name) && is_file(&desk.event.leaves.join(name))) {
        let name = text::plain(name, 80);
        return Answer::refused(
            format!("there is no file '{name}' for you"),
            "`list` shows those that there are",
        );
    }
    match read(desk, name) {
        Ok(bytes) => Answer::File {
            name: name.to_owned(),
            bytes: Bytes(bytes),
        },
        Err(error) => Answer::Refused {
            error: error.to_string(),
            hint: Some("ask the operator for it on a medium".into()),
        },
    }
}

fn read(desk: &Desk, name: &str) -> Result<Vec<u8>, Error> {
    match name {
        PLAN => Ok(desk.event.plan.clone()),
        name => files::read(&desk.event.leaves.join(name), LARGEST),
    }
}

/// Names, in order.
fn names(desk: &Desk, member: &str) -> Vec<String> {
    let entries = fs::read_dir(&desk.event.leaves)
        .into_iter()
        .flatten()
        .flatten()
        .take(MOST);
    let plain = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        (is_file && name != PLAN && is_shown(desk, member, &name)).then_some(name)
    };
    let mut names: Vec<String> = entries.filter_map(plain).collect();
    names.push(PLAN.to_owned());
    names.sort();
    names
}

/// Whether a file of this name is shown to this member.
fn is_shown(desk: &Desk, member: &str, name: &str) -> bool {
    leaves(name) && is_for(desk, member, name)
}

/// A link is no file.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// Bundles and the signatures beside them, by names as the engine gives them.
fn leaves(name: &str) -> bool {
    let stem = name.strip_suffix(".sig").unwrap_or(name).strip_suffix(".cbor");
    stem.is_some_and(text::is_name)
}

/// What is for one member is shown to no other: not to those in office, nor to those who come or go.
fn is_for(desk: &Desk, member: &str, name: &str) -> bool {
    let inbound = &desk.event.inbound;
    let rosters = [&inbound.roster, inbound.roster_after()];
    let ids = rosters
        .into_iter()
        .flat_map(|roster| roster.members.iter().map(|one| one.id.as_str()));
    whose(name, ids).is_none_or(|id| id == member)
}

/// The member with whose id the name ends; of several, as one id may end with another, the longest.
fn whose<'a>(name: &str, ids: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let bundle = name.strip_suffix(".sig").unwrap_or(name);
    let stem = bundle.strip_suffix(".cbor").unwrap_or(bundle);
    let of = |id: &&str| stem.strip_suffix(*id).is_some_and(|rest| rest.ends_with('-'));
    ids.filter(of).max_by_key(|id| id.len())
}

fn kind(desk: &Desk, name: &str) -> String {
    if name.ends_with(".sig") {
        return "signature".into();
    }
    match name {
        PLAN => "plan".into(),
        name => desk.kinds.of(&desk.event.leaves.join(name)),
    }
}

/// What files are, by their paths: each is read once, and again when it is another. Members ask as often as they like.
#[derive(Default)]
pub struct Kinds(Mutex<BTreeMap<PathBuf, (Stamp, String)>>);

/// What tells a file from another that had its name before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    size: u64,
    /// Seconds and nanoseconds.
    changed: (i64, i64),
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(path).ok().filter(Metadata::is_file)?;
        Some(Self {
            inode: found.ino(),
            size: found.len(),
            changed: (found.mtime(), found.mtime_nsec()),
        })
    }
}

impl Kinds {
    /// The type of the bundle that lies there.
    fn of(&self, path: &Path) -> String {
        let Some(stamp) = Stamp::of(path) else {
            return NOT_READABLE.into();
        };
        let known = self.lock().get(path).filter(|(known, _)| *known == stamp).cloned();
        known.map_or_else(|| self.looked_up(path, stamp), |(_, kind)| kind)
    }

    fn looked_up(&self, path: &Path, stamp: Stamp) -> String {
        // Nobody waits for the lock while a file is read.
        let bytes = files::read(path, LARGEST).ok();
        let kind = bytes.and_then(|bytes| bundle::peek(&bytes).ok());
        let kind = kind.map_or_else(|| NOT_READABLE.into(), |(kind, ..)| text::plain(&kind, 40));
        let mut known = self.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(path.to_owned(), (stamp, kind.clone()));
        kind
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PathBuf, (Stamp, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const NOT_READABLE: &str = "not readable";
/// The inbound bundle, under the name by which everybody knows it.
const PLAN: &str = "plan.cbor";
/// With its answer around it, a file still fits a message.
const LARGEST: usize = wire::LARGEST - 4096;
/// No outbound folder has more files.
const MOST: usize = 1000;

#[cfg(test)]
mod tests {
    use std::fs::File;

    use record::Bundle;
    use record::messages::{HandOver, Opening};

    use super::*;
    use crate::scratch::Scratch;

    /// A bundle of the type `opening` or, of as many octets, of one that nobody knows.
    fn bundle(kind: &str) -> Vec<u8> {
        let body = Opening {
            event: "e".into(),
            plan: record::Digest::of(b""),
            image: record::messages::Image {
                kind: record::messages::ImageKind::Binary,
                digest: record::Digest::of(b""),
            },
            session: Bytes(vec![1; 16]),
            at: record::Time(1),
        };
        let mut bytes = Bundle::new(true, body).encode().expect("encodes");
        let at = bytes
            .windows(7)
            .position(|seven| seven == b"opening")
            .expect("its type");
        bytes[at..at + 7].copy_from_slice(kind.as_bytes());
        bytes
    }

    #[test]
    fn hand_overs_leave_to_their_member_alone() {
        let ids = ["member-1", "1", "x-member-1"];
        for (n, id) in ids.iter().enumerate() {
            let name = HandOver::file_name("root_owner", id, n + 1);
            assert!(leaves(&name), "{name}");
            assert_eq!(whose(&name, ids.into_iter()), Some(*id), "{name}");
            assert_eq!(whose(&format!("{name}.sig"), ids.into_iter()), Some(*id), "{name}");
        }
        for name in ["opening.cbor", "record.cbor.sig", "approval-request-2.cbor"] {
            assert_eq!(whose(name, ids.into_iter()), None, "{name}");
        }
    }

    #[test]
    fn a_file_is_read_once_and_again_when_it_is_another() {
        let folder = Scratch::new("kinds").expect("a folder");
        let (path, kinds) = (folder.path().join("a.cbor"), Kinds::default());
        fs::write(&path, bundle("opening")).expect("written");
        let file = File::options().write(true).open(&path).expect("it is there");
        let first = file.metadata().and_then(|found| found.modified()).expect("a time");
        assert_eq!(kinds.of(&path), "opening");
        // The same file by all that is looked at: it is not read.
        fs::write(&path, bundle("another")).expect("written");
        file.set_modified(first).expect("set");
        assert_eq!(kinds.of(&path), "opening");
        file.set_modified(first + std::time::Duration::from_secs(1))
            .expect("set");
        assert_eq!(kinds.of(&path), "another");
        fs::remove_file(&path).expect("removed");
        assert_eq!(kinds.of(&path), "not readable");
    }

    #[test]
    fn what_is_too_large_is_known_without_being_read() {
        let folder = Scratch::new("large").expect("a folder");
        let (path, kinds) = (folder.path().join("a.cbor"), Kinds::default());
        let file = File::create(&path).expect("made");
        // It takes no room, and no machine could hold it.
        file.set_len(1 << 42).expect("a size");
        assert_eq!(kinds.of(&path), "not readable");
        let refused = files::read(&path, LARGEST).expect_err("too large").to_string();
        assert!(
            refused.ends_with(&format!("it has more than {LARGEST} octets")),
            "{refused}"
        );
    }
}
