//! What members are told of: accesses, gaps, lines that nobody could read, and what happened to a log's file.

mod words;

use std::collections::BTreeMap;

use record::Time;
use record::access::{ConsoleAccess, ConsoleWhat, Gap, GapWhat, HsmAccess};

use super::follow::Notice;

/// One thing to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alert {
    /// Somebody came to the console, or tried to; or it went on or off.
    Console(ConsoleAccess),
    /// Something was done in an HSM, or with one, or was refused.
    Hsm(HsmAccess),
    /// Something is missing in a log.
    Gap(Gap),
    /// Lines that look like accesses and could not be read.
    Unread {
        log: String,
        /// Each reason, and how many lines it holds for.
        whys: BTreeMap<&'static str, u64>,
        at: Time,
    },
    /// Something happened to a log's file.
    File { log: String, what: Notice, at: Time },
    /// A log cannot be read.
    Blind { log: String, why: String, at: Time },
}

/// How loud it is: the one with the first kind gives a message its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A key was made, changed, shared, wrapped, or destroyed.
    Key,
    /// A user, a quorum, or the HSM itself was changed.
    Change,
    /// Somebody came to the console.
    Login,
    /// The console went on or off.
    Power,
    /// Whatever else was done in an HSM or with one.
    Hsm,
    /// The watch itself does not see all.
    Watch,
    /// Somebody tried, and was not let in; or what happens by itself.
    Minor,
}

impl Alert {
    /// Nobody is told when somebody leaves: the page of the accesses says so later.
    pub fn is_told(&self) -> bool {
        !matches!(self, Self::Console(access) if access.what == ConsoleWhat::Logout)
    }

    /// When it was, by the log; what has no time of its own, when it was seen.
    pub fn time(&self) -> Time {
        match self {
            Self::Console(access) => access.time,
            Self::Hsm(access) => access.time,
            Self::Gap(gap) => gap.time,
            Self::Unread { at, .. } | Self::File { at, .. } | Self::Blind { at, .. } => *at,
        }
    }

    /// How loud it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Console(access) => match access.what {
                ConsoleWhat::Login => Kind::Login,
                ConsoleWhat::PowerOn | ConsoleWhat::PowerOff => Kind::Power,
                ConsoleWhat::Failed | ConsoleWhat::Logout => Kind::Minor,
            },
            Self::Hsm(access) => hsm(access),
            // A stranger cannot bring these about from outside, and each may hide a login.
            Self::File { .. } | Self::Blind { .. } | Self::Unread { .. } => Kind::Watch,
            Self::Gap(gap) if gap.what == GapWhat::Sequence => Kind::Watch,
            Self::Gap(_) => Kind::Minor,
        }
    }
}

fn hsm(access: &HsmAccess) -> Kind {
    let operation = access.operation.as_str();
    let asks = ["cloudhsm:Describe", "cloudhsm:List"]
        .iter()
        .any(|asks| operation.starts_with(asks));
    if !access.done || asks || ROUTINE.contains(&operation) && access.user.is_none() || LEAVING.contains(&operation) {
        return Kind::Minor;
    }
    if KEYS.contains(&operation) {
        return Kind::Key;
    }
    let reads = ["CN_LOGIN", "CN_GET_TOKEN", "CN_APPROVE_TOKEN", "CN_DELETE_TOKEN"].contains(&operation);
    match reads || operation.starts_with("0x") || ROUTINE.contains(&operation) {
        true => Kind::Hsm,
        false => Kind::Change,
    }
}

/// Operations on keys ("AWS CloudHSM audit log reference").
const KEYS: &[&str] = &[
    "CN_GENERATE_KEY",
    "CN_GENERATE_KEY_PAIR",
    "CN_CREATE_OBJECT",
    "CN_MODIFY_OBJECT",
    "CN_DESTROY_OBJECT",
    "CN_TOMBSTONE_OBJECT",
    "CN_SHARE_OBJECT",
    "CN_WRAP_KEY",
    "CN_UNWRAP_KEY",
    "CN_DERIVE_KEY",
    "CN_NIST_AES_WRAP",
    "CN_INSERT_MASKED_OBJECT_USER",
    "CN_EXTRACT_MASKED_OBJECT_USER",
    "CN_ZEROIZE_HSM",
];
/// What the cloud does by itself, day by day.
const ROUTINE: &[&str] = &[
    "CN_BACKUP_BEGIN",
    "CN_BACKUP_END",
    "CN_CERT_AUTH_AUTHORIZE_SESSION",
    "CN_CERT_AUTH_VALIDATE_PEER_CERTS",
    "CN_CERT_AUTH_SOURCE_KEY_EXCHANGE",
    "CN_GEN_PSWD_ENC_KEY",
];
const LEAVING: &[&str] = &["CN_LOGOUT", "CN_APP_FINALIZE", "CN_CLOSE_SESSION"];

#[cfg(test)]
mod tests;
