//! The key owner's login: its password or PIN asked for once, and whatever dies with it.

use hsm::{Role, Secret};

use super::{Event, keys::public_label};
use crate::cluster;
use crate::error::Error;

impl Event {
    pub(super) fn login_owner(&mut self) -> Result<(), Error> {
        let hsm = &self.inbound.plan.hsm;
        let owner = hsm.owner.clone();
        if self.owner_password.is_none() {
            self.owner_password = Some(match hsm.kind.has_users() {
                true => {
                    let prompt = format!("Password of the key owner {owner}, entered by a member");
                    let password = self.console.secret(&prompt)?;
                    self.check_told_apart(&owner, &password)?;
                    password
                }
                false => {
                    let prompt = format!("PIN of the token {owner}; leave it empty if the token's own reader asks");
                    self.console.pin(&prompt)?
                }
            });
        }
        let Some(password) = &self.owner_password else {
            return Ok(());
        };
        let outcome = self.hsm.login(&owner, Role::CryptoUser, password);
        match outcome {
            Ok(()) => self.logged_in = true,
            // It may be the wrong one, and the next try asks for it anew. A lost answer says nothing about it.
            Err(ref cause) if !cause.outcome_unknown() => self.owner_password = None,
            Err(_) => {}
        }
        Ok(outcome?)
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
