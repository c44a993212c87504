//! The files that leave the console: those for everybody, and this member's own.

use std::fs;

use record::{Bytes, bundle, text};

use super::desk::Desk;
use super::wire::{self, Answer};
use crate::error::Error;
use crate::files;

/// The files that a member can get, a line each.
pub fn listed(desk: &Desk, member: &str) -> Vec<String> {
    names(desk, member)
        .into_iter()
        .map(|(name, kind)| format!("{name}  ({kind})"))
        .collect()
}

/// One of them.
pub fn get(desk: &Desk, member: &str, name: &str) -> Answer {
    if !names(desk, member).iter().any(|(listed, _)| listed == name) {
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

/// Names, in order, with what each is.
fn names(desk: &Desk, member: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(&desk.event.leaves)
        .into_iter()
        .flatten()
        .flatten()
        .take(MOST);
    let plain = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        (is_file && name != PLAN && leaves(&name) && is_for(desk, member, &name)).then_some(name)
    };
    let mut names: Vec<String> = entries.filter_map(plain).collect();
    names.push(PLAN.to_owned());
    names.sort();
    let with_kind = |name: String| {
        let kind = kind(desk, &name);
        (name, kind)
    };
    names.into_iter().map(with_kind).collect()
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
    let kind = read(desk, name).ok().and_then(|bytes| bundle::peek(&bytes).ok());
    kind.map_or_else(|| "not readable".into(), |(kind, ..)| text::plain(&kind, 40))
}

/// The inbound bundle, under the name by which everybody knows it.
const PLAN: &str = "plan.cbor";
/// With its answer around it, a file still fits a message.
const LARGEST: usize = wire::LARGEST - 4096;
/// No outbound folder has more files.
const MOST: usize = 1000;

#[cfg(test)]
mod tests {
    use record::messages::HandOver;

    use super::*;

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
}
