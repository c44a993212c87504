//! The policy: what the root may sign, for whom, until when, and how many must agree. TOML, versioned, published.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Error, Time, text, time};

/// RFC 5612's number for documentation: the arc of rehearsals, refused in production.
pub const DOCUMENTATION_ARC: &str = "1.3.6.1.4.1.32473";

/// A policy that can be relied on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// The policy's number, from 1; each change is a new one.
    pub version: u32,
    /// True in rehearsals.
    pub rehearsal: bool,
    /// The organization in every subject.
    pub organization: String,
    /// The arc under which purposes and extensions sit.
    pub arc: String,
    /// How many must agree.
    pub quorum: QuorumRule,
    /// What roots look like.
    pub root: RootRule,
    /// What the root delegates.
    pub delegate: Vec<DelegateRule>,
    /// How long CRLs last.
    pub crl: CrlRule,
    /// Countersignatures that a record needs, by the event's kind.
    pub records: BTreeMap<String, u8>,
    /// Lints that are set aside for a while.
    #[serde(default)]
    pub exemption: Vec<Exemption>,
}

/// How many must agree, of how many, and for how long they serve.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuorumRule {
    /// M.
    pub threshold: u8,
    /// N.
    pub members: u8,
    /// Shortest term, in years.
    pub term_years_least: u8,
    /// Longest term, in years.
    pub term_years_most: u8,
}

/// The root's name and its schedule, which follows the editions (RFC 3579, First-Issue Expiration Plan).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RootRule {
    /// The common name, without the generation.
    pub common_name: String,
    /// The year in which the first root ends: the edition's plus one.
    pub first_end_year: u64,
    /// Years from one root's end to the next one's: two editions.
    pub cycle_years: u64,
    /// The longest life of a root, in years.
    pub life_years: u64,
}

/// One purpose that the root delegates.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DelegateRule {
    /// Its name in files: `release`, `crates-io`, ...
    pub name: String,
    /// The common name, without the generation.
    pub common_name: String,
    /// The purpose's number under `<arc>.1`.
    pub purpose: u32,
    /// Who holds the private key.
    pub keeper: Keeper,
    /// Whether each use of the key needs the quorum.
    pub quorum: bool,
    /// Whether it issues certificates (always with pathLen 0).
    pub ca: bool,
    /// Whether it signs anything but certificates and CRLs.
    pub signs: bool,
    /// The key algorithms that it may have.
    pub algorithms: Vec<KeyAlgorithm>,
}

/// Who holds a delegate's private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeper {
    /// This HSM: the key is made in the event.
    Hsm,
    /// An outside signing service: the key comes as a PKCS#10 request.
    Outside,
}

/// A key algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyAlgorithm {
    /// ECDSA on secp384r1.
    P384,
    /// Ed25519.
    Ed25519,
}

/// How long CRLs last.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CrlRule {
    /// The longest time from this update to the next, in days.
    pub days: u64,
}

/// A lint that is set aside until a date. Two people answer for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exemption {
    /// The lint's name.
    pub lint: String,
    /// Who asked for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// From when on it no longer counts.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub ends: Time,
    /// Who else agreed.
    pub second: String,
}

