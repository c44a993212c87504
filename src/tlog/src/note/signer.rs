//! Signing notes with a log's key (0x01): held in memory, or wherever its owner has it.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use super::{Algorithm, Note, SignatureLine, VerifierKey};
use crate::Error;

/// A secret key that signs notes: a log's key (0x01).
pub struct Signer {
    key: VerifierKey,
    secret: Secret,
}

/// The secret half.
enum Secret {
    /// Here; wiped when dropped.
    Held(Box<SigningKey>),
    /// Elsewhere, such as in a token.
    Elsewhere(Box<Sign>),
}

/// Signs a message with Ed25519 somewhere else, or says why not.
pub type Sign = dyn Fn(&[u8]) -> Result<[u8; 64], String>;

impl Signer {
    /// A signer from the 32 secret bytes of RFC 8032.
    pub fn new(name: &str, secret: Zeroizing<[u8; 32]>) -> Result<Signer, Error> {
        let secret = SigningKey::from_bytes(&secret);
        let key = VerifierKey::new(name, Algorithm::Ed25519, secret.verifying_key().as_bytes())?;
        Ok(Signer {
            key,
            secret: Secret::Held(Box::new(secret)),
        })
    }

    /// A signer whose secret key is elsewhere: `sign` makes pure Ed25519 signatures (RFC 8032) that `key` verifies.
    pub fn elsewhere(key: VerifierKey, sign: Box<Sign>) -> Signer {
        Signer {
            key,
            secret: Secret::Elsewhere(sign),
        }
    }

    /// The public side.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// The signature line over a note's text. One that was made elsewhere is verified before it is given out.
    ///
    /// # Errors
    /// A key elsewhere that does not sign, or signs wrongly.
    pub fn sign(&self, note: &Note) -> Result<SignatureLine, Error> {
        let text = note.text().as_bytes();
        let sign = match &self.secret {
            Secret::Held(secret) => return Ok(SignatureLine::new(&self.key, &secret.sign(text).to_bytes())),
            Secret::Elsewhere(sign) => sign,
        };
        let signature = sign(text).map_err(|why| Error::Unsigned { why })?;
        let line = SignatureLine::new(&self.key, &signature);
        self.key.verify(note.text(), &line)?;
        Ok(line)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.key)
    }
}
