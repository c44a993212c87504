//! The token itself: carries out calls, and answers in the words and forms that CloudHSM's command line has, so that
//! journal, replay and checks need not know which kind of HSM it was.

use std::path::Path;

use ::pkcs11::{Class, Error as TokenError, Key, Kind, Module, NewKey, Token, TokenInfo, TokenName};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::call::{Call, digest, hex, pin};
use crate::{Error, KeyInfo, wire};

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
            Call::Info => Ok(json!({ "hsms": [node(&self.info()?)] })),
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
                let keys = self.token()?.keys()?;
                let keys: Vec<Value> = keys.iter().map(|key| self.describe(key)).collect();
                Ok(json!({ "matched_keys": keys }))
            }
            Call::Generate(spec) => {
                let new = NewKey {
                    id: spec.id.clone(),
                    ..NewKey::p384(&spec.label, &spec.public_label)
                };
                self.refuse_taken(&spec.label)?;
                self.refuse_taken(&spec.public_label)?;
                let (public, private) = self.token()?.generate(&new)?;
                Ok(json!({ "public_key": self.describe(&public), "private_key": self.describe(&private) }))
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

    /// A key as the token has it now. Object handles mean nothing outside a session, so keys go by what they are.
    fn locate(&mut self, key: &KeyInfo) -> Result<Key, TokenError> {
        let class = match key.is_public() {
            true => Class::Public,
            false => Class::Private,
        };
        let found = self.token()?.find(key.label(), class)?;
        match self.reference(&found) == key.reference {
            true => Ok(found),
            false => Err(TokenError::KeyAbsent {
                label: format!("{} with the reference {}", key.label(), key.reference),
            }),
        }
    }

    /// Labels are one key's, whichever half it is: the journal and the read-back go by them.
    fn refuse_taken(&mut self, label: &str) -> Result<(), TokenError> {
        for class in [Class::Public, Class::Private] {
            if self.token()?.look(label, class)?.is_some() {
                return Err(TokenError::KeyNotUnique {
                    label: label.into(),
                    matched: 2,
                });
            }
        }
        Ok(())
    }

    /// In the form of CloudHSM's, and the same on every day: from the token, the half, the label and the id.
    fn reference(&self, key: &Key) -> String {
        let id = key.attributes.id.as_deref().unwrap_or_default();
        let class = key.attributes.class.as_str();
        let mut hash = Sha256::new();
        for part in [self.serial.as_bytes(), class.as_bytes(), key.label().as_bytes(), id] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        format!("0x{}", hex(&hash.finalize()[..8]))
    }

    /// Nobody owns a key by name and nobody shares it; an attribute that is absent is left out.
    fn describe(&self, key: &Key) -> Value {
        let attributes = &key.attributes;
        let (key_type, curve) = match attributes.kind {
            Kind::P384 => ("ec", Some("secp384r1")),
            Kind::Ed25519 => ("ec", Some("ed25519")),
            Kind::Other => ("other", None),
        };
        let mut told: Map<String, Value> = attributes
            .flags()
            .map(|(name, value)| (name.into(), json!(value)))
            .collect();
        told.insert("label".into(), json!(attributes.label));
        told.insert("class".into(), json!(attributes.class.as_str()));
        told.insert("key-type".into(), json!(key_type));
        told.insert("id".into(), json!(prefixed(attributes.id.as_deref())));
        told.insert("ec-point".into(), json!(prefixed(attributes.ec_point.as_deref())));
        if let Some(curve) = curve {
            told.insert("curve".into(), json!(curve));
        }
        json!({
            "key-reference": self.reference(key),
            "key-info": { "key-owners": [], "shared-users": [], "cluster-coverage": "full" },
            "attributes": told,
        })
    }
}

fn node(token: &TokenInfo) -> Value {
    json!({
        "vendor": token.manufacturer,
        "model": token.model,
        "serial-number": token.serial,
        "firmware-id": token.firmware,
    })
}

fn prefixed(bytes: Option<&[u8]>) -> String {
    match bytes {
        Some(bytes) if !bytes.is_empty() => format!("0x{}", hex(bytes)),
        _ => String::new(),
    }
}
