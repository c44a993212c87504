//! Keys that anybody can compute: SHA-256 of a word.

use p384::ecdsa::signature::Signer as _;
use x509::{Algorithm, PublicKey};

#[derive(Clone)]
pub enum Key {
    P384(p384::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
}

impl Key {
    pub fn p384(word: &str) -> Self {
        let mut scalar = [0; 48];
        scalar[16..].copy_from_slice(&seed(word));
        Self::P384(p384::ecdsa::SigningKey::from_slice(&scalar).unwrap())
    }

    pub fn ed25519(word: &str) -> Self {
        Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed(word)))
    }

    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::P384(_) => Algorithm::P384,
            Self::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    pub fn public(&self) -> PublicKey {
        let spki = match self {
            Self::P384(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                [P384, point.as_bytes()].concat()
            }
            Self::Ed25519(key) => [ED25519, key.verifying_key().as_bytes()].concat(),
        };
        PublicKey::from_spki_der(&spki).unwrap()
    }

    /// As X.509 wants it.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                x509::ecdsa_der_from_raw(&signature.to_bytes()).unwrap()
            }
            Self::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
        }
    }
}

pub fn seed(word: &str) -> [u8; 32] {
    tlog::Hash::sha256(word.as_bytes()).0
}

/// SubjectPublicKeyInfo up to the point.
const P384: &[u8] = &[
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00,
    0x22, 0x03, 0x62, 0x00,
];
const ED25519: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
