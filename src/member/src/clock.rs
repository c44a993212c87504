//! This machine's clock beside the console's: what is said by a wrong one, the console refuses, and so would everybody who
//! checks the record.

use record::plan::Inbound;
use record::{Bytes, Time};
use x509::Crl;

use crate::error::Error;

/// How far the console's clock and a member's may be apart, in seconds.
pub const SKEW: u64 = 300;

/// Refuses to sign with a clock that is behind what is answered.
///
/// # Errors
/// By this clock, what the console wrote at `at` is of the future.
pub fn demand_not_behind(now: Time, at: Time, what: &'static str) -> Result<(), Error> {
    match is_ahead(at, now) {
        false => Ok(()),
        true => Err(Error::ClockBehind { now, at, what }),
    }
}

/// The same with a plan, which was made after the newest revocation list that it stands on. Before the first there is none.
///
/// # Errors
/// By this clock, that list is of the future.
pub fn demand_not_before(now: Time, inbound: &Inbound) -> Result<(), Error> {
    let lists = inbound.standing.iter().flat_map(|standing| &standing.crls);
    let made = lists.filter_map(|list| made(&list.der)).max();
    match made {
        Some(at) => demand_not_behind(now, at, "a revocation list that the plan stands on"),
        None => Ok(()),
    }
}

fn made(der: &Bytes) -> Option<Time> {
    let list = Crl::parse(der).ok()?;
    u64::try_from(list.tbs().this_update().0).ok().map(Time)
}

/// Whether somebody's word of that time is of the future by this clock: the console takes none.
#[must_use]
pub fn is_ahead(at: Time, now: Time) -> bool {
    now.plus(SKEW) < at
}
