//! What witnesses have seen of the log, asked before anything is signed: whoever rolls back store and ledger together
//! cannot roll back them.

use record::screen::Shown;
use tlog::policy::Witness;
use tlog::{Checkpoint, Policy, SignedCheckpoint, VerifierKey};

use super::{Ask, History, address, say};
use crate::error::Error;

/// The newest checkpoint that a witness shows.
pub enum Newest {
    /// With our key's signature.
    Shown(Checkpoint),
    /// It has none, or does not show it.
    Nothing,
    /// It cannot be asked, or what it shows is no checkpoint of our key's; in words.
    Unknown(String),
}

/// Asks one witness for its newest checkpoint of a log.
pub fn newest(witness: &Witness, ask: &dyn Ask, log: &VerifierKey) -> Newest {
    let answer = address(witness, &tlog::witness::newest(log.name())).and_then(|url| ask.get(&url));
    let answer = match answer {
        Ok(answer) if answer.status == 404 => return Newest::Nothing,
        Ok(answer) if answer.status != 200 => {
            return Newest::Unknown(format!(
                "asked for its newest checkpoint, it answered {}",
                answer.status
            ));
        }
        Ok(answer) => answer,
        Err(why) => return Newest::Unknown(why),
    };
    let signed = SignedCheckpoint::parse(&answer.body);
    match signed.and_then(|signed| Ok(signed.open(log)?.clone())) {
        Ok(checkpoint) => Newest::Shown(checkpoint),
        Err(error) => Newest::Unknown(format!("what it shows is no checkpoint of this log's key: {error}")),
    }
}

/// Refuses to sign `next` if a witness has seen anything that it does not continue, or that we do not remember.
///
/// # Errors
/// A witness that shows a checkpoint of our key beyond the one that `next` continues, or of another tree.
pub fn demand_none_ahead(
    next: &Checkpoint,
    log: &VerifierKey,
    history: &dyn History,
    (policy, ask): (&Policy, &dyn Ask),
    show: &mut dyn FnMut(&Shown),
) -> Result<(), Error> {
    for witness in policy.witnesses() {
        match newest(witness, ask, log) {
            Newest::Nothing => {}
            Newest::Unknown(why) => say(show, &format!("Witness {}: {why}", witness.name)),
            Newest::Shown(seen) => demand_before(&witness.name, &seen, next, history)?,
        }
    }
    Ok(())
}

fn demand_before(witness: &str, seen: &Checkpoint, next: &Checkpoint, history: &dyn History) -> Result<(), Error> {
    let (theirs, ours) = (seen.size(), next.size());
    // The one that is to be signed may have been signed and cosigned already, in an attempt that was cut off.
    if theirs > history.before() && theirs != ours {
        return Err(Error::WitnessAhead {
            witness: witness.into(),
            theirs,
            ours: history.before(),
        });
    }
    let root = history.root(theirs)?;
    match root == *seen.root() {
        true => Ok(()),
        false => Err(Error::WitnessForked {
            witness: witness.into(),
            size: theirs,
            theirs: seen.root().to_string(),
            ours: root.to_string(),
        }),
    }
}
