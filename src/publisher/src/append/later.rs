//! Countersignatures that come after their record was published: one more entry of the log for the same event.

use std::collections::BTreeMap;

use record::published::RecordEntry;
use record::screen::Shown;
use record::{Digest, cbor};
use tlog::{Entry, EntryType};
use verifier::entries::Expected;
use verifier::{check_event, layout};

use crate::desk::Desk;
use crate::error::Error;
use crate::outbound::Outbound;
use crate::publication::Publication;
use crate::store::{Source, read};
use crate::{in_force, terminal};

/// What is new among the countersignatures of a record that is published as it is; none of one that is not.
///
/// # Errors
/// Another record of this event is published, or a member signed it twice in different ways.
pub fn new(store: &dyn Source, outbound: &Outbound) -> Result<Option<BTreeMap<String, String>>, Error> {
    let event = &outbound.results.event;
    let Some(record) = read(store, &layout::record(event))? else {
        return Ok(None);
    };
    if *record != *outbound.results.record {
        return Err(Error::Published { event: event.clone() });
    }
    let mut new = outbound.countersignatures.clone();
    for (member, signature) in published(store, event)? {
        match new.remove(&member) {
            Some(other) if other != signature => {
                let path = layout::countersignature(event, &member);
                return Err(Error::OtherBytes { path });
            }
            _ => {}
        }
    }
    match new.is_empty() {
        true => Err(Error::Published { event: event.clone() }),
        false => Ok(Some(new)),
    }
}

/// Checks the event with these and those that are published, and publishes these.
///
/// # Errors
/// Findings, or a store that fails.
pub fn publish(desk: Desk, mut outbound: Outbound, new: BTreeMap<String, String>) -> Result<(), Error> {
    let event = outbound.results.event.clone();
    outbound.countersignatures = published(&desk.store, &event)?;
    outbound.countersignatures.extend(new.clone());
    check_event(&outbound.files(), desk.rehearsal(), desk.now).map_err(Error::Findings)?;
    let standing = in_force::standing(&desk.store, desk.rehearsal(), desk.now)?;
    let policy = desk.policy(&in_force::log_policy(&desk.store, &standing)?)?;
    let publication = publication(&outbound, &event, new)?;
    terminal::show(&Shown::Heading {
        title: format!("Publishing {}", publication.event),
    });
    desk.publish(&publication, &policy)
}

fn publication(outbound: &Outbound, event: &str, new: BTreeMap<String, String>) -> Result<Publication, Error> {
    let members: Vec<&str> = new.keys().map(String::as_str).collect();
    let name = format!("countersignatures of {event} by {}", members.join(", "));
    let signatures = new.iter();
    let files = signatures.map(|(member, text)| (layout::countersignature(event, member), text.clone().into_bytes()));
    let files = files.collect();
    let payload = RecordEntry {
        event: event.to_owned(),
        record: Digest::of(&outbound.results.record),
        countersignatures: new,
        results: None,
    };
    let payload = cbor::encode(&payload).expect("text and octets are CBOR");
    Ok(Publication {
        event: name,
        results: Digest::of(&payload),
        entries: vec![Expected {
            file: layout::record(event),
            entry: Entry::new(EntryType::Record, &payload)?,
        }],
        files,
        certificates: Vec::new(),
        crls: Vec::new(),
    })
}

/// The countersignatures that the store has of an event.
fn published(store: &dyn Source, event: &str) -> Result<BTreeMap<String, String>, Error> {
    let failed = |path: &str, cause| Error::Store {
        path: path.into(),
        cause,
    };
    let listed = store.list().map_err(|cause| failed("events", cause))?;
    let mut found = BTreeMap::new();
    for path in listed {
        let member = path.rsplit('/').next().and_then(|name| name.strip_suffix(".sig"));
        let Some(member) = member.filter(|member| layout::countersignature(event, member) == path) else {
            continue;
        };
        let text = read(store, &path)?.and_then(|bytes| String::from_utf8(bytes).ok());
        found.insert(
            member.to_owned(),
            text.ok_or_else(|| Error::Page {
                path: path.clone(),
                what: "it is no armoured signature".into(),
            })?,
        );
    }
    Ok(found)
}
