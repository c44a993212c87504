//! What is in force: what the store's events left behind, and the numbered files that it names by their digests.

use record::{Digest, Policy, Roster, Standing, Time};
use verifier::layout;

use crate::error::Error;
use crate::store::{Source, read};

/// What stands after the store's last event.
///
/// # Errors
/// There is none, or something is wrong with one.
pub fn standing(store: &dyn Source, rehearsal: bool, now: Time) -> Result<Standing, Error> {
    let past = verifier::past(store, NO_EVENT, rehearsal, now).map_err(Error::Findings)?;
    past.ok_or(Error::NothingStands)
}

/// The policy in force.
///
/// # Errors
/// It is not there, or no policy.
pub fn policy(store: &dyn Source, standing: &Standing) -> Result<Policy, Error> {
    let (path, bytes) = numbered(store, layout::policy, standing.policy)?;
    Policy::parse(&bytes).map_err(|error| wrong(path, &error))
}

/// The roster in force.
///
/// # Errors
/// It is not there, or no roster.
pub fn roster(store: &dyn Source, standing: &Standing, rehearsal: bool) -> Result<Roster, Error> {
    let (path, bytes) = numbered(store, layout::roster, standing.roster)?;
    Roster::open(&bytes, rehearsal).map_err(|error| wrong(path, &error))
}

/// The log policy in force, as its file has it.
///
/// # Errors
/// It is not there.
pub fn log_policy(store: &dyn Source, standing: &Standing) -> Result<Vec<u8>, Error> {
    numbered_log_policy(store, standing).map(|(_, bytes)| bytes)
}

/// The same, with its path.
///
/// # Errors
/// It is not there.
pub fn numbered_log_policy(store: &dyn Source, standing: &Standing) -> Result<(String, Vec<u8>), Error> {
    numbered(store, layout::log_policy, standing.log_policy)
}

/// The numbered file with this digest, and its path.
fn numbered(store: &dyn Source, path: fn(u32) -> String, digest: Digest) -> Result<(String, Vec<u8>), Error> {
    for number in 1.. {
        let path = path(number);
        let Some(bytes) = read(store, &path)? else {
            return Err(wrong(path, &"no file of this kind is the one in force"));
        };
        if Digest::of(&bytes) == digest {
            return Ok((path, bytes));
        }
    }
    Err(Error::NothingStands)
}

fn wrong(path: String, what: &dyn ToString) -> Error {
    Error::Page {
        path,
        what: what.to_string(),
    }
}

/// No event has this name.
const NO_EVENT: &str = "";