impl Policy {
    /// Reads a policy and checks what can be checked of it alone.
    ///
    /// # Errors
    /// TOML of another shape, or a rule that contradicts another or the RFC.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let policy: Self = from_toml(bytes, "policy.toml")?;
        policy.check().map_err(|what| Error::Invalid {
            file: "policy.toml",
            what,
        })?;
        Ok(policy)
    }

    /// The rule for a delegate.
    #[must_use]
    pub fn delegate(&self, name: &str) -> Option<&DelegateRule> {
        self.delegate.iter().find(|rule| rule.name == name)
    }

    /// The purpose of a delegate, as a dotted OID.
    #[must_use]
    pub fn purpose(&self, rule: &DelegateRule) -> String {
        format!("{}.1.{}", self.arc, rule.purpose)
    }

    /// The OID of the root's extension that holds the digests of roster, policy and log policy.
    #[must_use]
    pub fn founding_extension(&self) -> String {
        format!("{}.2.1", self.arc)
    }

    /// The subject of a root or delegate, in the form `CN=..., O=...`.
    #[must_use]
    pub fn subject(&self, common_name: &str, generation: u32) -> String {
        format!("CN={common_name} {generation}, O={}", self.organization)
    }

    fn check(&self) -> Result<(), String> {
        let quorum = &self.quorum;
        // CloudHSM's quorum values go from 2 to 8; below M-2 = 1 the affiliation rule could not be met.
        if !(3..=8).contains(&quorum.threshold) || quorum.threshold > quorum.members {
            return Err(format!(
                "a quorum of {} of {} cannot be held",
                quorum.threshold, quorum.members
            ));
        }
        self.check_arc()?;
        self.check_delegates()?;
        let plain = |text: &str| {
            !text.is_empty()
                && text.len() <= 60
                && text
                    .bytes()
                    .all(|b| matches!(b, b' '..=b'~') && !b",=+\\\"".contains(&b))
        };
        let names = self.delegate.iter().map(|rule| &rule.common_name);
        for name in names.chain([&self.root.common_name, &self.organization]) {
            if !plain(name) {
                return Err(format!("'{}' cannot stand in a name", text::plain(name, 60)));
            }
            if self.rehearsal && name == &self.organization && !name.to_lowercase().contains("rehearsal") {
                return Err(format!(
                    "the organization '{name}' does not say that this is a rehearsal"
                ));
            }
        }
        if let Some(short) = self.records.iter().find(|(_, n)| **n < quorum.threshold) {
            return Err(format!(
                "records of kind '{}' need {} signatures, fewer than the quorum",
                short.0, short.1
            ));
        }
        Ok(())
    }

    fn check_arc(&self) -> Result<(), String> {
        let numbers = self
            .arc
            .split('.')
            .all(|n| n.parse::<u32>().is_ok_and(|v| v.to_string() == n));
        if !numbers || !self.arc.starts_with("1.3.6.1.4.1.") {
            return Err(format!(
                "the arc '{}' is not a Private Enterprise Number's",
                text::plain(&self.arc, 60)
            ));
        }
        let documentation = self.arc == DOCUMENTATION_ARC || self.arc.starts_with(&format!("{DOCUMENTATION_ARC}."));
        match (self.rehearsal, documentation) {
            (true, false) => Err(format!(
                "a rehearsal's arc sits under {DOCUMENTATION_ARC}, not at {}",
                self.arc
            )),
            (false, true) => Err(format!("the arc {} is for documentation, not for production", self.arc)),
            _ => Ok(()),
        }
    }

    fn check_delegates(&self) -> Result<(), String> {
        for (n, rule) in self.delegate.iter().enumerate() {
            if !text::is_name(&rule.name) || rule.name == "root" {
                return Err(format!(
                    "'{}' is not a name for a delegate",
                    text::plain(&rule.name, 40)
                ));
            }
            // Two keys under one subject could not be told apart by name; names are compared without their case.
            let same_subject = |other: &str| other.eq_ignore_ascii_case(&rule.common_name);
            let repeats = |other: &DelegateRule| {
                other.name == rule.name || other.purpose == rule.purpose || same_subject(&other.common_name)
            };
            if self.delegate[..n].iter().any(repeats) || same_subject(&self.root.common_name) {
                return Err(format!(
                    "the delegate '{}' repeats another's name, common name or purpose",
                    rule.name
                ));
            }
            if rule.quorum && rule.keeper == Keeper::Outside {
                return Err(format!(
                    "the quorum cannot guard '{}': its keeper is outside",
                    rule.name
                ));
            }
            if !rule.ca && !rule.signs {
                return Err(format!("the delegate '{}' may neither issue nor sign", rule.name));
            }
            if rule.algorithms.is_empty() {
                return Err(format!("the delegate '{}' may have no key", rule.name));
            }
        }
        Ok(())
    }
}

/// Reads TOML of at most 256 KiB.
pub(crate) fn from_toml<T: serde::de::DeserializeOwned>(bytes: &[u8], file: &'static str) -> Result<T, Error> {
    const LIMIT: usize = 256 * 1024;
    if bytes.len() > LIMIT {
        return Err(Error::TooLarge {
            size: bytes.len(),
            limit: LIMIT,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| Error::Toml {
        file,
        what: e.to_string(),
    })?;
    toml::from_str(text).map_err(|e| Error::Toml {
        file,
        what: e.to_string(),
    })
}
