//! What the log says of an event: its entries, in order.

use record::Digest;
use record::plan::{LOG_POLICY, POLICY, ROSTER};
use record::published::RecordEntry;
use tlog::{Entry, EntryType};

use crate::{CheckedEvent, EventFiles, layout};

/// One entry that an event makes, and the store's file that it is about.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The file in the store.
    pub file: String,
    /// The entry.
    pub entry: Entry,
}

/// The entries of an event that founds a log, in order.
///
/// # Errors
/// A payload that no entry can hold; none of an event that was checked is one.
pub fn of_event(files: &EventFiles<'_>, event: &CheckedEvent) -> Result<Vec<Expected>, tlog::Error> {
    let inputs = &event.inbound.inputs;
    let mut all = Vec::new();
    let mut add = |file: String, kind: EntryType, payload: &[u8]| -> Result<(), tlog::Error> {
        all.push(Expected {
            file,
            entry: Entry::new(kind, payload)?,
        });
        Ok(())
    };
    add(
        layout::policy(event.inbound.policy.version),
        EntryType::Policy,
        &inputs[POLICY],
    )?;
    add(layout::log_policy(1), EntryType::Policy, &inputs[LOG_POLICY])?;
    add(
        layout::roster(event.inbound.roster.number),
        EntryType::Roster,
        &inputs[ROSTER],
    )?;
    for certificate in &files.certificates {
        add(
            layout::certificate(&certificate.stem()),
            EntryType::Certificate,
            &certificate.der,
        )?;
    }
    for crl in &files.crls {
        add(layout::crl(&crl.issuer, crl.number), EntryType::Crl, &crl.der)?;
    }
    for document in [files.plan, files.journal] {
        add(layout::object(&Digest::of(document)), EntryType::Document, document)?;
    }
    let record = record_payload(files, event);
    add(layout::record(&event.record.event), EntryType::Record, &record)?;
    Ok(all)
}

/// The payload of the entry for an event's record.
#[must_use]
pub fn record_payload(files: &EventFiles<'_>, event: &CheckedEvent) -> Vec<u8> {
    let entry = RecordEntry {
        event: event.record.event.clone(),
        record: Digest::of(files.record),
        countersignatures: files.countersignatures.clone(),
        results: files.results_signature.to_owned(),
    };
    record::cbor::encode(&entry).expect("text and octets are CBOR")
}
