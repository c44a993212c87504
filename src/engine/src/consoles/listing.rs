//! The files that leave the console: those for everybody, and this member's own.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use record::messages::{HandOver, KeyRequest};
use record::{Body as _, Bytes, bundle, text};

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
    let own = rosters.into_iter().filter_map(|roster| roster.member(member).ok());
    let users = own
        .map(|one| one.admin.as_str())
        .chain([inbound.plan.hsm.owner.as_str()]);
    is_of(name, member, users)
}

/// Whether it is for everybody, or the name that a hand-over of one of these users or a key request has for this member.
/// The end of a name says nothing: members choose their ids, and `approval-request-1` is not that of a member `1`.
fn is_of<'a>(name: &str, member: &str, mut users: impl Iterator<Item = &'a str>) -> bool {
    let bundle = name.strip_suffix(".sig").unwrap_or(name);
    let after = |kind: &str| bundle.strip_prefix(kind)?.strip_prefix('-');
    let number = |rest: &str| rest.split_once('-')?.0.parse::<usize>().ok();
    if let Some(rest) = after(HandOver::TYPE) {
        let attempt = number(rest).unwrap_or(1);
        // A user's name may begin with a number.
        return users.any(|user| {
            [attempt, 1]
                .iter()
                .any(|n| HandOver::file_name(user, member, *n) == bundle)
        });
    }
    match after(KeyRequest::TYPE) {
        Some(rest) => number(rest).is_some_and(|round| rest == format!("{round}-{member}.cbor")),
        None => true,
    }
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
    use record::messages::Opening;

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
            for other in ids {
                assert_eq!(is_of(&name, other, ["root_owner"].into_iter()), other == *id, "{name}");
                let beside = format!("{name}.sig");
                assert_eq!(
                    is_of(&beside, other, ["root_owner"].into_iter()),
                    other == *id,
                    "{name}"
                );
                let request = format!("key-request-{n}-{id}.cbor");
                assert_eq!(is_of(&request, other, [].into_iter()), other == *id, "{request}");
            }
        }
    }

    #[test]
    fn what_is_for_all_is_shown_to_all_whatever_members_are_called() {
        for name in [
            "opening.cbor",
            "record.cbor.sig",
            "approval-request-1.cbor",
            "exceptions-2.cbor",
        ] {
            for id in ["1", "request-1", "member-1"] {
                assert!(is_of(name, id, [].into_iter()), "{name} for {id}");
            }
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
