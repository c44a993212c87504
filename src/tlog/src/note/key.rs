//! Verifier keys: a name, a public key, and what its signatures mean, as the text `name+id+base64`.

use std::fmt;

use ed25519_dalek::{Signature, VerifyingKey};

use super::{SignatureLine, check_name};
use crate::{Error, Hash, checkpoint::cosignature, text};

/// A public key that signs notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    algorithm: Algorithm,
    key: VerifyingKey,
    id: KeyId,
}

/// What a key signs. Both are Ed25519.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// 0x01: the note's text. A log's own signature.
    Ed25519 = 0x01,
    /// 0x04: a time and a checkpoint. A witness's cosignature.
    Cosignature = 0x04,
}

/// Four bytes that tell keys of one name apart. No protection: anybody can make a key with a given id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl VerifierKey {
    /// A key from its 32 bytes. Refuses names that notes cannot have, and points that are not sound.
    pub fn new(name: &str, algorithm: Algorithm, public_key: &[u8; 32]) -> Result<VerifierKey, Error> {
        check_name(name)?;
        let weak = || Error::WeakKey { name: name.to_owned() };
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| weak())?;
        // A key of small order verifies anything; a second spelling of a point would be a second id of one key.
        let canonical = VerifyingKey::from(key.to_edwards()).to_bytes() == *public_key;
        if key.is_weak() || !canonical {
            return Err(weak());
        }
        Ok(VerifierKey {
            name: name.to_owned(),
            algorithm,
            id: KeyId::of(name, algorithm, public_key),
            key,
        })
    }

    /// Reads the text `name+id+base64(type, key)`.
    pub fn parse(vkey: &str) -> Result<VerifierKey, Error> {
        let refused = || Error::VerifierKey {
            text: text::excerpt(vkey),
        };
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(stated), Some(base64)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refused());
        };
        check_name(name)?;
        let bytes = text::base64(base64)?;
        let (kind, key) = bytes.split_first().ok_or_else(refused)?;
        let algorithm = match kind {
            0x01 => Algorithm::Ed25519,
            0x04 => Algorithm::Cosignature,
            found => {
                return Err(Error::KeyType {
                    name: name.to_owned(),
                    found: *found,
                });
            }
        };
        let key = VerifierKey::new(name, algorithm, key.try_into().map_err(|_| refused())?)?;
        let computed = key.id.to_string();
        match stated == computed {
            true => Ok(key),
            false => Err(Error::KeyId {
                name: name.to_owned(),
                stated: text::excerpt(stated),
                computed,
            }),
        }
    }

    /// The key's name: a log's is its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the key signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's id under its name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The Ed25519 public key.
    pub fn public_key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Verifies a line that has this key's name and id; returns the time of a cosignature.
    pub(super) fn verify(&self, text: &str, line: &SignatureLine) -> Result<Option<u64>, Error> {
        let (signature, time) = match self.algorithm {
            Algorithm::Ed25519 => (line.signature(), None),
            Algorithm::Cosignature => {
                let (time, signature) = line.signature().split_first_chunk().ok_or_else(|| self.bad())?;
                (signature, Some(u64::from_be_bytes(*time)))
            }
        };
        let message = match time {
            None => text.to_owned(),
            Some(seconds) => cosignature(text, seconds)?,
        };
        let signature = Signature::from_slice(signature).map_err(|_| self.bad())?;
        self.key
            .verify_strict(message.as_bytes(), &signature)
            .map_err(|_| self.bad())?;
        Ok(time)
    }

    fn bad(&self) -> Error {
        Error::BadSignature {
            name: self.name.clone(),
            id: self.id.to_string(),
        }
    }
}

impl KeyId {
    /// The first four bytes of SHA-256 over name, newline, type, key.
    fn of(name: &str, algorithm: Algorithm, public_key: &[u8; 32]) -> KeyId {
        let hash = Hash::sha256(&[name.as_bytes(), b"\n", &[algorithm as u8], public_key].concat());
        let [a, b, c, d, ..] = hash.0;
        KeyId([a, b, c, d])
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.algorithm as u8], &self.public_key()[..]].concat();
        write!(f, "{}+{}+{}", self.name, self.id, text::to_base64(&key))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::to_hex(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}
