//! [`Hsm`] over a PKCS#11 token.

use std::time::Instant;

use serde::Deserialize;

use super::{
    Pkcs11Hsm,
    call::Call,
    tokens::{self, Tokens},
};
use crate::{
    Approved, Error, Hsm, KeyInfo, KeyPair, KeySpec, ListedToken, MfaToken, Mtls, MtlsEnforcement, Node,
    PasswordChange, QuorumKeeper, QuorumService, QuorumValues, RegistrationToken, Role, Secret, Service, Token,
    TrustAnchor, User, spki, wire,
};

impl Hsm for Pkcs11Hsm {
    fn quorum_keeper(&self) -> QuorumKeeper {
        QuorumKeeper::Login
    }

    fn least_nodes(&self) -> usize {
        1
    }

    fn nodes(&mut self) -> Result<Vec<Node>, Error> {
        #[derive(Deserialize)]
        struct Info {
            hsms: Vec<Node>,
        }
        let info: Info = self.ask(&Call::Info)?.typed()?;
        Ok(info.hsms)
    }

    fn login(&mut self, user: &str, role: Role, password: &Secret) -> Result<(), Error> {
        if let Some((user, _)) = &self.login {
            return Err(Error::LoggedIn { user: user.clone() });
        }
        if role == Role::Admin {
            return Err(unsupported("log in an admin"));
        }
        let login = self.ask(&Call::Login { user, pin: password });
        if login.is_err() {
            self.carrier.close();
        }
        login?;
        self.login = Some((user.to_owned(), Tokens::default()));
        Ok(())
    }

    fn logout(&mut self) -> Result<(), Error> {
        let answer = self.ask(&Call::Logout);
        self.login = None;
        self.carrier.close();
        answer.map(|_| ())
    }

    fn generate_key_pair(&mut self, spec: &KeySpec) -> Result<KeyPair, Error> {
        if spec.quorum.is_some() || !spec.shared_with.is_empty() {
            return Err(unsupported("make a key with quorum values or shares"));
        }
        if spec.label == spec.public_label {
            return Err(Error::BadArgument {
                value: spec.label.clone(),
            });
        }
        let answer = self.ask(&Call::Generate(spec))?;
        let pair: KeyPair = answer.typed()?;
        for (key, label) in [(&pair.public, &spec.public_label), (&pair.private, &spec.label)] {
            if key.label() != label {
                return Err(Error::WrongAnswer {
                    what: "key",
                    expected: label.clone(),
                    found: key.label().into(),
                });
            }
        }
        Ok(pair)
    }

    fn keys(&mut self) -> Result<Vec<KeyInfo>, Error> {
        #[derive(Deserialize)]
        struct Keys {
            matched_keys: Vec<KeyInfo>,
        }
        let keys: Keys = self.ask(&Call::Keys)?.typed()?;
        Ok(keys.matched_keys)
    }

    fn find_key(&mut self, label: &str) -> Result<Option<KeyInfo>, Error> {
        let mut found = self.keys()?;
        found.retain(|key| key.label() == label);
        match found.len() {
            0 | 1 => Ok(found.pop()),
            matched => Err(Error::LabelNotUnique {
                label: label.into(),
                matched,
            }),
        }
    }

    fn set_attribute(
        &mut self,
        key: &KeyInfo,
        name: &str,
        value: &str,
        approved: Option<&Approved>,
    ) -> Result<(), Error> {
        refuse_approval(approved)?;
        let value = match value {
            "true" => true,
            "false" => false,
            _ => return Err(Error::BadArgument { value: value.into() }),
        };
        self.ask(&Call::Set { key, name, value }).map(|_| ())
    }

    fn delete_key(&mut self, key: &KeyInfo) -> Result<(), Error> {
        self.ask(&Call::Destroy(key)).map(|_| ())
    }

