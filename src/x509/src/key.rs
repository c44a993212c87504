//! Public keys: P-384 and Ed25519, sound, in their one encoding.

mod unsupported;

use crate::encoding::canonical;
use crate::{Algorithm, Error, signature};
use ::signature::Verifier;
use sha2::{Digest, Sha256};
use spki::SubjectPublicKeyInfoOwned;

/// A public key that can verify; equal keys have equal bytes.
#[derive(Clone, Debug)]
pub struct PublicKey {
    spki: Vec<u8>,
    point: Vec<u8>,
    inner: Inner,
}

#[derive(Clone, Debug)]
enum Inner {
    P384(p384::ecdsa::VerifyingKey),
    Ed25519(ed25519_dalek::VerifyingKey),
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo; a key of another algorithm is refused by its name.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, Error> {
        let info: SubjectPublicKeyInfoOwned = canonical("public key", der, LIMIT)?;
        let point = info.subject_public_key.as_bytes().unwrap_or_default().to_vec();
        let prefix = der.strip_suffix(point.as_slice()).unwrap_or_default();
        let inner = match prefix {
            P384_PREFIX => p384(&point)?,
            ED25519_PREFIX => ed25519(&point)?,
            _ => return Err(unsupported::named(&info)),
        };
        Ok(PublicKey {
            spki: der.to_vec(),
            point,
            inner,
        })
    }

    /// The SubjectPublicKeyInfo.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The value of the subjectPublicKey BIT STRING: 04||X||Y, or the 32 bytes of Ed25519.
    pub fn point(&self) -> &[u8] {
        &self.point
    }

    /// Which of the two algorithms it is for.
    pub fn algorithm(&self) -> Algorithm {
        match self.inner {
            Inner::P384(_) => Algorithm::P384,
            Inner::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// The key identifier, RFC 7093 section 2 method 1: the leftmost 160 bits of SHA-256 over the BIT STRING's value.
    pub fn key_id(&self) -> [u8; 20] {
        let digest: [u8; 32] = Sha256::digest(&self.point).into();
        let mut id = [0; 20];
        id.copy_from_slice(&digest[..20]);
        id
    }

    /// SHA-256 over the SubjectPublicKeyInfo, the key's fingerprint.
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.spki).into()
    }

    /// Checks a signature: ecdsa-with-SHA384 in canonical DER, or Ed25519 after RFC 8032 with weak points refused.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        match &self.inner {
            Inner::P384(key) => key
                .verify(message, &signature::parse(signature)?)
                .map_err(|_| Error::BadSignature),
            Inner::Ed25519(key) => {
                let malformed = |_| Error::MalformedSignature {
                    algorithm: Algorithm::Ed25519,
                };
                let signature = ed25519_dalek::Signature::from_slice(signature).map_err(malformed)?;
                key.verify_strict(message, &signature).map_err(|_| Error::BadSignature)
            }
        }
    }

    /// Checks an ECDSA signature over a digest of another length than SHA-384's; only requests need it.
    pub(crate) fn verify_digest(&self, digest: &[u8], signature: &[u8]) -> Result<(), Error> {
        use ::signature::hazmat::PrehashVerifier;
        match &self.inner {
            Inner::P384(key) => key
                .verify_prehash(digest, &signature::parse(signature)?)
                .map_err(|_| Error::BadSignature),
            Inner::Ed25519(_) => Err(Error::WrongKey {
                key: Algorithm::Ed25519,
                signature: Algorithm::P384,
            }),
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki
    }
}

impl Eq for PublicKey {}

fn p384(point: &[u8]) -> Result<Inner, Error> {
    let unsound = |detail| Error::UnsoundKey {
        algorithm: Algorithm::P384,
        detail,
    };
    if point.first() != Some(&4) {
        return Err(unsound("the point is not in uncompressed form"));
    }
    let key =
        p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| unsound("the point is not on the curve"))?;
    Ok(Inner::P384(key))
}

fn ed25519(point: &[u8]) -> Result<Inner, Error> {
    let unsound = |detail| Error::UnsoundKey {
        algorithm: Algorithm::Ed25519,
        detail,
    };
    let bytes: &[u8; 32] = point
        .try_into()
        .map_err(|_| unsound("the key does not have 32 bytes"))?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| unsound("the point is not on the curve"))?;
    // Decoding takes y modulo p; RFC 8032 section 5.1.3 wants it below p.
    if key.to_edwards().compress().as_bytes() != bytes {
        return Err(unsound("the point is not in canonical form"));
    }
    if key.is_weak() {
        return Err(unsound("the point is of small order"));
    }
    Ok(Inner::Ed25519(key))
}

/// The encoding of a SubjectPublicKeyInfo on secp384r1 up to an uncompressed point of 97 bytes.
const P384_PREFIX: &[u8] = &[
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00,
    0x22, 0x03, 0x62, 0x00,
];
/// Likewise for Ed25519 and its 32 bytes.
const ED25519_PREFIX: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Room for RSA-16384, which is refused by name.
const LIMIT: usize = 4096;
