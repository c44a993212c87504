//! The audit log: what each HSM writes of itself. Signatures are not in it, as in the real one.
//!
//! Commands say what they did; what was refused by the HSM is noted here. One form is kept, two layouts are printed.

mod attempt;
mod entry;
mod layout;
mod log;

pub use attempt::Attempt;
pub use entry::{Event, Opcode, Person, Place};
pub use layout::Layout;
pub use log::{flush, print};

use crate::state::{Cluster, Role};
use crate::switches::KEY_TOKEN_AUDIT;
use crate::tokens::Service;
use crate::world::World;

impl Cluster {
    /// Notes an event at the place given; it is written at the end of the transaction.
    pub fn log(&mut self, place: Place, event: Event) {
        self.audit.push((place, event));
    }

    /// Whether the log shows tokens of this service: those of the admins it does.
    pub fn notes_tokens_of(&self, service: Service) -> bool {
        !service.is_key() || self.switches.is(&KEY_TOKEN_AUDIT, "token-opcodes")
    }

    /// A user, as the log names them.
    pub fn person(&self, name: &str, role: Role) -> Person {
        let id = self.user(name, role).map_or(0, |user| user.id);
        Person::new(name, role, id)
    }
}

impl World<'_> {
    /// An event by the user who is logged in.
    pub fn event(&self, opcode: Opcode) -> Event {
        let mut event = Event::of(opcode);
        event.session = self.session.handle();
        event.user = self.session.who().map(|who| self.cluster.person(&who.name, who.role));
        event
    }

    /// Notes that the command did this on all HSMs.
    pub fn log(&mut self, event: Event) {
        self.cluster.log(Place::All, event);
    }

    /// Notes that the command did this to a key (and, by it, to a user).
    pub fn log_key(&mut self, opcode: Opcode, key: u64, target: Option<(&str, Role)>) {
        let mut event = self.event(opcode);
        event.private_key = Some(key);
        event.target = target.map(|(name, role)| self.cluster.person(name, role));
        self.log(event);
    }

    /// Notes that the command did this to a user.
    pub fn log_about(&mut self, opcode: Opcode, name: &str, role: Role) {
        let mut event = self.event(opcode);
        event.target = Some(self.cluster.person(name, role));
        self.log(event);
    }
}
