//! The cluster's users: the members' admins, the key owner, the approvers; and the first user, who goes.

use hsm::{Role, Secret};

use super::{Passwords, Setup, titles};
use crate::error::Error;
use crate::random;

impl Setup {
    /// Activates the cluster and creates everybody. Returns the approvers' passwords, in the order of the roster: they
    /// are random, and known here alone.
    pub(super) fn create_users(&mut self, passwords: &Passwords) -> Result<Vec<Secret>, Error> {
        self.begin(titles::USERS)?;
        let first = random::password()?;
        let mut hsm = self.connect("first")?;
        hsm.activate(&first)?;
        hsm.login("admin", Role::Admin, &first)?;
        for (member, password) in self.roster.members.iter().zip(&passwords.admins) {
            hsm.create_user(&member.admin, Role::Admin, password, None)?;
        }
        hsm.create_user(&self.site.owner, Role::CryptoUser, &passwords.owner, None)?;
        hsm.logout()?;
        self.console
            .say("The members are admins. The key owner is no member and has no approval key.");
        // The first user creates nobody's approver: from here on every admin is a member.
        let member = &self.roster.members[0];
        hsm.login(&member.admin, Role::Admin, &passwords.admins[0])?;
        hsm.delete_user("admin", Role::Admin, None)?;
        self.console.say("The first user, admin, is deleted.");
        let mut approvers = Vec::new();
        for member in &self.roster.members {
            let password = random::password()?;
            hsm.create_user(&member.approver, Role::CryptoUser, &password, None)?;
            approvers.push(password);
        }
        hsm.logout()?;
        Ok(approvers)
    }
}
