//! Certificate requests: a key and the proof that somebody holds it. Nothing else is taken from one.

use crate::encoding::{canonical, encode, from_pem};
use crate::extension::{self, Extension, basic_constraints, subject_key_id};
use crate::{Algorithm, Error, KeyUsage, Oid, PublicKey, oid};
use der::asn1::SetOfVec;
use sha2::{Digest, Sha256, Sha512};
use x509_cert::attr::Attribute;
use x509_cert::request::CertReq;

/// A PKCS#10 request (RFC 2986) whose proof of possession verified.
#[derive(Clone, Debug)]
pub struct Csr {
    der: Vec<u8>,
    subject: String,
    public_key: PublicKey,
}

impl Csr {
    /// Reads DER, or one block of PEM labelled CERTIFICATE REQUEST; at most 16 KiB.
    ///
    /// Tolerated beside subject and key: an extensionRequest whose one extension is the subjectKeyIdentifier that we
    /// would give as well. Whatever else it asks for is refused, so that nobody believes it was granted.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        crate::encoding::bounded(WHAT, bytes, LIMIT)?;
        // DER begins with the tag of a SEQUENCE, which no PEM does.
        if bytes.first() == Some(&0x30) {
            Csr::from_der(bytes)
        } else {
            Csr::from_der(&from_pem(WHAT, LABEL, bytes, LIMIT)?)
        }
    }

    /// The key that a certificate is asked for.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The name it asks for, made plain, for showing only: the plan decides the subject.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The request as DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 over the DER.
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }

    fn from_der(der: &[u8]) -> Result<Self, Error> {
        let raw: CertReq = canonical(WHAT, der, LIMIT)?;
        let public_key = PublicKey::from_spki_der(&encode(WHAT, &raw.info.public_key)?)?;
        check_proof(&raw, &public_key)?;
        check_attributes(&raw.info.attributes, &public_key)?;
        Ok(Csr {
            der: der.to_vec(),
            subject: plain(&raw.info.subject),
            public_key,
        })
    }
}

fn check_proof(raw: &CertReq, key: &PublicKey) -> Result<(), Error> {
    let message = encode(WHAT, &raw.info)?;
    let signature = raw.signature.as_bytes().ok_or(Error::NotCanonical { what: WHAT })?;
    // `openssl req` signs with SHA-256 unless told otherwise; for showing that the key is held, that is as good.
    let verified = match (
        raw.algorithm.oid.to_string().as_str(),
        raw.algorithm.parameters.is_none(),
    ) {
        ("1.2.840.10045.4.3.2", true) => key.verify_digest(&Sha256::digest(&message), signature),
        ("1.2.840.10045.4.3.4", true) => key.verify_digest(&Sha512::digest(&message), signature),
        _ => match Algorithm::of_signature(&raw.algorithm)? {
            algorithm if algorithm == key.algorithm() => key.verify(&message, signature),
            signature => {
                return Err(Error::WrongKey {
                    key: key.algorithm(),
                    signature,
                });
            }
        },
    };
    match verified {
        Err(Error::WrongKey { key, signature }) => Err(Error::WrongKey { key, signature }),
        other => other.map_err(|_| Error::CsrProofOfPossession),
    }
}

fn check_attributes(attributes: &SetOfVec<Attribute>, key: &PublicKey) -> Result<(), Error> {
    let mut requested = false;
    for attribute in attributes.iter() {
        let oid = Oid::from(attribute.oid);
        if oid != oid::EXTENSION_REQUEST || requested {
            return Err(Error::CsrAttribute { oid });
        }
        requested = true;
        let [one] = attribute.values.as_slice() else {
            return Err(Error::Malformed {
                what: WHAT,
                detail: "extensionRequest does not have one value".into(),
            });
        };
        let extensions: x509_cert::ext::Extensions = canonical(WHAT, &encode(WHAT, one)?, LIMIT)?;
        extension::list(WHAT, Some(&extensions))?
            .iter()
            .try_for_each(|extension| check_extension(extension, key))?;
    }
    Ok(())
}

fn check_extension(extension: &Extension, key: &PublicKey) -> Result<(), Error> {
    let Extension { oid, critical, value } = extension;
    match *oid {
        oid::BASIC_CONSTRAINTS if basic_constraints(value, *critical)?.ca => Err(Error::CsrAsksForCa),
        oid::KEY_USAGE if issues(KeyUsage::from_value(value)?) => Err(Error::CsrAsksForCa),
        oid::SUBJECT_KEY_IDENTIFIER if subject_key_id(value)? == key.key_id() && !critical => Ok(()),
        oid::SUBJECT_KEY_IDENTIFIER => Err(Error::CsrKeyId),
        oid => Err(Error::CsrExtension { oid }),
    }
}

fn issues(usage: KeyUsage) -> bool {
    usage.contains(KeyUsage::KEY_CERT_SIGN) || usage.contains(KeyUsage::CRL_SIGN)
}

/// The name in the order of its encoding, in printable ASCII alone, of a length that fits a line or two.
fn plain(name: &x509_cert::name::Name) -> String {
    let parts: Vec<_> = name.iter().map(|part| part.to_string()).collect();
    let plain = |c: char| if c == ' ' || c.is_ascii_graphic() { c } else { '?' };
    parts.join(", ").chars().take(200).map(plain).collect()
}

const WHAT: &str = "certificate request";
const LABEL: &str = "CERTIFICATE REQUEST";
const LIMIT: usize = 16 * 1024;
