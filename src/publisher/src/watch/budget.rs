//! How many messages are sent in an hour, and what is counted instead once there are more: a flood fills no mailbox, and
//! hides nothing.

use std::collections::BTreeMap;

use record::Time;
use serde::{Deserialize, Serialize};

use super::alert::{Alert, Kind};

/// Messages of the last hour. Loud alerts and minor ones are counted apart: failed logins hold back no word of a login.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    loud: Vec<Time>,
    minor: Vec<Time>,
    held: Counts,
    /// When the last count was sent.
    counted: Option<Time>,
}

/// Alerts by their headlines: how many, the first, and the last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    by: BTreeMap<String, Count>,
    /// Those beyond the headlines that are kept.
    others: u64,
}

/// How often something was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    pub count: u64,
    pub first: Time,
    pub last: Time,
}

/// What a message is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Each by itself, the loudest first, then in the order of time.
    pub alerts: Vec<Alert>,
    /// The others, counted.
    pub counts: Counts,
}

impl Budget {
    /// What may be told now of what has come. Whatever may not is held, and comes counted later.
    pub fn allow(&mut self, alerts: Vec<Alert>, hourly: usize, now: Time) -> Option<Allowed> {
        let hour = Time(now.0.saturating_sub(HOUR));
        for sent in [&mut self.loud, &mut self.minor] {
            // A clock that was put back takes nothing away.
            sent.retain(|at| *at > hour && *at <= now);
        }
        let (minor, loud): (Vec<_>, Vec<_>) = alerts.into_iter().partition(|alert| alert.kind() == Kind::Minor);
        let mut told = Vec::new();
        for (alerts, sent) in [(loud, &mut self.loud), (minor, &mut self.minor)] {
            if alerts.is_empty() {
                continue;
            }
            if sent.len() < hourly {
                sent.push(now);
                told.extend(alerts);
            } else {
                self.held.add(alerts);
            }
        }
        let mut counts = Counts::default();
        told.sort_by_key(|alert| (alert.kind(), alert.time()));
        if told.len() > EACH {
            counts.add(told.split_off(EACH));
        }
        if self.is_due(now) {
            self.counted = Some(now);
            counts.append(std::mem::take(&mut self.held));
        }
        let any = !told.is_empty() || !counts.is_empty();
        any.then_some(Allowed { alerts: told, counts })
    }

    /// Whether something is held that should be told by now.
    pub fn is_due(&self, now: Time) -> bool {
        let waited = self
            .counted
            .is_none_or(|last| now >= last.plus(COUNT_EVERY) || now < last);
        waited && !self.held.is_empty()
    }
}

impl Counts {
    /// In the order of their headlines, and how many others there are.
    pub fn all(&self) -> (impl Iterator<Item = (&String, &Count)>, u64) {
        (self.by.iter(), self.others)
    }

    /// How many alerts.
    pub fn sum(&self) -> u64 {
        self.by.values().map(|one| one.count).sum::<u64>() + self.others
    }

    fn is_empty(&self) -> bool {
        self.sum() == 0
    }

    fn add(&mut self, alerts: Vec<Alert>) {
        for alert in alerts {
            let time = alert.time();
            self.one(
                alert.headline(),
                alert.kind(),
                Count {
                    count: 1,
                    first: time,
                    last: time,
                },
            );
        }
    }

    /// Only minor ones are ever counted without a headline.
    fn one(&mut self, headline: String, kind: Kind, one: Count) {
        let full = self.by.len() >= HEADLINES && kind == Kind::Minor || self.by.len() >= 10 * HEADLINES;
        match self.by.get_mut(&headline) {
            Some(count) => {
                count.count += one.count;
                (count.first, count.last) = (count.first.min(one.first), count.last.max(one.last));
            }
            None if full => self.others += one.count,
            None => drop(self.by.insert(headline, one)),
        }
    }

    fn append(&mut self, other: Self) {
        for (headline, count) in other.by {
            self.one(headline, Kind::Hsm, count);
        }
        self.others += other.others;
    }
}

