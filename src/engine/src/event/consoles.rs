//! Members at consoles of their own: the engine writes down who came and left, where it waits for people, and takes their
//! signatures of the record before it ends.

use std::sync::Arc;

use record::facts;
use record::journal::What;

use super::Event;
use super::gather::entered;
use crate::console::{Console, Waited};
use crate::consoles::{self, Consoles, Desk, Door};
use crate::error::Error;

impl Event {
    /// Has members received at that door, if there is one, from now until the event is over. Nobody is told anything
    /// before the event is opened.
    pub(super) fn receive_members(&mut self, door: Option<Door>) {
        self.door = door;
    }

    /// Begins to receive members. Each run says anew that it does.
    pub(super) fn open_consoles(&mut self) -> Result<(), Error> {
        if let (Some(door), Some(clock)) = (self.door.take(), self.clock.running()) {
            let desk = Arc::new(Desk::new(consoles::Event {
                plan: self.plan.clone(),
                inbound: self.inbound.clone(),
                habits: self.habits,
                taken: self.places.inbound.clone(),
                leaves: self.places.outbound.clone(),
                clock,
            }));
            self.write(What::Consoles)?;
            self.ledger.borrow_mut().told_at(Arc::clone(&desk));
            let word = self.console.told_at(Arc::clone(&desk));
            self.consoles = Some(door.serve(desk, word)?);
            self.console.say("Members can come by consoles of their own now.");
        }
        self.note_visits()
    }

    /// Waits for Enter, and meanwhile writes down who comes and goes. False if standard input has ended.
    pub(super) fn people_enter(
        &mut self,
        wait: &impl Fn(&mut Console) -> Result<Waited, Error>,
    ) -> Result<bool, Error> {
        loop {
            match wait(&mut self.console)? {
                Waited::Entered => return Ok(true),
                Waited::Ended => return Ok(false),
                Waited::Noticed => self.note_visits()?,
            }
        }
    }

    /// Writes down who came and went. This stands only where people were waited for, and before the record: what comes to
    /// a command of the HSM stays behind it.
    pub(super) fn note_visits(&mut self) -> Result<(), Error> {
        while let Some(visit) = self.visit_then() {
            self.write(visit)?;
        }
        for visit in self.console.visits() {
            self.write(visit.into())?;
        }
        Ok(())
    }

    /// Whether in a past event somebody came or went next.
    pub(super) fn visit_comes_next(&self) -> bool {
        self.visit_then().is_some()
    }

    fn visit_then(&self) -> Option<What> {
        self.past.as_ref()?.visit()
    }

    /// Members at consoles of their own give nothing more, but for signatures of the record once it is written.
    pub(super) fn take_nothing_more(&self) {
        self.consoles.iter().for_each(Consoles::take_nothing_more);
    }

    /// They give again what is awaited.
    pub(super) fn take_again(&self) {
        self.consoles.iter().for_each(Consoles::take_again);
    }

    /// Says where words and logins do not fit together: the record will say it too.
    pub(super) fn tell_who_is_at_odds(&self) {
        let at_odds = facts::at_odds(self.ledger.borrow().entries());
        for line in at_odds {
            self.console.warn(line);
        }
    }

    /// Members sign the record at their consoles, as long as people wait for them. Nothing hangs on it: who does not sign
    /// here gives the publisher a file.
    pub(super) fn take_countersignatures(&mut self) -> Result<(), Error> {
        if self.consoles.is_some() {
            let needed = self.inbound.policy.needed(self.inbound.plan.kind);
            self.console.say(format!(
                "The record is written, and needs the signatures of {needed} members. They sign it at their consoles now, or \
                 give the publisher their files later. Press Enter when no more are awaited: the consoles close."
            ));
            // The end of the input is an answer too: everything else is done.
            self.people_enter(&entered)?;
        }
        self.note_visits()?;
        self.consoles = None;
        Ok(())
    }
}
