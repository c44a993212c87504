//! The commands that steps about members and quorum values mean. They follow from the plan and its inputs alone, so that
//! console, members and auditors come to the same ones, each to the letter.

mod derive;
mod said;
#[cfg(test)]
mod tests;

use crate::Digest;
use crate::messages::{Action, ActionKind};

pub use derive::commands;

/// One command to the HSM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The plan's step.
    pub step: String,
    /// What it does.
    pub deed: Deed,
    /// Who must agree; nobody but the user themself, where there is none.
    pub consent: Option<Consent>,
    /// Given only after a stop, where what a step needs was lost with the console's memory.
    pub remedy: bool,
}

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A user is made.
    Create {
        /// The user.
        user: String,
        /// Whether it is an admin, or else a crypto user.
        admin: bool,
    },
    /// An admin gets a second factor, which approves for it as well; an earlier key is replaced.
    SecondFactor {
        /// The admin.
        user: String,
        /// SHA-256 of the key's SubjectPublicKeyInfo.
        key: Digest,
        /// Whether the admin has another key before.
        replaces: bool,
    },
    /// A crypto user gets a password that nobody keeps, and loses its approval key.
    FreshPassword {
        /// The crypto user.
        user: String,
    },
    /// The key owner gets another password: sealed to each member who stays, or typed at the console by one of them.
    OwnerPassword {
        /// The key owner.
        user: String,
    },
    /// A crypto user registers its approval key. It needs no approval: the user logs in for it.
    Register {
        /// The crypto user.
        user: String,
        /// SHA-256 of the key's SubjectPublicKeyInfo.
        key: Digest,
    },
    /// A crypto user may use a key under the quorum, and approve its use.
    Share {
        /// The plan's name of the key.
        key: String,
        /// Its label in the HSM.
        label: String,
        /// The crypto user.
        user: String,
    },
    /// A crypto user may no more.
    Unshare {
        /// The plan's name of the key.
        key: String,
        /// Its label in the HSM.
        label: String,
        /// The crypto user.
        user: String,
    },
    /// A user is deleted.
    Delete {
        /// The user.
        user: String,
        /// Whether it is an admin, or else a crypto user.
        admin: bool,
    },
    /// A service of the admins needs so many of them from now on.
    SetQuorum {
        /// The service: `user`, `quorum`, `cluster`.
        service: &'static str,
        /// How many.
        value: u8,
    },
}

/// Who must agree to a command: so many users of the HSM, each with their own key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The service whose token is approved.
    pub service: ConsentTo,
    /// The plan's name of the key, for the service that manages keys.
    pub key: Option<String>,
    /// How many must agree.
    pub threshold: u8,
}

/// A service of the HSM that counts approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentTo {
    /// Making, changing and deleting users: admins agree.
    User,
    /// Setting the admins' quorum: admins agree.
    Quorum,
    /// Sharing a key: those agree who use it.
    KeyManagement,
}

impl ConsentTo {
    /// The HSM's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Quorum => "quorum",
            Self::KeyManagement => "key-management",
        }
    }

    /// Whether admins agree, with their admin keys, and not crypto users with their approval keys.
    #[must_use]
    pub fn is_admins(self) -> bool {
        self != Self::KeyManagement
    }
}

impl Command {
    /// The command's text. A key stands in it by its label, because its handle in the HSM is the console's word alone; a
    /// public key, which is typed at a prompt, by its digest.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.deed {
            Deed::Create { user, admin } => format!("user create --username {user} --role {}", role(*admin)),
            Deed::SecondFactor { user, key, replaces } => format!(
                "user change-mfa token-sign --username {user} --role admin{} [public key sha256:{key}]",
                if *replaces { " --change-quorum" } else { "" }
            ),
            Deed::FreshPassword { user } => {
                format!("user change-password --username {user} --role crypto-user --deregister-quorum")
            }
            Deed::OwnerPassword { user } => format!("user change-password --username {user} --role crypto-user"),
            Deed::Register { user, key } => {
                format!("user change-quorum token-sign register [as {user}] [public key sha256:{key}]")
            }
            Deed::Share { label, user, .. } => {
                format!("key share --filter attr.label={label} --username {user} --role crypto-user")
            }
            Deed::Unshare { label, user, .. } => {
                format!("key unshare --filter attr.label={label} --username {user} --role crypto-user")
            }
            Deed::Delete { user, admin } => format!("user delete --username {user} --role {}", role(*admin)),
            Deed::SetQuorum { service, value } => {
                format!("quorum token-sign set-quorum-value --service {service} --value {value}")
            }
        }
    }

    /// What is approved: this command at this step.
    #[must_use]
    pub fn action(&self) -> Action {
        Action {
            step: self.step.clone(),
            kind: ActionKind::Command,
            digest: Digest::of(self.text().as_bytes()),
        }
    }
}

/// The HSM's word.
fn role(admin: bool) -> &'static str {
    match admin {
        true => "admin",
        false => "crypto-user",
    }
}
