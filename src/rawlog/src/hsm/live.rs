//! HSMs' logs and CloudTrail's put together as they arrive: a role is known only as far as its calls have come.

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

/// Seconds by which the cloud's logs may come late: CloudTrail says about 5 minutes, and a bad day has more.
const LATE: u64 = 60 * 60;
/// So many are remembered: a hostile log makes it no longer.
const MOST: usize = 1024;

#[cfg(test)]
mod tests {
    use record::access::Mfa;

    use super::*;

    fn entry(sequence: u64) -> Entry {
        Entry {
            time: Time(1000 + sequence),
            hsm: "hsm-1".into(),
            sequence,
            reboot: Some(1),
            operation: "CN_LOGIN".into(),
            done: true,
            user: None,
        }
    }

    fn call(time: u64, role: &str) -> Call {
        Call {
            time: Time(time),
            operation: "cloudhsm:DescribeClusters".into(),
            done: true,
            cluster: "cluster-1".into(),
            role: Some(role.into()),
            mfa: Mfa::Yes,
        }
    }

    fn take(live: &mut Live, sequences: &[u64], calls: Vec<Call>) -> Joined {
        let entries = sequences.iter().map(|sequence| entry(*sequence)).collect();
        live.take(Brought { entries, calls })
    }

    #[test]
    fn an_entry_has_the_role_of_the_last_call_that_has_come() {
        let mut live = Live::default();
        assert_eq!(take(&mut live, &[1], vec![]).accesses[0].role, None);
        // Out of order, as files of CloudTrail's come.
        let told = take(&mut live, &[2], vec![call(990, "infra"), call(900, "other")]);
        assert_eq!(told.accesses.len(), 3, "a call is an access by itself");
        assert_eq!(told.accesses[2].role.as_deref(), Some("infra"));
        assert_eq!(take(&mut live, &[3], vec![]).accesses[0].mfa, Mfa::Yes);
    }

    #[test]
    fn what_overlapping_exports_have_twice_is_told_once_and_what_is_missing_is_told() {
        let mut live = Live::default();
        take(&mut live, &[1, 2], vec![call(990, "infra")]);
        let again = take(&mut live, &[1, 2, 5], vec![call(990, "infra")]);
        assert_eq!(again.accesses.len(), 1);
        assert_eq!((again.gaps[0].first, again.gaps[0].count), (Some(3), 2));
        let late = take(&mut live, &[3], vec![]);
        assert_eq!((late.accesses.len(), late.gaps.len()), (1, 0), "late is not missing");
    }

    #[test]
    fn a_hostile_log_makes_the_memory_no_longer() {
        let mut live = Live::default();
        for number in 0..3000 {
            take(&mut live, &[number], vec![call(5000 - number, "infra")]);
        }
        assert!(live.told.len() <= MOST && live.calls.len() <= MOST);
        let text = serde_json::to_string(&live).expect("JSON");
        assert_eq!(serde_json::from_str::<Live>(&text).expect("the same"), live);
    }
}
