//! HSMs' logs and CloudTrail's put together: a role for each access, and what is missing in sequence numbers.

use std::collections::BTreeMap;

use record::access::{Gap, GapWhat, HsmAccess, Mfa};

use super::Joined;
use super::audit::Entry;
use super::trail::Call;

/// Joins them.
pub(super) fn join(mut entries: Vec<Entry>, calls: &[Call]) -> Joined {
    entries.sort_by(|a, b| (&a.hsm, a.reboot, a.sequence, a.time).cmp(&(&b.hsm, b.reboot, b.sequence, b.time)));
    // The same export may be given twice, or two that overlap.
    entries.dedup();
    let mut calls: Vec<&Call> = calls.iter().collect();
    calls.sort_by_key(|call| call.time);
    let gaps = gaps(&entries);
    let logged = entries.into_iter().map(|entry| access(entry, &calls));
    let called = calls.iter().map(|call| called(call));
    let mut accesses: Vec<HsmAccess> = logged.chain(called).collect();
    accesses.sort();
    Joined { accesses, gaps }
}

/// A call to the cloud's service is an access by itself.
pub(super) fn called(call: &Call) -> HsmAccess {
    HsmAccess {
        time: call.time,
        hsm: call.cluster.clone(),
        sequence: None,
        operation: call.operation.clone(),
        done: call.done,
        user: None,
        role: call.role.clone(),
        mfa: call.mfa,
    }
}

/// An entry with the role of the last call before it; the calls are sorted by time.
pub(super) fn access(entry: Entry, calls: &[&Call]) -> HsmAccess {
    let fits = |call: &&&Call| call.time <= entry.time && entry.time <= call.time.plus(SESSION) && call.role.is_some();
    let call = calls.iter().rev().find(fits);
    HsmAccess {
        time: entry.time,
        hsm: entry.hsm,
        sequence: Some(entry.sequence),
        operation: entry.operation,
        done: entry.done,
        user: entry.user,
        role: call.and_then(|call| call.role.clone()),
        mfa: call.map_or(Mfa::Unknown, |call| call.mfa),
    }
}

/// "There should be no gaps in the Sequence No values." Each HSM counts from 0 on, and again after a restart of the hardware.
/// What is before the first number of a file is in the batch before.
fn gaps(entries: &[Entry]) -> Vec<Gap> {
    let mut last: BTreeMap<(&str, Option<u64>), u64> = BTreeMap::new();
    let mut gaps = Vec::new();
    for entry in entries {
        let before = last.insert((&entry.hsm, entry.reboot), entry.sequence);
        let Some(first) = before
            .map(|before| before.saturating_add(1))
            .filter(|first| *first < entry.sequence)
        else {
            continue;
        };
        gaps.push(Gap {
            time: entry.time,
            what: GapWhat::Sequence,
            count: entry.sequence - first,
            first: Some(first),
            hsm: Some(entry.hsm.clone()),
        });
    }
    gaps
}

/// Seconds that a call to the service is taken for an access after it.
pub(super) const SESSION: u64 = 15 * 60;
