//! Whether a checkpoint is the last one of a log: the largest that is published, remembered beside the old key, and seen by
//! witnesses.

use std::path::Path;

use tlog::{Checkpoint, Policy, VerifierKey, merkle};

use super::Reason;
use crate::append::size;
use crate::error::Error;
use crate::ledger;
use crate::logs::Opened;
use crate::witness::{Ask, Newest, newest};

/// What is known of the end of a log whose key is gone.
pub struct End<'e> {
    /// The log, as published.
    pub log: &'e Opened<'e>,
    /// Its key.
    pub key: &'e VerifierKey,
    /// What became of that.
    pub reason: Reason,
    /// What the key signed, if that is not lost.
    pub state: Option<&'e Path>,
}

/// Checks that the published checkpoint is the last one; says what was compared.
///
/// # Errors
/// It is not one that the policy in force believes, its tree is not whole, or something larger or else is known.
pub fn check(end: &End<'_>, policy: &Policy, ask: &dyn Ask) -> Result<Vec<String>, Error> {
    policy.check(&end.log.signed)?;
    // It ends for good: what cannot be read now never can.
    for entry in end.log.reader.entries() {
        entry?;
    }
    let mut said = Vec::new();
    match end.state {
        Some(path) => check_memory(end, path)?,
        None => said.push("The old key's memory was not compared: --old-state was not given".into()),
    }
    for witness in policy.witnesses() {
        let name = &witness.name;
        said.push(match newest(witness, ask, end.key) {
            Newest::Shown(seen) => check_seen(end, name, &seen)?,
            Newest::Nothing => format!("Witness {name}: it shows no checkpoint of this log"),
            Newest::Unknown(why) => format!("Witness {name}: {}", record::text::plain(&why, 300)),
        });
    }
    Ok(said)
}

/// The old key signed nothing after it.
fn check_memory(end: &End<'_>, path: &Path) -> Result<(), Error> {
    let state = ledger::read(path)?;
    if state.log != end.key.to_string() {
        return Err(Error::ForeignKey {
            path: path.into(),
            found: record::text::plain(&state.log, 120),
            expected: end.key.to_string(),
        });
    }
    if let Some(publication) = state.unfinished() {
        let name = publication.name.clone();
        return Err(Error::Unfinished { name });
    }
    let published = end.log.signed.to_string();
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
fn check_seen(end: &End<'_>, name: &str, seen: &Checkpoint) -> Result<String, Error> {
    let last = end.log.signed.checkpoint();
    let found = match seen.size() > last.size() {
        true => Some(Error::WitnessAhead {
            witness: name.to_owned(),
            theirs: seen.size(),
            ours: last.size(),
        }),
        false => {
            let root = merkle::root(&end.log.reader, seen.size())?;
            (root != *seen.root()).then(|| Error::WitnessForked {
                witness: name.to_owned(),
                size: seen.size(),
                theirs: seen.root().to_string(),
                ours: root.to_string(),
            })
        }
    };
    match (found, end.reason) {
        (None, _) => Ok(format!("Witness {name} has seen {} entries, of this tree", seen.size())),
        (Some(error), Reason::Lost) => Err(error),
        (Some(error), Reason::Stolen) => Ok(format!("STOLEN: {error}. That will not count")),
    }
}

#[cfg(test)]
mod tests;
