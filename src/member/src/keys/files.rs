//! RSA keys in files. Software does private RSA operations in rehearsals only.

use record::Digest;
use record::approval_key::ApprovalKey;
use record::messages::KeyUse;
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::EncodePublicKey as _;
use rsa::signature::SignatureEncoding as _;
use rsa::signature::hazmat::PrehashSigner as _;
use sha2::Sha256;

use super::{RsaKeys, seal};
use crate::error::Error;
use crate::files;
use crate::home::Home;
use crate::passphrase::Passphrase;

/// An unlocked key; wiped when dropped.
pub struct FileKey {
    secret: SigningKey<Sha256>,
    public: ApprovalKey,
}

impl FileKey {
    /// Opens one of the home's two key files.
    ///
    /// # Errors
    /// A file that cannot be read, a wrong passphrase, or another key than the one made at setup.
    pub fn unlock(home: &Home, key: KeyUse, passphrase: &Passphrase) -> Result<Self, Error> {
        let path = home.rsa_file(key);
        let pem = files::read(&path, seal::LIMIT)?;
        let damaged = |what| Error::DamagedKey {
            path: path.clone(),
            what,
        };
        let secret = seal::open(&pem, passphrase).map_err(damaged)?;
        let secret = secret.ok_or_else(|| Error::WrongPassphrase {
            member: home.member().id.clone(),
        })?;
        let unlocked = Self::new(secret)?;
        match Digest(unlocked.public.fingerprint()) == home.member().fingerprints.of(key) {
            true => Ok(unlocked),
            false => Err(Error::ForeignKey { path }),
        }
    }

    /// Takes a key held in memory.
    ///
    /// # Errors
    /// It is not RSA-2048.
    pub fn new(secret: RsaPrivateKey) -> Result<Self, Error> {
        let failed = |what: String| Error::Key {
            doing: "reading the RSA key",
            what,
        };
        let spki = secret.as_ref().to_public_key_der().map_err(|e| failed(e.to_string()))?;
        let public = ApprovalKey::from_spki_der(spki.as_bytes()).map_err(|e| failed(e.to_string()))?;
        Ok(Self {
            secret: SigningKey::new(secret),
            public,
        })
    }
}

impl FileKey {
    /// Signs 32 octets as an already computed SHA-256 digest, PKCS#1 v1.5. What comes back was verified.
    ///
    /// # Errors
    /// The arithmetic failed.
    pub fn sign(&self, token: &Digest) -> Result<Vec<u8>, Error> {
        let failed = |what: String| Error::Key {
            doing: "the RSA signature",
            what,
        };
        let signature = self
            .secret
            .sign_prehash(&token.0)
            .map_err(|e| failed(e.to_string()))?
            .to_vec();
        // A fault in the arithmetic would give the key away (Boneh, DeMillo, Lipton 1997).
        self.public
            .verify_token(&token.0, &signature)
            .map_err(|e| failed(e.to_string()))?;
        Ok(signature)
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &ApprovalKey {
        &self.public
    }
}

/// The keys of one run: one only, where it is one that signs everything.
pub struct FileKeys {
    approval: Option<FileKey>,
    admin: Option<FileKey>,
}

impl FileKeys {
    /// Opens those that are wanted.
    ///
    /// # Errors
    /// As [`FileKey::unlock`].
    pub fn unlock(home: &Home, passphrase: &Passphrase, wanted: &[KeyUse]) -> Result<Self, Error> {
        let unlock = |key: KeyUse| {
            let taken = wanted.contains(&key);
            taken.then(|| FileKey::unlock(home, key, passphrase)).transpose()
        };
        Ok(Self {
            approval: unlock(KeyUse::Approval)?,
            admin: unlock(KeyUse::Admin)?,
        })
    }
}

impl RsaKeys for FileKeys {
    fn sign(&mut self, key: KeyUse, token: &Digest) -> Result<Vec<u8>, Error> {
        let chosen = match key {
            KeyUse::Approval => &self.approval,
            KeyUse::Admin => &self.admin,
        };
        let chosen = chosen.as_ref().ok_or_else(|| Error::Key {
            doing: "the RSA signature",
            what: "the key was not opened".into(),
        })?;
        chosen.sign(token)
    }
}
