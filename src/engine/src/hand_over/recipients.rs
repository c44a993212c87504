//! To whom passwords are sealed: all members concerned have said what they can open, or none has, and people type.

use std::collections::BTreeMap;

use record::journal::What;
use record::messages::Recipient;
use record::{Body as _, Signed};

use super::HandOvers;
use crate::console::Console;
use crate::error::Error;
use crate::inbox::{Inbox, Wanted, same};

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
    /// Those that lie in the inbound folder now, written to the journal; none where passwords are typed.
    pub fn recipients(&self, console: &Console, members: &[String]) -> Result<Option<Recipients>, Error> {
        let taken = self.offered(members)?;
        let Some(recipients) = self.of_all_or_none(members, &taken)? else {
            return Ok(None);
        };
        let mut ledger = self.ledger.borrow_mut();
        for signed in taken {
            let kind = Recipient::TYPE.to_owned();
            ledger.append(What::Received { kind, signed })?;
        }
        ledger.write(What::Gathered {
            stem: Recipient::TYPE.to_owned(),
        })?;
        console.say("Nobody types a new password: the console draws it, and seals it to those who are to know it.");
        Ok(Some(recipients))
    }

    /// The same, before anything is begun and without a trace; whoever seals says whether each can be sealed to.
    pub fn settle(&self, members: &[String]) -> Result<(), Error> {
        let Some(recipients) = self.of_all_or_none(members, &self.offered(members)?)? else {
            return Ok(());
        };
        for (member, recipient) in &recipients.0 {
            self.sealer.check(recipient).map_err(|cause| match cause {
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
        inbox.there(&wanted, check)
    }

    fn of_all_or_none(&self, members: &[String], taken: &[Signed]) -> Result<Option<Recipients>, Error> {
        let mut all: BTreeMap<String, String> = BTreeMap::new();
        for signed in taken {
            let opened = signed.open(self.roster, self.rehearsal);
            let Recipient { member, recipient } = opened.map_err(|cause| Error::input(Recipient::TYPE, cause))?;
            // What is for one member alone would be for two.
            if let Some((other, _)) = all.iter().find(|(_, known)| **known == recipient) {
                return Err(refused(&member, format!("it is that of {other} too")));
            }
            all.insert(member, recipient);
        }
        let missing: Vec<String> = members.iter().filter(|id| !all.contains_key(*id)).cloned().collect();
        match (all.is_empty(), missing.is_empty()) {
            (true, _) => Ok(None),
            (false, true) => Ok(Some(Recipients(all))),
            (false, false) => Err(Error::NoRecipient {
                missing,
                there: all.into_keys().collect(),
            }),
        }
    }
}

/// Says what is wrong with a member's recipient, if anything.
pub fn check(id: &str, recipient: &Recipient) -> Result<(), String> {
    same("member", recipient.member.as_str(), id)?;
    recipient.check().map_err(str::to_owned)
}

fn refused(member: &str, what: String) -> Error {
    Error::Offered {
        member: member.to_owned(),
        kind: Recipient::TYPE,
        what,
    }
}
