//! What the plan says of the HSM: its kind, who owns the keys there, and how many HSMs there are at least.

use serde::Deserialize;

use crate::roster::{OF_THE_HSM, is_user_name};
use crate::{Error, text};

/// What the plan says of the HSM.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HsmPlan {
    /// Its kind; a plan that does not say is for CloudHSM.
    #[serde(default)]
    pub kind: HsmKind,
    /// CloudHSM: the crypto user who owns the keys and is no member. PKCS#11: the token's label.
    pub owner: String,
    /// The least number of HSMs in the cluster.
    pub nodes_least: u8,
}

/// A kind of HSM. With it goes who counts the approvals for a key that the quorum guards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HsmKind {
    /// AWS CloudHSM: approvals are counted by the HSM itself.
    #[default]
    Cloudhsm,
    /// Any HSM behind a PKCS#11 module: it knows no approvals; its own login rule (M-of-N cards) guards all its keys.
    Pkcs11,
}

impl HsmKind {
    /// As written in plans.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cloudhsm => "cloudhsm",
            Self::Pkcs11 => "pkcs11",
        }
    }

    /// What it is, in words.
    #[must_use]
    pub fn described(self) -> &'static str {
        match self {
            Self::Cloudhsm => "AWS CloudHSM",
            Self::Pkcs11 => "a token behind a PKCS#11 module",
        }
    }

    /// Who counts the approvals for a key that the quorum guards: the record's fact `quorum-kept-by`.
    #[must_use]
    pub fn quorum_kept_by(self) -> &'static str {
        match self {
            Self::Cloudhsm => "the HSM, per key",
            Self::Pkcs11 => "the console and the members' signed approvals; the module's own login rule guards the key",
        }
    }

    /// The same for a person who is about to agree to it.
    #[must_use]
    pub fn who_counts(self) -> &'static str {
        match self {
            Self::Cloudhsm => "the HSM itself: for each use of a guarded key it demands the members' signatures",
            Self::Pkcs11 => {
                "NOT the HSM: the console counts them, and your signed approvals in the record prove them afterwards. \
                 Whoever can log in to the token can use its keys; its own login rule, such as M of N cards, is all \
                 that guards them"
            }
        }
    }

    /// Whether the HSM knows users, shares keys among them and counts their approvals.
    #[must_use]
    pub fn has_users(self) -> bool {
        self == Self::Cloudhsm
    }
}

impl HsmPlan {
    /// Whether this makes sense for its kind, and if not, why.
    pub(super) fn check(&self) -> Result<(), String> {
        match self.kind {
            HsmKind::Cloudhsm => self.check_cluster(),
            HsmKind::Pkcs11 => self.check_token(),
        }
    }

    /// Whether the owner can be a user of the kind that has users.
    pub(super) fn check_owner(&self) -> Result<(), Error> {
        // CloudHSM: at most 31 characters, `_` the only special one; lower case, as the HSM shows it.
        match self.kind.has_users() && !is_user_name(&self.owner) {
            true => Err(Error::OwnerIsNoUser {
                owner: text::plain(&self.owner, 40),
            }),
            false => Ok(()),
        }
    }

    fn check_cluster(&self) -> Result<(), String> {
        if OF_THE_HSM.contains(&self.owner.as_str()) {
            return Err(format!("'{}' is a user whom every HSM has", self.owner));
        }
        // The HSM demands two nodes for a key that lasts (cloudhsm-cli, key availability check).
        match self.nodes_least < 2 {
            true => Err(format!(
                "{} HSM is not enough; keys must be on at least 2",
                self.nodes_least
            )),
            false => Ok(()),
        }
    }

    fn check_token(&self) -> Result<(), String> {
        // PKCS#11 v3.0 §3.2, CK_TOKEN_INFO: 32 characters, padded with blanks.
        let printable = self.owner.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !(1..=32).contains(&self.owner.len()) || !printable || self.owner.trim() != self.owner {
            let owner = text::plain(&self.owner, 40);
            return Err(format!(
                "'{owner}' is not a label of a token: 1 to 32 printable characters"
            ));
        }
        match self.nodes_least {
            1 => Ok(()),
            n => Err(format!("a token is one HSM, so nodes-least is 1 and not {n}")),
        }
    }
}
