//! An event's place among the others: it was planned on what stood before it, after a checkpoint that the log kept, and
//! gives no name again.

use record::published::RecordEntry;
use record::standing::Past;
use record::{Standing, cbor};
use tlog::entry::Body;
use tlog::{Checkpoint, Entry, EntryType, SignedCheckpoint};

use crate::finding::Findings;
use crate::{CheckedEvent, EventFiles, Finding, layout, standing};

/// Checks an event against what stood before it, as the events before it have it; what is wrong.
#[must_use]
pub fn check_place(files: &EventFiles<'_>, event: &CheckedEvent, past: Option<&Standing>) -> Vec<Finding> {
    let mut findings = Findings::default();
    let file = layout::object(&event.inbound.digest);
    let differs = match (&event.inbound.standing, past) {
        (None, None) => None,
        (Some(found), Some(past)) => standing::difference(found, past)
            .map(|what| format!("its standing.cbor has other {what} than the events before it leave behind")),
        (Some(_), None) => Some("its standing.cbor tells of events before it, and there are none".into()),
        (None, Some(_)) => Some("it has no standing.cbor, as if no event had been before it".into()),
    };
    if let Some(what) = differs {
        findings.add(&file, "standing-differs", what);
    }
    if let Some(past) = past {
        check_names(files, event, past, &mut findings);
    }
    findings.0
}

/// Names of files are given once.
fn check_names(files: &EventFiles<'_>, event: &CheckedEvent, past: &Standing, findings: &mut Findings) {
    let name = &event.record.event;
    let same = past.events.iter().any(|before| before.event == *name);
    findings.demand(!same, &layout::record(name), "name-taken", || {
        "an event before it has its name".into()
    });
    for stem in files.certificates.iter().map(|issued| issued.stem()) {
        let free = past.certificate(&stem).is_none();
        findings.demand(free, &layout::certificate(&stem), "name-taken", || {
            format!("'{name}' makes it, and an event before had made it")
        });
    }
    for crl in &files.crls {
        let before = past.crl(&crl.issuer).map_or(0, |before| before.number);
        let file = layout::crl(&crl.issuer, crl.number);
        findings.demand(crl.number > before, &file, "name-taken", || {
            format!("'{name}' makes it, and an event before had made list {before} of the same issuer")
        });
    }
}

/// Checks the checkpoint that people saw when they planned an event: the log kept it, with whosever cosignatures, and it covers the
/// event before.
///
/// `kept` gives what the store keeps as the checkpoint of that log and size, and how many entries the logs before it have;
/// `entries` are those of all logs, counted through.
///
/// # Errors
/// In words, what does not fit.
pub fn check_seen(
    standing: &Standing,
    kept: impl FnOnce(&Checkpoint) -> Option<(Vec<u8>, u64)>,
    entries: &[(u64, Entry)],
) -> Result<(), String> {
    let signed = SignedCheckpoint::parse(standing.checkpoint.as_bytes());
    let signed = signed.map_err(|error| format!("the checkpoint in its standing.cbor: {error}"))?;
    let size = signed.checkpoint().size();
    // The text binds origin, size and tree; a witness asked again signs it with another time.
    let is_same =
        |bytes: &[u8]| SignedCheckpoint::parse(bytes).is_ok_and(|kept| kept.note().text() == signed.note().text());
    let kept = kept(signed.checkpoint()).filter(|(bytes, _)| is_same(bytes));
    let Some((_, before)) = kept else {
        return Err(format!(
            "the checkpoint of {size} entries in its standing.cbor is not the one that the log kept"
        ));
    };
    let Some(last) = standing.events.last() else {
        return Ok(());
    };
    match entries
        .iter()
        .any(|(place, entry)| *place < before.saturating_add(size) && is_record(entry, last))
    {
        true => Ok(()),
        false => Err(format!(
            "the checkpoint of {size} entries in its standing.cbor does not cover '{}', the event before it",
            last.event
        )),
    }
}

fn is_record(entry: &Entry, past: &Past) -> bool {
    let logged = match entry.body() {
        Body::Payload(payload) if entry.kind() == EntryType::Record => cbor::decode::<RecordEntry>(payload).ok(),
        _ => None,
    };
    logged.is_some_and(|logged| logged.event == past.event && logged.record == past.record)
}
