//! Time and machine: the console's clock, compared with another one before anything is begun; boots and logins, written
//! down as the system has them.

use record::journal::What;

use super::Event;
use super::proof::Timed;
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::machine;

/// Asks the operator to compare the console's clock. Everything that bears a time hangs on it: whoever is wrong by years
/// signs with keys of another year.
pub fn compare_clock(console: &mut Console, clock: &Clock) -> Result<(), Error> {
    let shown = clock.now();
    let question = format!(
        "It is {shown} by the console's clock, in UTC. Compare it with another clock, and have a member do the same; a \
         minute of difference is too much."
    );
    match console.decide(&question, &[RIGHT, "stop"])?.as_str() {
        RIGHT => Ok(()),
        _ => Err(Error::ClockWrong { shown }),
    }
}

impl Event {
    /// Once in an event: what the operator said of the clock, which a resumed event may have to ask again.
    pub(super) fn confirm_clock(&mut self) -> Result<Timed, Error> {
        if !self.progress().clock {
            if !self.clock_is_right {
                compare_clock(&mut self.console, &self.clock)?;
            }
            self.write(What::Clock)?;
        }
        Timed::of(&self.progress())
    }

    /// At each start of the engine.
    pub(super) fn note_the_boot(&mut self) -> Result<(), Error> {
        let boot = self.then().unwrap_or_else(|| machine::boot(self.clock.now()));
        self.write(boot)
    }

    /// Who logged in since the event began; the last thing before the record.
    pub(super) fn look_at_the_machine(&mut self) -> Result<(), Error> {
        if self.progress().record.is_some() {
            return Ok(());
        }
        self.note_visits()?;
        self.tell_who_is_at_odds();
        let began = self.opened()?.at;
        let found = self
            .then()
            .unwrap_or_else(|| machine::logins(&self.places.logins, began, self.clock.now()));
        if let What::Logins { problem, logins, power } = &found {
            for line in problem.iter().chain(logins).chain(power) {
                self.console.say(format!("the system's word on logins: {line}"));
            }
        }
        self.write(found)
    }

    /// Where a past event is carried out again, what its system said then.
    fn then(&self) -> Option<What> {
        self.past.as_ref()?.system()
    }
}

/// The answer that goes on.
pub const RIGHT: &str = "the clock is right";
