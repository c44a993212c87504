//! Certificates: what was signed, and the signature.

use crate::encoding::{canonical, encode, from_pem, signed, to_pem};
use crate::{Algorithm, Error, PublicKey, TbsCertificate, tbs};
use sha2::{Digest, Sha256};

/// A certificate, canonical to its last byte. That its signature verifies is a question to `verified_by`.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: TbsCertificate,
    signature: Vec<u8>,
}

impl Certificate {
    /// Reads DER.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let raw: x509_cert::Certificate = canonical(WHAT, der, tbs::LIMIT)?;
        let tbs = TbsCertificate::parse(&encode(WHAT, raw.tbs_certificate())?)?;
        Algorithm::agreed(WHAT, tbs.signature_algorithm(), raw.signature_algorithm())?;
        let signature = raw
            .signature()
            .as_bytes()
            .ok_or(Error::NotCanonical { what: WHAT })?
            .to_vec();
        Ok(Certificate {
            der: der.to_vec(),
            tbs,
            signature,
        })
    }

    /// Reads one block of PEM labelled CERTIFICATE, without text around it.
    pub fn parse_pem(pem: &[u8]) -> Result<Self, Error> {
        Certificate::parse(&from_pem(WHAT, LABEL, pem, 2 * tbs::LIMIT)?)
    }

    /// Reads a file that has either: PEM begins with its own words, and DER never does.
    pub fn parse_file(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.starts_with(b"-----BEGIN ") {
            true => Certificate::parse_pem(bytes),
            false => Certificate::parse(bytes),
        }
    }

    /// Puts a signature to what was signed, after checking it with the issuer's key.
    ///
    /// An ECDSA signature is given in DER; see `ecdsa_der_from_raw`.
    pub fn assemble(tbs: TbsCertificate, signature: &[u8], issuer_key: &PublicKey) -> Result<Self, Error> {
        verify(issuer_key, tbs.signature_algorithm(), tbs.der(), signature)?;
        Certificate::parse(&signed(tbs.der(), tbs.signature_algorithm(), signature)?)
    }

    /// Checks the signature with the issuer's key.
    pub fn verified_by(&self, issuer_key: &PublicKey) -> Result<(), Error> {
        verify(
            issuer_key,
            self.tbs.signature_algorithm(),
            self.tbs.der(),
            &self.signature,
        )
    }

    /// What was signed.
    pub fn tbs(&self) -> &TbsCertificate {
        &self.tbs
    }

    /// The signature: DER for ECDSA, 64 bytes for Ed25519.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The whole certificate.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The whole certificate as PEM, lines ended by LF.
    pub fn to_pem(&self) -> String {
        to_pem(LABEL, &self.der)
    }

    /// SHA-256 over the whole certificate.
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

/// A signature of this algorithm over these bytes by this key.
pub(crate) fn verify(key: &PublicKey, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), Error> {
    if key.algorithm() != algorithm {
        return Err(Error::WrongKey {
            key: key.algorithm(),
            signature: algorithm,
        });
    }
    key.verify(message, signature)
}

const WHAT: &str = "certificate";
const LABEL: &str = "CERTIFICATE";
