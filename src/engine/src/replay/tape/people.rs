//! The past event's people: what they decided is in the entries that came of it.

use hsm::Secret;
use record::facts::HsmCheck;
use record::journal::What;

use super::{Inner, Tape};
use crate::console::People;
use crate::event::RIGHT;

impl People for Tape {
    fn enter(&mut self) -> bool {
        !self.0.borrow().run_is_over()
    }

    /// No replay knows a password. Where it would stand, commands have a blank.
    fn secret(&mut self, _: &str) -> Option<Secret> {
        let inner = self.0.borrow();
        if inner.run_is_over() {
            return None;
        }
        let at_the_reader = matches!(inner.upcoming().map(|entry| &entry.what), Some(What::Intent { command }) if command.ends_with(READER));
        Some(Secret::new(match at_the_reader {
            true => String::new(),
            false => NOBODYS.to_owned(),
        }))
    }

    fn decide(&mut self, _: &str, answers: &[&str]) -> Option<String> {
        let decided = self.0.borrow().decided()?;
        answers.contains(&decided).then(|| decided.to_owned())
    }
}

impl Inner {
    /// A decision leaves the entry that it allows. To try again leaves whatever was tried, and to stop leaves nothing.
    fn decided(&self) -> Option<&'static str> {
        match &self.upcoming()?.what {
            What::Resumed { .. } => None,
            What::Hsm { .. } => Some("go on"),
            What::Checked { of, .. } if of == HsmCheck::End.fact() => Some("go on"),
            What::Again { .. } => Some("sign again"),
            What::Clock => Some(RIGHT),
            _ => Some("try again"),
        }
    }
}

/// How a PKCS#11 login is shown that the token's own reader asks for.
const READER: &str = "[at the token's own reader]";
/// In no name and no label: it would be blanked out of them.
const NOBODYS: &str = "nobody.knows:in=a+replay";
