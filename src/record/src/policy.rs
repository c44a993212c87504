//! The policy: what the root may sign, for whom, until when, and how many must agree. TOML, versioned, published.

mod check;
mod maintenance;
mod successor;
mod uris;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::plan::Kind;
use crate::{Error, Time, time};

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
    /// What delegates that are kept in this HSM may sign subkeys for.
    #[serde(default)]
    pub subkey: Vec<SubkeyRule>,
    /// How long CRLs last.
    pub crl: CrlRule,
    /// Countersignatures that a record needs, by the event's kind.
    pub records: BTreeMap<String, u8>,
    /// Lints that are set aside for a while.
    #[serde(default)]
    pub exemption: Vec<Exemption>,
    /// When console and HSM may be accessed without an event.
    #[serde(default)]
    pub maintenance: Vec<Maintenance>,
}

/// A stretch of time in which console and HSM may be accessed without an event, for a stated reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Maintenance {
    /// Its first moment.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub from: Time,
    /// The first moment after it.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub until: Time,
    /// The accounts of the console and users of the HSM who may come; nobody else may.
    pub who: Vec<String>,
    /// Why.
    pub why: String,
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
    /// How many members at most may share an employer, or a country of residence or citizenship: M-2 (RFC 3579).
    pub alike_most: u8,
    /// Days after an event until a countersignature that is missing becomes a finding.
    pub countersign_days: u64,
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
    /// Narrower purposes that its certificate carries too, for its subkeys.
    #[serde(default)]
    pub narrower: Vec<Purpose>,
}

/// A purpose of subkeys that is narrower than their delegate's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Purpose {
    /// Its name: `code-signing`.
    pub name: String,
    /// Its number under `<arc>.1`.
    pub purpose: u32,
}

/// A kind of subkeys. They sign, and issue nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SubkeyRule {
    /// The rule's name: `bors-repository`.
    pub name: String,
    /// The delegate that signs for them.
    pub delegate: String,
    /// The common name, without name and number of the single subkey.
    pub common_name: String,
    /// What they are for, by name: the delegate's own purpose, or narrower ones of it.
    pub purposes: Vec<String>,
    /// What each URI of such a subkey begins with, if it must have one; a subkey without this has none.
    #[serde(default)]
    pub uri_prefix: Option<String>,
    /// The longest life, in days.
    pub days: u64,
    /// The key algorithms that they may have.
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

impl RootRule {
    /// The year in which a root ends that is made now: on schedule that of the next edition but one, out of schedule that
    /// in which the root ends whose place it takes, unless that is too near.
    #[must_use]
    pub fn end_year(&self, opens: Time) -> u64 {
        // A root is used until the one after it is spread: with less than two years left, the next edition's end counts.
        let near = |year: u64| year < opens.year().saturating_add(2);
        let mut year = self.first_end_year;
        while near(year) && self.cycle_years > 0 {
            year = year.saturating_add(self.cycle_years);
        }
        year
    }
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

    /// The rule for subkeys of this name.
    #[must_use]
    pub fn subkey(&self, name: &str) -> Option<&SubkeyRule> {
        self.subkey.iter().find(|rule| rule.name == name)
    }

    /// All purposes in a delegate's certificate, as dotted OIDs: its own first, then the narrower ones.
    #[must_use]
    pub fn purposes(&self, rule: &DelegateRule) -> Vec<String> {
        let narrower = rule
            .narrower
            .iter()
            .map(|one| format!("{}.1.{}", self.arc, one.purpose));
        [self.purpose(rule)].into_iter().chain(narrower).collect()
    }

    /// The purposes of a kind of subkeys, as dotted OIDs; those that their delegate does not have are left out.
    #[must_use]
    pub fn subkey_purposes(&self, rule: &SubkeyRule) -> Vec<String> {
        let number = |name: &String| {
            let delegate = self.delegate(&rule.delegate)?;
            match *name == delegate.name {
                true => Some(delegate.purpose),
                false => Some(delegate.narrower.iter().find(|one| one.name == *name)?.purpose),
            }
        };
        let numbers = rule.purposes.iter().filter_map(number);
        numbers.map(|number| format!("{}.1.{number}", self.arc)).collect()
    }

    /// Every purpose that the policy knows, with its name, in order.
    pub fn all_purposes(&self) -> impl Iterator<Item = (&str, String)> {
        self.delegate.iter().flat_map(|rule| {
            let names = [rule.name.as_str()]
                .into_iter()
                .chain(rule.narrower.iter().map(|one| one.name.as_str()));
            names.zip(self.purposes(rule))
        })
    }

    /// How many members hold an event of this kind and sign its record.
    #[must_use]
    pub fn needed(&self, kind: Kind) -> u8 {
        self.records.get(kind.name()).copied().unwrap_or(self.quorum.threshold)
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

    /// The subject of a subkey: its rule's common name, what its own name says besides its delegate's, and its number.
    #[must_use]
    pub fn subkey_subject(&self, rule: &SubkeyRule, name: &str, number: u32) -> String {
        let rest = name.strip_prefix(&format!("{}-", rule.delegate)).unwrap_or(name);
        self.subject(&format!("{} {rest}", rule.common_name), number)
    }

    /// The subject of a root or delegate, in the form `CN=..., O=...`.
    #[must_use]
    pub fn subject(&self, common_name: &str, generation: u32) -> String {
        format!("CN={common_name} {generation}, O={}", self.organization)
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
    let text = std::str::from_utf8(bytes).map_err(|cause| Error::Toml {
        file,
        what: cause.to_string(),
    })?;
    toml::from_str(text).map_err(|cause| Error::toml(file, &cause))
}
