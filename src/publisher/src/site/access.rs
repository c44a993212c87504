//! Who came, day by day: the accesses of all batches, each with what explains it.

use std::collections::BTreeMap;

use record::Time;
use record::access::{ConsoleWhat, Mfa};
use verifier::access::Access;
use verifier::explained::{self, Covered, Explained, Explainer, Happened};
use verifier::layout::AccessLog;

use super::Site;

/// A batch of an access log.
pub struct Batch {
    /// What it says.
    pub access: Access,
}

/// All accesses of a store.
pub struct Calendar<'s> {
    /// By the days since 1970.
    pub days: BTreeMap<u64, Day<'s>>,
    /// What is missing, in words.
    pub missing: Vec<String>,
    /// Of which time no batch says anything, up to the last batch's end: the log, and from when until when.
    pub uncovered: Vec<(AccessLog, Time, Time)>,
    /// What explains accesses.
    pub explainer: Explainer<'s>,
}

/// One day's accesses; equal ones are put together.
#[derive(Default)]
pub struct Day<'s> {
    rows: BTreeMap<Row<'s>, Times>,
}

/// What several accesses of one day have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row<'s> {
    /// Which log has them.
    pub log: AccessLog,
    /// Whose account; none where the log has none.
    pub name: Option<&'s str>,
    /// What it was.
    pub what: String,
    /// The IAM role.
    pub role: Option<&'s str>,
    /// Whether its session began with a second factor; the console's log knows nothing of that.
    pub mfa: Option<Mfa>,
    /// What explains them.
    pub by: By<'s>,
}

/// What explains accesses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By<'s> {
    /// Nothing does; why not.
    Nothing(String),
    /// This event.
    Event(&'s str),
    /// A maintenance window, and what it is for.
    Window(&'s str),
    /// A maintenance window that members signed only later, and what it is for.
    Afterwards(&'s str),
    /// Nobody came.
    Nobody,
}

/// When they were, and how many.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The first.
    pub first: Time,
    /// The last.
    pub last: Time,
    /// How many.
    pub count: usize,
}

impl Site {
    /// Who came, day by day.
    pub fn calendar(&self) -> Calendar<'_> {
        let explainer = Explainer::of(self.events.iter().map(|event| Happened {
            name: &event.record.event,
            record: &event.record,
            inbound: &event.inbound,
            logins: event.logins.clone(),
        }));
        let mut days: BTreeMap<u64, Day<'_>> = BTreeMap::new();
        for batch in &self.batches {
            for (time, row) in rows(&batch.access, &explainer) {
                days.entry(time.0 / DAY).or_default().add(time, row);
            }
        }
        Calendar {
            days,
            missing: self.missing(&explainer),
            uncovered: self.uncovered(&explainer),
            explainer,
        }
    }

    /// What batches say to be missing, what they should have said, and what events imply and they do not show.
    fn missing(&self, explainer: &Explainer<'_>) -> Vec<String> {
        let batches: Vec<&Access> = self.batches.iter().map(|batch| &batch.access).collect();
        let path = |batch: &Access| batch.log().batch(batch.number());
        let told = batches
            .iter()
            .flat_map(|batch| batch.gaps().iter().map(|gap| format!("{}: {gap}", path(batch))));
        let mut missing: Vec<String> = told.collect();
        let untold = explained::sequences(&batches);
        missing.extend(
            untold
                .into_iter()
                .map(|(place, what)| format!("{}: {what}", path(batches[place]))),
        );
        for log in AccessLog::ALL {
            for one in explainer.missing(log, &batches) {
                let what = one.what.unwrap_or_default().into_iter();
                missing.extend(what.map(|what| format!("event {}: {what}", one.event)));
            }
        }
        missing
    }

    fn uncovered(&self, explainer: &Explainer<'_>) -> Vec<(AccessLog, Time, Time)> {
        let Some(began) = explainer.began() else {
            return Vec::new();
        };
        let holes = |log| {
            let covered = Covered::by(self.batches.iter().map(|batch| &batch.access), log);
            let last = covered.0.last().map_or(began, |(_, until)| *until);
            let holes = covered.holes(began, last);
            holes.into_iter().map(move |(from, until)| (log, from, until))
        };
        AccessLog::ALL.into_iter().flat_map(holes).collect()
    }
}

impl<'s> Day<'s> {
    fn add(&mut self, time: Time, row: Row<'s>) {
        let times = self.rows.entry(row).or_insert(Times {
            first: time,
            last: time,
            count: 0,
        });
        times.first = times.first.min(time);
        times.last = times.last.max(time);
        times.count += 1;
    }

    /// What came in the order of time.
    pub fn rows(&self) -> Vec<(&Row<'s>, Times)> {
        let mut rows: Vec<(&Row<'s>, Times)> = self.rows.iter().map(|(row, times)| (row, *times)).collect();
        rows.sort_by_key(|(_, times)| (times.first, times.last));
        rows
    }

    /// How many accesses a log has.
    pub fn count(&self, log: AccessLog) -> usize {
        self.sum(|row| row.log == log)
    }

    /// How many are not explained.
    pub fn unexplained(&self) -> usize {
        self.sum(|row| matches!(row.by, By::Nothing(_)))
    }

    fn sum(&self, which: impl Fn(&Row<'_>) -> bool) -> usize {
        let rows = self.rows.iter().filter(|(row, _)| which(row));
        rows.map(|(_, times)| times.count).sum()
    }
}

fn rows<'s>(batch: &'s Access, explainer: &Explainer<'s>) -> Vec<(Time, Row<'s>)> {
    match batch {
        Access::Console(batch) => {
            let row = |access: &'s record::access::ConsoleAccess| Row {
                log: AccessLog::Console,
                name: access.user.as_deref(),
                what: in_words(access.what).to_owned(),
                role: None,
                mfa: None,
                by: by(explainer.console(access)),
            };
            batch.accesses.iter().map(|access| (access.time, row(access))).collect()
        }
        Access::Hsm(batch) => {
            let row = |access: &'s record::access::HsmAccess| Row {
                log: AccessLog::Hsm,
                name: access.user.as_deref(),
                what: match access.done {
                    true => access.operation.clone(),
                    false => format!("{}, refused", access.operation),
                },
                role: access.role.as_deref(),
                mfa: Some(access.mfa),
                by: by(explainer.hsm(access)),
            };
            batch.accesses.iter().map(|access| (access.time, row(access))).collect()
        }
    }
}

fn in_words(what: ConsoleWhat) -> &'static str {
    match what {
        ConsoleWhat::Login => "logged in",
        ConsoleWhat::Logout => "logged out",
        ConsoleWhat::Failed => "was not let in",
        ConsoleWhat::PowerOn => "the machine started",
        ConsoleWhat::PowerOff => "the machine was stopped",
    }
}

fn by(explained: Explained<'_>) -> By<'_> {
    match explained {
        Explained::Nobody => By::Nobody,
        Explained::Event(name) => By::Event(name),
        Explained::Window(window) => By::Window(&window.why),
        Explained::Afterwards(window) => By::Afterwards(&window.why),
        Explained::Not(what) => By::Nothing(what),
    }
}

const DAY: u64 = 86_400;
