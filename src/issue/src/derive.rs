//! From a plan to all its to-be-signed bytes: a function of plan, inputs and public keys, and of nothing else.

mod distinct;
mod facts;
mod placeholder;
mod specify;
mod standing;

use std::collections::BTreeMap;

use record::Digest;
use record::messages::{Action, ActionKind};
use record::plan::Inbound;
use x509::{PublicKey, TbsCertificate, TbsCrl, Time};

use crate::{Error, Linted};
use standing::Standing;

pub use distinct::Distinct;

/// Public keys of the keys that a plan makes, by the plan's name for them. Those that stand are in its inputs.
pub type Keys = BTreeMap<String, PublicKey>;

/// One thing to be signed.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The plan's step.
    pub step: String,
    /// The plan's name of the key that signs.
    pub issuer: String,
    /// Where the result goes: `certs/root-1.der`, `crl/root-1/1.crl`.
    pub file: String,
    /// The bytes, built twice and linted.
    pub content: Content,
}

/// What is signed.
#[derive(Clone, Debug)]
pub enum Content {
    /// A certificate.
    Certificate(Box<Linted<TbsCertificate>>),
    /// A revocation list.
    Crl(Linted<TbsCrl>),
}

impl Derived {
    /// The to-be-signed bytes, DER.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Certificate(tbs) => tbs.tbs().der(),
            Content::Crl(tbs) => tbs.tbs().der(),
        }
    }

    /// SHA-256 of the bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(self.bytes())
    }

    /// What an approval of this allows.
    pub fn action(&self) -> Action {
        Action {
            step: self.step.clone(),
            kind: ActionKind::Sign,
            digest: self.digest(),
        }
    }

    /// The certificate, if it is one.
    pub fn certificate(&self) -> Option<&TbsCertificate> {
        match &self.content {
            Content::Certificate(tbs) => Some(tbs.tbs()),
            Content::Crl(_) => None,
        }
    }

    /// The lint exemptions that were needed.
    pub fn exemptions(&self) -> Vec<String> {
        let used = match &self.content {
            Content::Certificate(tbs) => tbs.exempted(),
            Content::Crl(tbs) => tbs.exempted(),
        };
        let line = |e: &crate::Exempted| {
            format!(
                "{}: {}, until {}, {} and {}",
                e.finding, e.exemption.reason, e.exemption.until, e.exemption.owner, e.exemption.second
            )
        };
        used.iter().map(line).collect()
    }
}

/// Derives everything that a plan has signed, in the plan's order.
///
/// # Errors
/// A key that is missing, a request that is refused, builders that disagree, or a lint without exemption.
pub fn derive(inbound: &Inbound, keys: &Keys, now: record::Time) -> Result<Vec<Derived>, Error> {
    let standing = Standing::read(inbound)?;
    let derived = specify::steps(inbound, &standing, keys, x509_time(now))?;
    distinct::check(&derived, &standing)?;
    Ok(derived)
}

/// The public key of a key that signs: one that the plan makes, or one that stands, as its certificate has it.
///
/// # Errors
/// It is neither, or what stands cannot be read.
pub fn issuer_key(inbound: &Inbound, keys: &Keys, name: &str) -> Result<PublicKey, Error> {
    specify::issuer_key(&Standing::parse(inbound)?, keys, name).cloned()
}

/// The public key of a key that stands, as its certificate has it.
///
/// # Errors
/// As [`issuer_key()`]; none stands under this name.
pub fn standing_key(inbound: &Inbound, name: &str) -> Result<PublicKey, Error> {
    issuer_key(inbound, &Keys::new(), name)
}

/// Derives everything before the plan's keys exist, with placeholders in their stead, so that whatever can be found
/// wrong is found before a key is made.
///
/// # Errors
/// As [`derive()`].
pub fn with_placeholder_keys(inbound: &Inbound, now: record::Time) -> Result<Vec<Derived>, Error> {
    let keys = inbound
        .plan
        .made_keys()
        .map(|(_, key, _)| Ok((key.to_owned(), placeholder::key(key)?)));
    derive(inbound, &keys.collect::<Result<Keys, Error>>()?, now)
}

/// Puts a signature (r and s, 48 octets each) to derived bytes. It is verified before anything is returned.
///
/// # Errors
/// A signature that is malformed, or not the issuer's over these bytes.
pub fn assemble(derived: &Derived, issuer: &PublicKey, raw: &[u8]) -> Result<Vec<u8>, Error> {
    let wrong = |e: x509::Error| Error::Signature {
        step: derived.step.clone(),
        reason: e,
    };
    let signature = x509::ecdsa_der_from_raw(raw).map_err(wrong)?;
    Ok(match &derived.content {
        Content::Certificate(tbs) => {
            let tbs = TbsCertificate::parse(tbs.tbs().der()).map_err(wrong)?;
            x509::Certificate::assemble(tbs, &signature, issuer)
                .map_err(wrong)?
                .der()
                .to_vec()
        }
        Content::Crl(tbs) => {
            let tbs = TbsCrl::parse(tbs.tbs().der()).map_err(wrong)?;
            x509::Crl::assemble(tbs, &signature, issuer)
                .map_err(wrong)?
                .der()
                .to_vec()
        }
    })
}

/// A moment as X.509 has it.
pub fn x509_time(time: record::Time) -> Time {
    Time(i64::try_from(time.0).unwrap_or(i64::MAX))
}
