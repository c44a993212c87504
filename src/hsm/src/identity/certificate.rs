//! A certificate or request from outside: read once, with what the checks ask for.

use std::ops::RangeInclusive;

use sha2::{Digest as _, Sha256};
use x509_cert::der::oid::AssociatedOid as _;
use x509_cert::der::{Decode as _, Encode as _, Reader as _, SliceReader};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::request::CertReq;

use super::signature::Signed;
use crate::{Error, wire};

/// A certificate.
pub(super) struct Certificate {
    pub name: &'static str,
    pub subject: String,
    pub issuer: String,
    /// First and last second, since 1970.
    pub validity: RangeInclusive<u64>,
    /// Whether it may issue others.
    pub ca: bool,
    /// How many CAs may stand between it and the last certificate, if that is limited.
    pub path_length: Option<u8>,
    /// Critical extensions that nobody here understands, by their identifiers.
    pub unknown: Vec<String>,
    /// The SubjectPublicKeyInfo.
    pub spki: Vec<u8>,
    pub signed: Signed,
    der: Vec<u8>,
}

impl Certificate {
    pub fn parse(name: &'static str, pem: &str) -> Result<Certificate, Error> {
        let bad = |why: String| Error::BadIdentity { what: name, why };
        let der = from_pem("CERTIFICATE", pem).ok_or_else(|| bad("it is not one PEM block CERTIFICATE".into()))?;
        let parsed = x509_cert::Certificate::from_der(&der).map_err(|error| bad(error.to_string()))?;
        let unreadable = |error: x509_cert::der::Error| bad(error.to_string());
        let tbs = parsed.tbs_certificate();
        let signed = Signed::new(&der, parsed.signature_algorithm(), parsed.signature()).map_err(unreadable)?;
        let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
        Ok(Certificate {
            name,
            subject: shown(&tbs.subject().to_string()),
            issuer: shown(&tbs.issuer().to_string()),
            validity: seconds(tbs.validity().not_before)..=seconds(tbs.validity().not_after),
            ca: may_issue(tbs).map_err(unreadable)?,
            path_length: path_length(tbs).map_err(unreadable)?,
            unknown: unknown(tbs),
            spki: tbs.subject_public_key_info().to_der().map_err(unreadable)?,
            signed,
            der,
        })
    }

    /// SHA-256 over the whole certificate in DER, as `openssl x509 -fingerprint -sha256` shows it.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }

    pub fn key_digest(&self) -> [u8; 32] {
        Sha256::digest(&self.spki).into()
    }

    pub fn dates(&self) -> String {
        format!("{} to {}", date(*self.validity.start()), date(*self.validity.end()))
    }
}

/// A request for the cluster's certificate.
pub(super) struct Request {
    pub name: &'static str,
    pub spki: Vec<u8>,
    pub signed: Signed,
}

impl Request {
    pub fn parse(name: &'static str, pem: &str) -> Result<Request, Error> {
        let bad = |why: String| Error::BadIdentity { what: name, why };
        let der = from_pem("CERTIFICATE REQUEST", pem)
            .ok_or_else(|| bad("it is not one PEM block CERTIFICATE REQUEST".into()))?;
        let parsed = CertReq::from_der(&der).map_err(|error| bad(error.to_string()))?;
        let unreadable = |error: x509_cert::der::Error| bad(error.to_string());
        Ok(Request {
            name,
            spki: parsed.info.public_key.to_der().map_err(unreadable)?,
            signed: Signed::new(&der, &parsed.algorithm, &parsed.signature).map_err(unreadable)?,
        })
    }

    pub fn key_digest(&self) -> [u8; 32] {
        Sha256::digest(&self.spki).into()
    }
}

/// The part of a signed structure that was signed: its first element, byte for byte.
pub(super) fn first_element(der: &[u8]) -> Result<Vec<u8>, x509_cert::der::Error> {
    let mut reader = SliceReader::new(der)?;
    reader.sequence(|inner| {
        let first = inner.tlv_bytes()?.to_vec();
        inner.drain(inner.remaining_len())?;
        Ok(first)
    })
}

/// A CA says so in its basic constraints. Certificates of hardware may lack them and have a key usage instead; one
/// without either may not issue. The first version of X.509 had neither, and a root can be so old.
fn may_issue(tbs: &x509_cert::TbsCertificate) -> Result<bool, x509_cert::der::Error> {
    let signs = tbs.get_extension::<KeyUsage>()?.map(|(_, usage)| usage.key_cert_sign());
    let ca = tbs
        .get_extension::<BasicConstraints>()?
        .map(|(_, constraints)| constraints.ca);
    let first_version = tbs.version() == x509_cert::certificate::Version::V1;
    Ok(match (ca, signs) {
        (Some(ca), signs) => ca && signs.unwrap_or(true),
        (None, Some(signs)) => signs,
        (None, None) => first_version && tbs.issuer() == tbs.subject(),
    })
}

fn path_length(tbs: &x509_cert::TbsCertificate) -> Result<Option<u8>, x509_cert::der::Error> {
    let constraints = tbs.get_extension::<BasicConstraints>()?;
    Ok(constraints.and_then(|(_, constraints)| constraints.path_len_constraint))
}

/// RFC 5280 §4.2: a certificate with a critical extension that is not understood is refused.
fn unknown(tbs: &x509_cert::TbsCertificate) -> Vec<String> {
    let understood = [BasicConstraints::OID, KeyUsage::OID];
    let all = tbs.extensions().map(Vec::as_slice).unwrap_or_default().iter();
    all.filter(|one| one.critical && !understood.contains(&one.extn_id))
        .map(|one| one.extn_id.to_string())
        .collect()
}

/// One PEM block of this label and nothing beside it. Lines may have any length.
fn from_pem(label: &str, pem: &str) -> Option<Vec<u8>> {
    if pem.len() > LIMIT {
        return None;
    }
    let body = pem
        .trim()
        .strip_prefix(&format!("-----BEGIN {label}-----"))?
        .strip_suffix(&format!("-----END {label}-----"))?;
    wire::parse_base64(&body.lines().map(str::trim).collect::<String>())
}

fn shown(name: &str) -> String {
    record::text::plain(name, 200)
}

pub(super) fn date(seconds: u64) -> String {
    record::Time(seconds).to_string()
}

/// A certificate has a few kilobytes.
const LIMIT: usize = 64 * 1024;
