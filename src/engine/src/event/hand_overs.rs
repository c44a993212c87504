//! Hand-overs within an event: whose passwords its plan makes new, to whom they go, and when.

use std::cell::RefCell;
use std::rc::Rc;

use hsm::{Habits, Secret};
use record::Digest;
use record::plan::{Command, Deed, Inbound, Kind, Step, commands};

use super::{Event, Places};
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::hand_over::{Attempts, HandOvers, Recipients};
use crate::ledger::{Ledger, Shared};
use crate::random;

/// What was handed in must be whole before anything is begun.
pub(super) fn settled(places: &Places, inbound: &Inbound, clock: &Clock) -> Result<(), Error> {
    let concerned = concerned(inbound, places.device.habits(inbound.plan.rehearsal)?);
    if concerned.is_empty() {
        return Ok(());
    }
    let nowhere = Rc::new(RefCell::new(Ledger::in_memory(clock.clone())));
    at(places, inbound, (&nowhere, clock)).settle(&concerned)
}

/// Who gets to know a new password by this plan, in the order of the roster that comes into force.
fn concerned(inbound: &Inbound, habits: Habits) -> Vec<String> {
    let all = inbound.roster_after().members.iter().map(|member| member.id.clone());
    if inbound.plan.deed() == Kind::ClusterInitialisation {
        return all.collect();
    }
    let commands = commands(inbound);
    let to_all = |command: &Command| matches!(command.deed, Deed::OwnerPassword { .. });
    let to_one = |id: &String| {
        commands.iter().any(|command| {
            let makes = match &command.deed {
                Deed::Create { admin, .. } => *admin,
                Deed::SecondFactor { .. } => habits.mfa_password,
                _ => false,
            };
            makes && subject(inbound, command) == Some(id.as_str())
        })
    };
    match commands.iter().any(to_all) {
        true => all.collect(),
        false => all.filter(to_one).collect(),
    }
}

/// The member whom a command's step gives users or keys.
fn subject<'a>(inbound: &'a Inbound, command: &Command) -> Option<&'a str> {
    match inbound.plan.step.iter().find(|step| step.id() == command.step)? {
        Step::AddMember { member, .. } | Step::ReplaceMemberKeys { member, .. } => Some(member),
        _ => None,
    }
}

fn at<'a>(places: &'a Places, inbound: &'a Inbound, (ledger, clock): (&'a Shared, &'a Clock)) -> HandOvers<'a> {
    let inputs = &inbound.plan.inputs;
    let roster = inputs
        .get(record::plan::NEXT_ROSTER)
        .or(inputs.get(record::plan::ROSTER));
    HandOvers {
        inbound: &places.inbound,
        outbound: &places.outbound,
        past: None,
        roster: inbound.roster_after(),
        digest: roster.map_or(Digest::of(b""), |input| input.0),
        plan_or_roster: inbound.digest,
        rehearsal: inbound.plan.rehearsal,
        ledger,
        clock,
        sealer: &places.sealer,
    }
}

impl Event {
    fn hand_overs(&self) -> HandOvers<'_> {
        HandOvers {
            past: self.past.as_deref(),
            ..at(&self.places, &self.inbound, (&self.ledger, &self.clock))
        }
    }

    /// What passwords are sealed to in this run; none where they are typed. Each run takes what lies there when it first
    /// needs it: a member who lost what opens them hands in another.
    pub(super) fn recipients(&mut self) -> Result<Option<Recipients>, Error> {
        if let Some(known) = &self.room.recipients {
            return Ok(known.clone());
        }
        let concerned = concerned(&self.inbound, self.habits);
        let mut console = std::mem::replace(&mut self.console, Console::mute());
        let found = self.hand_overs().recipients(&mut console, &concerned);
        self.console = console;
        let found = found?;
        self.room.recipients = Some(found.clone());
        Ok(found)
    }

    /// A new password, sealed to these members. It is kept until the command that gives it to the HSM is about to be sent.
    pub(super) fn drawn(
        &mut self,
        (user, purpose): (&str, &str),
        recipients: &Recipients,
        members: &[String],
    ) -> Result<Secret, Error> {
        let password = random::typed_password()?;
        let sealed = self
            .hand_overs()
            .seal((user, purpose), &password, recipients, members)?;
        self.room.sealed = sealed;
        Ok(password)
    }

    /// Writes what was sealed for the next command: before the HSM knows the password, those who are to know it have it.
    pub(super) fn give_hand_overs(&mut self) -> Result<(), Error> {
        let sealed = std::mem::take(&mut self.room.sealed);
        self.hand_overs().give(&self.console, sealed)
    }

    /// Says which files open the password that the HSM has, or may have, once the command has come to its end.
    pub(super) fn tell_hand_overs(&self, command: &Command, is_done: bool) {
        let user = match &command.deed {
            Deed::Create { user, .. } | Deed::SecondFactor { user, .. } | Deed::OwnerPassword { user } => user,
            _ => return,
        };
        let ledger = self.ledger.borrow();
        let (newest, earlier) = Attempts::of(ledger.entries(), user).newest_and_earlier();
        if newest.is_empty() {
            return;
        }
        let (newest, earlier) = (newest.join(", "), earlier.join(", "));
        match (is_done, earlier.is_empty()) {
            (true, true) => self
                .console
                .say(format!("The HSM has the password of {user} that is in {newest}.")),
            (true, false) => self.console.warn(format!(
                "The HSM has the password of {user} that is in {newest}. That in {earlier} is of no use any more."
            )),
            (false, _) => self.console.warn(format!(
                "It is not known whether the HSM has the password of {user} that is in {newest}: keep these files, and \
                 what {user} had before."
            )),
        }
    }
}
