//! Signing notes with a secret Ed25519 key held in memory.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use super::{Algorithm, Note, SignatureLine, VerifierKey};
use crate::Error;

/// A secret key that signs notes: a log's key (0x01). It is wiped when dropped.
///
/// A key inside a token signs [`Note::text`] there; [`SignatureLine::new`] makes the line.
pub struct Signer {
    secret: SigningKey,
    key: VerifierKey,
}

impl Signer {
    /// A signer from the 32 secret bytes of RFC 8032.
    pub fn new(name: &str, secret: Zeroizing<[u8; 32]>) -> Result<Signer, Error> {
        let secret = SigningKey::from_bytes(&secret);
        let key = VerifierKey::new(name, Algorithm::Ed25519, secret.verifying_key().as_bytes())?;
        Ok(Signer { secret, key })
    }

    /// The public side.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// The signature line over a note's text.
    pub fn sign(&self, note: &Note) -> SignatureLine {
        SignatureLine::new(&self.key, &self.secret.sign(note.text().as_bytes()).to_bytes())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.key)
    }
}
