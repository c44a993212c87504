//! What explains an access: an event, or a maintenance window, that lies around it and names whoever came. The verifier makes
//! findings of what is not explained, and the publisher's calendar shows it.

mod covered;
mod event;
mod sequences;
mod windows;

use std::collections::BTreeSet;

use record::access::{ConsoleAccess, ConsoleWhat, HsmAccess};
use record::plan::Inbound;
use record::policy::Maintenance;
use record::record::Record;
use record::{Policy, Time};

use crate::access::Access;
use crate::layout::AccessLog;
use event::Event;
use windows::{Open, Windows};

pub use covered::Covered;
pub use event::{SLACK, logins};
pub use sequences::sequences;

/// An event that passed its checks, as far as it says who may come.
#[derive(Clone, Debug)]
pub struct Happened<'e> {
    /// Its name.
    pub name: &'e str,
    /// Its record.
    pub record: &'e Record,
    /// Its plan, with roster and policy.
    pub inbound: &'e Inbound,
    /// The HSM's users whom its journal logged in: [`logins`].
    pub logins: BTreeSet<String>,
}

/// What explains an access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explained<'e> {
    /// Nobody came: an attempt that failed, a question that changes nothing, a copy that the cloud makes by itself.
    Nobody,
    /// It falls in the time of this event, and names somebody who may come then, or nobody.
    Event(&'e str),
    /// The same of this maintenance window, which members had signed by then.
    Window(&'e Maintenance),
    /// The same of a window that members signed only later.
    Afterwards(&'e Maintenance),
    /// Nothing does; why not, in words.
    Not(String),
}

/// All that explains accesses.
pub struct Explainer<'e> {
    events: Vec<Event<'e>>,
    windows: Windows<'e>,
}

impl<'e> Explainer<'e> {
    /// Of these events, and the policies that were in force after each.
    pub fn of(events: impl IntoIterator<Item = Happened<'e>>) -> Self {
        let events: Vec<Event<'e>> = events.into_iter().map(Event::of).collect();
        let windows = Windows::of(&events);
        Self { events, windows }
    }

    /// The maintenance windows of all policies.
    #[must_use]
    pub fn windows(&self) -> &[&'e Maintenance] {
        self.windows.all()
    }

    /// What explains an access to the console.
    #[must_use]
    pub fn console(&self, access: &ConsoleAccess) -> Explained<'e> {
        let (name, what) = match access.what {
            ConsoleWhat::Failed => return Explained::Nobody,
            ConsoleWhat::Login => (access.user.as_deref(), "a login"),
            ConsoleWhat::Logout => (access.user.as_deref(), "a logout"),
            ConsoleWhat::PowerOn => (None, "a start of the console"),
            ConsoleWhat::PowerOff => (None, "a stop of the console"),
        };
        self.judge(access.time, name, what, |event| &event.accounts)
    }

    /// What explains an access to the HSM.
    #[must_use]
    pub fn hsm(&self, access: &HsmAccess) -> Explained<'e> {
        if !is_somebodys(access) {
            return Explained::Nobody;
        }
        let what = format!("{} of {}", access.operation, access.hsm);
        self.judge(access.time, access.user.as_deref(), &what, |event| &event.users)
    }

    /// What batches do not show and this event implies; none if none of them covers it.
    #[must_use]
    pub fn missing(&self, log: AccessLog, batches: &[&Access]) -> Vec<Missing<'e>> {
        let covered = Covered::by(batches.iter().copied(), log);
        let missing = |event: &Event<'e>| Missing {
            event: event.name,
            what: covered
                .has(event.record.began, event.record.ended)
                .then(|| event.missing(log, batches)),
        };
        self.events.iter().map(missing).collect()
    }

    /// When the first event began.
    #[must_use]
    pub fn began(&self) -> Option<Time> {
        self.events.iter().map(|event| event.record.began).min()
    }

    fn judge(
        &self,
        time: Time,
        name: Option<&str>,
        what: &str,
        known: impl for<'a> Fn(&'a Event<'_>) -> &'a BTreeSet<String>,
    ) -> Explained<'e> {
        let mut at: Vec<&Event<'e>> = self.events.iter().filter(|event| event.has(time)).collect();
        // Of two events within the same hours, the one that was held then.
        at.sort_by_key(|event| event.distance(time));
        let open = self.windows.open(time);
        let by = name.map_or(String::new(), |name| format!(" by {name}"));
        if at.is_empty() && open.is_empty() {
            return Explained::Not(format!("{what}{by} in no event and no maintenance window"));
        }
        let present = |event: &&&Event<'_>| name.is_none_or(|name| known(event).contains(name));
        let expected = |one: &&Open<'_>| name.is_none_or(|name| one.window().who.iter().any(|who| who == name));
        let event = at.iter().find(present).map(|event| Explained::Event(event.name));
        let window = || open.iter().find(expected).map(|open| open.explains());
        let nobody = || Explained::Not(format!("{what}{by}, who was not present then"));
        event.or_else(window).unwrap_or_else(nobody)
    }
}

/// What an event implies and a log does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing<'e> {
    /// The event's name.
    pub event: &'e str,
    /// Each thing in words; none if no batch covers all of the event, so that nothing is known.
    pub what: Option<Vec<String>>,
}

/// The policy in force after an event: what one that was ended early would have brought never was in force.
#[must_use]
pub fn in_force_after<'e>(record: &Record, inbound: &'e Inbound) -> &'e Policy {
    let mut adopted = record.adopted.keys();
    match adopted.any(|path| path.starts_with("policy/") && path.ends_with(".toml")) {
        true => inbound.issuing_policy(),
        false => &inbound.policy,
    }
}

/// The cloud copies its HSMs every day by itself, and asking what there is changes nothing.
fn is_somebodys(access: &HsmAccess) -> bool {
    let backup = matches!(access.operation.as_str(), "CN_BACKUP_BEGIN" | "CN_BACKUP_END") && access.user.is_none();
    let asked = ["cloudhsm:Describe", "cloudhsm:List"]
        .iter()
        .any(|asked| access.operation.starts_with(asked));
    !backup && !asked
}
