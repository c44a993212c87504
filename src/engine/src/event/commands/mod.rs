//! The steps about members and quorum values: commands to the HSM that members approve one by one, each written down
//! before it is given, and its effect read back after.

mod admin;
mod effect;
mod owner;
mod register;
mod second_factor;
mod settle;
mod shares;
mod start;
mod users;

use std::collections::BTreeMap;

use hsm::Secret;
use record::journal::What;
use record::plan::{Command, ConsentTo, Deed, Step, commands};
use record::{Digest, Roster};

use super::Event;
use crate::console::Console;
use crate::error::Error;
use crate::exchange::Exchange;
use crate::hand_over::{Recipients, Sealed};

pub(super) use admin::Admin;
pub use admin::{ADMIN, OR_ANOTHER};

/// What lasts no longer than this run.
#[derive(Default)]
pub(super) struct Room {
    /// The admin who gives the commands.
    admin: Option<Admin>,
    /// Passwords that nobody keeps, by user: known until the approval key is registered.
    fresh: BTreeMap<String, Secret>,
    /// Passwords of new admins, typed by their members or sealed to them, by user.
    typed: BTreeMap<String, Secret>,
    /// What new passwords are sealed to, once this run has looked; none where they are typed.
    pub(super) recipients: Option<Option<Recipients>>,
    /// What is sealed and not written yet.
    pub(super) sealed: Vec<Sealed>,
}

impl Event {
    /// The commands of all steps.
    pub(super) fn commands(&self) -> Vec<Command> {
        commands(&self.inbound)
    }

    /// Whether every command of the plan was carried out. True where there is none.
    pub(super) fn commands_are_done(&self) -> bool {
        let progress = self.progress();
        let mut planned = self.commands().into_iter().filter(|command| !command.remedy);
        planned.all(|command| progress.is_done(&command.action()))
    }

    /// Carries out what a step means, as far as the journal does not have it.
    pub(super) fn carry_out_commands(&mut self, step: &Step) -> Result<(), Error> {
        let all = self.commands();
        let (own, last): (Vec<_>, _) = (
            all.iter()
                .filter(|command| command.step == step.id())
                .cloned()
                .collect(),
            all.last().is_some_and(|command| command.step == step.id()),
        );
        if own.is_empty() {
            self.console.say("The HSM knows nothing that changes.");
        }
        let outcome = self.each(&own);
        if last || outcome.is_err() {
            self.leave_as_admin();
        }
        outcome
    }

    fn each(&mut self, commands: &[Command]) -> Result<(), Error> {
        let mut rest = commands;
        while let Some(command) = rest.first() {
            let shares = rest.iter().take_while(|command| is_about_a_key(command)).count();
            match shares {
                0 => self.one(command)?,
                _ => self.change_shares(&rest[..shares])?,
            }
            rest = &rest[shares.max(1)..];
        }
        Ok(())
    }

    fn one(&mut self, command: &Command) -> Result<(), Error> {
        if !self.is_needed(command) {
            return Ok(());
        }
        match &command.deed {
            Deed::Register { .. } => self.register_approval_key(command),
            _ => self.give_as_admin(command),
        }
    }

    /// Whether a command is still to be given. A password that nobody keeps is made anew where it was lost with a stop.
    fn is_needed(&self, command: &Command) -> bool {
        let progress = self.progress();
        let Deed::FreshPassword { user } = &command.deed else {
            return !progress.is_done(&command.action());
        };
        let registers = |one: &Command| matches!(&one.deed, Deed::Register { user: of, .. } if of == user);
        let registered = self
            .commands()
            .iter()
            .any(|one| registers(one) && progress.is_done(&one.action()));
        !registered && !self.room.fresh.contains_key(user)
    }

    /// What was begun and is now known to be done.
    fn keep_done(&mut self, command: &Command, token: Option<Digest>, seen: bool) -> Result<(), Error> {
        self.write(What::Done {
            action: command.action(),
            token,
            seen,
        })?;
        self.console.say(format!("Done: {}.", command.text()));
        self.tell_hand_overs(command, true);
        Ok(())
    }

    /// The error of a command that was begun: a clear no is in the journal and closed it; anything else leaves open what
    /// happened, and the next run finds out.
    fn lost(&mut self, command: &Command, cause: Error) -> Result<Error, Error> {
        let action = command.action();
        let open = self.progress().begun.iter().any(|begun| begun.action == action);
        if open {
            let cause = cause.to_string();
            self.write(What::Lost { action, cause })?;
            self.tell_hand_overs(command, false);
        }
        Ok(cause)
    }

    /// Those who can approve such a command now: whose account was not taken away or given other keys.
    fn able(&self, command: &Command) -> Vec<String> {
        let progress = self.progress();
        let gone = |user: &str, key: Option<&str>| {
            self.commands().iter().any(|one| {
                let taken = match &one.deed {
                    Deed::Delete { user: of, .. }
                    | Deed::SecondFactor { user: of, .. }
                    | Deed::FreshPassword { user: of } => of == user,
                    Deed::Unshare {
                        key: of, user: from, ..
                    } => from == user && key == Some(of),
                    _ => false,
                };
                taken && progress.is_done(&one.action())
            })
        };
        let consent = command.consent.as_ref();
        let admins = consent.is_some_and(|consent| consent.service.is_admins());
        let key = consent.and_then(|consent| consent.key.as_deref());
        let able = |id: &String| {
            self.inbound.roster.member(id).is_ok_and(|member| match admins {
                true => !gone(&member.admin, None),
                false => !gone(&member.approver, key),
            })
        };
        self.members().into_iter().filter(able).collect()
    }

    /// A round in which members' keys sign, with the roster that has those keys.
    fn with_exchange<T>(
        &mut self,
        roster: &Roster,
        hold: impl FnOnce(&Exchange<'_>, &mut Console) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut console = std::mem::replace(&mut self.console, Console::mute());
        let inputs = &self.inbound.plan.inputs;
        let digest = inputs
            .get(record::plan::NEXT_ROSTER)
            .or(inputs.get(record::plan::ROSTER));
        let exchange = Exchange {
            inbound: &self.places.inbound,
            outbound: &self.places.outbound,
            past: self.past.as_deref(),
            roster,
            digest: digest.map_or(self.inbound.digest, |input| input.0),
            rehearsal: self.rehearsal(),
            ledger: &self.ledger,
        };
        let held = hold(&exchange, &mut console);
        self.console = console;
        held
    }
}

fn is_about_a_key(command: &Command) -> bool {
    let service = command.consent.as_ref().map(|consent| consent.service);
    service == Some(ConsentTo::KeyManagement)
}

/// What people say where a command is to be given again.
pub const GIVE_AGAIN: &str = "give it again";
