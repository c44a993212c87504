//! What stands before an event: everything that a console without memory must know of the events before. Made from the
//! public store by a rule that leaves nothing open, so that anybody can make the same bytes.

use serde::{Deserialize, Serialize};

use crate::{Body, Bytes, Digest, cbor, sshsig};

/// What stands before an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Standing {
    /// Every event so far, in order.
    pub events: Vec<Past>,
    /// The store's newest checkpoint, as it stands there.
    pub checkpoint: String,
    /// The digest of the roster in force.
    pub roster: Digest,
    /// The digest of the policy in force.
    pub policy: Digest,
    /// The digest of the log policy in force.
    pub log_policy: Digest,
    /// Its number in the store, from 1.
    pub log_policy_number: u32,
    /// Every certificate that was ever made, in order.
    pub certificates: Vec<StandingCertificate>,
    /// The newest CRL of each issuer, by issuer.
    pub crls: Vec<StandingCrl>,
    /// The keys in the HSM, in the order in which they were made. A new cluster begins with none.
    pub keys: Vec<HsmKey>,
}

impl Body for Standing {
    const TYPE: &'static str = "standing";
    const NAMESPACE: &'static str = sshsig::namespace::PLAN;
    /// It grows with every certificate: some hundred kilobytes after decades.
    const LIMIT: usize = cbor::BUNDLE_LIMIT / 2;
}

/// An event that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Past {
    /// Its name.
    pub event: String,
    /// Its kind.
    pub kind: String,
    /// The digest of its record.
    pub record: Digest,
}

/// A certificate that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StandingCertificate {
    /// `root`, the delegate's or the subkey's name.
    pub name: String,
    /// Its number among those of its name.
    pub number: u32,
    /// DER.
    pub der: Bytes,
}

/// The newest CRL of an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StandingCrl {
    /// The issuer's stem: `root-1`.
    pub issuer: String,
    /// Its number.
    pub number: u64,
    /// DER.
    pub der: Bytes,
}

/// A key in the HSM. Its public half is in the certificate of the same stem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HsmKey {
    /// Its name: `root-1`.
    pub key: String,
    /// Its label in the HSM.
    pub label: String,
    /// M, if the quorum guards it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quorum: Option<u8>,
    /// The HSM user who owns it.
    pub owner: String,
}

impl StandingCertificate {
    /// The stem of its files.
    #[must_use]
    pub fn stem(&self) -> String {
        format!("{}-{}", self.name, self.number)
    }
}

impl Standing {
    /// Before the first event: nothing stands but the rules by which it is held.
    #[must_use]
    pub fn nothing(roster: Digest, policy: Digest, log_policy: Digest) -> Self {
        Self {
            events: Vec::new(),
            checkpoint: String::new(),
            roster,
            policy,
            log_policy,
            log_policy_number: 1,
            certificates: Vec::new(),
            crls: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// The digest of the newest event's record.
    #[must_use]
    pub fn previous(&self) -> Option<Digest> {
        self.events.last().map(|past| past.record)
    }

    /// The certificate of this stem.
    #[must_use]
    pub fn certificate(&self, stem: &str) -> Option<&StandingCertificate> {
        self.certificates.iter().find(|one| one.stem() == stem)
    }

    /// The newest certificate of this name.
    #[must_use]
    pub fn newest(&self, name: &str) -> Option<&StandingCertificate> {
        let named = self.certificates.iter().filter(|one| one.name == name);
        named.max_by_key(|one| one.number)
    }

    /// The number that the next certificate of this name gets.
    #[must_use]
    pub fn next_number(&self, name: &str) -> u32 {
        self.newest(name).map_or(1, |one| one.number.saturating_add(1))
    }

    /// The newest CRL of this issuer.
    #[must_use]
    pub fn crl(&self, issuer: &str) -> Option<&StandingCrl> {
        self.crls.iter().find(|one| one.issuer == issuer)
    }

    /// The key of this name, if it is in the HSM.
    #[must_use]
    pub fn key(&self, key: &str) -> Option<&HsmKey> {
        self.keys.iter().find(|one| one.key == key)
    }

    /// The generation of the newest root; 0 before the first.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.newest("root").map_or(0, |root| root.number)
    }
}
