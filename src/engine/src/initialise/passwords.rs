//! The passwords that people keep: drawn here and sealed to those who are to know them, or typed by them.

use hsm::Secret;

use super::{Setup, dry};
use crate::cluster;
use crate::console::Console;
use crate::error::Error;
use crate::hand_over::{ADMINS, HandOvers, OWNERS, Recipients};
use crate::random;

/// The passwords that people keep.
pub(super) struct Passwords {
    pub owner: Secret,
    /// In the order of the roster.
    pub admins: Vec<Secret>,
}

impl Setup {
    /// The owner's password and one for each admin. Where they are sealed, all files are on the disk on return.
    pub(super) fn passwords(&mut self) -> Result<Passwords, Error> {
        if self.dry.is_some() {
            return Ok(dry::passwords(self.roster.members.len()));
        }
        match self.recipients()? {
            Some(recipients) => self.drawn(&recipients),
            None => self.typed(),
        }
    }

    fn recipients(&mut self) -> Result<Option<Recipients>, Error> {
        let mut console = std::mem::replace(&mut self.console, Console::mute());
        let found = self.hand_overs().recipients(&mut console, &self.everybody());
        self.console = console;
        found
    }

    /// Each admin's goes to that member alone, the owner's to each member.
    fn drawn(&self, recipients: &Recipients) -> Result<Passwords, Error> {
        let (hand_overs, owner) = (self.hand_overs(), random::typed_password()?);
        let to_each = (self.site.owner.as_str(), OWNERS);
        let mut sealed = hand_overs.seal(to_each, &owner, recipients, &self.everybody())?;
        let mut admins = Vec::new();
        for member in &self.roster.members {
            let password = random::typed_password()?;
            let to_one = (member.admin.as_str(), ADMINS);
            let id = std::slice::from_ref(&member.id);
            sealed.extend(hand_overs.seal(to_one, &password, recipients, id)?);
            admins.push(password);
        }
        hand_overs.give(&self.console, sealed)?;
        Ok(Passwords { owner, admins })
    }

    /// By those who keep them.
    fn typed(&mut self) -> Result<Passwords, Error> {
        let owner = format!("New password of the key owner {}", self.site.owner);
        let users = cluster::names(&self.roster, &self.site.owner);
        let habits = self.habits;
        let usable = |secret: &Secret| secret.check_for_user(habits, users.iter().map(String::as_str));
        let owner = self.console.new_secret(&owner, &usable)?;
        let names: Vec<String> = self.roster.members.iter().map(|member| member.admin.clone()).collect();
        let ask = |name: String| {
            self.console
                .new_secret(&format!("New password of the admin {name}"), &usable)
        };
        let admins = names.into_iter().map(ask).collect::<Result<_, _>>()?;
        Ok(Passwords { owner, admins })
    }

    pub(super) fn hand_overs(&self) -> HandOvers<'_> {
        HandOvers {
            inbound: &self.site.inbound,
            outbound: &self.site.outbound,
            past: self.site.past.as_deref(),
            roster: &self.roster,
            digest: self.roster_digest,
            plan_or_roster: self.plan.unwrap_or(self.roster_digest),
            rehearsal: self.policy.rehearsal,
            ledger: &self.ledger,
            clock: &self.clock,
            sealer: &self.site.sealer,
        }
    }
}
