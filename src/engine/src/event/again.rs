//! An event that is carried out again: every stage as it is, with clock, people, bundles and HSM from elsewhere.

use std::cell::RefCell;
use std::rc::Rc;

use hsm::{Habits, Hsm};
use record::plan::Inbound;
use record::results::Results;

use super::{Event, Places};
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::identity::Identity;
use crate::inbox::Past;
use crate::ledger::{Door, Ledger};
use crate::sessions::Sessions;

/// One run of such an event.
pub struct Again(Event);

/// What a run takes from outside.
pub struct Sources {
    /// The console's clock.
    pub clock: Clock,
    /// Those at the console.
    pub console: Console,
    /// What the console says that it runs.
    pub identity: Identity,
    /// Members' bundles, if they are not in the inbound folder.
    pub past: Option<Rc<dyn Past>>,
    /// Further sessions with the HSM.
    pub sessions: Sessions,
}

impl Again {
    /// A run that goes on behind the entries of `ledger`; `open` opens the HSM.
    pub fn new(
        places: Places,
        plan: (Vec<u8>, Inbound),
        sources: Sources,
        ledger: Ledger,
        habits: Habits,
        open: impl FnOnce(Door) -> Box<dyn Hsm>,
    ) -> Result<Self, Error> {
        crate::files::make_folder(&places.disk)?;
        crate::files::make_folder(&places.outbound)?;
        let Sources {
            clock,
            console,
            identity,
            past,
            sessions,
        } = sources;
        let ledger = Rc::new(RefCell::new(ledger));
        let hsm = open(Door(Rc::clone(&ledger)));
        let mut event = Event::with(
            places,
            plan,
            clock,
            (console, identity),
            ledger,
            (hsm, sessions, habits),
        );
        event.past = past;
        Ok(Self(event))
    }

    /// The first run of an event on this session, or, after a stop that left so many torn octets, one more.
    pub fn carry_out(&mut self, torn: Option<u64>, session: [u8; 16]) -> Result<(), Error> {
        match torn {
            None => self.0.begin(session),
            Some(torn) => self.0.take_up(torn, session),
        }
    }

    /// After a stop, the same but to end the event early, in order.
    #[cfg(test)]
    pub fn end(&mut self, torn: u64, session: [u8; 16], reason: &str) -> Result<(), Error> {
        self.0.ends = Some(reason.to_owned());
        self.0.take_up(torn, session)
    }

    /// What leaves the console, with this record.
    pub fn results(&self, record: Vec<u8>) -> Result<Vec<u8>, Error> {
        let event = &self.0;
        let derived = event.what_is_signed()?;
        let results: Results = event.results(&derived, record)?;
        event.bundle(results)
    }

    /// The journal, byte for byte.
    pub fn journal(&self) -> Vec<u8> {
        self.0.ledger.borrow().bytes().to_vec()
    }
}
