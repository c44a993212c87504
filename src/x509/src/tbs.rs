//! What is signed to make a certificate.

use crate::encoding::{canonical, encode, hex};
use crate::extension::{self, Known};
use crate::{Algorithm, BasicConstraints, Error, Extension, KeyUsage, Name, Oid, PublicKey, Time};

/// A TBSCertificate: version 3, canonical, every field read.
#[derive(Clone, Debug)]
pub struct TbsCertificate {
    der: Vec<u8>,
    serial: Vec<u8>,
    signature_algorithm: Algorithm,
    issuer: Name,
    not_before: Time,
    not_after: Time,
    subject: Name,
    public_key: PublicKey,
    extensions: Vec<Extension>,
    known: Known,
}

impl TbsCertificate {
    /// Reads DER, and refuses whatever RFC 5280 forbids or this PKI never uses.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let raw: x509_cert::TbsCertificate = canonical(WHAT, der, LIMIT)?;
        if raw.version() != x509_cert::Version::V3 {
            return Err(Error::Version {
                what: WHAT,
                expected: "3",
            });
        }
        if raw.issuer_unique_id().is_some() || raw.subject_unique_id().is_some() {
            return Err(Error::UniqueId);
        }
        let (not_before, not_after) = validity(&raw)?;
        let extensions = extension::list(WHAT, raw.extensions())?;
        Ok(TbsCertificate {
            der: der.to_vec(),
            serial: serial(raw.serial_number().as_bytes())?,
            signature_algorithm: Algorithm::of_signature(raw.signature())?,
            issuer: Name::from_der(&encode(WHAT, raw.issuer())?)?,
            not_before,
            not_after,
            subject: Name::from_der(&encode(WHAT, raw.subject())?)?,
            public_key: PublicKey::from_spki_der(&encode(WHAT, raw.subject_public_key_info())?)?,
            known: Known::read(&extensions)?,
            extensions,
        })
    }

    /// The bytes that are signed.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The serial number, big-endian, without leading zeros.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The serial number in lower-case hexadecimal, two digits a byte.
    pub fn serial_hex(&self) -> String {
        hex(&self.serial)
    }

    /// The algorithm of the signature that is to be made.
    pub fn signature_algorithm(&self) -> Algorithm {
        self.signature_algorithm
    }

    /// Who issues it.
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// Whom it is about.
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// The first second of its life.
    pub fn not_before(&self) -> Time {
        self.not_before
    }

    /// The last second of its life.
    pub fn not_after(&self) -> Time {
        self.not_after
    }

    /// The subject's key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// basicConstraints, if present.
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.known.basic_constraints
    }

    /// Whether basicConstraints says that the subject is a CA.
    pub fn is_ca(&self) -> bool {
        self.known.basic_constraints.is_some_and(|constraints| constraints.ca)
    }

    /// keyUsage, if present, and whether it is critical.
    pub fn key_usage(&self) -> Option<(KeyUsage, bool)> {
        self.known.key_usage
    }

    /// Whether keyUsage is present and allows all of this.
    pub fn allows(&self, usage: KeyUsage) -> bool {
        self.known.key_usage.is_some_and(|(allowed, _)| allowed.contains(usage))
    }

    /// extendedKeyUsage, if present, in order, and whether it is critical.
    pub fn ekus(&self) -> Option<(&[Oid], bool)> {
        self.known
            .ekus
            .as_ref()
            .map(|(ekus, critical)| (ekus.as_slice(), *critical))
    }

    /// subjectKeyIdentifier, if present.
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.known.subject_key_id.as_deref()
    }

    /// The key identifier of authorityKeyIdentifier, if present.
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.known.authority_key_id.as_deref()
    }

    /// The URIs of subjectAltName, in order; none if it is absent.
    pub fn subject_alt_uris(&self) -> &[String] {
        &self.known.subject_alt_uris
    }

    /// Every extension, in order, known or not.
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// One extension by its object identifier.
    pub fn extension(&self, oid: &Oid) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.oid == *oid)
    }
}

impl PartialEq for TbsCertificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for TbsCertificate {}

/// A serial number's DER content as a plain positive number.
pub(crate) fn serial(content: &[u8]) -> Result<Vec<u8>, Error> {
    // RFC 5280 section 4.1.2.2: serial numbers are positive, at most 20 octets.
    let detail = match content {
        [] | [0] => "is zero",
        [first, ..] if *first >= 0x80 => "is negative",
        _ if content.len() > 20 => "has more than 20 octets",
        [0, rest @ ..] => return Ok(rest.to_vec()),
        _ => return Ok(content.to_vec()),
    };
    Err(Error::Serial { detail })
}

fn validity(raw: &x509_cert::TbsCertificate) -> Result<(Time, Time), Error> {
    let begins = Time::from_der_time(WHAT, raw.validity().not_before)?;
    let ends = Time::from_der_time(WHAT, raw.validity().not_after)?;
    if begins <= ends {
        Ok((begins, ends))
    } else {
        Err(Error::Validity { what: WHAT })
    }
}

const WHAT: &str = "certificate";
pub(crate) const LIMIT: usize = 16 * 1024;
