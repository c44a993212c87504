//! What was seen becomes messages: gathered for some seconds, bounded by the hour, laid into each member's spool.

use std::sync::Arc;
use std::time::{Duration, Instant};

use record::Time;

use super::alert::Alert;
use super::calendar::Calendar;
use super::letter::Letter;
use super::mailer::{Mailer, Transport};
use super::postman::Postman;
use super::sent::Sent;
use super::settings::Settings;
use super::spool::Spool;
use super::state::{Folder, State};
use crate::error::Error;
use crate::terminal;

/// Messages to be, and those who carry them.
pub struct Outbox {
    gathered: Vec<Alert>,
    /// When the first of them came.
    since: Option<Instant>,
    calendar: Calendar,
    postmen: Vec<Postman>,
    hourly: usize,
    rehearsal: bool,
    timeout: Duration,
}

impl Outbox {
    /// Begins with what is in the spools.
    ///
    /// # Errors
    /// The log of what was sent, or a spool, cannot be written.
    pub fn open(place: &Folder, settings: &Settings, calendar: Calendar, transport: &Transport) -> Result<Self, Error> {
        let sent = Arc::new(Sent::open(&place.folder().join("sent.jsonl"))?);
        let mut postmen = Vec::new();
        for member in &settings.members {
            let spool = Spool::open(place.folder(), &member.id)?;
            let mailer = Mailer::new(transport, &settings.from, member);
            postmen.push(Postman::start(&member.id, spool, mailer, Arc::clone(&sent)));
        }
        tell_of_others(place, settings)?;
        Ok(Self {
            gathered: Vec::new(),
            since: None,
            calendar,
            postmen,
            hourly: settings.messages_per_hour,
            rehearsal: settings.rehearsal,
            timeout: settings.server.timeout(),
        })
    }

    /// Gathers.
    pub fn add(&mut self, alerts: Vec<Alert>) {
        if !alerts.is_empty() {
            self.since.get_or_insert_with(Instant::now);
        }
        self.gathered.extend(alerts);
    }

    /// Whether nothing is gathered.
    pub fn is_empty(&self) -> bool {
        self.gathered.is_empty()
    }

    /// Writes a message, if it is time; whether anything became of what was gathered. On return it is on the disk,
    /// or with the postmen of those whose spool cannot be written.
    pub fn write(&mut self, state: &mut State, now: Time, last: bool) -> bool {
        let full = self.gathered.len() >= FULL;
        let waited = self.since.is_some_and(|since| since.elapsed() >= GATHER);
        if !(waited || full || last && !self.is_empty() || state.budget.is_due(now)) {
            return false;
        }
        self.since = None;
        let alerts = std::mem::take(&mut self.gathered);
        let Some(allowed) = state.budget.allow(alerts, self.hourly, now) else {
            return true;
        };
        // One that lies in a spool and was not remembered keeps its number.
        for postman in &self.postmen {
            let numbers = postman.spool.numbers().unwrap_or_default();
            let last = numbers.last().map_or(0, |last| last.saturating_add(1));
            state.next = state.next.max(last);
        }
        let letter = Letter::write(&allowed, &self.calendar, (state.next, now), self.rehearsal);
        state.next = state.next.saturating_add(1);
        for postman in &self.postmen {
            // One member's folder silences no other, nor does a full disk silence anybody.
            if let Err(error) = postman.spool.put(&letter) {
                let member = &postman.member;
                terminal::warn(&format!(
                    "{member}: {error}; it is sent, and lost if this ends before it is taken"
                ));
                postman.carry(letter.clone());
            }
        }
        true
    }

    /// Sends what was written: once it is remembered how far the logs were told, so that few crashes repeat a message.
    pub fn send(&self) {
        self.postmen.iter().for_each(Postman::news);
    }

    /// Waits until each message was tried.
    ///
    /// # Errors
    /// Some were not taken.
    pub fn finish(&self) -> Result<(), Error> {
        self.postmen.iter().for_each(Postman::finish);
        let until = Instant::now() + 4 * self.timeout + FINISH;
        let left = |postman: &&Postman| postman.left(until) != Some(0);
        let members: Vec<String> = self.postmen.iter().filter(left).map(|one| one.member.clone()).collect();
        match members.is_empty() {
            true => Ok(()),
            false => Err(Error::Undelivered { members }),
        }
    }
}

/// Messages of somebody who has no mailbox any more stay where they are.
fn tell_of_others(place: &Folder, settings: &Settings) -> Result<(), Error> {
    for other in Spool::owners(place.folder())? {
        let known = settings.members.iter().any(|member| member.id == other);
        if !known && !Spool::open(place.folder(), &other)?.numbers()?.is_empty() {
            let text = format!("messages wait for {other}, who has no mailbox in the settings");
            terminal::warn(&text);
        }
    }
    Ok(())
}

/// What comes within so many seconds goes into one message.
const GATHER: Duration = Duration::from_secs(5);
/// So many alerts wait for no more.
const FULL: usize = 100_000;
const FINISH: Duration = Duration::from_secs(30);
