//! Whether a checkpoint is the last one of a log: the largest that is published, remembered beside the old key, and seen by
//! witnesses.

use std::path::Path;

use record::screen::Shown;
use tlog::policy::Witness;
use tlog::{Checkpoint, Policy, VerifierKey, merkle};

use super::Reason;
use crate::append::size;
use crate::error::Error;
use crate::logs::Opened;
use crate::witness::http::Network;
use crate::witness::{Newest, newest};
use crate::{ledger, terminal};

/// Checks the published checkpoint of a log whose key is gone.
///
/// # Errors
/// It is not one that the policy in force believes, its tree is not whole, or something larger or else is known.
pub fn check(
    log: &Opened<'_>,
    policy: &Policy,
    key: &VerifierKey,
    (reason, state): (Reason, Option<&Path>),
) -> Result<(), Error> {
    policy.check(&log.signed)?;
    // It ends for good: what cannot be read now never can.
    for entry in log.reader.entries() {
        entry?;
    }
    match state {
        Some(path) => check_memory(log, key, path)?,
        None => say("The old key's memory was not compared: it was not given (--old-state)"),
    }
    for witness in policy.witnesses() {
        match newest(witness, &Network::new(), key) {
            Newest::Shown(seen) => check_seen(log, witness, &seen, reason)?,
            Newest::Nothing => say(&format!("Witness {}: it shows no checkpoint of this log", witness.name)),
            Newest::Unknown(why) => {
                let why = record::text::plain(&why, 300);
                say(&format!("Witness {}: {why}", witness.name));
            }
        }
    }
    Ok(())
}

/// The old key signed nothing after it.
fn check_memory(log: &Opened<'_>, key: &VerifierKey, path: &Path) -> Result<(), Error> {
    let state = ledger::read(path)?;
    if state.log != key.to_string() {
        return Err(Error::ForeignKey {
            path: path.into(),
            found: record::text::plain(&state.log, 120),
            expected: key.to_string(),
        });
    }
    if let Some(publication) = state.unfinished() {
        let name = publication.name.clone();
        return Err(Error::Unfinished { name });
    }
    let published = log.signed.to_string();
    match state.checkpoint.as_deref() == Some(published.as_str()) {
        true => Ok(()),
        false => Err(Error::CheckpointDiffers {
            published: size(Some(published.as_bytes())),
            signed: size(state.checkpoint.as_deref().map(str::as_bytes)),
        }),
    }
}

/// No witness has seen more, or another tree. Whoever stole the key can have had a larger tree cosigned: then it is told, for
/// nothing in it will count.
fn check_seen(log: &Opened<'_>, witness: &Witness, seen: &Checkpoint, reason: Reason) -> Result<(), Error> {
    let (name, last) = (&witness.name, log.signed.checkpoint());
    let found = match seen.size() > last.size() {
        true => Some(Error::WitnessAhead {
            witness: name.clone(),
            theirs: seen.size(),
            ours: last.size(),
        }),
        false => {
            let root = merkle::root(&log.reader, seen.size())?;
            (root != *seen.root()).then(|| Error::WitnessForked {
                witness: name.clone(),
                size: seen.size(),
                theirs: seen.root().to_string(),
                ours: root.to_string(),
            })
        }
    };
    match (found, reason) {
        (None, _) => say(&format!(
            "Witness {name} has seen {} entries, of this tree",
            seen.size()
        )),
        (Some(error), Reason::Lost) => return Err(error),
        (Some(error), Reason::Stolen) => say(&format!("STOLEN: {error}. It will not count")),
    }
    Ok(())
}

fn say(text: &str) {
    terminal::show(&Shown::Said { text: text.into() });
}
