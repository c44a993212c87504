//! A log's key in a PKCS#11 token: Ed25519, which never leaves it.

use std::cell::RefCell;
use std::path::PathBuf;

use pkcs11::{Class, Module, NewKey, Token, TokenName};
use tlog::note::Algorithm;
use tlog::{Signer, VerifierKey};

use crate::error::Error;
use crate::terminal;

/// Which key of which token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The module's library.
    pub module: PathBuf,
    /// The token's label, or `serial:NUMBER`.
    pub token: String,
    /// The label of both halves of the key.
    pub label: String,
}

/// Keys made in a token that is open. Those of an `init` that fails are taken back.
pub struct Open(Token);

impl Open {
    /// Opens a token, with the PIN that a person types.
    ///
    /// # Errors
    /// No such module or token, or a wrong PIN, which is tried once.
    pub fn with_pin(name: &Name) -> Result<Self, Error> {
        let failed = |cause| Error::Token {
            token: name.token.clone(),
            cause: Box::new(cause),
        };
        let module = Module::load(&name.module).map_err(failed)?;
        let token: TokenName = name.token.parse().map_err(failed)?;
        let mut token = module.open(&token).map_err(failed)?;
        let pin = terminal::pin(token.info())?;
        token.login(&pin).map_err(failed)?;
        Ok(Self(token))
    }

    /// Makes a key in it; its public side under the log's origin.
    ///
    /// # Errors
    /// A label that is taken, or a token that makes no such key.
    pub fn make(&mut self, label: &str, origin: &str) -> Result<VerifierKey, Error> {
        let name = self.0.info().label.clone();
        let failed = |cause| Error::Token {
            token: name.clone(),
            cause: Box::new(cause),
        };
        // The owner can destroy it, so that an `init` that fails leaves nothing behind.
        let new = NewKey {
            destroyable: true,
            ..NewKey::ed25519(label, label)
        };
        let (public, private) = self.0.generate(&new).map_err(failed)?;
        private.demand("extractable", false).map_err(failed)?;
        let spki = self.0.public_key_spki(&public).map_err(failed)?;
        verifier_key(&name, &spki, origin)
    }

    /// Destroys a key that [`Open::make`] made and nobody knows yet, as far as the token lets it.
    pub fn take_back(&mut self, label: &str) {
        for class in [Class::Private, Class::Public] {
            if let Ok(Some(key)) = self.0.look(label, class) {
                drop(self.0.destroy(&key));
            }
        }
    }
}

/// Opens the key, and checks that it is the one that is expected and cannot leave the token.
///
/// # Errors
/// As [`Open::with_pin`], no such key, or another.
pub fn open(name: &Name, expected: &VerifierKey) -> Result<Signer, Error> {
    let failed = |cause| Error::Token {
        token: name.token.clone(),
        cause: Box::new(cause),
    };
    let Open(token) = Open::with_pin(name)?;
    let public = token.find(&name.label, Class::Public).map_err(failed)?;
    let found = verifier_key(
        &name.token,
        &token.public_key_spki(&public).map_err(failed)?,
        expected.name(),
    )?;
    if found != *expected {
        return Err(Error::ForeignKey {
            path: name.module.clone(),
            found: found.to_string(),
            expected: expected.to_string(),
        });
    }
    let private = token.find(&name.label, Class::Private).map_err(failed)?;
    private.demand("extractable", false).map_err(failed)?;
    let token = RefCell::new(token);
    let sign = move |text: &[u8]| {
        let signed = token.borrow_mut().sign_eddsa(&private, text);
        signed.map_err(|error| error.to_string())
    };
    Ok(Signer::elsewhere(expected.clone(), Box::new(sign)))
}

fn verifier_key(token: &str, spki: &[u8], origin: &str) -> Result<VerifierKey, Error> {
    let key = spki.strip_prefix(SPKI).and_then(|key| key.try_into().ok());
    let key = key.ok_or_else(|| Error::Key {
        doing: "reading the log key in the token",
        what: format!(
            "the token {} has no Ed25519 key of that label",
            record::text::plain(token, 40)
        ),
    })?;
    Ok(VerifierKey::new(origin, Algorithm::Ed25519, key)?)
}

/// RFC 8410 section 4: SubjectPublicKeyInfo of Ed25519, without the 32 octets that end it.
const SPKI: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
