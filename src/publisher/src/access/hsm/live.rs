//! HSMs' logs and CloudTrail's put together as they arrive: what a role was called by is known only as far as it has come.

use std::collections::VecDeque;

use record::Time;
use record::access::{Gap, GapWhat};
use serde::{Deserialize, Serialize};

use super::Joined;
use super::audit::Entry;
use super::joined::{SESSION, access, called};
use super::trail::Call;

/// What a log brought and nobody has looked at.
pub struct Brought {
    pub(super) entries: Vec<Entry>,
    pub(super) calls: Vec<Call>,
}

/// What is remembered of entries and calls before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    calls: VecDeque<Call>,
    /// Entries that were told, for exports overlap: HSM, restarts, number.
    told: VecDeque<(String, Option<u64>, u64)>,
}

impl Live {
    /// Tells what is new of it. A number after a larger one is late, and nothing is missing before it.
    pub fn take(&mut self, brought: Brought) -> Joined {
        let mut accesses = Vec::new();
        let mut gaps = Vec::new();
        for call in brought.calls {
            if !self.calls.contains(&call) {
                accesses.push(called(&call));
                self.remember_call(call);
            }
        }
        for entry in brought.entries {
            let name = (entry.hsm.clone(), entry.reboot, entry.sequence);
            if self.told.contains(&name) {
                continue;
            }
            gaps.extend(self.missing_before(&entry));
            push(&mut self.told, name);
            let calls: Vec<&Call> = self.calls.iter().collect();
            accesses.push(access(entry, &calls));
        }
        Joined { accesses, gaps }
    }

    fn missing_before(&self, entry: &Entry) -> Option<Gap> {
        let own = self
            .told
            .iter()
            .filter(|(hsm, reboot, _)| *hsm == entry.hsm && *reboot == entry.reboot);
        let first = own.map(|(.., number)| *number).max()?.saturating_add(1);
        (first < entry.sequence).then(|| Gap {
            time: entry.time,
            what: GapWhat::Sequence,
            count: entry.sequence - first,
            first: Some(first),
            hsm: Some(entry.hsm.clone()),
        })
    }

    /// Sorted by time; those that no later entry can belong to are forgotten.
    fn remember_call(&mut self, call: Call) {
        let newest = self.calls.back().map_or(call.time, |last| last.time.max(call.time));
        let since = Time(newest.0.saturating_sub(LATE + SESSION));
        self.calls.retain(|call| call.time >= since);
        push(&mut self.calls, call);
        self.calls.make_contiguous().sort_by_key(|call| call.time);
    }
}

fn push<T>(list: &mut VecDeque<T>, one: T) {
    if list.len() == MOST {
        list.pop_front();
    }
    list.push_back(one);
}

/// Seconds by which the cloud's logs may come late: "typically within about 5 minutes" (CloudTrail), and more on a bad day.
const LATE: u64 = 60 * 60;
/// So many are remembered: a hostile log makes it no longer.
const MOST: usize = 1024;
