//! The token itself: carries out calls, and answers in the words and forms that CloudHSM's command line has, so that
//! journal, replay and checks need not know which kind of HSM it was.

use std::path::Path;

use ::pkcs11::{Class, Error as TokenError, Key, Module, NewKey, Token, TokenInfo, TokenName};
use serde_json::{Value, json};

use super::{
    call::{Call, digest, pin},
    describe,
};
use crate::{Algorithm, Error, KeyInfo, wire};

/// A token that is there. Nobody is logged in yet.
#[derive(Debug)]
pub struct TokenDevice {
    module: Module,
    name: TokenName,
    /// The token's serial number when it was found: the event stays with this one.
    serial: String,
    open: Option<Token>,
}

impl TokenDevice {
    /// Loads the module and finds the one token of this name.
    pub fn find(module: &Path, name: &TokenName) -> Result<TokenDevice, Error> {
        let find = || {
            let module = Module::load(module)?;
            let serial = module.open(name)?.info().serial.clone();
            Ok(TokenDevice {
                module,
                name: name.clone(),
                serial,
                open: None,
            })
        };
        find().map_err(|error| Error::Token {
            shown: format!("pkcs11 open {} {name}", module.display()),
            error,
        })
    }

    /// The token's label and serial number.
    pub fn info(&self) -> Result<TokenInfo, TokenError> {
        Ok(self.module.open(&self.by_serial())?.info().clone())
    }

    /// The name by which it was chosen, as calls show it.
    pub(super) fn name(&self) -> &TokenName {
        &self.name
    }

    pub(super) fn close(&mut self) {
        self.open = None;
    }

    pub(super) fn carry(&mut self, call: &Call<'_>) -> Result<Value, TokenError> {
        match call {
            Call::Info => Ok(json!({ "hsms": [describe::node(&self.info()?)] })),
            Call::Login { user, pin: secret } => {
                let mut token = self.module.open(&self.by_serial())?;
                token.login(&pin(secret))?;
                self.open = Some(token);
                Ok(json!({ "username": user, "role": "crypto-user" }))
            }
            Call::Logout => match self.open.take() {
                Some(mut token) => token.logout().map(|()| json!("Logout successful")),
                None => Err(TokenError::NotLoggedIn),
            },
            Call::Keys => {
                let token = self.token()?;
                let keys = [token.keys()?, token.secret_keys()?].concat();
                let keys: Vec<Value> = keys.iter().map(|key| describe::key(&self.serial, key)).collect();
                Ok(json!({ "matched_keys": keys }))
            }
            Call::Generate(spec) => {
                let make = match spec.algorithm {
                    Algorithm::P384 => NewKey::p384,
                    Algorithm::Ed25519 => NewKey::ed25519,
                };
                let new = NewKey {
                    id: spec.id.clone().or_else(|| Some(describe::id(&spec.label))),
                    ..make(&spec.label, &spec.public_label)
                };
                self.refuse_taken(&spec.label)?;
                self.refuse_taken(&spec.public_label)?;
                let (public, private) = self.token()?.generate(&new)?;
                Ok(
                    json!({ "public_key": describe::key(&self.serial, &public), "private_key": describe::key(&self.serial, &private) }),
                )
            }
            Call::PublicKey(key) => {
                let key = self.locate(key)?;
                let spki = self.token()?.public_key_spki(&key)?;
                Ok(json!({ "public-key-info": wire::base64(&spki) }))
            }
            Call::Mint { key } => self.locate(key).map(|_| Value::Null),
            Call::Sign { key, message } => {
                let located = self.locate(key)?;
                let signature = self.token()?.sign_ecdsa(&located, &digest(message))?;
                Ok(json!({ "key-reference": key.reference, "signature": wire::base64(&signature) }))
            }
            Call::SignEd25519 { key, message } => {
                let located = self.locate(key)?;
                let signature = self.token()?.sign_eddsa(&located, message)?;
                Ok(json!({ "key-reference": key.reference, "signature": wire::base64(&signature) }))
            }
            Call::Verify {
                key,
                message,
                signature,
            } => {
                let key = self.locate(key)?;
                let verified = self.token()?.verify_ecdsa(&key, &digest(message), signature)?;
                Ok(json!({ "verified": verified }))
            }
            Call::Set { key, name, value } => {
                let key = self.locate(key)?;
                self.token()?.set_flag(&key, name, *value)?;
                Ok(json!({ "message": "Attribute set successfully" }))
            }
            Call::Destroy(key) => {
                let key = self.locate(key)?;
                self.token()?.destroy(&key)?;
                Ok(json!({ "message": "Key deleted successfully" }))
            }
        }
    }

    fn token(&mut self) -> Result<&mut Token, TokenError> {
        self.open.as_mut().ok_or(TokenError::NotLoggedIn)
    }

    fn by_serial(&self) -> TokenName {
        TokenName::Serial(self.serial.clone())
    }

    /// A half of a pair as the token has it now. Object handles mean nothing outside a session, so keys go by what they
    /// are. A secret key is none: nothing is done with it.
    fn locate(&mut self, key: &KeyInfo) -> Result<Key, TokenError> {
        let class = match key.is_public() {
            true => Class::Public,
            false => Class::Private,
        };
        let found = self.token()?.find(key.label(), class)?;
        match describe::reference(&self.serial, &found) == key.reference {
            true => Ok(found),
            false => Err(TokenError::KeyAbsent {
                label: format!("{} with the reference {}", key.label(), key.reference),
            }),
        }
    }

    /// Labels are one key's, whichever half it is, or none: the journal and the read-back go by them.
    fn refuse_taken(&mut self, label: &str) -> Result<(), TokenError> {
        for class in [Class::Public, Class::Private, Class::Secret] {
            if self.token()?.look(label, class)?.is_some() {
                return Err(TokenError::KeyThere { label: label.into() });
            }
        }
        Ok(())
    }
}
