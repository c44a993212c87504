//! The log policies of a store, in order: the newest is what relying parties believe, and each was it once.

use tlog::{Policy, SignedCheckpoint};

use super::Walk;
use super::anchor::{Anchor, log_policy_of};
use super::events::Events;
use crate::brought;
use crate::finding::Findings;
use crate::layout::Rules;

/// The log policies that events put into force, oldest first.
pub(super) struct Policies {
    all: Vec<Policy>,
    /// Whether no later one can be missing.
    whole: bool,
}

impl Policies {
    /// That of the anchor, and those that the events brought.
    pub(super) fn of(walk: &Walk<'_>, anchor: &Anchor, events: &Events, findings: &mut Findings) -> Self {
        let brought = events.held.iter().flat_map(|held| brought::rules(&held.event));
        let mut all = Vec::new();
        for (rules, bytes) in brought {
            match rules {
                Rules::LogPolicy(number) if number == anchor.number => all.push(anchor.log_policy.clone()),
                Rules::LogPolicy(_) => all.extend(log_policy_of(walk, &rules.path(), bytes, findings)),
                _ => {}
            }
        }
        if all.is_empty() {
            all.push(anchor.log_policy.clone());
        }
        Self {
            all,
            whole: events.whole,
        }
    }

    /// Whether the store's newest checkpoint is one that relying parties believe.
    pub(super) fn check_newest(&self, signed: &SignedCheckpoint) -> Result<(), tlog::Error> {
        match (self.whole, self.all.last()) {
            (true, Some(newest)) => newest.check(signed).map(drop),
            _ => self.check(signed),
        }
    }

    /// Whether a checkpoint was believed once.
    pub(super) fn check(&self, signed: &SignedCheckpoint) -> Result<(), tlog::Error> {
        self.first_of(|policy| policy.check(signed).map(drop))
    }

    /// What holds under the newest policy, or under one before it; the newest one's error if under none.
    pub(super) fn first_of<T>(&self, check: impl Fn(&Policy) -> Result<T, tlog::Error>) -> Result<T, tlog::Error> {
        let mut tried = self.all.iter().rev().map(check);
        let newest = tried.next().unwrap_or(Err(tlog::Error::NoteUnended));
        newest.or_else(|error| tried.find_map(Result::ok).ok_or(error))
    }
}
