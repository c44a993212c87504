//! Consoles of members' own: who came was in office, came by their own account, and while the engine received anybody.

use std::collections::BTreeMap;

use record::journal::{Entry, Journal, What};
use record::{Roster, Time, facts, text};

use super::Case;
use crate::finding::Findings;

/// Checks what the journal says of them.
pub(super) fn check_journal(case: &Case<'_>, journal: &Journal, file: &str, findings: &mut Findings) {
    let people = People {
        roster: &case.inbound.roster,
        rehearsal: case.inbound.plan.rehearsal,
    };
    for (number, what) in people.wrong(&journal.entries) {
        findings.add(file, "journal-console", format!("entry {number}: {what}"));
    }
}

/// Who may come.
struct People<'a> {
    roster: &'a Roster,
    /// In a rehearsal accounts may have any names.
    rehearsal: bool,
}

impl People<'_> {
    /// What is wrong, with the entry's number.
    fn wrong(&self, entries: &[Entry]) -> Vec<(u64, String)> {
        let (mut run, mut all) = (Run::default(), Vec::new());
        for entry in entries {
            match &entry.what {
                // A stop ends every console, and whoever is still there comes again.
                What::Resumed { .. } => run = Run::default(),
                What::Consoles => drop(run.since.get_or_insert(entry.at)),
                What::Console {
                    account,
                    member,
                    at,
                    came,
                } => {
                    let member = member.as_deref();
                    let wrong = [
                        run.outside(*at, entry.at),
                        member.and_then(|member| self.nobodys(member, account, came.then_some(*at))),
                        run.out_of_turn(member, *came),
                    ];
                    all.extend(wrong.into_iter().flatten().map(|what| (entry.number, what)));
                }
                _ => {}
            }
        }
        all
    }

    /// Whoever came in office may leave when their term is over: nobody is put out, and to leave is no member's act.
    fn nobodys(&self, member: &str, account: &str, came: Option<Time>) -> Option<String> {
        let in_office = |at| self.roster.member(member).is_ok_and(|member| member.in_office(at));
        if came.is_some_and(|at| !in_office(at)) {
            return Some(format!("{} was not in office", text::plain(member, 63)));
        }
        let own = self.rehearsal || account == member;
        (!own).then(|| {
            let (account, member) = (text::plain(account, 63), text::plain(member, 63));
            format!("the account {account} is not named for {member}")
        })
    }
}

/// One run of the engine.
#[derive(Default)]
struct Run {
    /// Since when members could come.
    since: Option<Time>,
    visits: BTreeMap<String, Visits>,
}

impl Run {
    fn outside(&self, at: Time, written: Time) -> Option<String> {
        match self.since {
            None => Some("nobody could come by a console of their own in this run".into()),
            Some(since) if at < since || written < at => Some(format!(
                "it tells of {at}, which is not between {since}, when consoles were opened, and {written}"
            )),
            Some(_) => None,
        }
    }

    fn out_of_turn(&mut self, member: Option<&str>, came: bool) -> Option<String> {
        let Some(member) = member else {
            return (!came).then(|| "whoever was refused cannot leave".into());
        };
        let (visits, member) = (
            self.visits.entry(member.to_owned()).or_default(),
            text::plain(member, 63),
        );
        match came {
            true => {
                (visits.open, visits.logins) = (visits.open + 1, visits.logins + 1);
                (visits.logins > facts::CONSOLE_LOGINS).then(|| {
                    let most = facts::CONSOLE_LOGINS;
                    format!("a run writes at most {most} logins of {member}, and this is one more")
                })
            }
            false => {
                let left = visits.open.checked_sub(1);
                visits.open = left.unwrap_or(0);
                left.is_none()
                    .then(|| format!("{member} left more consoles than they came by"))
            }
        }
    }
}

/// One member's, in one run.
#[derive(Default)]
struct Visits {
    logins: usize,
    /// Consoles not left yet.
    open: usize,
}

#[cfg(test)]
mod tests;
