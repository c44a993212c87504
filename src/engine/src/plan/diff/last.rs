//! The last event of a kind, by what stands before a plan and by the public store.

use std::path::Path;

use record::plan::Inbound;
use record::record::Record;
use record::standing::Past;
use record::{Bundle, Digest, cbor, text};

use super::Side;
use crate::error::Error;
use crate::files;

/// The plan of the newest event of the same kind. Record and plan are those that the standing's digests name, so that it
/// does not matter where the store's folder comes from.
pub fn of_its_kind(side: &Side, path: &Path, store: &Path) -> Result<Side, Error> {
    let past = newest(&side.inbound)?;
    let event = text::plain(&past.event, 63);
    if !text::is_name(&past.event) {
        return Err(changed(path, format!("'{event}' is not a name for an event")));
    }
    let record = store.join("events").join(&past.event).join("record.cbor");
    let bytes = files::read(&record, cbor::BUNDLE_LIMIT)?;
    let name = record.display().to_string();
    if Digest::of(&bytes) != past.record {
        return Err(changed(
            &record,
            format!("this is not the record of {event} that the plan's standing.cbor names"),
        ));
    }
    let record: Record =
        Bundle::decode_marked(&bytes, side.inbound.plan.rehearsal).map_err(|e| Error::input(name, e))?;
    let object = store.join("objects/sha256").join(record.plan.hex());
    let bytes = files::read(&object, cbor::BUNDLE_LIMIT)?;
    if Digest::of(&bytes) != record.plan {
        return Err(changed(&object, "its name is not its digest".into()));
    }
    Side::read(&object.display().to_string(), &bytes)
}

fn newest(inbound: &Inbound) -> Result<&Past, Error> {
    let kind = inbound.plan.kind;
    let mut events = inbound.standing.iter().flat_map(|standing| &standing.events);
    events
        .rfind(|past| past.kind == kind.name())
        .ok_or_else(|| Error::Usage {
            what: format!("there was no event of the kind {kind} before this one"),
            hint: "name a second bundle to compare with, or look at this one with `ceremony plan show`".into(),
        })
}

fn changed(path: &Path, what: String) -> Error {
    let file = "the store";
    Error::input(path.display().to_string(), record::Error::Invalid { file, what })
}
