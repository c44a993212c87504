//! CRLs as a plan has them: which is the next of whom, and what it newly revokes.

use serde::Deserialize;

use crate::{Time, time};

/// A CRL that is signed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedCrl {
    /// The step's name.
    pub id: String,
    /// The issuer's key: of this plan, or one that stands.
    pub issuer: String,
    /// The CRL's number: 1, or one more than that of the list that stands.
    pub number: u64,
    /// When it is made.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub this_update: Time,
    /// When the next one is due.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub next_update: Time,
    /// What it revokes beside all that the list before it does.
    #[serde(default)]
    pub revoked: Vec<Revoked>,
}

/// One certificate that a CRL newly revokes: named by its stem, or, if it stands nowhere, by its serial number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revoked {
    /// The stem of a certificate that stands.
    #[serde(default)]
    pub certificate: Option<String>,
    /// Hexadecimal.
    #[serde(default)]
    pub serial: Option<String>,
    /// From when on.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub at: Time,
    /// RFC 5280 §5.3.1, by name: `keyCompromise`, `superseded`, ...
    pub reason: String,
}