const HOUR: u64 = 60 * 60;
/// Seconds between two messages that count.
const COUNT_EVERY: u64 = 10 * 60;
/// So many alerts of a message are told in full.
const EACH: usize = 40;
/// So many headlines are kept of what is counted.
const HEADLINES: usize = 100;

#[cfg(test)]
mod tests {
    use record::access::{ConsoleAccess, ConsoleWhat};

    use super::*;

    fn alerts(what: ConsoleWhat, at: u64, count: usize) -> Vec<Alert> {
        let access = ConsoleAccess {
            time: Time(at),
            user: Some("member-1".into()),
            what,
        };
        vec![Alert::Console(access); count]
    }

    #[test]
    fn a_flood_of_failed_logins_is_counted_and_holds_back_no_word_of_a_login() {
        let mut budget = Budget::default();
        let (mut messages, mut told) = (0, 0);
        for second in 0..3600 {
            let failed = alerts(ConsoleWhat::Failed, second, 3);
            if let Some(allowed) = budget.allow(failed, 5, Time(10_000 + second)) {
                messages += 1;
                told += allowed.alerts.len() as u64 + allowed.counts.sum();
            }
        }
        assert!(messages <= 5 + 6, "{messages} messages");
        let login = budget
            .allow(alerts(ConsoleWhat::Login, 3600, 1), 5, Time(13_600))
            .expect("a message");
        assert_eq!(login.alerts, alerts(ConsoleWhat::Login, 3600, 1));
        told += login.counts.sum();
        let rest = budget
            .allow(Vec::new(), 5, Time(15_000))
            .map_or(0, |rest| rest.counts.sum());
        assert_eq!(told + rest, 3 * 3600, "each is told or counted");
        assert!(
            budget.allow(Vec::new(), 5, Time(20_000)).is_none(),
            "nothing is told twice"
        );
    }

    #[test]
    fn logins_beyond_the_bound_are_counted_by_account_within_ten_minutes() {
        let mut budget = Budget::default();
        for second in 0..3 {
            drop(budget.allow(alerts(ConsoleWhat::Login, second, 1), 2, Time(second + 1)));
        }
        // The third one came counted, and at once: no count was sent before.
        let none = budget.allow(alerts(ConsoleWhat::Login, 3, 1), 2, Time(4));
        assert_eq!(none, None);
        assert!(!budget.is_due(Time(602)) && budget.is_due(Time(603)));
        let counted = budget.allow(Vec::new(), 2, Time(603)).expect("a message");
        let (all, others) = counted.counts.all();
        let all: Vec<_> = all.map(|(headline, count)| (headline.as_str(), count.count)).collect();
        assert_eq!((all, others), (vec![("LOGIN at the console: member-1", 1)], 0));
    }

    #[test]
    fn a_message_has_so_many_in_full_and_counts_the_others() {
        let mut budget = Budget::default();
        let mut many = alerts(ConsoleWhat::Failed, 1, 100);
        many.extend(alerts(ConsoleWhat::Login, 2, 1));
        let allowed = budget.allow(many, 5, Time(1)).expect("a message");
        assert_eq!((allowed.alerts.len(), allowed.counts.sum()), (EACH, 61));
        assert_eq!(allowed.alerts[0].kind(), Kind::Login, "the loudest first");
    }

    #[test]
    fn accounts_without_number_make_a_count_no_longer() {
        let mut counts = Counts::default();
        for number in 0..100_000 {
            let one = Count {
                count: 1,
                first: Time(0),
                last: Time(0),
            };
            counts.one(format!("failed login at the console: u{number}"), Kind::Minor, one);
        }
        assert_eq!((counts.by.len(), counts.sum()), (HEADLINES, 100_000));
        counts.add(alerts(ConsoleWhat::Login, 1, 1));
        assert!(counts.by.contains_key("LOGIN at the console: member-1"));
    }
}
