//! The log's entries: each one explained by a file of the store, and everything that was published in the log.

mod signed;

use std::collections::BTreeMap;

use record::published::RecordEntry;
use record::{Digest, Standing};
use tlog::entry::Body;
use tlog::{Checkpoint, Entry, EntryType, SignedCheckpoint};

use super::Walk;
use super::events::{Events, Held};
use super::log::{Log, file_of};
use super::logs::Logs;
use crate::entries::{self, Expected};
use crate::finding::Findings;
use crate::{Report, layout, log_policies};

/// Where the logs have what the store has, counted through.
pub(super) struct Places {
    /// The first entry of each event, and the last.
    pub events: Vec<Option<(u64, u64)>>,
    /// The entry of each single file.
    pub singles: Vec<Option<u64>>,
}

/// Checks the entries against the events, and the events against the entries; where they are, if every event passed.
pub(super) fn check(
    walk: &Walk<'_>,
    logs: &Logs<'_>,
    events: &Events,
    singles: &[Expected],
    report: &mut Report,
    findings: &mut Findings,
) -> Option<Places> {
    let found = read(walk, logs, findings);
    let entries = crate::count(found.len(), "log entry", "log entries");
    report.checked.push(format!("{entries}: each under the checkpoint"));
    for held in &events.held {
        check_seen(walk, logs, held, &found, findings);
    }
    if !events.whole {
        return None;
    }
    check_openings(logs, &events.held, &found, findings);
    Some(explain(logs, found, &events.held, singles, report, findings))
}

/// What people saw of the log when they planned an event is what the log kept.
fn check_seen(walk: &Walk<'_>, logs: &Logs<'_>, held: &Held, entries: &[(u64, Entry)], findings: &mut Findings) {
    if let Some(standing) = &held.event.inbound.standing {
        let kept = |seen: &Checkpoint| {
            let (before, log) = logs.of_origin(seen.origin())?;
            let bytes = walk.shelf.peek(&log.which.checkpoint_of(seen.size())).ok()??;
            Some((bytes, before))
        };
        if let Some(path) = gone(walk, logs, standing) {
            let what = format!("'{}' was planned after this checkpoint, and it is not there", held.name);
            walk.shelf.miss(&path, &what, findings);
        }
        let seen = crate::check_seen(standing, kept, entries);
        findings.take(seen, &layout::object(&held.event.inbound.digest), "standing-checkpoint");
    }
}

/// The file of a checkpoint that people saw and that is no longer there, though the log was once in that state.
fn gone(walk: &Walk<'_>, logs: &Logs<'_>, standing: &Standing) -> Option<String> {
    let signed = SignedCheckpoint::parse(standing.checkpoint.as_bytes()).ok()?;
    let seen = signed.checkpoint();
    let (_, log) = logs.of_origin(seen.origin())?;
    let path = log.which.checkpoint_of(seen.size());
    let was = seen.size() <= log.size && log.reader.check_continues(seen).is_ok();
    (was && !walk.shelf.has(&path)).then_some(path)
}

/// A log that follows a frozen one begins with the record of the event that opened it.
fn check_openings(logs: &Logs<'_>, events: &[Held], entries: &[(u64, Entry)], findings: &mut Findings) {
    for (first, log) in logs.iter().filter(|(_, log)| log.which.number > 1) {
        let opens = |held: &Held| log_policies::opened(&held.event.inbound, &held.event.record) == Some(log.which);
        let entry = entries
            .iter()
            .find(|(place, _)| *place == first)
            .map(|(_, entry)| entry);
        let event = entry.and_then(signed::record).map(|record| record.event);
        let right = events
            .iter()
            .any(|held| opens(held) && Some(&held.name) == event.as_ref());
        findings.demand(right, &logs.name(first), "log-opening", || {
            format!("{} does not begin with the record of an event that opens it", log.which)
        });
    }
}

fn explain(
    logs: &Logs<'_>,
    found: Vec<(u64, Entry)>,
    events: &[Held],
    singles: &[Expected],
    report: &mut Report,
    findings: &mut Findings,
) -> Places {
    let mut unexplained = Unexplained::default();
    for (index, entry) in found {
        unexplained
            .0
            .entry(entry.bytes().to_vec())
            .or_default()
            .push((index, entry));
    }
    let (mut places, mut before) = (Vec::new(), None);
    for held in events {
        let place = take_event(held, before, &mut unexplained, findings);
        places.push(place);
        before = before.max(place.map(|(_, last)| last));
    }
    let singles = singles.iter().map(|one| take_single(one, &mut unexplained, findings));
    let places = Places {
        singles: singles.collect(),
        events: places,
    };
    for (index, entry) in unexplained.0.into_values().flatten() {
        let file = logs.name(index);
        match entry.kind() {
            EntryType::Record => check_record(&file, &entry, events, findings),
            kind => findings.add(
                file,
                "entry-unexplained",
                format!("an entry of type '{kind}' that no event of the store explains"),
            ),
        }
    }
    report
        .checked
        .push("log and store agree: each entry is explained by files, and all that was made is logged".into());
    places
}

/// Entries that nothing has explained yet, by their bytes.
#[derive(Default)]
struct Unexplained(BTreeMap<Vec<u8>, Vec<(u64, Entry)>>);

