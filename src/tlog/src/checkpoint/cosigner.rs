//! Cosignatures: a witness says at what time it saw a checkpoint as the newest (C2SP tlog-cosignature, `cosignature/v1`).

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use super::SignedCheckpoint;
use crate::{Error, MAX_SIZE, SignatureLine, VerifierKey, note::Algorithm};

/// A witness's secret key (0x04). It is wiped when dropped. The message has no name in it: one key for each witness.
pub struct Cosigner {
    secret: SigningKey,
    key: VerifierKey,
}

impl Cosigner {
    /// A cosigner from the 32 secret bytes of RFC 8032.
    pub fn new(name: &str, secret: Zeroizing<[u8; 32]>) -> Result<Cosigner, Error> {
        let secret = SigningKey::from_bytes(&secret);
        let key = VerifierKey::new(name, Algorithm::Cosignature, secret.verifying_key().as_bytes())?;
        Ok(Cosigner { secret, key })
    }

    /// The public side.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// The cosignature line of a checkpoint at a time, in seconds since 1970.
    ///
    /// Whether the log's signature verifies, and the checkpoint continues the last one, is for the witness to know before.
    pub fn cosign(&self, checkpoint: &SignedCheckpoint, seconds: u64) -> Result<SignatureLine, Error> {
        let message = cosignature(checkpoint.note().text(), seconds)?;
        let signature = self.secret.sign(message.as_bytes()).to_bytes();
        Ok(SignatureLine::new(
            &self.key,
            &[&seconds.to_be_bytes()[..], &signature].concat(),
        ))
    }
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({})", self.key)
    }
}

/// What a cosignature signs: a header, the time, the checkpoint's text.
pub fn cosignature(text: &str, seconds: u64) -> Result<String, Error> {
    match seconds <= MAX_SIZE {
        true => Ok(format!("cosignature/v1\ntime {seconds}\n{text}")),
        false => Err(Error::Time { seconds }),
    }
}
