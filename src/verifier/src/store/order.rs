//! The order of events: each record names the one before it, from the first on, without fork or gap.

use std::collections::BTreeSet;

use record::record::Record;
use record::text::is_name;
use record::{Bundle, Digest};

use super::Walk;
use crate::Report;
use crate::finding::Findings;
use crate::layout::{self, OutputName, Rules};

/// An event of which nothing but the record has been read.
pub(super) struct Outline {
    /// The folder's name.
    pub name: String,
    /// The record's file.
    pub bytes: Vec<u8>,
    /// Its digest: what the next record names.
    pub digest: Digest,
    pub record: Record,
}

/// The store's events, in order.
#[derive(Default)]
pub(super) struct Order {
    pub events: Vec<Outline>,
    /// Whether these are all.
    pub whole: bool,
}

/// Reads all records and puts them in order.
pub(super) fn read(walk: &Walk<'_>, report: &mut Report, findings: &mut Findings) -> Order {
    let names = names(walk);
    findings.demand(!names.is_empty(), "events", "no-event", || {
        "the store has no event: nothing made the root".into()
    });
    let all = names.len();
    let (mut outlines, mut order) = (Vec::new(), Order::default());
    for name in names {
        match outline(walk, &name, findings) {
            Some(outline) => outlines.push(outline),
            None => set_aside(walk, &name, report),
        }
    }
    let readable = outlines.len();
    while let Some(next) = next(&mut outlines, order.events.last(), findings) {
        order.events.push(next);
    }
    // What an unreadable record would have led to is no finding of its own.
    if readable == all {
        gaps(&outlines, findings);
    }
    for left in &outlines {
        set_aside(walk, &left.name, report);
    }
    order.whole = order.events.len() == all && all > 0;
    if all > 1 && order.whole {
        report.checked.push(format!(
            "{all} events in one order: each record names the one before it"
        ));
    }
    order
}

/// Whether there are events at all.
pub(super) fn any(walk: &Walk<'_>) -> bool {
    !names(walk).is_empty()
}

/// The folders of events.
fn names(walk: &Walk<'_>) -> BTreeSet<String> {
    let folder = |path: &str| Some(path.strip_prefix("events/")?.split_once('/')?.0.to_owned());
    let names = walk.shelf.under("events").filter_map(folder);
    names
        .filter(|name| is_name(name) && walk.without != Some(name.as_str()))
        .collect()
}

fn outline(walk: &Walk<'_>, name: &str, findings: &mut Findings) -> Option<Outline> {
    let path = layout::record(name);
    let bytes = walk.shelf.read(&path, findings)?;
    let record = findings.take(Bundle::<Record>::decode(&bytes), &path, "record-unreadable")?;
    Some(Outline {
        name: name.to_owned(),
        digest: Digest::of(&bytes),
        record: record.body,
        bytes,
    })
}

/// Takes the one event that follows.
fn next(outlines: &mut Vec<Outline>, last: Option<&Outline>, findings: &mut Findings) -> Option<Outline> {
    let before = last.map(|last| last.digest);
    let follows = |outline: &&Outline| outline.record.previous == before;
    let followers: Vec<String> = outlines.iter().filter(follows).map(|next| next.name.clone()).collect();
    match followers.as_slice() {
        [] => None,
        [name] => {
            let place = outlines.iter().position(|outline| outline.name == *name)?;
            Some(outlines.remove(place))
        }
        several => {
            let after = last.map_or("nothing".to_owned(), |last| format!("'{}'", last.name));
            let what = format!(
                "the records of {} all follow {after}: history forks",
                several.join(", ")
            );
            findings.add(layout::record(&several[1]), "record-fork", what);
            None
        }
    }
}

/// Says of what is left that the record before it is nowhere.
fn gaps(left: &[Outline], findings: &mut Findings) {
    for outline in left {
        let Some(previous) = outline.record.previous else {
            continue;
        };
        let known = left.iter().any(|other| other.digest == previous);
        let forked = findings.0.iter().any(|finding| finding.rule == "record-fork");
        findings.demand(known || forked, &layout::record(&outline.name), "record-gap", || {
            format!("it names the record {previous} before it, which the store does not have in its place")
        });
    }
}

/// What is not known of an event that cannot be put in its place.
pub(super) fn set_aside(walk: &Walk<'_>, name: &str, report: &mut Report) {
    let what = "its PEM files, staples, signers, pointers and log entries: it did not pass";
    report.not_checked.push(format!("the event '{name}' further, {what}"));
    walk.shelf.explain_under(&format!("events/{name}"));
}

impl Outline {
    /// The roots that the record lists: their stems and fingerprints.
    pub(super) fn roots(&self) -> impl Iterator<Item = (String, Digest)> + '_ {
        self.record.outputs.iter().filter_map(|output| {
            let stem = output.file.strip_prefix("certs/")?.strip_suffix(".der")?;
            let is_root =
                matches!(OutputName::parse(&output.file)?, OutputName::Certificate { name, .. } if name == "root");
            is_root.then(|| (stem.to_owned(), output.fingerprint))
        })
    }

    /// The rules that the record puts into force.
    pub(super) fn adopted(&self) -> impl Iterator<Item = Rules> + '_ {
        self.record.adopted.keys().filter_map(|path| Rules::of(path))
    }
}
