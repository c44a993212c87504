//! Access logs (RFC 3579, `pki.rust-lang.org`): who came to the console and to the HSM, and when. In batches, each of
//! which names the one before it, signed by the `transparency` delegate. Nothing more of an access is ever in one: no
//! source address, no key, no command's text.

mod batch;
mod operation;

use serde::{Deserialize, Serialize};

use crate::{Body, Bytes, Digest, Error, Time, cbor, sshsig, text};

pub use batch::{Batch, Before, Misfit, follows};
pub use operation::{name_of, operation};

/// A stretch of the console's log. `user` and time, and what they did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConsoleBatch {
    /// Its number, from 1.
    pub number: u64,
    /// SHA-256 of the batch before it; the first has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<Digest>,
    /// Its first moment.
    #[serde(rename = "begins")]
    pub from: Time,
    /// The first moment after it.
    #[serde(rename = "ends")]
    pub until: Time,
    /// Each access, sorted by time, user, and what.
    pub accesses: Vec<ConsoleAccess>,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// SHA-256 of each raw file that it was made of, in the order in which they were read.
    pub inputs: Vec<Digest>,
}

/// One access to the console.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConsoleAccess {
    /// When, by the console's clock.
    pub time: Time,
    /// Whose account; none where no account is meant: the machine went on or off, or somebody tried a name that there is not.
    #[serde(rename = "account", skip_serializing_if = "Option::is_none", default)]
    pub user: Option<String>,
    /// What it was.
    pub what: ConsoleWhat,
}

/// What an access to the console was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsoleWhat {
    /// Somebody came.
    Login,
    /// Somebody left.
    Logout,
    /// Somebody tried to come, and was not let in.
    Failed,
    /// The machine started.
    PowerOn,
    /// The machine was stopped, or its power key was pressed.
    PowerOff,
}

/// A stretch of the HSM's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HsmBatch {
    /// Its number, from 1.
    pub number: u64,
    /// SHA-256 of the batch before it; the first has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<Digest>,
    /// Its first moment.
    #[serde(rename = "begins")]
    pub from: Time,
    /// The first moment after it.
    #[serde(rename = "ends")]
    pub until: Time,
    /// Each access, sorted by time, HSM, sequence number.
    pub accesses: Vec<HsmAccess>,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// SHA-256 of each raw file that it was made of, in the order in which they were read.
    pub inputs: Vec<Digest>,
}

/// One access to the HSM, or to the service that has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HsmAccess {
    /// When, by the HSM's clock, or the cloud's.
    pub time: Time,
    /// The HSM's id, or the cluster's; `-` where the log has none.
    pub hsm: String,
    /// Its number in the HSM's log; none of what the cloud logged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sequence: Option<u64>,
    /// `CN_LOGIN`; of an operation that is not known its number, `0x1d`; of what the cloud logged `cloudhsm:CreateHsm`.
    pub operation: String,
    /// Whether it was done; the HSM or the cloud may have refused it.
    pub done: bool,
    /// The HSM user, where the log has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<String>,
    /// The IAM role that CloudTrail has; none where no record fits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<String>,
    /// Whether that role's session began with a second factor.
    pub mfa: Mfa,
}

/// What CloudTrail says of a second factor (`mfaAuthenticated`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mfa {
    /// There was one.
    Yes,
    /// There was none.
    No,
    /// No record says so.
    Unknown,
}

/// Something that is missing in a log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Gap {
    /// The moment before which it is missing.
    pub time: Time,
    /// What is missing.
    pub what: GapWhat,
    /// How many.
    pub count: u64,
    /// In a gap of sequence numbers, the first that is missing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first: Option<u64>,
    /// In a gap of sequence numbers, the HSM.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hsm: Option<String>,
}

/// What can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapWhat {
    /// Sequence numbers of an HSM's log.
    Sequence,
    /// Lines that the system's log left out, since there were too many.
    Suppressed,
    /// Lines that look like an access and could not be read.
    Unread,
    /// The machine started, and no line says that it had stopped.
    PowerOff,
}

/// The payload of a log entry of type `access-console` or `access-hsm`, in deterministic CBOR: it says by itself whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AccessEntry {
    /// The batch's file, byte for byte.
    pub batch: Bytes,
    /// The armoured SSHSIG beside it.
    pub signature: String,
    /// The delegate's certificate, DER, then that of each issuer up to the root, which is left out.
    pub certificates: Vec<Bytes>,
}

impl Body for ConsoleBatch {
    const TYPE: &'static str = "access-console";
    const NAMESPACE: &'static str = sshsig::namespace::ACCESS;
    const LIMIT: usize = LIMIT;

    fn check(&self, _rehearsal: bool) -> Result<(), Error> {
        batch::check(self)?;
        for access in &self.accesses {
            let machine = matches!(access.what, ConsoleWhat::PowerOn | ConsoleWhat::PowerOff);
            let named = access.user.as_deref();
            demand(
                named.is_none_or(is_word),
                "a user's name has 1 to 63 characters of its own",
            )?;
            demand(
                !(machine && named.is_some()),
                "a machine that goes on or off has no user",
            )?;
            let unnamed = machine || access.what == ConsoleWhat::Failed || named.is_some();
            demand(unnamed, "whoever came or left has a name")?;
        }
        Ok(())
    }
}

impl Body for HsmBatch {
    const TYPE: &'static str = "access-hsm";
    const NAMESPACE: &'static str = sshsig::namespace::ACCESS;
    const LIMIT: usize = LIMIT;

    fn check(&self, _rehearsal: bool) -> Result<(), Error> {
        batch::check(self)?;
        for access in &self.accesses {
            let words = [Some(&access.hsm), access.user.as_ref()];
            let words = words.into_iter().flatten();
            demand(
                words.into_iter().all(|word| is_word(word)),
                "an HSM or a user has a name of 1 to 63 characters",
            )?;
            demand(
                operation::is_known_or_number(&access.operation),
                "an operation is called by its name or number",
            )?;
            let role = access.role.as_deref();
            demand(role.is_none_or(is_role), "a role has 1 to 200 printable characters")?;
            demand(
                role.is_some() || access.mfa == Mfa::Unknown,
                "without a role nothing is known of a second factor",
            )?;
        }
        Ok(())
    }
}

fn demand(holds: bool, what: &str) -> Result<(), Error> {
    match holds {
        true => Ok(()),
        false => Err(Error::Invalid {
            file: "access batch",
            what: what.to_owned(),
        }),
    }
}

/// Whether it can be the name of an account or an HSM: 1 to 63 printable ASCII characters without space. Nothing else
/// becomes part of a batch, for a name that somebody types can hold anything.
#[must_use]
pub fn is_word(word: &str) -> bool {
    (1..=63).contains(&word.len()) && word.bytes().all(|octet| octet.is_ascii_graphic())
}

/// Whether it can be an IAM role's name or ARN.
#[must_use]
pub fn is_role(role: &str) -> bool {
    role.len() <= 200 && text::is_sentence(role)
}

/// Batches stay far below what a store takes for one file.
const LIMIT: usize = cbor::BUNDLE_LIMIT;

#[cfg(test)]
mod tests;
