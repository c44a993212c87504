//! Maintenance windows, each with the time in which the policy that has it was in force.

use record::Time;
use record::policy::Maintenance;

use super::event::Event;
use super::{Explained, in_force_after};

/// The windows of all policies.
pub(super) struct Windows<'e> {
    all: Vec<&'e Maintenance>,
    signed: Vec<Signed<'e>>,
}

/// A window, and when its policy was in force.
struct Signed<'e> {
    window: &'e Maintenance,
    since: Time,
    /// The first moment of the policy after it; none of the last one.
    until: Option<Time>,
}

/// Which window is open at a time, as its policy was in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open<'e> {
    /// Its policy was in force then.
    Planned(&'e Maintenance),
    /// Its policy came into force later.
    Afterwards(&'e Maintenance),
}

impl<'e> Windows<'e> {
    /// Of the policies in force after each of these events. The first one is in force from the beginning of its event, any
    /// other from the end of the event that adopted it.
    pub(super) fn of(events: &[Event<'e>]) -> Self {
        let mut signed: Vec<Signed<'e>> = Vec::new();
        let mut before = None;
        let mut open = 0;
        for event in events {
            let policy = in_force_after(event.record, event.inbound);
            if before == Some(policy) {
                continue;
            }
            let since = match before {
                None => event.record.began,
                Some(_) => event.record.ended,
            };
            for old in &mut signed[open..] {
                old.until = Some(since);
            }
            open = signed.len();
            signed.extend(policy.maintenance.iter().map(|window| Signed {
                window,
                since,
                until: None,
            }));
            before = Some(policy);
        }
        Self::new(signed)
    }

    fn new(signed: Vec<Signed<'e>>) -> Self {
        let mut all: Vec<&Maintenance> = Vec::new();
        for one in &signed {
            if !all.contains(&one.window) {
                all.push(one.window);
            }
        }
        Self { all, signed }
    }

    /// Each of them once.
    pub(super) fn all(&self) -> &[&'e Maintenance] {
        &self.all
    }

    /// Those open at a time; those that were planned come first. A window that a policy dropped before then is not among them.
    pub(super) fn open(&self, time: Time) -> Vec<Open<'e>> {
        let is_open = |one: &&Signed<'_>| one.window.from <= time && time < one.window.until;
        let open = self.signed.iter().filter(is_open);
        let (planned, later): (Vec<&Signed<'e>>, Vec<_>) = open.partition(|one| one.since <= time);
        let planned = planned
            .into_iter()
            .filter(|one| one.until.is_none_or(|until| time < until));
        let planned = planned.map(|one| Open::Planned(one.window));
        planned
            .chain(later.into_iter().map(|one| Open::Afterwards(one.window)))
            .collect()
    }
}

impl<'e> Open<'e> {
    /// What it says of an access by one of its people.
    pub(super) fn explains(self) -> Explained<'e> {
        match self {
            Self::Planned(window) => Explained::Window(window),
            Self::Afterwards(window) => Explained::Afterwards(window),
        }
    }

    /// The window.
    pub(super) fn window(self) -> &'e Maintenance {
        match self {
            Self::Planned(window) | Self::Afterwards(window) => window,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: u64, until: u64) -> Maintenance {
        Maintenance {
            from: Time(from),
            until: Time(until),
            who: vec!["infra".into()],
            why: "a disk is replaced".into(),
        }
    }

    fn signed(window: &Maintenance, since: u64, until: Option<u64>) -> Signed<'_> {
        Signed {
            window,
            since: Time(since),
            until: until.map(Time),
        }
    }

    #[test]
    fn a_window_is_planned_while_its_policy_is_in_force() {
        let window = window(100, 200);
        let windows = Windows::new(vec![signed(&window, 50, None)]);
        for (time, open) in [(99, false), (100, true), (199, true), (200, false)] {
            let wanted = open.then_some(Open::Planned(&window));
            assert_eq!(windows.open(Time(time)), Vec::from_iter(wanted), "{time}");
        }
    }

    #[test]
    fn a_window_signed_later_came_afterwards() {
        let window = window(100, 200);
        let windows = Windows::new(vec![signed(&window, 150, None)]);
        assert_eq!(windows.open(Time(149)), [Open::Afterwards(&window)]);
        assert_eq!(windows.open(Time(150)), [Open::Planned(&window)]);
    }

    #[test]
    fn a_window_that_the_next_policy_drops_ends_with_its_policy() {
        let window = window(100, 200);
        let windows = Windows::new(vec![signed(&window, 50, Some(150))]);
        assert_eq!(windows.open(Time(149)), [Open::Planned(&window)]);
        assert_eq!(windows.open(Time(150)), []);
    }

    #[test]
    fn a_window_that_the_next_policy_keeps_stays_as_planned_as_it_was() {
        let window = window(100, 200);
        let windows = Windows::new(vec![signed(&window, 50, Some(150)), signed(&window, 150, None)]);
        assert_eq!(windows.all(), [&window]);
        assert_eq!(windows.open(Time(120))[0], Open::Planned(&window));
        assert_eq!(windows.open(Time(150)), [Open::Planned(&window)]);
    }
}
