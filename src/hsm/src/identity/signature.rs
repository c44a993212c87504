//! Signatures of certificates from outside: RSA (PKCS#1 v1.5) and ECDSA, over SHA-2.

use rsa::RsaPublicKey;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::traits::PublicKeyParts as _;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_cert::der::asn1::{BitString, ObjectIdentifier};
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::certificate::first_element;

/// What was signed, and how.
pub(super) struct Signed {
    message: Vec<u8>,
    algorithm: ObjectIdentifier,
    signature: Vec<u8>,
}

/// A hash that signs.
#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Signed {
    pub fn new(
        der: &[u8],
        algorithm: &AlgorithmIdentifierOwned,
        signature: &BitString,
    ) -> Result<Signed, x509_cert::der::Error> {
        Ok(Signed {
            message: first_element(der)?,
            algorithm: algorithm.oid,
            signature: signature.as_bytes().unwrap_or_default().to_vec(),
        })
    }

    /// Checks the signature with a key, given as SubjectPublicKeyInfo; else says why not.
    pub fn verify(&self, spki: &[u8]) -> Result<(), String> {
        let known = ALGORITHMS.iter().find(|known| known.0 == self.algorithm);
        let Some((_, rsa, hash)) = known else {
            return Err(format!("algorithm {}, which is not taken", self.algorithm));
        };
        let digest = hash.of(&self.message);
        let good = match rsa {
            true => self.by_rsa(spki, *hash, &digest)?,
            false => self.by_p384(spki, &digest).or_else(|| self.by_p256(spki, &digest)),
        };
        match good {
            Some(true) => Ok(()),
            Some(false) => Err("another key's, or over other bytes".into()),
            None => Err("another kind of key's".into()),
        }
    }

    fn by_rsa(&self, spki: &[u8], hash: Hash, digest: &[u8]) -> Result<Option<bool>, String> {
        let Ok(key) = RsaPublicKey::from_public_key_der(spki) else {
            return Ok(None);
        };
        let bits = key.size() * 8;
        if bits < LEAST_BITS {
            return Err(format!("by an RSA key of {bits} bits, which is too short"));
        }
        let scheme = match hash {
            Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
            Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
            Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
        };
        Ok(Some(key.verify(scheme, digest, &self.signature).is_ok()))
    }

    fn by_p384(&self, spki: &[u8], digest: &[u8]) -> Option<bool> {
        use p384::ecdsa::signature::hazmat::PrehashVerifier as _;
        let key = p384::ecdsa::VerifyingKey::from(p384::PublicKey::from_public_key_der(spki).ok()?);
        let signature = p384::ecdsa::Signature::from_der(&self.signature);
        Some(signature.is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok()))
    }

    fn by_p256(&self, spki: &[u8], digest: &[u8]) -> Option<bool> {
        use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
        let key = p256::ecdsa::VerifyingKey::from(p256::PublicKey::from_public_key_der(spki).ok()?);
        let signature = p256::ecdsa::Signature::from_der(&self.signature);
        Some(signature.is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok()))
    }
}

impl Hash {
    fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha256 => Sha256::digest(message).to_vec(),
            Hash::Sha384 => Sha384::digest(message).to_vec(),
            Hash::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

/// RFC 8017 and RFC 5758: identifier, whether RSA signs, and the hash. SHA-1 is not among them.
const ALGORITHMS: [(ObjectIdentifier, bool, Hash); 6] = [
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
        true,
        Hash::Sha256,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12"),
        true,
        Hash::Sha384,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13"),
        true,
        Hash::Sha512,
    ),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"), false, Hash::Sha256),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"), false, Hash::Sha384),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4"), false, Hash::Sha512),
];

const LEAST_BITS: usize = 2048;
