//! TPMT_SIGNATURE (TPM 2.0 Library, part 2, section 11.3.4): of RSASSA or ECDSA, with SHA-256.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::pkcs1v15::Pkcs1v15Sign;
use sha2::{Digest as _, Sha256};

use super::QuoteError;
use super::attest::SHA256;
use super::key::Public;
use super::reader::Reader;

/// A signature, not yet compared with anything.
pub(super) enum Signature<'a> {
    /// As long as the modulus.
    Rsa(&'a [u8]),
    /// `r` and `s`.
    P256(p256::ecdsa::Signature),
}

impl<'a> Signature<'a> {
    /// Reads all of it.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, QuoteError> {
        let mut reader = Reader::new("signature", bytes)?;
        let scheme = reader.u16()?;
        let hash = reader.u16()?;
        if hash != SHA256 {
            return Err(QuoteError::SignatureHash { found: hash });
        }
        let signature = match scheme {
            RSASSA => Self::Rsa(reader.sized()?),
            ECDSA => {
                let (r, s) = (scalar(reader.sized()?)?, scalar(reader.sized()?)?);
                let signature = p256::ecdsa::Signature::from_scalars(r, s);
                Self::P256(signature.map_err(|_| QuoteError::BadSignature)?)
            }
            found => return Err(QuoteError::Scheme { found }),
        };
        reader.end()?;
        Ok(signature)
    }

    /// Whether the key made it over these octets.
    pub fn verify(&self, key: &Public, signed: &[u8]) -> Result<(), QuoteError> {
        let digest: [u8; 32] = Sha256::digest(signed).into();
        let good = match (self, key) {
            (Self::Rsa(signature), Public::Rsa(key)) => {
                key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, signature).is_ok()
            }
            (Self::P256(signature), Public::P256(key)) => key.verify_prehash(&digest, signature).is_ok(),
            _ => return Err(QuoteError::SchemeOfAnotherKey { key: key.algorithm() }),
        };
        match good {
            true => Ok(()),
            false => Err(QuoteError::BadSignature),
        }
    }
}

/// A TPM may leave out zeros in front.
fn scalar(octets: &[u8]) -> Result<[u8; SCALAR], QuoteError> {
    let front = SCALAR.checked_sub(octets.len()).ok_or(QuoteError::BadSignature)?;
    let mut scalar = [0; SCALAR];
    scalar[front..].copy_from_slice(octets);
    Ok(scalar)
}

/// TPM_ALG_RSASSA and TPM_ALG_ECDSA.
pub(super) const RSASSA: u16 = 0x0014;
pub(super) const ECDSA: u16 = 0x0018;
const SCALAR: usize = 32;
