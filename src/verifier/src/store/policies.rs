//! The log policies of a store, in order: the newest is what relying parties believe, and each was it once.

use tlog::{Checkpoint, Policy, SignedCheckpoint};

use super::Walk;
use super::anchor::{Anchor, log_policy_of};
use super::events::Events;
use crate::finding::Findings;
use crate::layout::{Log, Rules, Series};
use crate::{brought, log_policies};

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

    /// Whether no later one can be missing.
    pub(super) fn are_whole(&self) -> bool {
        self.whole
    }

    /// The logs of a kind, by the newest policy.
    pub(super) fn logs(&self, series: Series) -> Vec<Log> {
        self.all
            .last()
            .map_or(Vec::new(), |newest| log_policies::logs(newest, series))
    }

    /// The last checkpoint of a log, if the newest policy has frozen it.
    pub(super) fn last(&self, log: Log) -> Option<&Checkpoint> {
        log_policies::last(self.all.last()?, log)
    }

    /// Whether the newest checkpoint of a log is one that relying parties believe. That of a frozen one was cosigned by those
    /// who were witnesses then, and whether it is the last one is asked by itself.
    pub(super) fn check_newest(&self, which: Log, signed: &SignedCheckpoint) -> Result<(), tlog::Error> {
        let frozen = self.last(which).is_some();
        match (self.whole, self.all.last()) {
            _ if frozen => self.first_of(|policy| policy.check(signed).map(drop)),
            (true, Some(newest)) => newest.check(signed).map(drop),
            _ => self.check(signed),
        }
    }

    /// Whether a checkpoint was believed once, and is.
    pub(super) fn check(&self, signed: &SignedCheckpoint) -> Result<(), tlog::Error> {
        self.first_of(|policy| policy.check(signed).map(drop))?;
        self.check_frozen(signed.checkpoint())
    }

    /// What was believed once of a log that is frozen now counts up to its last checkpoint.
    pub(super) fn check_frozen(&self, checkpoint: &Checkpoint) -> Result<(), tlog::Error> {
        self.all.last().map_or(Ok(()), |newest| newest.check_frozen(checkpoint))
    }

    /// What holds under the newest policy, or under one before it; the newest one's error if under none.
    pub(super) fn first_of<T>(&self, check: impl Fn(&Policy) -> Result<T, tlog::Error>) -> Result<T, tlog::Error> {
        let mut tried = self.all.iter().rev().map(check);
        let newest = tried.next().unwrap_or(Err(tlog::Error::NoteUnended));
        newest.or_else(|error| tried.find_map(Result::ok).ok_or(error))
    }
}
