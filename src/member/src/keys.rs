//! A member's keys: two of RSA for the HSM's accounts, one of SSH for files. Where they are is one word in member.toml.

mod files;
mod make;
mod seal;
mod ssh;

use record::Digest;
use record::approval_key::ApprovalKey;
use record::messages::KeyUse;
use serde::Deserialize;

pub use make::{New, Sealed, make};
pub use ssh::unlock as unlock_ssh;

use crate::error::Error;
use crate::home::Home;
use crate::passphrase::Passphrase;

/// One of a member's two RSA keys, ready to sign.
pub trait RsaKey {
    /// Signs 32 octets as an already computed SHA-256 digest, PKCS#1 v1.5. What comes back was verified.
    ///
    /// # Errors
    /// The key cannot sign.
    fn sign(&self, token: &Digest) -> Result<Vec<u8>, Error>;

    /// The public half.
    fn public(&self) -> &ApprovalKey;
}

/// Where a member's RSA keys are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeping {
    /// In files of the home, sealed with the passphrase: for rehearsals only.
    Files,
}

/// What an attempt at a passphrase costs. Low in rehearsals, where 18 keys are made in a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cost {
    /// Of the RSA keys' files: the logarithm to base 2 of scrypt's N, with r = 8 and p = 1 (RFC 7914).
    pub scrypt_log2_n: u8,
    /// Of the SSH key's file: rounds of bcrypt_pbkdf.
    pub bcrypt_rounds: u32,
}

impl Cost {
    /// What a member's keys get.
    #[must_use]
    pub fn of(rehearsal: bool) -> Self {
        match rehearsal {
            true => Self {
                scrypt_log2_n: 10,
                bcrypt_rounds: 1,
            },
            // 128 MiB and about half a second each on a laptop of 2026.
            false => Self {
                scrypt_log2_n: 17,
                bcrypt_rounds: 64,
            },
        }
    }
}

/// Unlocks one of the two RSA keys, and checks that it is the one made at setup.
///
/// # Errors
/// A wrong passphrase, or a key that is not the member's.
pub fn unlock(home: &Home, key: KeyUse, passphrase: &Passphrase) -> Result<Box<dyn RsaKey>, Error> {
    match home.member().keys {
        Keeping::Files => Ok(Box::new(files::FileKey::unlock(home, key, passphrase)?)),
    }
}
