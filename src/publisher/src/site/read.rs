//! Reads an event from the store, from what the log says of it.

use std::collections::BTreeSet;

use record::access::AccessEntry;
use record::messages::Refusal;
use record::plan::Inbound;
use record::published::{RecordEntry, RefusalEntry};
use record::record::Record;
use record::{Bundle, Digest, bundle, cbor};
use tlog::{Entry, entry};
use verifier::access::Access;
use verifier::brought;
use verifier::explained;
use verifier::layout::{self, OutputName};

use super::{Batch, Certificate, Crl, Event, Refused};
use crate::error::Error;
use crate::store::{Source, demand};

impl Event {
    /// Reads the event of which the log says this.
    fn read(store: &dyn Source, logged: RecordEntry) -> Result<Self, Error> {
        let failed = |path: &str, what: &dyn ToString| Error::Page {
            path: path.into(),
            what: what.to_string(),
        };
        let path = layout::record(&logged.event);
        let bytes = demand(store, &path)?;
        let (_, _, rehearsal) = bundle::peek(&bytes).map_err(|error| failed(&path, &error))?;
        let record = Bundle::<Record>::decode_marked(&bytes, rehearsal).map_err(|error| failed(&path, &error))?;
        let plan = layout::object(&record.plan);
        let inbound = Inbound::open(&demand(store, &plan)?).map_err(|error| failed(&plan, &error))?;
        let (mut certificates, mut crls) = (Vec::new(), Vec::new());
        for output in &record.outputs {
            let der = demand(store, &output.file)?;
            let failed = |what: &dyn ToString| failed(&output.file, what);
            match OutputName::parse(&output.file).ok_or_else(|| failed(&"no name of a certificate or list"))? {
                OutputName::Certificate { name, number } => {
                    let x509 = x509::Certificate::parse(&der).map_err(|error| failed(&error))?;
                    certificates.push(Certificate { name, number, x509 });
                }
                OutputName::Crl { .. } => {
                    let x509 = x509::Crl::parse(&der).map_err(|error| failed(&error))?;
                    crls.push(Crl {
                        path: output.file.clone(),
                        x509,
                    });
                }
            }
        }
        let rules = brought::rules_of(&inbound, &record);
        let documents = brought::documents_of(&inbound, &record);
        Ok(Self {
            digest: Digest::of(&bytes),
            rules: rules.into_iter().map(|(rules, _)| rules).collect(),
            documents: documents.into_iter().map(|(name, _)| name.to_owned()).collect(),
            record,
            inbound,
            logged,
            certificates,
            crls,
            logins: BTreeSet::new(),
        })
    }
}

/// Takes an entry of a record: a new event's, or countersignatures that came later. What it is, and its page.
pub(super) fn take_record(
    store: &dyn Source,
    entry: &Entry,
    events: &mut Vec<Event>,
) -> Result<(String, String), Error> {
    let payload = payload(store, entry)?;
    let logged: RecordEntry = cbor::decode(&payload).map_err(|error| unreadable(&error))?;
    let page = layout::event_page(&logged.event);
    match events.iter_mut().find(|event| event.logged.event == logged.event) {
        Some(event) => {
            let what = format!("later signatures of the record of {}", logged.event);
            event.logged.countersignatures.extend(logged.countersignatures);
            Ok((what, page))
        }
        None => {
            let what = format!("the record of {}", logged.event);
            events.push(Event::read(store, logged)?);
            Ok((what, page))
        }
    }
}

/// The refusal of an entry, which so many are before.
pub(super) fn refusal(store: &dyn Source, entry: &Entry, before: usize) -> Result<Refused, Error> {
    let logged: RefusalEntry = cbor::decode(&payload(store, entry)?).map_err(|error| unreadable(&error))?;
    let read = Bundle::<Refusal>::decode(&logged.refusal).map_err(|error| unreadable(&error))?;
    Ok(Refused {
        path: layout::refusal(u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)),
        refusal: read.body,
    })
}

/// The batch of an entry.
pub(super) fn batch(store: &dyn Source, entry: &Entry) -> Result<Batch, Error> {
    let logged: AccessEntry = cbor::decode(&payload(store, entry)?).map_err(|error| unreadable(&error))?;
    let (.., rehearsal) = bundle::peek(&logged.batch).map_err(|error| unreadable(&error))?;
    let access = Access::read(&logged.batch, rehearsal).map_err(|error| unreadable(&error))?;
    Ok(Batch { access })
}

/// Reads of each event's journal whom it logged in.
pub(super) fn logins(store: &dyn Source, events: &mut [Event]) -> Result<(), Error> {
    for event in events {
        event.logins = explained::logins(&demand(store, &layout::object(&event.record.journal))?);
    }
    Ok(())
}

fn unreadable(what: &dyn ToString) -> Error {
    Error::Page {
        path: "the log's entry".into(),
        what: what.to_string(),
    }
}

/// An entry's payload, wherever it is kept.
fn payload(store: &dyn Source, entry: &Entry) -> Result<Vec<u8>, Error> {
    match entry.body() {
        entry::Body::Payload(payload) => Ok(payload.clone()),
        entry::Body::Reference(reference) => {
            let object = demand(store, reference.path().trim_start_matches('/'))?;
            reference.check(&object)?;
            Ok(object)
        }
    }
}
