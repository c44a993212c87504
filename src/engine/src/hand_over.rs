//! Hand-overs: a password that is drawn here, sealed to the members who are to know it, and seen by nobody at the console.
//!
//! The sealed files are on the disk before the HSM is told the password: a stop in between leaves files that open a password
//! which the HSM never got, and never a password that nobody has. Each attempt has files of its own.

mod attempts;
mod recipients;
mod sealer;

use std::path::Path;

use hsm::Secret;
use record::journal::What;
use record::messages::HandOver;
use record::{Body as _, Bundle, Bytes, Digest, Roster};

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::files;
use crate::inbox::Past;
use crate::ledger::Shared;

pub use attempts::Attempts;
pub use recipients::{EACH_IS_RIGHT, Recipients};
pub use sealer::Sealer;

/// Where hand-overs are made.
pub struct HandOvers<'a> {
    /// The folder with members' bundles.
    pub inbound: &'a Path,
    /// The folder for what leaves the console.
    pub outbound: &'a Path,
    /// A past event, where one is carried out again.
    pub past: Option<&'a dyn Past>,
    /// The roster with those to whom secrets go.
    pub roster: &'a Roster,
    /// Its digest.
    pub digest: Digest,
    /// The digest that members' words must name: the plan's; where there is none, the roster's.
    pub plan_or_roster: Digest,
    /// The mark of the bundles.
    pub rehearsal: bool,
    /// The journal.
    pub ledger: &'a Shared,
    /// The console's clock.
    pub clock: &'a Clock,
    /// The program that seals.
    pub sealer: &'a Sealer,
}

/// A secret that is sealed to one member, and not written yet.
pub struct Sealed {
    user: String,
    member: String,
    recipient: String,
    /// The bundle; none in a replay, which cannot make it again.
    bundle: Option<Vec<u8>>,
}

impl HandOvers<'_> {
    /// Seals a user's password to each of these members. Nothing is written yet.
    pub fn seal(
        &self,
        (user, purpose): (&str, &str),
        secret: &Secret,
        recipients: &Recipients,
        members: &[String],
    ) -> Result<Vec<Sealed>, Error> {
        self.demand_that_it_went_on()?;
        let one = |member: &String| {
            let recipient = recipients.of(member)?.to_owned();
            let bundle = match self.past {
                Some(_) => None,
                None => Some(self.bundle((user, purpose), secret, (member, &recipient))?),
            };
            Ok(Sealed {
                user: user.to_owned(),
                member: member.clone(),
                recipient,
                bundle,
            })
        };
        members.iter().map(one).collect()
    }

    fn bundle(
        &self,
        (user, purpose): (&str, &str),
        secret: &Secret,
        (member, recipient): (&str, &str),
    ) -> Result<Vec<u8>, Error> {
        let hand_over = HandOver {
            roster: self.digest,
            member: member.to_owned(),
            user: user.to_owned(),
            purpose: purpose.to_owned(),
            recipient: recipient.to_owned(),
            sealed: Bytes(self.sealer.seal(recipient, secret)?),
            at: self.clock.now(),
        };
        let bundle = Bundle::new(self.rehearsal, hand_over).encode();
        bundle.map_err(|cause| Error::input(HandOver::TYPE, cause))
    }

    /// A past event's journal does not say that a file could not be written, or a password not be sealed: what came next does.
    fn demand_that_it_went_on(&self) -> Result<(), Error> {
        match self.past.is_some_and(Past::leaves) {
            true => Err(Error::NotSealed {
                program: "the past event".into(),
                what: "it left the HSM here".into(),
            }),
            false => Ok(()),
        }
    }

    /// Writes them: each into the journal first, then into the outbound folder. On return all are on the disk.
    pub fn give(&self, console: &Console, sealed: Vec<Sealed>) -> Result<(), Error> {
        let mut written = Vec::new();
        for one in sealed {
            let file = Attempts::next_file(self.ledger.borrow().entries(), &one.user, &one.member);
            let digest = match &one.bundle {
                Some(bundle) => Digest::of(bundle),
                // What a past event sealed cannot be made again; its digest is that event's.
                None => self.past.and_then(Past::handed_over).unwrap_or(Digest::of(b"")),
            };
            self.ledger.borrow_mut().write(What::HandedOver {
                user: one.user,
                member: one.member.clone(),
                recipient: one.recipient,
                file: file.clone(),
                digest,
            })?;
            if let Some(bundle) = one.bundle {
                files::write_new(&self.outbound.join(&file), &bundle)?;
            }
            self.demand_that_it_went_on()?;
            written.push(format!("{file} for {}", one.member));
        }
        if !written.is_empty() {
            console.say(format!("Sealed, and seen by nobody here: {}.", written.join(", ")));
        }
        Ok(())
    }
}

/// What an admin's password is for, in the hand-over's words.
pub const ADMINS: &str = "the password of your admin account in the HSM, known to nobody else";
/// What the key owner's password is for, in the hand-over's words.
pub const OWNERS: &str = "the password of the key owner, which each member has and any of them enters at the console";
