//! A record's entries: the first one with the countersignatures that it needs, and one more for each time that others came later.

use std::collections::BTreeMap;

use record::published::RecordEntry;
use record::{Digest, cbor};
use tlog::entry::Body;
use tlog::{Entry, EntryType};

use super::{Held, Unexplained};
use crate::finding::Findings;
use crate::layout;

/// Takes all entries of an event's record, if they have what the store has, no signature twice; where the first one is.
pub(super) fn take(held: &Held, unexplained: &mut Unexplained, findings: &mut Findings) -> Option<u64> {
    let found = entries(held, unexplained);
    let (first, later) = found.split_first()?;
    if !are_the_stores(held, &first.2, later) {
        return None;
    }
    let (signed, needed) = (first.2.countersignatures.len(), held.event.needed);
    findings.demand(
        signed >= needed,
        &layout::record(&held.name),
        "countersignatures-short",
        || format!("it was published with {signed} countersignatures, and needed {needed}; the others came later"),
    );
    let taken: Vec<_> = found.iter().map(|(_, bytes, _)| unexplained.take(bytes)).collect();
    taken.first().copied().flatten()
}

/// What the entry of a record says.
pub(super) fn record(entry: &Entry) -> Option<RecordEntry> {
    match (entry.kind(), entry.body()) {
        (EntryType::Record, Body::Payload(payload)) => cbor::decode(payload).ok(),
        _ => None,
    }
}

/// The entries of this event's record, in the log's order.
fn entries(held: &Held, unexplained: &Unexplained) -> Vec<(u64, Vec<u8>, RecordEntry)> {
    let read = |(index, entry): (u64, &Entry)| {
        let logged = record(entry)?;
        (logged.event == held.name).then(|| (index, entry.bytes().to_vec(), logged))
    };
    unexplained.of(EntryType::Record).into_iter().filter_map(read).collect()
}

/// The first one has the console's signature, later ones nothing but countersignatures; together they have those of the store.
fn are_the_stores(held: &Held, first: &RecordEntry, later: &[(u64, Vec<u8>, RecordEntry)]) -> bool {
    let files = held.files.files();
    let record = Digest::of(files.record);
    let mut all: BTreeMap<_, _> = first.countersignatures.clone();
    let more = later.iter().all(|(_, _, entry)| {
        let new = entry.countersignatures.iter();
        let mut new = new.map(|(member, signature)| all.insert(member.clone(), signature.clone()).is_none());
        let is_more = entry.record == record && entry.results.is_none() && !entry.countersignatures.is_empty();
        is_more && new.all(|new| new)
    });
    let same = first.record == record && first.results.as_deref() == files.results_signature;
    same && more && all == files.countersignatures
}
