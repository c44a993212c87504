//! The key owner's password, which every member has sealed to them: another one, when one of them goes.

use hsm::{Approved, PasswordChange, Role, Secret};

use super::Event;
use crate::cluster;
use crate::error::Error;
use crate::event::keys::public_label;
use crate::hand_over::OWNERS;
use crate::initialise::{OWNER_PASSWORD, not_theirs};

impl Event {
    /// Drawn and sealed to each member who stays, or typed twice by one of them. It is not the one that the owner has.
    pub(super) fn next_password_of_the_owner(&mut self, owner: &str) -> Result<Secret, Error> {
        if let Some(recipients) = self.recipients()? {
            let stay = self.inbound.roster_after().members.iter();
            let stay: Vec<String> = stay.map(|member| member.id.clone()).collect();
            return self.drawn((owner, OWNERS), &recipients, &stay);
        }
        let rosters = [&self.inbound.roster, self.inbound.roster_after()];
        let users = rosters.into_iter().flat_map(|roster| cluster::names(roster, owner));
        let labels = self.wanted().into_iter().map(|wanted| public_label(&wanted.label));
        let names: Vec<String> = users.chain(labels).collect();
        // A replay knows no password, and types one for all.
        let old = self.owner_password.clone().filter(|_| self.past.is_none());
        let habits = self.habits;
        let usable = |secret: &Secret| {
            if old.as_ref().is_some_and(|old| old.reveal() == secret.reveal()) {
                let why = "it is the one that the owner has, and that whoever goes knows";
                return Err(hsm::Error::BadSecret { why });
            }
            secret.check_for_user(habits, names.iter().map(String::as_str))
        };
        self.console
            .new_secret(&format!("Next password of the key owner {owner}"), &usable)
    }

    /// Gives it, and has the owner log in with it once: the HSM shows no other sign of it.
    pub(super) fn give_owner_password(
        &mut self,
        owner: &str,
        secret: &Secret,
        approved: &Approved,
    ) -> Result<(), Error> {
        let Some(admin) = &mut self.room.admin else {
            return Err(Error::Hsm(hsm::Error::ApprovalRequired));
        };
        let alone = PasswordChange::default();
        admin
            .hsm
            .change_password(owner, Role::CryptoUser, secret, alone, Some(approved))?;
        self.owner_password = Some(secret.clone());
        let shown = self.hsm.login(owner, Role::CryptoUser, secret);
        let shown = shown.and_then(|()| self.hsm.logout());
        shown.map_err(Error::from).map_err(not_theirs(owner, OWNER_PASSWORD))
    }
}