    fn public_key_spki(&mut self, key: &KeyInfo) -> Result<Vec<u8>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct Exported {
            public_key_info: String,
        }
        if !key.is_public() {
            return Err(Error::BadPublicKey {
                why: format!("{} is a {}", key.reference, key.attributes.class),
            });
        }
        let exported: Exported = self.ask(&Call::PublicKey(key))?.typed()?;
        let der = wire::parse_base64(&exported.public_key_info).ok_or_else(|| Error::BadPublicKey {
            why: "it is not base64".into(),
        })?;
        // A module may keep the whole key and no point of its own.
        match key.attributes.ec_point.is_empty() {
            true => spki::canonical(der),
            false => spki::listed(der, key),
        }
    }

    fn mint(&mut self, service: Service, key: Option<&KeyInfo>) -> Result<Token, Error> {
        let (Service::KeyUsage, Some(key)) = (service, key) else {
            return Err(unsupported("mint a token for anything but a signature"));
        };
        self.tokens()?;
        let random = random()?;
        let answer = self.ask_with(&Call::Mint { key }, || vec![tokens::file(key, &random)])?;
        let missing = || Error::MissingFile {
            shown: answer.shown.clone(),
            name: tokens::NAME.into(),
        };
        let file = answer.files.iter().find(|file| file.name == tokens::NAME);
        let token = Token::parse(&file.ok_or_else(missing)?.bytes, service, Some(&key.reference))?;
        Ok(self.tokens()?.keep(token))
    }

    fn sign_ecdsa(&mut self, key: &KeyInfo, message: &[u8], approved: Option<&Approved>) -> Result<[u8; 96], Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct Signed {
            key_reference: String,
            signature: String,
        }
        let tokens = self.tokens()?;
        if let Some(approved) = approved {
            tokens.spend(approved, key, Instant::now())?;
        }
        let answer = self.ask(&Call::Sign { key, message })?;
        let shown = answer.shown.clone();
        let signed: Signed = answer.typed()?;
        if signed.key_reference != key.reference {
            return Err(Error::WrongAnswer {
                what: "key",
                expected: key.reference.clone(),
                found: signed.key_reference,
            });
        }
        let raw = wire::parse_base64(&signed.signature).and_then(|raw| raw.try_into().ok());
        raw.ok_or_else(|| wire::malformed(&shown, "the signature is not 96 bytes in base64"))
    }

    fn verify_ecdsa(&mut self, key: &KeyInfo, message: &[u8], signature: &[u8; 96]) -> Result<bool, Error> {
        #[derive(Deserialize)]
        struct Judged {
            verified: bool,
        }
        let judged: Judged = self
            .ask(&Call::Verify {
                key,
                message,
                signature,
            })?
            .typed()?;
        Ok(judged.verified)
    }

    /// Tokens are the console's, and nothing that an HSM could be asked for.
    fn list_tokens(&mut self) -> Result<Vec<ListedToken>, Error> {
        Err(unsupported("list tokens"))
    }

    fn activate(&mut self, _: &Secret) -> Result<(), Error> {
        Err(unsupported("activate a cluster"))
    }

    fn users(&mut self) -> Result<Vec<User>, Error> {
        Err(unsupported("list users"))
    }

    fn create_user(&mut self, _: &str, _: Role, _: &Secret, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("create a user"))
    }

    fn delete_user(&mut self, _: &str, _: Role, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("delete a user"))
    }

    fn change_password(
        &mut self,
        _: &str,
        _: Role,
        _: &Secret,
        _: PasswordChange,
        _: Option<&Approved>,
    ) -> Result<(), Error> {
        Err(unsupported("change a password"))
    }

    fn begin_login_mfa(&mut self, _: &str, _: Role, _: &Secret) -> Result<MfaToken, Error> {
        Err(unsupported("log in with a second factor"))
    }

    fn finish_login_mfa(&mut self, _: &MfaToken, _: &[Vec<u8>]) -> Result<(), Error> {
        Err(unsupported("log in with a second factor"))
    }

    fn begin_change_mfa(
        &mut self,
        _: &str,
        _: Role,
        _: Option<&Secret>,
        _: Option<&Approved>,
    ) -> Result<MfaToken, Error> {
        Err(unsupported("have second factors"))
    }

    fn finish_change_mfa(&mut self, _: &MfaToken, _: &str, _: &[Vec<u8>]) -> Result<(), Error> {
        Err(unsupported("have second factors"))
    }

    fn remove_mfa(&mut self, _: &str, _: Role, _: Option<&Secret>, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("have second factors"))
    }

    fn registration_token(&mut self) -> Result<RegistrationToken, Error> {
        Err(unsupported("register an approval key"))
    }

    fn register_approval_key(&mut self, _: &str, _: &RegistrationToken, _: &[Vec<u8>]) -> Result<(), Error> {
        Err(unsupported("register an approval key"))
    }

    fn quorum_values(&mut self) -> Result<QuorumValues, Error> {
        Err(unsupported("have quorum values"))
    }

    fn set_quorum_value(&mut self, _: QuorumService, _: u64, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("have quorum values"))
    }

    fn share_key(&mut self, _: &KeyInfo, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("share a key"))
    }

    fn unshare_key(&mut self, _: &KeyInfo, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("share a key"))
    }

    fn mtls(&mut self) -> Result<Mtls, Error> {
        Err(unsupported("have mTLS"))
    }

    fn register_trust_anchor(&mut self, _: &str, _: Option<&Approved>) -> Result<TrustAnchor, Error> {
        Err(unsupported("have mTLS"))
    }

    fn deregister_trust_anchor(&mut self, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("have mTLS"))
    }

    fn set_mtls_enforcement(&mut self, _: MtlsEnforcement, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("have mTLS"))
    }

    fn delete_tokens(&mut self, _: bool) -> Result<(), Error> {
        Err(unsupported("delete tokens"))
    }
}

impl Pkcs11Hsm {
    /// The tokens of the login; without one there are none, and no key can be used.
    fn tokens(&mut self) -> Result<&mut Tokens, Error> {
        match &mut self.login {
            Some((_, tokens)) => Ok(tokens),
            None => Err(Error::Token {
                shown: "console token".into(),
                error: ::pkcs11::Error::NotLoggedIn,
            }),
        }
    }
}

fn random() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::BadToken {
        why: format!("no random bytes: {error}"),
    })?;
    Ok(bytes)
}

/// Nothing here counts approvals but for signatures; who gives one expects it to be counted.
fn refuse_approval(approved: Option<&Approved>) -> Result<(), Error> {
    match approved {
        None => Ok(()),
        Some(_) => Err(unsupported("count approvals of a key's change")),
    }
}

fn unsupported(operation: &'static str) -> Error {
    Error::Unsupported { operation }
}
