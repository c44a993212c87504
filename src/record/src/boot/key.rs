//! TPMT_PUBLIC (TPM 2.0 Library, part 2, section 12.2.4): an attestation key, which signs what its TPM says and nothing
//! that others bring.

use p256::ecdsa::VerifyingKey;
use rsa::{BoxedUint, RsaPublicKey};

use super::QuoteError;
use super::attest::{DIGEST, SHA256};
use super::reader::Reader;
use super::signature::{ECDSA, RSASSA};
use crate::Digest;

/// A restricted signing key that its TPM made and never gives out: so it says of itself.
pub(super) struct AttestationKey {
    /// The TPM's name of the key, without the two octets of its hash: SHA-256 over TPMT_PUBLIC.
    pub name: Digest,
    pub public: Public,
}

/// The two algorithms.
pub(super) enum Public {
    /// RSA-2048; signatures are RSASSA-PKCS1-v1_5 with SHA-256.
    Rsa(RsaPublicKey),
    /// ECDSA on P-256 with SHA-256.
    P256(VerifyingKey),
}

impl AttestationKey {
    /// Reads all of it.
    pub fn parse(bytes: &[u8]) -> Result<Self, QuoteError> {
        let mut reader = Reader::new("key", bytes)?;
        let kind = reader.u16()?;
        demand("name's hash", reader.u16()?.into(), SHA256.into())?;
        check_attributes(reader.u32()?)?;
        let policy = reader.sized()?;
        if !policy.is_empty() && policy.len() != DIGEST {
            return Err(QuoteError::KeySize {
                what: "policy",
                octets: policy.len(),
            });
        }
        // A signing key protects no other.
        demand("symmetric algorithm", reader.u16()?.into(), NULL.into())?;
        let public = match kind {
            RSA => rsa(&mut reader)?,
            ECC => p256(&mut reader)?,
            found => return Err(QuoteError::KeyKind { found }),
        };
        reader.end()?;
        Ok(Self {
            name: Digest::of(bytes),
            public,
        })
    }
}

impl Public {
    /// As people call it.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RSA-2048",
            Self::P256(_) => "ECDSA P-256",
        }
    }
}

/// TPMA_OBJECT (section 8.3). Without `restricted` the key would sign an attestation that anybody wrote.
fn check_attributes(attributes: u32) -> Result<(), QuoteError> {
    for (bit, name) in [
        (1, "fixedTPM"),
        (4, "fixedParent"),
        (5, "sensitiveDataOrigin"),
        (16, "restricted"),
        (18, "sign"),
    ] {
        if attributes >> bit & 1 == 0 {
            return Err(QuoteError::AttributeMissing { name, attributes });
        }
    }
    if attributes >> DECRYPT & 1 == 1 {
        return Err(QuoteError::AttributeDecrypt { attributes });
    }
    match attributes & RESERVED {
        0 => Ok(()),
        _ => Err(QuoteError::AttributeReserved { attributes }),
    }
}

fn rsa(reader: &mut Reader<'_>) -> Result<Public, QuoteError> {
    demand("scheme", reader.u16()?.into(), RSASSA.into())?;
    demand("scheme's hash", reader.u16()?.into(), SHA256.into())?;
    demand("size in bits", reader.u16()?.into(), BITS)?;
    // Zero stands for 65537.
    let exponent = match reader.u32()? {
        0 => EXPONENT,
        found => found,
    };
    demand("exponent", exponent, EXPONENT)?;
    let modulus = reader.sized()?;
    let octets = modulus.len();
    let n = BoxedUint::from_be_slice_vartime(modulus);
    if octets != BITS as usize / 8 || n.bits_vartime() != BITS {
        return Err(QuoteError::KeySize {
            what: "modulus",
            octets,
        });
    }
    // The library divides by it.
    if modulus.last().is_none_or(|last| last % 2 == 0) {
        return Err(QuoteError::UnsoundKey);
    }
    let key = RsaPublicKey::new(n, BoxedUint::from(u64::from(exponent)));
    key.map(Public::Rsa).map_err(|_| QuoteError::UnsoundKey)
}

fn p256(reader: &mut Reader<'_>) -> Result<Public, QuoteError> {
    demand("scheme", reader.u16()?.into(), ECDSA.into())?;
    demand("scheme's hash", reader.u16()?.into(), SHA256.into())?;
    demand("curve", reader.u16()?.into(), P256.into())?;
    demand("key derivation", reader.u16()?.into(), NULL.into())?;
    let (x, y) = (reader.sized()?, reader.sized()?);
    for octets in [x.len(), y.len()] {
        if octets != COORDINATE {
            return Err(QuoteError::KeySize {
                what: "coordinate",
                octets,
            });
        }
    }
    let key = VerifyingKey::from_sec1_bytes(&[&[4], x, y].concat());
    key.map(Public::P256).map_err(|_| QuoteError::UnsoundKey)
}

fn demand(what: &'static str, found: u32, expected: u32) -> Result<(), QuoteError> {
    match found == expected {
        true => Ok(()),
        false => Err(QuoteError::KeyParameter { what, found, expected }),
    }
}

/// TPM_ALG_RSA, TPM_ALG_ECC, TPM_ALG_NULL, TPM_ECC_NIST_P256.
const RSA: u16 = 0x0001;
const ECC: u16 = 0x0023;
const NULL: u16 = 0x0010;
const P256: u16 = 0x0003;
const BITS: u32 = 2048;
const EXPONENT: u32 = 65_537;
const COORDINATE: usize = 32;
const DECRYPT: u32 = 17;
/// Bits that no version of the specification gives a meaning: 0, 3, 12 to 15, 20 to 31.
const RESERVED: u32 = 0xfff0_f009;
