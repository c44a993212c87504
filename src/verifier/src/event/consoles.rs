//! Consoles of members' own: who came was in office, came by their own account, and while the engine received anybody.

use std::collections::BTreeMap;

use record::Time;
use record::journal::{Journal, What};

use super::Case;
use crate::finding::Findings;

/// Checks what the journal says of them.
pub(super) fn check_journal(case: &Case<'_>, journal: &Journal, file: &str, findings: &mut Findings) {
    let mut run = Run::default();
    for entry in &journal.entries {
        let wrong = match &entry.what {
            What::Resumed { .. } => {
                run = Run::default();
                continue;
            }
            What::Consoles => {
                run.since.get_or_insert(entry.at);
                continue;
            }
            What::Console {
                account,
                member,
                at,
                came,
            } => [
                run.outside(*at, entry.at),
                member.as_deref().and_then(|member| nobodys(case, member, account, *at)),
                run.never_came(member.as_deref(), *came),
            ],
            _ => continue,
        };
        for what in wrong.into_iter().flatten() {
            findings.add(file, "journal-console", format!("entry {}: {what}", entry.number));
        }
    }
}

/// One run of the engine.
#[derive(Default)]
struct Run {
    /// Since when members could come.
    since: Option<Time>,
    /// Consoles that are open, by member.
    open: BTreeMap<String, u64>,
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

    fn never_came(&mut self, member: Option<&str>, came: bool) -> Option<String> {
        let Some(member) = member else {
            return (!came).then(|| "whoever was refused cannot leave".into());
        };
        let open = self.open.entry(member.to_owned()).or_default();
        let left = open.checked_sub(1);
        *open = if came { *open + 1 } else { left.unwrap_or(0) };
        (!came && left.is_none()).then(|| format!("{member} left more consoles than they came by"))
    }
}

/// In a rehearsal accounts may have any names.
fn nobodys(case: &Case<'_>, member: &str, account: &str, at: Time) -> Option<String> {
    let in_office = case
        .inbound
        .roster
        .member(member)
        .is_ok_and(|member| member.in_office(at));
    let own = case.inbound.plan.rehearsal || account == member;
    match (in_office, own) {
        (false, _) => Some(format!("{} was not in office", record::text::plain(member, 63))),
        (true, false) => Some(format!(
            "the account {} is not named for {member}",
            record::text::plain(account, 63)
        )),
        (true, true) => None,
    }
}
