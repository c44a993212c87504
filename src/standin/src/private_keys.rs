//! Private keys: made, used and destroyed where the cluster keeps them, sealed in its folder or in a token.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use p384::SecretKey;
use p384::ecdsa::signature::hazmat::PrehashSigner;
use p384::ecdsa::{Signature, SigningKey};
use pkcs8::{DecodePrivateKey, EncodePrivateKey};
use zeroize::Zeroizing;

use crate::error::Broken;
use crate::store::Store;
use crate::words::{hex, random};

impl Store {
    /// Makes a P-384 key under that reference, durable on return; its public point, uncompressed.
    pub fn make_key(&self, reference: u64) -> Result<Box<[u8]>, Broken> {
        let secret = draw()?;
        let der = secret.to_pkcs8_der().map_err(|_| Broken::Randomness)?;
        let sealed = self.keeping()?.seal_key.seal(der.as_bytes())?;
        self.replace(&self.key_path(reference), &sealed)?;
        Ok(secret.public_key().to_sec1_bytes())
    }

    /// Signs a digest; r and s, 48 bytes each. `point` is what the cluster's state says of the key (hexadecimal).
    pub fn sign(&self, reference: u64, point: &str, digest: &[u8]) -> Result<Vec<u8>, Broken> {
        let path = self.key_path(reference);
        let sealed = fs::read(&path).map_err(|source| Broken::file(&path, source))?;
        let opened = self.keeping()?.seal_key.open(&sealed);
        let key = opened.and_then(|der| SigningKey::from_pkcs8_der(&der).ok());
        let damaged = || Broken::Damaged { path };
        let key = key
            .filter(|key| hex(key.verifying_key().to_sec1_point(false).as_bytes()) == point)
            .ok_or_else(damaged)?;
        let signature: Signature = key.sign_prehash(digest).map_err(|_| Broken::Randomness)?;
        Ok(signature.to_bytes().to_vec())
    }

    /// Public keys have no place of their own.
    pub fn forget_key(&self, reference: u64) -> Result<(), Broken> {
        let path = self.key_path(reference);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(Broken::file(path, source)),
            _ => Ok(()),
        }
    }

    fn key_path(&self, reference: u64) -> PathBuf {
        self.folder().join("keys").join(format!("{reference:016x}.p8"))
    }
}

fn draw() -> Result<SecretKey, Broken> {
    // FIPS 186-5 A.2.2: numbers out of range are thrown away, and are hardly ever drawn.
    loop {
        let drawn = Zeroizing::new(random::<48>()?);
        if let Ok(secret) = SecretKey::from_slice(&drawn[..]) {
            return Ok(secret);
        }
    }
}

/// Of a P-384 key's PKCS#8 form: what the real program says of a private key's length is not known.
pub const LENGTH: usize = 185;
