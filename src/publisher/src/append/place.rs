//! Whether an event has its place after those in the store: what is published once cannot be taken back.

use record::Time;
use tlog::{Entry, SignedCheckpoint, TileReader};
use verifier::layout::Log;
use verifier::{CheckedEvent, Finding, check_place, check_seen, layout};

use super::grow::InLog;
use crate::error::Error;
use crate::outbound::Outbound;
use crate::store::{Source, read};

/// Checks the event against the events that are published.
///
/// # Errors
/// It is published already, or findings, in the store's events or in this one's place.
pub fn check(store: &dyn Source, outbound: &Outbound, event: &CheckedEvent, now: Time) -> Result<(), Error> {
    let (name, rehearsal) = (&event.record.event, event.inbound.plan.rehearsal);
    if read(store, &layout::record(name))?.is_some() {
        return Err(Error::Published { event: name.clone() });
    }
    let past = verifier::past(store, name, rehearsal, now).map_err(Error::Findings)?;
    let mut findings = check_place(&outbound.files(), event, past.as_ref());
    if let Some(standing) = &event.inbound.standing {
        let kept = |size| store.read(&Log::MAIN.checkpoint_of(size)).ok().flatten();
        if let Err(what) = check_seen(standing, kept, &entries(store)?) {
            findings.push(Finding {
                file: layout::object(&event.inbound.digest),
                rule: "standing-checkpoint",
                what,
            });
        }
    }
    match findings.is_empty() {
        true => Ok(()),
        false => Err(Error::Findings(findings)),
    }
}

/// The log's entries, by the checkpoint in the store; whether that is the one that the key signed is asked later.
fn entries(store: &dyn Source) -> Result<Vec<(u64, Entry)>, Error> {
    let Some(checkpoint) = read(store, &Log::MAIN.checkpoint())? else {
        return Ok(Vec::new());
    };
    let signed = SignedCheckpoint::parse(&checkpoint)?;
    let reader = TileReader::open(InLog(store, Log::MAIN), signed.checkpoint())?;
    let entries = (0..).zip(reader.entries());
    entries
        .map(|(index, bytes)| Ok((index, Entry::parse(&bytes?)?)))
        .collect()
}
