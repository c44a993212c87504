//! An event, as far as it explains accesses: who may come in its time.

use std::collections::BTreeSet;

use record::access::ConsoleWhat;
use record::journal::{Journal, What};
use record::plan::Inbound;
use record::record::Record;
use record::{Time, facts};

use super::Happened;
use crate::access::Access;
use crate::layout::AccessLog;

/// An event, as far as it explains accesses.
pub(super) struct Event<'e> {
    pub(super) name: &'e str,
    pub(super) record: &'e Record,
    pub(super) inbound: &'e Inbound,
    /// Accounts of the console: those present, and whom the console's own word on logins names.
    pub(super) accounts: BTreeSet<String>,
    /// Users of the HSM: those of the members present, and whom the journal's commands used.
    pub(super) users: BTreeSet<String>,
    /// Users of the HSM who logged in by the journal.
    logins: BTreeSet<String>,
}

impl<'e> Event<'e> {
    pub(super) fn of(happened: Happened<'e>) -> Self {
        let Happened {
            name,
            record,
            inbound,
            logins,
        } = happened;
        let rosters = [Some(&inbound.roster), inbound.next_roster.as_ref()];
        let present = |id: &String| record.present.contains(id);
        let members = rosters.into_iter().flatten().flat_map(|roster| &roster.members);
        let members = members.filter(|member| present(&member.id));
        let mut users: BTreeSet<String> = logins.clone();
        for member in members {
            users.extend([member.approver.clone(), member.admin.clone()]);
        }
        users.extend(record.keys.iter().map(|key| key.owner.clone()));
        let mut accounts: BTreeSet<String> = record.present.iter().cloned().collect();
        let words = record.facts.get(facts::LOGINS).map_or("", String::as_str);
        accounts.extend(facts::accounts(words).into_iter().map(str::to_owned));
        Self {
            name,
            record,
            inbound,
            accounts,
            users,
            logins,
        }
    }

    pub(super) fn has(&self, time: Time) -> bool {
        self.record.began.0.saturating_sub(SLACK) <= time.0 && time <= self.record.ended.plus(SLACK)
    }

    /// Seconds between it and a moment; none during it.
    pub(super) fn distance(&self, time: Time) -> u64 {
        let before = self.record.began.0.saturating_sub(time.0);
        before.max(time.0.saturating_sub(self.record.ended.0))
    }

    /// What it implies and the batches do not show.
    pub(super) fn missing(&self, log: AccessLog, batches: &[&Access]) -> Vec<String> {
        if log == AccessLog::Console {
            return match batches.iter().any(|batch| self.begins_in(batch)) {
                true => Vec::new(),
                false => vec!["the console's log has no login and no start around the event".into()],
            };
        }
        let came = |user: &&String| batches.iter().any(|batch| self.logs_in(user, batch));
        let missing = self.logins.iter().filter(|user| !came(user));
        missing
            .map(|user| {
                format!("the journal has a login of {user} at the HSM, and the HSM's log has none around the event")
            })
            .collect()
    }

    fn begins_in(&self, batch: &Access) -> bool {
        let Access::Console(batch) = batch else { return false };
        batch
            .accesses
            .iter()
            .any(|access| matches!(access.what, ConsoleWhat::Login | ConsoleWhat::PowerOn) && self.has(access.time))
    }

    fn logs_in(&self, user: &str, batch: &Access) -> bool {
        let Access::Hsm(batch) = batch else { return false };
        batch.accesses.iter().any(|access| {
            let login = access.operation == "CN_LOGIN" && access.done && self.has(access.time);
            login && access.user.as_deref() == Some(user)
        })
    }
}

/// Whom a journal's commands logged in: `login --username root_owner --role crypto-user ...`
#[must_use]
pub fn logins(journal: &[u8]) -> BTreeSet<String> {
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
pub const SLACK: u64 = 3600;
