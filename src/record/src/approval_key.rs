//! A member's approval key as CloudHSM knows it: RSA-2048, here only to check what a member's token signed.
//!
//! CloudHSM's quorum token holds `token = SHA-256(approval_data)`. A member signs these 32 bytes as an already computed
//! SHA-256 digest with PKCS#1 v1.5, which is byte for byte the ordinary signature over `approval_data` itself.

mod error;

pub use self::error::ApprovalKeyError;

use std::fmt;

use rsa::pkcs1::RsaPublicKey as Pkcs1Key;
use rsa::pkcs1::der::asn1::{ObjectIdentifier, UintRef};
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::der::Decode as _;
use rsa::pkcs8::{Document, EncodePublicKey as _, LineEnding, SubjectPublicKeyInfoRef};
use rsa::{BoxedUint, RsaPublicKey};
use sha2::{Digest as _, Sha256};

/// A checked RSA public key: 2048 bits, exponent 65537.
#[derive(Clone, PartialEq, Eq)]
pub struct ApprovalKey {
    public: RsaPublicKey,
    spki: Vec<u8>,
    pem: String,
}

impl ApprovalKey {
    /// Reads a SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// [`ApprovalKeyError`], with the value that does not fit.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, ApprovalKeyError> {
        demand_size(der.len(), MAX_DER)?;
        let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| ApprovalKeyError::Malformed)?;
        if spki.algorithm.oid != RSA_ENCRYPTION {
            return Err(ApprovalKeyError::Algorithm {
                oid: spki.algorithm.oid.to_string(),
            });
        }
        let key = spki
            .subject_public_key
            .as_bytes()
            .and_then(|bytes| Pkcs1Key::<UintRef<'_>>::from_der(bytes).ok());
        let key = key.ok_or(ApprovalKeyError::Malformed)?;
        let public = checked(key.modulus.as_bytes(), key.public_exponent.as_bytes())?;
        let again = public.to_public_key_der().map_err(|_| ApprovalKeyError::Malformed)?;
        let pem = again
            .to_pem(LABEL, LineEnding::LF)
            .map_err(|_| ApprovalKeyError::Malformed)?;
        // Parameters other than RFC 3279's NULL, or unused bits, show here.
        if again.as_bytes() != der {
            return Err(ApprovalKeyError::OtherSpelling);
        }
        Ok(Self {
            public,
            spki: der.to_vec(),
            pem,
        })
    }

    /// Reads a `PUBLIC KEY` in PEM as `openssl` writes it.
    ///
    /// # Errors
    /// As [`ApprovalKey::from_spki_der`]; text around the PEM and other line lengths are refused.
    pub fn from_spki_pem(pem: &str) -> Result<Self, ApprovalKeyError> {
        demand_size(pem.len(), MAX_PEM)?;
        let (label, document) = Document::from_pem(pem).map_err(|_| ApprovalKeyError::Malformed)?;
        if label != LABEL {
            return Err(ApprovalKeyError::Malformed);
        }
        let key = Self::from_spki_der(document.as_bytes())?;
        if key.pem == pem {
            Ok(key)
        } else {
            Err(ApprovalKeyError::OtherSpelling)
        }
    }

    /// The SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The SubjectPublicKeyInfo in PEM, lines of 64 characters.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.pem.clone()
    }

    /// SHA-256 of the SubjectPublicKeyInfo.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.spki).into()
    }

    /// Checks a member's signature of a quorum token: PKCS#1 v1.5 with the token as SHA-256 digest.
    ///
    /// # Errors
    /// [`ApprovalKeyError::SignatureLength`] or [`ApprovalKeyError::BadSignature`].
    pub fn verify_token(&self, token: &[u8; 32], signature: &[u8]) -> Result<(), ApprovalKeyError> {
        if signature.len() != BITS / 8 {
            return Err(ApprovalKeyError::SignatureLength { bytes: signature.len() });
        }
        let scheme = Pkcs1v15Sign::new::<Sha256>();
        self.public
            .verify(scheme, token, signature)
            .map_err(|_| ApprovalKeyError::BadSignature)
    }
}

impl fmt::Debug for ApprovalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApprovalKey({})", hex(&self.fingerprint()))
    }
}

fn demand_size(bytes: usize, limit: usize) -> Result<(), ApprovalKeyError> {
    if bytes > limit {
        Err(ApprovalKeyError::TooLong { bytes })
    } else {
        Ok(())
    }
}

/// Size and exponent come first, so that a refusal can name them; the library only says that a key is bad.
fn checked(modulus: &[u8], exponent: &[u8]) -> Result<RsaPublicKey, ApprovalKeyError> {
    let n = BoxedUint::from_be_slice_vartime(modulus);
    if n.bits_vartime() as usize != BITS {
        return Err(ApprovalKeyError::Bits { bits: n.bits_vartime() });
    }
    if exponent != EXPONENT {
        return Err(ApprovalKeyError::Exponent {
            hex: short_hex(exponent),
        });
    }
    if modulus.last().is_none_or(|byte| byte % 2 == 0) {
        return Err(ApprovalKeyError::EvenModulus);
    }
    RsaPublicKey::new(n, BoxedUint::from_be_slice_vartime(exponent)).map_err(|_| ApprovalKeyError::Malformed)
}

fn short_hex(bytes: &[u8]) -> String {
    let dots = if bytes.len() > MAX_SHOWN { ".." } else { "" };
    hex(&bytes[..bytes.len().min(MAX_SHOWN)]) + dots
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const BITS: usize = 2048;
const EXPONENT: &[u8] = &[1, 0, 1];
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const LABEL: &str = "PUBLIC KEY";

/// Room for RSA-16384, so that a key too large is refused with its size.
const MAX_DER: usize = 4 * 1024;
const MAX_PEM: usize = 6 * 1024;
const MAX_SHOWN: usize = 8;

#[cfg(test)]
mod tests;
