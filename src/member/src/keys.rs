//! A member's keys: two of RSA for the HSM's accounts, one of SSH for files. Where they are is one word in member.toml.

mod files;
mod make;
mod place;
mod seal;
mod ssh;
mod ssh_keygen;
mod token;

use record::Digest;
use record::messages::KeyUse;
use serde::Deserialize;

pub use files::FileKey;
pub use make::{New, Sealed, make};
pub use place::TokenPlace;
pub use ssh::unlock as unlock_ssh;
pub use ssh_keygen::Adopted;
pub use token::{Opened, Origin, TokenKey, TokenKeys};

use crate::error::{Error, key_name};
use crate::home::Home;
use crate::show;
use crate::terminal::{self, Terminal};

/// A member's two RSA keys, as far as a run needs them.
pub trait RsaKeys {
    /// Signs 32 octets as an already computed SHA-256 digest, PKCS#1 v1.5. What comes back was verified.
    ///
    /// # Errors
    /// The key cannot sign.
    fn sign(&mut self, key: KeyUse, token: &Digest) -> Result<Vec<u8>, Error>;
}

/// The SSH key.
pub enum Ssh {
    /// In memory, from the home's sealed file.
    Held(Box<ssh_key::PrivateKey>),
    /// The member's own, which `ssh-keygen` signs with.
    Adopted(Adopted),
}

/// Where a member's keys are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeping {
    /// In files of the home, sealed with the passphrase: for rehearsals only.
    Files,
    /// The RSA keys in a PKCS#11 token, and an SSH key that the member had.
    Token,
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
    /// What keys in files get: they are a rehearsal's.
    pub const REHEARSAL: Self = Self {
        scrypt_log2_n: 10,
        bcrypt_rounds: 1,
    };
}

/// The keys that one run signs with, and how far it came.
pub struct Keys {
    rsa: Box<dyn RsaKeys>,
    ssh: Ssh,
    counted: Option<Counted>,
}

/// Signatures that a person is told of, because each may want a touch.
struct Counted {
    made: usize,
    of: usize,
}

impl Keys {
    /// Asks for what opens the keys, and opens those that are needed: the SSH key, and one RSA key for each signature in
    /// `wanted`. Each is the one of setup.
    ///
    /// # Errors
    /// A wrong passphrase or PIN, no token, or keys that are not the member's.
    pub fn open(home: &Home, terminal: &mut Terminal, wanted: &[KeyUse]) -> Result<Self, Error> {
        let member = home.member();
        match (&member.token, &member.ssh_file) {
            (Some(place), Some(file)) => {
                let ssh = Adopted::open(file, &member.ssh_key)?;
                terminal.show(&touches(wanted.len(), &ssh))?;
                let rsa = TokenKeys::unlock(place, &member.fingerprints, terminal, wanted)?;
                Ok(Self::counted(Box::new(rsa), ssh, wanted.len() + 1))
            }
            _ => {
                let passphrase = terminal.passphrase(&member.id)?;
                let ssh = Ssh::Held(Box::new(ssh::unlock(home, &passphrase)?));
                let rsa = Box::new(files::FileKeys::unlock(home, &passphrase, wanted)?);
                Ok(Self {
                    rsa,
                    ssh,
                    counted: None,
                })
            }
        }
    }

    /// Keys of a token and of the member's own, which sign `of` times.
    #[must_use]
    pub fn counted(rsa: Box<dyn RsaKeys>, ssh: Adopted, of: usize) -> Self {
        Self {
            rsa,
            ssh: Ssh::Adopted(ssh),
            counted: Some(Counted { made: 0, of }),
        }
    }

    /// Signs a token's 32 octets with one of the RSA keys.
    ///
    /// # Errors
    /// The key cannot sign, or what it made does not fit.
    pub fn sign_rsa(&mut self, key: KeyUse, token: &Digest) -> Result<Vec<u8>, Error> {
        self.announce(key_name(key), "if the token blinks, touch it now");
        self.rsa.sign(key, token)
    }

    /// Signs a file with the SSH key.
    ///
    /// # Errors
    /// As [`Keys::sign_rsa`], and of a FIDO key a signature without a touch.
    pub fn sign_ssh(&mut self, namespace: &str, message: &[u8]) -> Result<String, Error> {
        match &self.ssh {
            Ssh::Adopted(key) if key.is_fido() => {
                self.announce("SSH key", "when the security key blinks, touch it now")
            }
            _ => self.announce("SSH key", "`ssh-keygen` may ask for its passphrase"),
        }
        match &self.ssh {
            Ssh::Held(key) => record::sshsig::sign(key, namespace, message).map_err(Error::sign),
            Ssh::Adopted(key) => key.sign(namespace, message),
        }
    }

    fn announce(&mut self, key: &str, then: &str) {
        if let Some(counted) = &mut self.counted {
            counted.made += 1;
            let Counted { made, of } = counted;
            terminal::tell(&format!("Signature {made} of {of}, by your {key}: {then}."));
        }
    }
}

/// What the member has to be ready for, before anything is signed.
#[must_use]
pub fn touches(by_token: usize, ssh: &Adopted) -> Vec<String> {
    let mut lines = show::part("What your keys will do");
    lines.extend(match by_token {
        0 => Vec::new(),
        1 => show::note("The token makes 1 signature. It may blink: touch it, 1 time, at once."),
        many => show::note(&format!(
            "The token makes {many} signatures. It may blink before each: touch it each time, at once, {many} times in all."
        )),
    });
    lines.extend(show::note(match ssh.is_fido() {
        true => "Your SSH key is a FIDO key and makes 1 signature: touch it when it blinks, 1 time.",
        false => "Your SSH key makes 1 signature; it needs no touch.",
    }));
    lines
}
