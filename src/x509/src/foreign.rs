//! Certificates that others issued: one chain, as it was handed over, to a root that is known by its fingerprint.
//!
//! It is for the certificates of AWS's Nitro hypervisors. Their names have forms that this PKI never uses, so names are
//! compared by their encoding and not read. Revocation is not asked for: AWS says to leave it off, and a signer's
//! certificate lives for hours.

mod error;

pub use error::ForeignError;

use crate::encoding::{canonical, encode};
use crate::extension::{self, Known};
use crate::{Algorithm, Error, Extension, KeyUsage, PublicKey, Time, certificate, oid};
use sha2::{Digest, Sha256};

/// Follows a chain from its root down to the leaf, and gives the leaf's key, which may sign.
///
/// `above` are the certificates over the leaf, the root first, each issued by the one before it. The root is the one
/// whose DER has this SHA-256. Everything is checked as of one point in time.
///
/// # Errors
/// [`ForeignError`]; certificates are numbered from the root, which is 1.
pub fn verify_foreign_chain(
    leaf: &[u8],
    above: &[Vec<u8>],
    root: &[u8; 32],
    at: Time,
) -> Result<PublicKey, ForeignError> {
    let Some(first) = above.first().filter(|_| above.len() <= MOST_ABOVE) else {
        return Err(ForeignError::Length { found: above.len() });
    };
    let found: [u8; 32] = Sha256::digest(first).into();
    if found != *root {
        return Err(ForeignError::OtherRoot { found, expected: *root });
    }
    let all = above.iter().map(Vec::as_slice).chain([leaf]);
    let chain = (1..)
        .zip(all)
        .map(|(number, der)| Link::read(number, der))
        .collect::<Result<Vec<_>, _>>()?;
    for (index, link) in chain.iter().enumerate() {
        link.check_dates(at)?;
        // The root is its own issuer.
        link.check_issued_by(&chain[index.saturating_sub(1)])?;
        match chain.len() - index - 1 {
            0 => link.check_leaf()?,
            below => link.check_ca(below - 1)?,
        }
    }
    let leaf = chain.into_iter().next_back();
    leaf.map(|link| link.key).ok_or(ForeignError::Length { found: 0 })
}

/// One certificate of the chain, as far as it matters here.
struct Link {
    number: usize,
    tbs: Vec<u8>,
    signature: Vec<u8>,
    algorithm: Algorithm,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    from: Time,
    until: Time,
    key: PublicKey,
    known: Known,
}

impl Link {
    fn read(number: usize, der: &[u8]) -> Result<Self, ForeignError> {
        let link = Self::parse(number, der).map_err(|cause| ForeignError::Certificate { number, cause })?;
        let (link, extensions) = link;
        let unknown = extensions
            .into_iter()
            .find(|one| one.critical && !UNDERSTOOD.contains(&one.oid));
        match unknown {
            None => Ok(link),
            Some(one) => Err(ForeignError::Critical { number, oid: one.oid }),
        }
    }

    fn parse(number: usize, der: &[u8]) -> Result<(Self, Vec<Extension>), Error> {
        let raw: x509_cert::Certificate = canonical(WHAT, der, LIMIT)?;
        let tbs = raw.tbs_certificate();
        let algorithm = Algorithm::of_signature(tbs.signature())?;
        Algorithm::agreed(WHAT, algorithm, raw.signature_algorithm())?;
        let extensions = extension::list(WHAT, tbs.extensions())?;
        let understood: Vec<_> = extensions
            .iter()
            .filter(|one| UNDERSTOOD.contains(&one.oid))
            .cloned()
            .collect();
        let signature = raw.signature().as_bytes().ok_or(Error::NotCanonical { what: WHAT })?;
        let link = Self {
            number,
            tbs: encode(WHAT, tbs)?,
            signature: signature.to_vec(),
            algorithm,
            issuer: encode(WHAT, tbs.issuer())?,
            subject: encode(WHAT, tbs.subject())?,
            from: Time::from_der_time(WHAT, tbs.validity().not_before)?,
            until: Time::from_der_time(WHAT, tbs.validity().not_after)?,
            key: PublicKey::from_spki_der(&encode(WHAT, tbs.subject_public_key_info())?)?,
            known: Known::read(&understood)?,
        };
        Ok((link, extensions))
    }

    fn check_dates(&self, at: Time) -> Result<(), ForeignError> {
        match self.from <= at && at <= self.until {
            true => Ok(()),
            false => Err(ForeignError::Dates {
                number: self.number,
                from: self.from,
                until: self.until,
                at,
            }),
        }
    }

    fn check_issued_by(&self, issuer: &Self) -> Result<(), ForeignError> {
        let number = self.number;
        if self.issuer != issuer.subject {
            return Err(ForeignError::OtherIssuer { number });
        }
        certificate::verify(&issuer.key, self.algorithm, &self.tbs, &self.signature)
            .map_err(|cause| ForeignError::Signature { number, cause })
    }

    /// A CA that may sign certificates, with this many CAs below it.
    fn check_ca(&self, below: usize) -> Result<(), ForeignError> {
        let number = self.number;
        let basic = self.known.basic_constraints.filter(|basic| basic.ca);
        let basic = basic.ok_or(ForeignError::NotCa { number })?;
        if !self.allows(KeyUsage::KEY_CERT_SIGN) {
            return Err(ForeignError::Usage { number });
        }
        match basic.path_len {
            Some(most) if below > usize::from(most) => Err(ForeignError::PathLength { number, most }),
            _ => Ok(()),
        }
    }

    fn check_leaf(&self) -> Result<(), ForeignError> {
        let number = self.number;
        if self.known.basic_constraints.is_some_and(|basic| basic.ca) {
            return Err(ForeignError::LeafIsCa { number });
        }
        match self.allows(KeyUsage::DIGITAL_SIGNATURE) {
            true => Ok(()),
            false => Err(ForeignError::Usage { number }),
        }
    }

    fn allows(&self, usage: KeyUsage) -> bool {
        self.known.key_usage.is_some_and(|(usages, _)| usages.contains(usage))
    }
}

const WHAT: &str = "certificate";
/// AWS: a certificate in a document has at most 1,024 octets.
const LIMIT: usize = 4096;
/// Root, region, zone and machine are four.
const MOST_ABOVE: usize = 8;
/// What decides here. Nothing else may be critical.
const UNDERSTOOD: [crate::Oid; 2] = [oid::BASIC_CONSTRAINTS, oid::KEY_USAGE];
