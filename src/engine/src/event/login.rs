//! The key owner's login: its password or PIN asked for once, and whatever dies with it.

use hsm::{Role, Secret};

use super::passwords::Tried;
use super::{Event, keys::public_label};
use crate::cluster;
use crate::error::Error;

impl Event {
    /// Asks for the password once, and again where the HSM refuses it.
    pub(super) fn login_owner(&mut self) -> Result<(), Error> {
        let owner = self.inbound.plan.hsm.owner.clone();
        loop {
            let password = self.password_of_the_owner(&owner)?;
            let outcome = self.hsm.login(&owner, Role::CryptoUser, &password);
            // It may be the wrong one, and is asked for anew. A lost answer says nothing about it.
            if outcome.as_ref().is_err_and(|cause| !cause.outcome_unknown()) {
                self.owner_password = None;
            }
            if let Tried::In(()) = self.tried(&owner, outcome)? {
                self.logged_in = true;
                return Ok(());
            }
        }
    }

    fn password_of_the_owner(&mut self, owner: &str) -> Result<Secret, Error> {
        if let Some(known) = &self.owner_password {
            return Ok(known.clone());
        }
        let password = match self.inbound.plan.hsm.kind.has_users() {
            true => {
                let prompt = format!(
                    "Password of the key owner {owner}, entered by a member{}",
                    self.once_more(owner)
                );
                let password = self.console.secret(&prompt)?;
                self.check_told_apart(owner, &password)?;
                password
            }
            false => {
                let prompt = format!("PIN of the token {owner}; leave it empty if the token's own reader asks");
                self.console.pin(&prompt)?
            }
        };
        self.owner_password = Some(password.clone());
        Ok(password)
    }

    /// What a prompt says where the HSM refused the password before.
    pub(super) fn once_more(&self, user: &str) -> &'static str {
        match self.refused_logins(user) {
            0 => "",
            _ => " (the last one was refused)",
        }
    }

    /// A password that is part of a user's name or of a key's label would be blanked out of the HSM's answers with it.
    fn check_told_apart(&self, owner: &str, password: &Secret) -> Result<(), Error> {
        let names = cluster::names(&self.inbound.roster, owner);
        let labels: Vec<String> = self.wanted().iter().map(|wanted| public_label(&wanted.label)).collect();
        Ok(password.check_told_apart(names.iter().chain(&labels).map(String::as_str))?)
    }

    /// Ends the login, if there is one; the tokens die with it.
    pub(super) fn leave(&mut self) {
        if !std::mem::take(&mut self.logged_in) {
            return;
        }
        match self.hsm.logout() {
            // After a lost answer nothing more is typed, and the session ends without a word.
            Ok(()) | Err(hsm::Error::Broken { .. }) => {}
            // What was done stays done; the session is gone either way.
            Err(error) => self.console.warn(format!("logout: {error}")),
        }
    }
}
