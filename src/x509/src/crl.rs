//! Certificate revocation lists: what was signed, and the signature.

mod tbs;

pub use tbs::{CrlEntry, TbsCrl};

use crate::certificate::verify;
use crate::encoding::{canonical, encode, from_pem, signed, to_pem};
use crate::{Algorithm, Error, PublicKey};
use sha2::{Digest, Sha256};
use x509_cert::crl::CertificateList;

/// A CRL, canonical to its last byte. That its signature verifies is a question to `verified_by`.
#[derive(Clone, Debug)]
pub struct Crl {
    der: Vec<u8>,
    tbs: TbsCrl,
    signature: Vec<u8>,
}

impl Crl {
    /// Reads DER.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let raw: CertificateList = canonical(WHAT, der, LIMIT)?;
        let tbs = TbsCrl::parse(&encode(WHAT, &raw.tbs_cert_list)?)?;
        Algorithm::agreed(WHAT, tbs.signature_algorithm(), &raw.signature_algorithm)?;
        let signature = raw
            .signature
            .as_bytes()
            .ok_or(Error::NotCanonical { what: WHAT })?
            .to_vec();
        Ok(Crl {
            der: der.to_vec(),
            tbs,
            signature,
        })
    }

    /// Reads one block of PEM labelled X509 CRL, without text around it.
    pub fn parse_pem(pem: &[u8]) -> Result<Self, Error> {
        Crl::parse(&from_pem(WHAT, LABEL, pem, 2 * LIMIT)?)
    }

    /// Puts a signature to what was signed, after checking it with the issuer's key.
    pub fn assemble(tbs: TbsCrl, signature: &[u8], issuer_key: &PublicKey) -> Result<Self, Error> {
        verify(issuer_key, tbs.signature_algorithm(), tbs.der(), signature)?;
        Crl::parse(&signed(tbs.der(), tbs.signature_algorithm(), signature)?)
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
    pub fn tbs(&self) -> &TbsCrl {
        &self.tbs
    }

    /// The signature: DER for ECDSA, 64 bytes for Ed25519.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The whole CRL.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The whole CRL as PEM, lines ended by LF.
    pub fn to_pem(&self) -> String {
        to_pem(LABEL, &self.der)
    }

    /// SHA-256 over the whole CRL.
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }
}

impl PartialEq for Crl {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Crl {}

const WHAT: &str = "crl";
const LABEL: &str = "X509 CRL";
const LIMIT: usize = 1024 * 1024;
