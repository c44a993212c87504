//! A command in plain words, for a person who is about to agree to it.

use super::{Command, Deed};

impl Command {
    /// What the command does, as a sentence without its end.
    #[must_use]
    pub fn said(&self) -> String {
        match &self.deed {
            Deed::Create { user, admin: true } => {
                format!("creates the admin {user}, with a password that the member alone gets to know")
            }
            Deed::Create { user, admin: false } => {
                format!("creates the crypto user {user}, with a password that nobody keeps")
            }
            Deed::SecondFactor {
                user, replaces: true, ..
            } => format!(
                "replaces the admin key of {user}: the old one neither logs in nor approves for this admin any more"
            ),
            Deed::SecondFactor { user, .. } => {
                format!("makes the member's admin key the second factor of {user}, and lets it approve for this admin")
            }
            Deed::FreshPassword { user } => format!(
                "takes the approval key of {user} away and gives the user a password that nobody keeps, so that its \
                 member's own key can be registered"
            ),
            Deed::OwnerPassword { user } => {
                format!("gives the key owner {user} another password, for the members who stay")
            }
            Deed::Register { user, .. } => format!("registers the member's approval key for {user}"),
            Deed::Share { key, user, .. } => format!("lets {user} use and approve {key}"),
            Deed::Unshare { key, user, .. } => {
                format!("takes {key} from {user}, who can neither use nor approve it any more")
            }
            Deed::Delete { user, admin } => match admin {
                true => format!("deletes the admin {user}"),
                false => format!("deletes the crypto user {user}"),
            },
            Deed::SetQuorum { service, value } => {
                let over = match *service {
                    "user" => "users are made, changed or deleted",
                    "quorum" => "these numbers are changed",
                    _ => "the cluster's trust anchors are changed",
                };
                format!("lets {value} admins have to agree before {over}")
            }
        }
    }

    /// What could go wrong if somebody were deceived.
    #[must_use]
    pub fn risk(&self) -> &'static str {
        match &self.deed {
            Deed::Create { admin: true, .. } => "an admin too many can help to change who may approve",
            Deed::Create { admin: false, .. } | Deed::Register { .. } => {
                "alone it allows nothing: a key must be shared with the user first"
            }
            Deed::SecondFactor { .. } => "whoever has that key acts as this admin: its digest must be the roster's",
            Deed::FreshPassword { .. } => {
                "until the member's own key is registered, whoever knows the password could register another"
            }
            Deed::OwnerPassword { .. } => {
                "whoever types the password knows it; alone it uses no guarded key, and with the way to the HSM it can use \
                 the console's"
            }
            Deed::Share { .. } => "one person more can approve what this key signs",
            Deed::Unshare { .. } | Deed::Delete { .. } => {
                "one person fewer can approve; with fewer than the quorum nothing can be signed any more"
            }
            Deed::SetQuorum { .. } => "a smaller number makes it easier to change who may approve",
        }
    }
}
