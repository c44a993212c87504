//! What the log says of an event: its entries, in order.

use record::Digest;
use record::published::RecordEntry;
use tlog::{Entry, EntryType};

use crate::layout::{self, Rules};
use crate::{CheckedEvent, EventFiles, brought, log_policies};

/// One entry that an event makes, and the store's file that it is about.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The file in the store.
    pub file: String,
    /// The entry.
    pub entry: Entry,
}

/// The entries of an event, in order: what comes into force, what was made, what is published, and the record. In an event that
/// opens a log the record comes first: it says with which checkpoint the log before ended.
///
/// # Errors
/// A payload that no entry can hold; none of an event that was checked is one.
pub fn of_event(files: &EventFiles<'_>, event: &CheckedEvent) -> Result<Vec<Expected>, tlog::Error> {
    let mut all = Vec::new();
    let mut add = |file: String, kind: EntryType, payload: &[u8]| -> Result<(), tlog::Error> {
        all.push(Expected {
            file,
            entry: Entry::new(kind, payload)?,
        });
        Ok(())
    };
    for (rules, bytes) in brought::rules(event) {
        let kind = match rules {
            Rules::Roster(_) => EntryType::Roster,
            Rules::Policy(_) | Rules::LogPolicy(_) => EntryType::Policy,
        };
        add(rules.path(), kind, bytes)?;
    }
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
    for (name, document) in brought::documents(event) {
        add(layout::document(name), EntryType::Document, document)?;
    }
    let record = record_payload(files, event);
    add(layout::record(&event.record.event), EntryType::Record, &record)?;
    if log_policies::opened(&event.inbound, &event.record).is_some() {
        all.rotate_right(1);
    }
    Ok(all)
}

/// The payload of the entry for an event's record.
#[must_use]
pub fn record_payload(files: &EventFiles<'_>, event: &CheckedEvent) -> Vec<u8> {
    let entry = RecordEntry {
        event: event.record.event.clone(),
        record: Digest::of(files.record),
        countersignatures: files.countersignatures.clone(),
        results: files.results_signature.map(str::to_owned),
    };
    record::cbor::encode(&entry).expect("text and octets are CBOR")
}
