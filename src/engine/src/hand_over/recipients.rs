//! To whom passwords are sealed: all members concerned have said what they can open, or none has, and people type.

use std::collections::BTreeMap;

use record::journal::What;
use record::messages::Recipient;
use record::{Body as _, Signed};

use super::HandOvers;
use crate::console::Console;
use crate::error::Error;
use crate::event::terms;
use crate::inbox::{Inbox, Wanted};

/// What each of the members concerned can open.
#[derive(Clone, Debug)]
pub struct Recipients(BTreeMap<String, String>);

impl Recipients {
    /// A member's.
    pub fn of(&self, member: &str) -> Result<&str, Error> {
        let found = self.0.get(member).map(String::as_str);
        found.ok_or_else(|| Error::NoRecipient {
            missing: vec![member.to_owned()],
            there: self.0.keys().cloned().collect(),
        })
    }
}

impl HandOvers<'_> {
    /// Those that lie in the inbound folder now, written to the journal; none where passwords are typed. Everything is
    /// judged before the first is written down, and nothing is drawn before people said that each is right: that they
    /// are enough is written only then. [`Error::RecipientWrong`] if they say stop.
    pub fn recipients(&self, console: &mut Console, members: &[String]) -> Result<Option<Recipients>, Error> {
        self.demand_that_it_went_on()?;
        let taken = self.offered(members)?;
        let Some(words) = self.of_all_or_none(members, &taken)? else {
            return Ok(None);
        };
        self.receive(taken)?;
        compare(console, &words)?;
        self.ledger.borrow_mut().write(What::Gathered {
            stem: Recipient::TYPE.to_owned(),
        })?;
        let recipients = words.into_iter().map(|(member, word)| (member, word.recipient));
        Ok(Some(Recipients(recipients.collect())))
    }

    /// What members signed is in the journal before anything comes of it.
    fn receive(&self, taken: Vec<Signed>) -> Result<(), Error> {
        let mut ledger = self.ledger.borrow_mut();
        for signed in taken {
            let kind = Recipient::TYPE.to_owned();
            ledger.append(What::Received { kind, signed })?;
        }
        Ok(())
    }

    /// The same, before anything is begun and without a trace; whoever seals says whether each can be sealed to.
    pub fn settle(&self, members: &[String]) -> Result<(), Error> {
        let Some(words) = self.of_all_or_none(members, &self.offered(members)?)? else {
            return Ok(());
        };
        for (member, word) in &words {
            self.sealer.check(&word.recipient).map_err(|cause| match cause {
                Error::NotSealed { what, .. } => refused(member, what),
                other => other,
            })?;
        }
        Ok(())
    }

    fn offered(&self, members: &[String]) -> Result<Vec<Signed>, Error> {
        let inbox = Inbox {
            folder: self.inbound,
            past: self.past,
            roster: self.roster,
            rehearsal: self.rehearsal,
        };
        let wanted = Wanted {
            stem: Recipient::TYPE.to_owned(),
            request: None,
            members: members.to_vec(),
            needed: 0,
        };
        inbox.there(&wanted, |member, word| {
            terms::recipient(&self.plan_or_roster, self.clock, member, word)
        })
    }

    fn of_all_or_none(&self, members: &[String], taken: &[Signed]) -> Result<Option<Words>, Error> {
        let mut all = Words::new();
        for signed in taken {
            let word = self.opened(signed)?;
            // What is for one member alone would be for two.
            if let Some((other, _)) = all.iter().find(|(_, known)| known.recipient == word.recipient) {
                return Err(refused(&word.member, format!("it is that of {other} too")));
            }
            self.demand_no_older(&word)?;
            all.insert(word.member.clone(), word);
        }
        let missing: Vec<String> = members.iter().filter(|id| !all.contains_key(*id)).cloned().collect();
        match (all.is_empty(), missing.is_empty() || self.was_cut_off()) {
            (true, _) => Ok(None),
            (false, true) => Ok(Some(all)),
            (false, false) => Err(Error::NoRecipient {
                missing,
                there: all.into_keys().collect(),
            }),
        }
    }

    /// Whoever named something else in this event meanwhile is not taken back to what they named before: its key may be lost.
    fn demand_no_older(&self, word: &Recipient) -> Result<(), Error> {
        let ledger = self.ledger.borrow();
        for entry in ledger.entries() {
            let What::Received { kind, signed } = &entry.what else {
                continue;
            };
            if kind != Recipient::TYPE || signed.member != word.member {
                continue;
            }
            let taken = self.opened(signed)?.at;
            if taken > word.at {
                let what = format!(
                    "it is of {}, and one of {taken} was taken; what they say after that is good",
                    word.at
                );
                return Err(refused(&word.member, what));
            }
        }
        Ok(())
    }

    fn opened(&self, signed: &Signed) -> Result<Recipient, Error> {
        let opened = signed.open(self.roster, self.rehearsal);
        opened.map_err(|cause| Error::input(Recipient::TYPE, cause))
    }

    /// The past event was stopped while it wrote these down: those that it came to are not all, and nothing was sealed.
    fn was_cut_off(&self) -> bool {
        self.past.is_some_and(|past| !past.taken(Recipient::TYPE).enough)
    }
}

/// Whoever has a member's SSH key can name anything in their name: only the member sees that it is not theirs.
fn compare(console: &mut Console, words: &Words) -> Result<(), Error> {
    console.say("Nobody types a new password: the console draws it, and seals it to those who are to know it.");
    console.say("To what it seals. Each member compares theirs with what their own program showed:");
    for word in words.values() {
        console.say(format!("{}: {}", word.member, word.shown()));
    }
    let question = "Each member says whether theirs is right. If one is not, answer stop: no password is drawn before \
                    all are.";
    match console.decide(question, &[EACH_IS_RIGHT, "stop"])?.as_str() {
        EACH_IS_RIGHT => Ok(()),
        _ => Err(Error::RecipientWrong),
    }
}

/// What members said, by their ids.
type Words = BTreeMap<String, Recipient>;

fn refused(member: &str, what: String) -> Error {
    Error::Offered {
        member: member.to_owned(),
        kind: Recipient::TYPE,
        what,
    }
}

/// The answer that goes on.
pub const EACH_IS_RIGHT: &str = "each is right";
