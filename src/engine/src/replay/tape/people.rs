//! The past event's people: what they decided is in the entries that came of it.

use hsm::Secret;
use record::facts::HsmCheck;
use record::journal::What;
use record::messages::ActionKind;

use super::{Inner, Tape};
use crate::console::People;
use crate::event::{ASK, GIVE_AGAIN, LEAVE, RIGHT};

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
        if answers == [ASK, LEAVE] {
            let asks = matches!(
                self.0.borrow().upcoming().map(|entry| &entry.what),
                Some(What::Intent { .. })
            );
            return Some(if asks { ASK } else { LEAVE }.to_owned());
        }
        let decided = self.0.borrow().decided()?;
        let offered = answers.is_empty() || answers.contains(&decided.as_str());
        offered.then_some(decided)
    }
}

impl Inner {
    /// A decision leaves the entry that it allows. To try again leaves whatever was tried, and to stop leaves nothing.
    fn decided(&self) -> Option<String> {
        let decided = match &self.upcoming()?.what {
            What::Resumed { .. } => return None,
            What::Answered { answer, .. } => answer,
            What::Hsm { .. } => "go on",
            What::Checked { of, .. } if of == HsmCheck::End.fact() => "go on",
            What::Again { action, .. } if action.kind == ActionKind::Command => GIVE_AGAIN,
            What::Again { .. } => "sign again",
            What::Clock => RIGHT,
            _ => "try again",
        };
        Some(decided.to_owned())
    }
}

/// How a PKCS#11 login is shown that the token's own reader asks for.
const READER: &str = "[at the token's own reader]";
/// In no name and no label: it would be blanked out of them.
const NOBODYS: &str = "nobody.knows:in=a+replay";