impl Unexplained {
    /// All of a type, in the log's order.
    fn of(&self, kind: EntryType) -> Vec<(u64, &Entry)> {
        let all = self.0.values().flatten();
        let mut all: Vec<_> = all
            .filter(|(_, entry)| entry.kind() == kind)
            .map(|(index, entry)| (*index, entry))
            .collect();
        all.sort_unstable_by_key(|(index, _)| *index);
        all
    }

    /// Takes the first entry with these bytes.
    fn take(&mut self, bytes: &[u8]) -> Option<u64> {
        let same = self.0.get_mut(bytes)?;
        (!same.is_empty()).then(|| same.remove(0).0)
    }
}

/// All entries in order, as far as they can be read; objects that they refer to are checked.
fn read(walk: &Walk<'_>, logs: &Logs<'_>, findings: &mut Findings) -> Vec<(u64, Entry)> {
    logs.iter().flat_map(|of| read_one(walk, logs, of, findings)).collect()
}

fn read_one(
    walk: &Walk<'_>,
    logs: &Logs<'_>,
    (first, log): (u64, &Log<'_>),
    findings: &mut Findings,
) -> Vec<(u64, Entry)> {
    let mut entries = Vec::new();
    for (index, bytes) in (first..).zip(log.reader.entries()) {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                findings.add(file_of(log.which, &error), "log-tiles", error);
                break;
            }
        };
        let file = logs.name(index);
        let Some(entry) = findings.take(Entry::parse(&bytes), &file, "entry-malformed") else {
            continue;
        };
        if let Body::Reference(reference) = entry.body() {
            let path = reference.path().trim_start_matches('/').to_owned();
            let object = walk.shelf.read(&path, findings);
            object.map(|object| findings.take(reference.check(&object), &path, "object-differs"));
        }
        entries.push((index, entry));
    }
    entries
}

/// Finds what one event made, in the order in which it is logged, after what events before it made; the first index and the
/// last.
fn take_event(
    held: &Held,
    before: Option<u64>,
    unexplained: &mut Unexplained,
    findings: &mut Findings,
) -> Option<(u64, u64)> {
    let (file, mut place, mut latest) = (layout::record(&held.name), None, before);
    let expected = entries::of_event(&held.files.files(), &held.event);
    let expected = findings.take(expected, &file, "not-logged")?;
    for Expected { file, entry } in expected {
        let taken = match entry.kind() {
            EntryType::Record => signed::take(held, unexplained, findings),
            _ => unexplained.take(entry.bytes()),
        };
        match taken {
            Some(index) => {
                findings.demand(latest < Some(index), &file, "log-order", || {
                    format!("entry {index} is logged before what it rests on")
                });
                latest = latest.max(Some(index));
                place = place.map_or(Some((index, index)), |(first, last): (u64, u64)| {
                    Some((first.min(index), last.max(index)))
                });
            }
            // A record's entries may differ in their countersignatures: that is told from the log's side.
            None => findings.add(
                file,
                "not-logged",
                format!("the log has no entry of type '{}' for it", entry.kind()),
            ),
        }
    }
    place
}

/// A file that no event made is logged by itself; where.
fn take_single(expected: &Expected, unexplained: &mut Unexplained, findings: &mut Findings) -> Option<u64> {
    let logged = unexplained.take(expected.entry.bytes());
    findings.demand(logged.is_some(), &expected.file, "not-logged", || {
        "the log has no entry for it".to_owned()
    });
    logged
}

/// A record's entry that is not the one expected: says in which file the difference is.
fn check_record(file: &str, entry: &Entry, events: &[Held], findings: &mut Findings) {
    let Body::Payload(payload) = entry.body() else {
        return findings.add(file, "entry-unexplained", "the entry of a record refers to an object");
    };
    let Some(logged) = findings.take(record::cbor::decode::<RecordEntry>(payload), file, "entry-malformed") else {
        return;
    };
    let Some(held) = events.iter().find(|held| held.name == logged.event) else {
        let what = format!(
            "the record of the event '{}', which the store does not show",
            logged.event
        );
        return findings.add(file, "entry-unexplained", what);
    };
    let (files, name) = (held.files.files(), &held.name);
    findings.demand(
        logged.record == Digest::of(files.record),
        &layout::record(name),
        "record-replaced",
        || format!("the log has the record {}", logged.record),
    );
    findings.demand(
        logged.results.as_deref() == files.results_signature,
        &layout::results_signature(name),
        "record-replaced",
        || "the log has another signature of the console".into(),
    );
    let members = logged.countersignatures.keys().chain(files.countersignatures.keys());
    for member in members.filter(|member| logged.countersignatures.get(*member) != files.countersignatures.get(*member))
    {
        let path = layout::countersignature(name, member);
        let what = match (
            logged.countersignatures.contains_key(member),
            files.countersignatures.contains_key(member),
        ) {
            (true, false) => "the log has it, and the store no longer shows it",
            (false, true) => "the store shows it, and the log does not have it",
            _ => "the log has another one",
        };
        findings.add(path, "countersignature-differs", what);
    }
    findings.add(
        file,
        "entry-unexplained",
        "the entry of this record is not what the store's files say",
    );
}
