//! Keys of the vectors.

use record::sshsig::{self, SshKey, ssh_key};
use record::{Bytes, Digest};
use ssh_key::PrivateKey;
use ssh_key::private::{Ed25519Keypair, KeypairData};

/// The member's SSH key: Ed25519, from a seed of ones.
fn private() -> PrivateKey {
    let pair = Ed25519Keypair::from_seed(&[1; 32]);
    PrivateKey::new(KeypairData::from(pair), "").expect("a key")
}

pub fn ssh_line() -> String {
    SshKey::from_private(&private()).expect("a key").line().to_owned()
}

/// SSHSIG with that key; Ed25519 leaves nothing to chance.
pub fn sign(namespace: &str, message: &[u8]) -> String {
    sshsig::sign(&private(), namespace, message).expect("a signature")
}

/// As long as an RSA-2048 signature, and none.
pub fn rsa_signature(of: &str) -> Bytes {
    Bytes(octets(of, 256))
}

/// SubjectPublicKeyInfo of RSA-2048, DER: a modulus that nobody knows the factors of, and 65537 (RFC 8017, RFC 3279).
pub fn rsa(of: &str) -> Bytes {
    let mut modulus = octets(of, 256);
    modulus[0] |= 0x80;
    modulus[255] |= 1;
    let mut der = vec![0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09];
    der.extend([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00]);
    der.extend([
        0x03, 0x82, 0x01, 0x0f, 0x00, 0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00,
    ]);
    der.extend(modulus);
    der.extend([0x02, 0x03, 0x01, 0x00, 0x01]);
    Bytes(der)
}

/// SubjectPublicKeyInfo of P-384, DER (RFC 5480).
pub fn p384() -> Bytes {
    let private = p384::ecdsa::SigningKey::from_slice(&[1; 48]).expect("a key");
    let mut der = vec![
        0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    ];
    der.extend([0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00]);
    der.extend(private.verifying_key().to_sec1_point(false).as_bytes());
    Bytes(der)
}

/// Octets that look like any, by SHA-256 of a count.
pub fn octets(of: &str, length: usize) -> Vec<u8> {
    let block = |n: usize| Digest::of(format!("{of} {n}").as_bytes()).0;
    (0..).flat_map(block).take(length).collect()
}
