//! Whether an event has its place after those in the store: what is published once cannot be taken back.

use record::Time;
use tlog::{Checkpoint, Entry};
use verifier::layout::Series;
use verifier::{CheckedEvent, Finding, check_place, check_seen, layout};

use crate::error::Error;
use crate::logs::{self, Opened};
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
        let logs = logs::open(store, Series::Main)?;
        let kept = |seen: &Checkpoint| kept(store, &logs, seen);
        if let Err(what) = check_seen(standing, kept, &entries(&logs)?) {
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

/// What the store keeps as the checkpoint of that log and size, and how many entries the logs before it have.
fn kept(store: &dyn Source, logs: &[Opened<'_>], seen: &Checkpoint) -> Option<(Vec<u8>, u64)> {
    let of = |log: &Opened<'_>| log.signed.checkpoint().origin() == seen.origin();
    let place = logs.iter().position(of)?;
    let before = logs[..place].iter().map(|log| log.signed.checkpoint().size()).sum();
    let bytes = store.read(&logs[place].which.checkpoint_of(seen.size())).ok()??;
    Some((bytes, before))
}

/// The logs' entries, by the checkpoints in the store; whether the newest is the one that the key signed is asked later.
fn entries(logs: &[Opened<'_>]) -> Result<Vec<(u64, Entry)>, Error> {
    let entries = (0..).zip(logs.iter().flat_map(|log| log.reader.entries()));
    entries
        .map(|(index, bytes)| Ok((index, Entry::parse(&bytes?)?)))
        .collect()
}
