//! An event, as far as it explains accesses: who may come in its time.

use std::collections::BTreeSet;

use record::journal::{Journal, What};
use record::{Time, facts};

use crate::store::events::Held;

/// An event, as far as it explains accesses.
pub(super) struct Event<'e> {
    pub(super) held: &'e Held,
    /// Accounts of the console: those present, and whom the console's own word on logins names.
    pub(super) accounts: BTreeSet<String>,
    /// Users of the HSM: those of the members present, and whom the journal's commands used.
    pub(super) users: BTreeSet<String>,
    /// Users of the HSM who logged in by the journal.
    pub(super) logins: BTreeSet<String>,
}

impl<'e> Event<'e> {
    pub(super) fn of(held: &'e Held) -> Self {
        let record = &held.event.record;
        let rosters = [
            Some(&held.event.inbound.roster),
            held.event.inbound.next_roster.as_ref(),
        ];
        let present = |id: &String| record.present.contains(id);
        let members = rosters.into_iter().flatten().flat_map(|roster| &roster.members);
        let members = members.filter(|member| present(&member.id));
        let logins = logins(held.files.files().journal);
        let mut users: BTreeSet<String> = logins.clone();
        for member in members {
            users.extend([member.approver.clone(), member.admin.clone()]);
        }
        users.extend(record.keys.iter().map(|key| key.owner.clone()));
        let mut accounts: BTreeSet<String> = record.present.iter().cloned().collect();
        let words = record.facts.get(facts::LOGINS).map_or("", String::as_str);
        accounts.extend(words.split([' ', ';', ',']).map(str::to_owned));
        Self {
            held,
            accounts,
            users,
            logins,
        }
    }

    pub(super) fn has(&self, time: Time) -> bool {
        let record = &self.held.event.record;
        record.began.0.saturating_sub(SLACK) <= time.0 && time <= record.ended.plus(SLACK)
    }
}

/// Whom the journal's commands logged in: `login --username root_owner --role crypto-user ...`
fn logins(journal: &[u8]) -> BTreeSet<String> {
    let entries = Journal::read(journal)
        .map(|journal| journal.entries)
        .unwrap_or_default();
    let user = |what: &What| {
        let What::Answer { command, .. } = what else {
            return None;
        };
        let mut words = command.split(' ');
        (words.next() == Some("login")).then_some(())?;
        words.find(|word| *word == "--username")?;
        words.next().map(str::to_owned)
    };
    entries.iter().filter_map(|entry| user(&entry.what)).collect()
}

/// Seconds before an event and after it: people start the console, log in, and leave.
pub(super) const SLACK: u64 = 3600;
