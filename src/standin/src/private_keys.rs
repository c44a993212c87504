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
use crate::files;
use crate::keeping::Keeping;
use crate::store::Store;
use crate::token_keys;
use crate::words::random;

impl Store {
    /// Makes a P-384 key under that reference, durable on return; its public point, uncompressed. In a token it bears
    /// the label, unless it is hidden. It is the cluster's only when it is kept: see [`Store::keep_key`].
    pub fn make_key(&self, reference: u64, label: Option<&str>) -> Result<Box<[u8]>, Broken> {
        let keeping = self.keeping()?;
        match &keeping.token {
            Some(token) => token_keys::make(token, &id(keeping, reference), label),
            None => self.make_sealed(keeping, reference),
        }
    }

    /// Signs a digest; r and s, 48 bytes each. `point` is what the cluster's state says of the key.
    pub fn sign(&self, reference: u64, point: &[u8], digest: &[u8]) -> Result<Vec<u8>, Broken> {
        let keeping = self.keeping()?;
        match &keeping.token {
            Some(token) => token_keys::sign(token, &id(keeping, reference), point, digest),
            None => self.sign_sealed(keeping, reference, point, digest),
        }
    }

    /// For ever. Public keys have no place of their own.
    pub fn forget_key(&self, reference: u64) -> Result<(), Broken> {
        let keeping = self.keeping()?;
        if let Some(token) = &keeping.token {
            return token_keys::destroy(token, &id(keeping, reference));
        }
        let gone = |path: PathBuf| match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(Broken::file(path, source)),
            _ => Ok(()),
        };
        gone(self.new_key_path(reference)).and_then(|()| gone(self.key_path(reference)))
    }

    /// What was made under that reference, if anything was, is in the cluster's state from now on.
    pub fn keep_key(&self, reference: u64) -> Result<(), Broken> {
        let (new, kept) = (self.new_key_path(reference), self.key_path(reference));
        match new.exists() {
            true => self.rename(&new, &kept),
            false => Ok(()),
        }
    }

    /// What is under the new key's name was left by a command that was cut short; but what was kept stays.
    fn make_sealed(&self, keeping: &Keeping, reference: u64) -> Result<Box<[u8]>, Broken> {
        let path = self.key_path(reference);
        if path.symlink_metadata().is_ok() {
            return Err(Broken::KeyThere { path });
        }
        let secret = draw()?;
        let der = secret.to_pkcs8_der().map_err(|_| Broken::Randomness)?;
        let sealed = keeping.seal_key.seal(der.as_bytes())?;
        self.replace(&self.new_key_path(reference), &sealed)?;
        Ok(secret.public_key().to_sec1_bytes())
    }

    fn sign_sealed(&self, keeping: &Keeping, reference: u64, point: &[u8], digest: &[u8]) -> Result<Vec<u8>, Broken> {
        // The state came to the disk, and its process ended before the key had its name.
        let (new, kept) = (self.new_key_path(reference), self.key_path(reference));
        let path = if new.exists() && !kept.exists() { new } else { kept };
        let sealed = files::read_here(&path, LARGEST).map_err(|source| Broken::file(&path, source))?;
        let opened = keeping.seal_key.open(&sealed);
        let key = opened.and_then(|der| SigningKey::from_pkcs8_der(&der).ok());
        let key = key.filter(|key| key.verifying_key().to_sec1_point(false).as_bytes() == point);
        let key = key.ok_or(Broken::Damaged { path })?;
        let signature: Signature = key.sign_prehash(digest).map_err(|_| Broken::Randomness)?;
        Ok(signature.to_bytes().to_vec())
    }

    fn key_path(&self, reference: u64) -> PathBuf {
        self.keys().join(format!("{reference:016x}.p8"))
    }

    fn new_key_path(&self, reference: u64) -> PathBuf {
        self.keys().join(format!("{reference:016x}.made"))
    }
}

/// A key's `CKA_ID`: a token may hold the keys of several clusters.
fn id(keeping: &Keeping, reference: u64) -> Vec<u8> {
    [&keeping.cluster[..], &reference.to_be_bytes()].concat()
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
/// Far more than a sealed key is long.
const LARGEST: u64 = 16 << 10;
