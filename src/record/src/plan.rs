//! The plan: the one file that says everything an event will do. Its bundle's digest is what is read aloud.

mod check;
mod commands;
mod hsm;
mod inbound;
mod keys;
mod kind;
mod list;
mod rules;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::policy::from_toml;
use crate::{Digest, Error, Time, digest, time};

pub use commands::{Command, Consent, ConsentTo, Deed, commands};
pub use hsm::{HsmKind, HsmPlan};
pub use inbound::{Inbound, PlanBundle};
pub use keys::EventKey;
pub use kind::Kind;
pub use list::{PlannedCrl, Revoked};
pub use step::{KeySource, Replaces, Step, cross_name};

/// Names of the inputs that every plan has.
pub const POLICY: &str = "policy.toml";
/// See [`POLICY`].
pub const ROSTER: &str = "roster.cbor";
/// See [`POLICY`]: C2SP tlog-policy text, log and witness keys.
pub const LOG_POLICY: &str = "tlog-policy";
/// What stands before the event; the first event of all has none.
pub const STANDING: &str = "standing.cbor";
/// The policy that is in force after the event.
pub const NEXT_POLICY: &str = "next-policy.toml";
/// The roster that is in force after the event.
pub const NEXT_ROSTER: &str = "next-roster.cbor";
/// The log policy that is in force after the event.
pub const NEXT_LOG_POLICY: &str = "next-tlog-policy";

/// A plan that can be held.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// The plan format's version.
    pub version: u32,
    /// The event's name: a folder in the store.
    pub event: String,
    /// Which ceremony.
    pub kind: Kind,
    /// What a drill rehearses; nothing else says it.
    #[serde(default)]
    pub of: Option<Kind>,
    /// True in rehearsals.
    pub rehearsal: bool,
    /// What the event is for, in a sentence.
    pub description: String,
    /// The generation of the root after the event, from 1; 0 before there is one.
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

impl Plan {
    /// Reads a plan and checks what can be checked of it alone.
    ///
    /// # Errors
    /// TOML of another shape (an unknown field is one), or steps that contradict each other.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let plan: Self = from_toml(bytes, "plan.toml")?;
        check::plan(&plan).map_err(invalid)?;
        plan.hsm.check_owner()?;
        Ok(plan)
    }

    /// What the event does: its kind, or what a drill rehearses.
    #[must_use]
    pub fn deed(&self) -> Kind {
        self.of.unwrap_or(self.kind)
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
