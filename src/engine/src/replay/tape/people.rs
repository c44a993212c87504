//! The past event's people: what they decided is in the entries that came of it.

use hsm::Secret;
use record::Body as _;
use record::facts::HsmCheck;
use record::journal::What;
use record::messages::{ActionKind, Recipient};

use super::{Inner, Tape};
use crate::console::People;
use crate::event::{ADMIN, ASK, GIVE_AGAIN, LEAVE, OR_ANOTHER, RIGHT};
use crate::hand_over::EACH_IS_RIGHT;

impl People for Tape {
    fn enter(&mut self) -> bool {
        !self.0.borrow().run_is_over()
    }

    /// No replay knows a password. Where it would stand, commands have a blank. A line that was left empty left no entry: then
    /// another admin's login comes next.
    fn secret(&mut self, prompt: &str) -> Option<Secret> {
        let inner = self.0.borrow();
        if inner.run_is_over() {
            return None;
        }
        let is_empty = match inner.upcoming().map(|entry| &entry.what) {
            Some(What::Intent { command }) => command.ends_with(READER) || is_anothers(prompt, command),
            _ => false,
        };
        Some(Secret::new(match is_empty {
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
            What::Gathered { stem } if stem == Recipient::TYPE => EACH_IS_RIGHT,
            _ => "try again",
        };
        Some(decided.to_owned())
    }
}

/// Whether an admin is asked who may leave the line empty, and the login that comes next is another's.
fn is_anothers(prompt: &str, command: &str) -> bool {
    let admin = prompt.strip_prefix(ADMIN).filter(|_| prompt.ends_with(OR_ANOTHER));
    let admin = admin.and_then(|rest| rest.split_once(',')).map(|(admin, _)| admin);
    let login = command.strip_prefix("login --username ");
    let user = login.and_then(|rest| rest.split_once(' ')).map(|(user, _)| user);
    admin.zip(user).is_some_and(|(admin, user)| admin != user)
}

/// How a PKCS#11 login is shown that the token's own reader asks for.
const READER: &str = "[at the token's own reader]";
/// In no name and no label: it would be blanked out of them.
const NOBODYS: &str = "nobody.knows:in=a+replay";
