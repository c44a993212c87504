//! The logs of a kind, one after the other: a frozen one ends where the log policy says, and the next one goes on.

use tlog::SignedCheckpoint;

use super::Walk;
use super::log::{self, Log};
use super::policies::Policies;
use crate::Report;
use crate::finding::Findings;
use crate::layout::{self, Series};

/// Logs, opened on their checkpoints. Their entries are counted through: a place is an entry's number among those of all.
pub(super) struct Logs<'a>(Vec<Log<'a>>);

impl<'a> Logs<'a> {
    /// Opens all that there are; none if one of them does not hold.
    pub(super) fn open(
        walk: &Walk<'a>,
        series: Series,
        policies: &Policies,
        report: &mut Report,
        findings: &mut Findings,
    ) -> Option<Self> {
        let all = find(walk, series, policies).into_iter();
        let opened: Vec<_> = all
            .map(|which| log::check(walk, which, policies, report, findings))
            .collect();
        opened.into_iter().collect::<Option<Vec<_>>>().map(Self)
    }

    /// Whether there is none.
    pub(super) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Each, with the place of its first entry.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Log<'a>)> {
        self.0.iter().scan(0, |next, log| {
            let first = *next;
            *next += log.size;
            Some((first, log))
        })
    }

    /// The log of this origin.
    pub(super) fn of_origin(&self, origin: &str) -> Option<(u64, &Log<'a>)> {
        let found = layout::Log::of_origin(origin).map(|(log, _)| log);
        self.iter().find(|(_, log)| Some(log.which) == found)
    }

    /// What findings call the entry at a place: `log/1/entry 5`.
    pub(super) fn name(&self, place: u64) -> String {
        let at = self.iter().take_while(|(first, _)| *first <= place).last();
        at.map_or_else(String::new, |(first, log)| {
            log.which.file(&format!("entry {}", place - first))
        })
    }

    /// The log still has all that it had in a checkpoint that was seen earlier.
    pub(super) fn check_earlier(
        &self,
        walk: &Walk<'_>,
        policies: &Policies,
        report: &mut Report,
        findings: &mut Findings,
    ) {
        let Some(bytes) = &walk.options.earlier else {
            report
                .not_checked
                .push("that the log still has all it had before: no earlier checkpoint was given (--earlier)".into());
            return;
        };
        let signed = SignedCheckpoint::parse(bytes).ok();
        let own = signed.and_then(|signed| self.of_origin(signed.checkpoint().origin()));
        let Some((_, log)) = own.or_else(|| self.iter().last()) else {
            return;
        };
        log::check_earlier(walk, policies, log, bytes, report, findings);
    }
}

/// Those that the newest log policy names, and those that the store has though no policy does.
fn find(walk: &Walk<'_>, series: Series, policies: &Policies) -> Vec<layout::Log> {
    let mut logs = policies.logs(series);
    let mut next = logs.last().map_or(series.log(1), |log| log.next());
    while walk.shelf.has(&next.checkpoint()) {
        match policies.are_whole() || logs.is_empty() {
            true => logs.push(next),
            // Which policy names it, an event says that did not pass.
            false => drop(walk.shelf.explain_under(&next.folder())),
        }
        next = next.next();
    }
    // A log of signatures may have no entry yet, or have ended without one; one of everything else begins with an event.
    let ended = |log: &layout::Log| policies.last(*log).is_some_and(|last| last.size() > 0);
    // Where any of its files is, its checkpoint must be.
    let is_there = |log: &layout::Log| walk.shelf.under(&log.folder()).next().is_some();
    logs.retain(|log| series == Series::Main || ended(log) || is_there(log));
    if logs.is_empty() && series == Series::Main {
        logs.push(layout::Log::MAIN);
    }
    logs
}
