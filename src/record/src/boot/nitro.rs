//! The attestation document of a NitroTPM: a COSE_Sign1 (RFC 9052) over a CBOR map, as the EC2 User Guide has it under
//! "Validate a NitroTPM Attestation Document".

use std::collections::BTreeMap;

use p384::ecdsa::signature::Verifier as _;
use p384::ecdsa::{Signature, VerifyingKey};
use serde::Deserialize;
use serde_cbor::Value;

use super::QuoteError;
use crate::digest::hex;
use crate::{Bytes, Digest, Time, cbor, text};

/// A document over the nonces that were asked for. Who signed it is not checked yet: see [`Document::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What AWS calls the machine's TPM; made plain.
    pub module: String,
    /// When it was made, by AWS's clock.
    pub at: Time,
    /// The registers of the SHA-384 bank, 48 octets each.
    pub registers: BTreeMap<u32, Vec<u8>>,
    /// The certificate of the key that signed, DER.
    pub certificate: Vec<u8>,
    /// The certificates above it, DER, the root first.
    pub bundle: Vec<Vec<u8>>,
    signed: Vec<u8>,
    signature: Signature,
}

/// COSE_Sign1: protected header, unprotected header, payload, signature.
#[derive(Deserialize)]
struct Cose(Bytes, BTreeMap<i64, Value>, Bytes, Bytes);

/// What is signed. Fields that others may have put in mean nothing here.
#[derive(Deserialize)]
struct Payload {
    module_id: String,
    digest: String,
    timestamp: u64,
    nitrotpm_pcrs: BTreeMap<u32, Bytes>,
    certificate: Bytes,
    cabundle: Vec<Bytes>,
    nonce: Option<Bytes>,
}

impl Document {
    /// Reads all of it, and compares its nonce.
    pub(super) fn parse(bytes: &[u8], asked: &Digest) -> Result<Self, QuoteError> {
        // The tag of COSE_Sign1 may be there or not.
        let untagged = bytes.strip_prefix(&[TAG]).unwrap_or(bytes);
        let malformed = |cause: serde_cbor::Error| QuoteError::Document(text::plain(&cause.to_string(), 200));
        let Cose(protected, unprotected, payload, signature) = serde_cbor::from_slice(untagged).map_err(malformed)?;
        if *protected != *ES384 || !unprotected.is_empty() {
            return Err(QuoteError::DocumentHeader {
                found: hex(&protected[..protected.len().min(16)]),
            });
        }
        let signed = sig_structure(&protected, &payload)?;
        let signature = Signature::from_slice(&signature).map_err(|_| QuoteError::BadSignature)?;
        let payload: Payload = serde_cbor::from_slice(&payload).map_err(malformed)?;
        payload.check(asked)?;
        Ok(Self {
            module: text::plain(&payload.module_id, 80),
            at: Time(payload.timestamp / 1000),
            registers: payload
                .nitrotpm_pcrs
                .into_iter()
                .map(|(number, value)| (number, value.0))
                .collect(),
            certificate: payload.certificate.0,
            bundle: payload.cabundle.into_iter().map(|one| one.0).collect(),
            signed,
            signature,
        })
    }

    /// Checks the signature with the key of [`Document::certificate`]: `04||X||Y` on P-384. Whose key that is, the
    /// caller has settled by the chain.
    ///
    /// # Errors
    /// [`QuoteError::UnsoundKey`] or [`QuoteError::BadSignature`].
    pub fn verify(&self, point: &[u8]) -> Result<(), QuoteError> {
        let key = VerifyingKey::from_sec1_bytes(point).map_err(|_| QuoteError::UnsoundKey)?;
        key.verify(&self.signed, &self.signature)
            .map_err(|_| QuoteError::BadSignature)
    }
}

impl Payload {
    fn check(&self, asked: &Digest) -> Result<(), QuoteError> {
        if self.digest != SHA384 {
            return Err(QuoteError::DocumentDigest {
                found: text::plain(&self.digest, 20),
            });
        }
        let nonce = self.nonce.as_deref().unwrap_or_default();
        if nonce != asked.0 {
            return Err(QuoteError::OtherNonce {
                expected: asked.hex(),
                found: hex(&nonce[..nonce.len().min(64)]),
            });
        }
        if self.nitrotpm_pcrs.is_empty() {
            return Err(QuoteError::NoRegisters);
        }
        for (&number, value) in &self.nitrotpm_pcrs {
            if number >= REGISTERS || value.len() != REGISTER {
                return Err(QuoteError::DocumentRegister {
                    number,
                    octets: value.len(),
                });
            }
        }
        match self.cabundle.len() {
            1..=MOST_ABOVE => Ok(()),
            found => Err(QuoteError::DocumentBundle {
                found,
                most: MOST_ABOVE,
            }),
        }
    }
}

/// RFC 9052 section 4.4: what is signed, with nothing besides.
fn sig_structure(protected: &Bytes, payload: &Bytes) -> Result<Vec<u8>, QuoteError> {
    let structure = ("Signature1", protected, Bytes::default(), payload);
    cbor::encode(&structure).map_err(|cause| QuoteError::Cbor(Box::new(cause)))
}

/// CBOR tag 18, COSE_Sign1.
const TAG: u8 = 0xd2;
/// `{1: -35}`: ECDSA with SHA-384 (RFC 9053 section 2.1).
const ES384: &[u8] = &[0xa1, 0x01, 0x38, 0x22];
/// As the document calls the bank.
const SHA384: &str = "SHA384";
const REGISTERS: u32 = 32;
const REGISTER: usize = 48;
/// Root, region, zone and machine are four.
const MOST_ABOVE: usize = 8;
