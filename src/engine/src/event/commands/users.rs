//! Users made, changed and deleted, quorum values set: what an admin types once the others agree.

use hsm::{Approved, PasswordChange, QuorumService, Role, Secret};
use record::plan::{Command, Deed};

use super::Event;
use crate::cluster;
use crate::error::Error;
use crate::hand_over::ADMINS;
use crate::random;

impl Event {
    /// The password that goes with a command, settled before its token is minted: typed by the member for an admin, or
    /// drawn and sealed to them; made up for a crypto user.
    pub(super) fn secret_for(&mut self, command: &Command) -> Result<Option<Secret>, Error> {
        Ok(match &command.deed {
            Deed::Create { user, admin: true } => Some(self.new_password(command, user)?),
            Deed::Create { .. } | Deed::FreshPassword { .. } => Some(random::password()?),
            Deed::OwnerPassword { user } => Some(self.next_password_of_the_owner(user)?),
            Deed::SecondFactor { user, .. } if self.habits.mfa_password => match self.room.typed.get(user) {
                Some(typed) => Some(typed.clone()),
                None => Some(self.new_password(command, user)?),
            },
            _ => None,
        })
    }

    fn new_password(&mut self, command: &Command, user: &str) -> Result<Secret, Error> {
        if let Some(recipients) = self.recipients()? {
            let (member, _) = self.subject(command)?;
            return self.drawn((user, ADMINS), &recipients, &[member.id]);
        }
        let owner = &self.inbound.plan.hsm.owner;
        let rosters = [&self.inbound.roster, self.inbound.roster_after()];
        let names: Vec<String> = rosters
            .into_iter()
            .flat_map(|roster| cluster::names(roster, owner))
            .collect();
        let habits = self.habits;
        let usable = |secret: &Secret| secret.check_for_user(habits, names.iter().map(String::as_str));
        self.console
            .new_secret(&format!("New password of the admin {user}"), &usable)
    }

    /// Gives the command. What it needs of its member beside the approvals is asked for meanwhile.
    pub(super) fn given_as_admin(
        &mut self,
        command: &Command,
        secret: Option<&Secret>,
        approved: &Approved,
    ) -> Result<(), Error> {
        if let Deed::SecondFactor { user, replaces, .. } = &command.deed {
            return self.give_second_factor(command, (user, *replaces), secret, approved);
        }
        if let (Deed::OwnerPassword { user }, Some(secret)) = (&command.deed, secret) {
            return self.give_owner_password(user, secret, approved);
        }
        let Some(admin) = &mut self.room.admin else {
            return Err(Error::Hsm(hsm::Error::ApprovalRequired));
        };
        let (hsm, approved) = (&mut admin.hsm, Some(approved));
        let given = match (&command.deed, secret) {
            (Deed::Create { user, admin }, Some(secret)) => hsm.create_user(user, role(*admin), secret, approved),
            (Deed::FreshPassword { user }, Some(secret)) => {
                let also = PasswordChange {
                    deregister_mfa: false,
                    deregister_quorum: true,
                };
                hsm.change_password(user, Role::CryptoUser, secret, also, approved)
            }
            (Deed::Delete { user, admin }, _) => hsm.delete_user(user, role(*admin), approved),
            (Deed::SetQuorum { service, value }, _) => {
                hsm.set_quorum_value(quorum_service(service), u64::from(*value), approved)
            }
            _ => Err(hsm::Error::ApprovalRequired),
        };
        Ok(given?)
    }

    /// Keeps what is needed later in this run, in memory alone.
    pub(super) fn remember(&mut self, command: &Command, secret: Option<Secret>) {
        let Some(secret) = secret else { return };
        match &command.deed {
            Deed::Create { user, admin: false } | Deed::FreshPassword { user } => {
                self.room.fresh.insert(user.clone(), secret);
            }
            Deed::Create { user, admin: true } | Deed::SecondFactor { user, .. } => {
                self.room.typed.insert(user.clone(), secret);
            }
            _ => {}
        }
    }
}

pub(super) fn role(admin: bool) -> Role {
    match admin {
        true => Role::Admin,
        false => Role::CryptoUser,
    }
}

pub(super) fn quorum_service(word: &str) -> QuorumService {
    match word {
        "user" => QuorumService::User,
        "cluster" => QuorumService::Cluster,
        _ => QuorumService::Quorum,
    }
}
