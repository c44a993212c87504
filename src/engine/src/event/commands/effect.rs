//! What a command left in the HSM: this user is as it must be, and nobody else changed.

use hsm::{Role, User};
use record::journal::What;
use record::plan::{Command, Deed};

use super::Event;
use super::users::role;
use crate::error::Error;
use crate::event::cluster::line;

impl Event {
    /// Reads users and quorum values back, and writes the users down.
    pub(super) fn keep_effect(&mut self, command: &Command) -> Result<(), Error> {
        let shown = self.shows(command)?;
        if shown == Some(false) {
            return Err(Error::HsmState {
                what: format!(
                    "the HSM says that it did `{}`, and its state does not show it",
                    command.text()
                ),
                hint: "go on with `ceremony resume`, and ask who else changes users",
            });
        }
        self.keep_users(command)
    }

    /// Whether the HSM's state shows that a command was carried out. None where it cannot show it.
    pub(super) fn shows(&mut self, command: &Command) -> Result<Option<bool>, Error> {
        if let Deed::SetQuorum { service, value } = &command.deed {
            let values = self.hsm.quorum_values()?;
            let now = match *service {
                "user" => Some(values.user),
                "quorum" => Some(values.quorum),
                _ => values.cluster,
            };
            return Ok(Some(now == Some(u64::from(*value))));
        }
        let users = self.hsm.users()?;
        let find = |user: &str, role: Role| {
            users
                .iter()
                .find(|found| found.name == user && found.role() == Some(role))
        };
        Ok(match &command.deed {
            Deed::Create { user, admin } => Some(find(user, role(*admin)).is_some()),
            Deed::Delete { user, admin } => Some(find(user, role(*admin)).is_none()),
            Deed::SecondFactor { user, replaces, .. } => {
                let has = find(user, Role::Admin).is_some_and(|found| found.mfa && found.quorum_registered);
                // One key looks like another.
                if has && *replaces { None } else { Some(has) }
            }
            Deed::FreshPassword { user } => {
                let bare = find(user, Role::CryptoUser).is_some_and(|found| !found.quorum_registered);
                if bare { None } else { Some(false) }
            }
            // One password looks like another.
            Deed::OwnerPassword { .. } => None,
            Deed::Register { user, .. } => Some(find(user, Role::CryptoUser).is_some_and(is_an_approver)),
            Deed::Share { .. } | Deed::Unshare { .. } | Deed::SetQuorum { .. } => None,
        })
    }

    /// Writes down the users after a command. Only the one that it is about may be other than before.
    pub(super) fn keep_users(&mut self, command: &Command) -> Result<(), Error> {
        let about = match &command.deed {
            Deed::Create { user, .. }
            | Deed::Delete { user, .. }
            | Deed::SecondFactor { user, .. }
            | Deed::FreshPassword { user }
            | Deed::OwnerPassword { user }
            | Deed::Register { user, .. } => user.as_str(),
            _ => return Ok(()),
        };
        let found = self.hsm.users()?;
        let mut users: Vec<String> = found.iter().map(line).collect();
        users.sort();
        let progress = self.progress();
        let before = progress.hsm.as_ref().map_or(&[][..], |known| &known.users);
        // A line begins with role and name.
        let others = |lines: &[String]| -> Vec<String> {
            let is_other = |line: &&String| line.split(' ').nth(1) != Some(&format!("{about}:"));
            lines.iter().filter(is_other).cloned().collect()
        };
        crate::event::cluster::same_users(&others(before), &others(&users))?;
        if let Some(odd) = found.iter().find(|user| user.name == about && !is_whole(user)) {
            return Err(Error::HsmState {
                what: format!(
                    "after `{}` the HSM's user is not as it must be: {}",
                    command.text(),
                    line(odd)
                ),
                hint: "stop the event and find out who changed it; no key is used while it is so",
            });
        }
        match users == before {
            true => Ok(()),
            false => self.write(What::Users { users }),
        }
    }
}

/// An approver has no second factor: whoever sees a login could have a quorum token signed.
fn is_an_approver(user: &User) -> bool {
    user.quorum_registered && !user.mfa
}

/// The same on all HSMs, and not locked.
fn is_whole(user: &User) -> bool {
    !user.locked && user.coverage == "full"
}
