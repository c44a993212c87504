//! The plan: the one file that says everything an event will do. Its bundle's digest is what is read aloud.

mod check;
mod hsm;
mod inbound;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::policy::from_toml;
use crate::{Digest, Error, Time, digest, time};

pub use hsm::{HsmKind, HsmPlan};
pub use inbound::{Inbound, PlanBundle};

/// Names of the inputs that every plan has.
pub const POLICY: &str = "policy.toml";
/// See [`POLICY`].
pub const ROSTER: &str = "roster.cbor";
/// See [`POLICY`]: C2SP tlog-policy text, log and witness keys.
pub const LOG_POLICY: &str = "tlog-policy";

/// A plan that can be held.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// The plan format's version.
    pub version: u32,
    /// The event's name: a folder in the store.
    pub event: String,
    /// Which ceremony script.
    pub kind: String,
    /// True in rehearsals.
    pub rehearsal: bool,
    /// What the event is for, in a sentence.
    pub description: String,
    /// The root's generation, from 1.
    pub generation: u32,
    /// When the event may begin.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub opens: Time,
    /// When it must have ended.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub closes: Time,
    /// The HSM and its key owner.
    pub hsm: HsmPlan,
    /// SHA-256 of each input, by its name.
    pub inputs: BTreeMap<String, InputDigest>,
    /// What is done, in this order.
    pub step: Vec<Step>,
}

/// The digest of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct InputDigest(#[serde(deserialize_with = "digest::toml_hex::deserialize")] pub Digest);

/// One entry of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "do",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Step {
    /// A key pair is made in the HSM.
    MakeKey {
        /// The step's name.
        id: String,
        /// The key's name in this plan and in files: `root-1`.
        key: String,
        /// Whether its use needs the quorum.
        quorum: bool,
    },
    /// A certificate is signed.
    IssueCertificate {
        /// The step's name.
        id: String,
        /// `root`, or the delegate's name in the policy.
        name: String,
        /// The certificate's number among those of its name, from 1.
        number: u32,
        /// The subject's key: a key of this plan, or an input that is a PKCS#10 request.
        key: KeySource,
        /// The issuer's key in this plan.
        issuer: String,
        /// Hexadecimal, drawn when the plan was made.
        serial: String,
        /// First second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_before: Time,
        /// Last second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_after: Time,
    },
    /// A CRL is signed.
    IssueCrl {
        /// The step's name.
        id: String,
        /// The issuer's key in this plan.
        issuer: String,
        /// The CRL's number, from 1.
        number: u64,
        /// When it is made.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        this_update: Time,
        /// When the next one is due.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        next_update: Time,
        /// What it revokes: none in a founding event.
        #[serde(default)]
        revoked: Vec<Revoked>,
    },
}

/// Where a certificate's key comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum KeySource {
    /// Made in this plan, by its name.
    Made(String),
    /// A PKCS#10 request, by the input's name.
    Request(String),
}

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revoked {
    /// Hexadecimal.
    pub serial: String,
    /// From when on.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub at: Time,
    /// RFC 5280 §5.3.1, by name: `keyCompromise`, `superseded`, ...
    pub reason: String,
}

impl Step {
    /// The step's name.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::MakeKey { id, .. } | Self::IssueCertificate { id, .. } | Self::IssueCrl { id, .. } => id,
        }
    }

    /// What the step does, for the screen.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::MakeKey { key, quorum: true, .. } => format!("Make the key {key}, guarded by the quorum"),
            Self::MakeKey { key, quorum: false, .. } => format!("Make the key {key}"),
            Self::IssueCertificate {
                name, number, issuer, ..
            } => {
                format!("Sign the certificate {name}-{number} with {issuer}")
            }
            Self::IssueCrl { issuer, number, .. } => format!("Sign the revocation list {number} of {issuer}"),
        }
    }
}

impl Plan {
    /// Reads a plan and checks what can be checked of it alone.
    ///
    /// # Errors
    /// TOML of another shape (an unknown field is one), or steps that contradict each other.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let plan: Self = from_toml(bytes, "plan.toml")?;
        check::plan(&plan).map_err(invalid)?;
        Ok(plan)
    }

    /// The keys that the plan makes, in order, with whether the quorum guards them.
    pub fn made_keys(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.step.iter().filter_map(|step| match step {
            Step::MakeKey { id, key, quorum } => Some((id.as_str(), key.as_str(), *quorum)),
            _ => None,
        })
    }

    /// The label of a key in the HSM: from plan and step, so that a key made before a power cut is known again.
    #[must_use]
    pub fn label(digest: &Digest, step: &str, key: &str) -> String {
        let mark = Digest::of(format!("{digest}/{step}").as_bytes()).hex();
        format!("{key}-{}", &mark[..16])
    }
}

/// An error about the plan.
fn invalid(what: String) -> Error {
    Error::Invalid {
        file: "plan.toml",
        what,
    }
}
