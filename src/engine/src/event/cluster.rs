//! The HSM during an event: the same cluster from beginning to end, and the key owner's login.

use hsm::Role;

use super::Event;
use crate::cluster;
use crate::error::Error;

impl Event {
    pub(super) fn check_cluster_at_start(&mut self) -> Result<(), Error> {
        self.nodes = self.hsm.nodes()?;
        if !self.rehearsal() && self.nodes.iter().any(|node| node.vendor.contains("standin")) {
            return Err(Error::HsmState {
                what: "this is the stand-in for rehearsals, not an HSM".into(),
                hint: "nothing that matters may be made on it; check --hsm-cli and the image",
            });
        }
        let least = usize::from(self.inbound.plan.hsm.nodes_least);
        if self.nodes.len() < least {
            return Err(Error::HsmState {
                what: format!("the cluster has {} HSMs, and the plan needs {least}", self.nodes.len()),
                hint: "infra adds an HSM to the cluster before the event goes on",
            });
        }
        // One admin too many, or a quorum value too low, and an approver's key could have been exchanged.
        let inbound = &self.inbound;
        cluster::check_users(
            &mut *self.hsm,
            &inbound.roster,
            &inbound.plan.hsm.owner,
            inbound.policy.quorum.threshold,
        )
    }

    /// The cluster must be the one that it was: an HSM that joins or leaves in between takes tokens and users along.
    pub(super) fn check_cluster(&mut self) -> Result<(), Error> {
        let now = self.hsm.nodes()?;
        Ok(hsm::same_cluster(&self.nodes, &now, self.hsm.least_nodes())?)
    }

    pub(super) fn login_owner(&mut self) -> Result<(), Error> {
        let owner = self.inbound.plan.hsm.owner.clone();
        if self.owner_password.is_none() {
            let prompt = format!("Password of the key owner {owner}, entered by a member");
            self.owner_password = Some(self.console.secret(&prompt)?);
        }
        if let Some(password) = &self.owner_password {
            self.hsm.login(&owner, Role::CryptoUser, password)?;
            self.logged_in = true;
        }
        Ok(())
    }
}
