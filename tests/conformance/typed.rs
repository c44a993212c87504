//! Steps as operations of the trait `hsm::Hsm`, over whichever driver; results are told in the CLI's words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hsm::{
    Algorithm, Approval, Approved, Error, Hsm, KeyInfo, KeyPair, KeyQuorum, KeySpec, MtlsEnforcement, PasswordChange,
    QuorumService, Role, Secret, Service, Token,
};
use serde_json::{Value, json};

use super::people;
use super::place::{Came, PASSWORD, Player, role};
use super::scenario::{Do, Form, Step};
use super::told::{error_name, key_told, pem, user_told};

/// Opens another connection.
pub type Open = Box<dyn FnMut() -> Box<dyn Hsm>>;

/// Gives an order to the stand-in.
type Order = Box<dyn FnMut(&[String])>;

/// Operations on one HSM.
pub struct Typed {
    open: Open,
    folder: PathBuf,
    order: Order,
    hsms: BTreeMap<String, Box<dyn Hsm>>,
    keys: BTreeMap<String, KeyPair>,
    tokens: BTreeMap<String, (Token, Vec<Approval>)>,
    signed: BTreeMap<String, (String, [u8; 96])>,
}

impl Typed {
    /// `open` makes a connection for each login, `order` gives orders to the stand-in.
    pub fn new(open: Open, folder: &Path, order: impl FnMut(&[String]) + 'static) -> Self {
        Self {
            open,
            folder: folder.to_owned(),
            order: Box::new(order),
            hsms: BTreeMap::new(),
            keys: BTreeMap::new(),
            tokens: BTreeMap::new(),
            signed: BTreeMap::new(),
        }
    }

    fn hsm(&mut self, step: &Step) -> &mut dyn Hsm {
        let (hsms, open) = (&mut self.hsms, &mut self.open);
        hsms.entry(step.place.clone()).or_insert_with(open).as_mut()
    }

    fn pair(&self, key: &str) -> KeyPair {
        self.keys
            .get(key)
            .cloned()
            .unwrap_or_else(|| panic!("no key {key} was made"))
    }

    fn private(&self, key: &str) -> KeyInfo {
        self.pair(key).private
    }

    /// The token with the approvals that it has by now.
    fn approved(&self, token: Option<&String>) -> Result<Option<Approved>, Error> {
        let Some(name) = token else { return Ok(None) };
        let (token, approvals) = self
            .tokens
            .get(name)
            .unwrap_or_else(|| panic!("no token {name} was minted"));
        Approved::new(token.clone(), approvals.clone()).map(Some)
    }

    fn carry_out(&mut self, step: &Step) -> Result<Value, Error> {
        let usual = Secret::new(PASSWORD.into());
        match &step.deed {
            Do::HsmInfo => {
                let nodes = self.hsm(step).nodes()?;
                let serials: Vec<_> = nodes
                    .iter()
                    .map(|node| json!({ "serial-number": node.serial_number }))
                    .collect();
                Ok(json!({ "hsms": serials }))
            }
            Do::Activate => self.hsm(step).activate(&usual).map(nothing),
            Do::Users => {
                let users = self.hsm(step).users()?;
                Ok(json!({ "users": users.iter().map(user_told).collect::<Vec<_>>() }))
            }
            Do::Login(user) => self.hsm(step).login(user, typed_role(user), &usual).map(nothing),
            Do::LoginWith { user, password } => self
                .hsm(step)
                .login(user, typed_role(user), &Secret::new(password.clone()))
                .map(nothing),
            Do::LoginMfa { user, key } => {
                let token = self.hsm(step).begin_login_mfa(user, typed_role(user), &usual)?;
                let signatures = self.sign_all(token.entries(), key, Form::Right);
                self.hsm(step).finish_login_mfa(&token, &signatures).map(nothing)
            }
            Do::Logout => self.hsm(step).logout().map(nothing),
            Do::CreateUser { user, password, token } => {
                let approved = self.approved(token.as_ref())?;
                let password = password.clone().map_or(usual, Secret::new);
                self.hsm(step)
                    .create_user(user, typed_role(user), &password, approved.as_ref())
                    .map(nothing)
            }
            Do::DeleteUser { user, token } => {
                let approved = self.approved(token.as_ref())?;
                self.hsm(step)
                    .delete_user(user, typed_role(user), approved.as_ref())
                    .map(nothing)
            }
            Do::ChangePassword {
                user,
                token,
                deregister_mfa,
                deregister_quorum,
            } => {
                let approved = self.approved(token.as_ref())?;
                let also = PasswordChange {
                    deregister_mfa: *deregister_mfa,
                    deregister_quorum: *deregister_quorum,
                };
                let password = Secret::new("password-2".into());
                self.hsm(step)
                    .change_password(user, typed_role(user), &password, also, approved.as_ref())
                    .map(nothing)
            }
            Do::ChangeMfa {
                user,
                key,
                signed_with,
                token,
            } => {
                let approved = self.approved(token.as_ref())?;
                let token = self
                    .hsm(step)
                    .begin_change_mfa(user, typed_role(user), Some(&usual), approved.as_ref())?;
                let signatures = self.sign_all(token.entries(), signed_with.as_ref().unwrap_or(key), Form::Right);
                self.hsm(step)
                    .finish_change_mfa(&token, &people::public_key(key), &signatures)
                    .map(nothing)
            }
            Do::RemoveMfa { user, token } => {
                let approved = self.approved(token.as_ref())?;
                self.hsm(step)
                    .remove_mfa(user, typed_role(user), None, approved.as_ref())
                    .map(nothing)
            }
            Do::Register { key, signed_with, form } => {
                let token = self.hsm(step).registration_token()?;
                let digests: Vec<_> = token.tokens().iter().map(|entry| entry.digest).collect();
                let signatures = self.sign_all(&digests, signed_with.as_ref().unwrap_or(key), *form);
                self.hsm(step)
                    .register_approval_key(&people::public_key(key), &token, &signatures)
                    .map(nothing)
            }
            Do::Values => {
                let values = self.hsm(step).quorum_values()?;
                Ok(json!({ "user": values.user, "quorum": values.quorum, "cluster": values.cluster }))
            }
            Do::SetValue { service, value, token } => {
                let approved = self.approved(token.as_ref())?;
                self.hsm(step)
                    .set_quorum_value(admin_service(service), *value, approved.as_ref())
                    .map(nothing)
            }
            _ => self.carry_out_with_keys(step),
        }
    }

    fn carry_out_with_keys(&mut self, step: &Step) -> Result<Value, Error> {
        match &step.deed {
            Do::Generate { key, quorum, share } => {
                let spec = KeySpec {
                    algorithm: Algorithm::P384,
                    label: key.clone(),
                    public_label: format!("{key}-public"),
                    id: None,
                    shared_with: share.clone(),
                    quorum: quorum.map(|[manage, use_]| KeyQuorum { manage, use_ }),
                };
                let pair = self.hsm(step).generate_key_pair(&spec)?;
                let told = json!({ "private_key": key_told(&pair.private), "public_key": key_told(&pair.public) });
                self.keys.insert(key.clone(), pair);
                Ok(told)
            }
            Do::FindKey(label) => {
                let found = self.hsm(step).find_key(label)?;
                let found: Vec<_> = found.iter().map(key_told).collect();
                Ok(json!({ "total_key_count": found.len(), "matched_keys": found }))
            }
            Do::AllKeys => {
                let keys = self.hsm(step).keys()?;
                Ok(json!({ "count": keys.len(), "matched_keys": keys.iter().map(key_told).collect::<Vec<_>>() }))
            }
            Do::Spki(key) => {
                let public = self.pair(key).public;
                self.hsm(step).public_key_spki(&public).map(|_| Value::Null)
            }
            Do::Share { key, user, token } => {
                let (key, approved) = (self.private(key), self.approved(token.as_ref())?);
                self.hsm(step).share_key(&key, user, approved.as_ref()).map(nothing)
            }
            Do::Unshare { key, user, token } => {
                let (key, approved) = (self.private(key), self.approved(token.as_ref())?);
                self.hsm(step).unshare_key(&key, user, approved.as_ref()).map(nothing)
            }
            Do::SetAttribute {
                key,
                name,
                value,
                token,
            } => {
                let (key, approved) = (self.private(key), self.approved(token.as_ref())?);
                self.hsm(step)
                    .set_attribute(&key, name, value, approved.as_ref())
                    .map(nothing)
            }
            Do::DeleteKey(key) => {
                let key = self.private(key);
                self.hsm(step).delete_key(&key).map(nothing)
            }
            Do::Mint { token, service, key } => {
                let (service, key) = (any_service(service), key.as_ref().map(|key| self.private(key)));
                let minted = self.hsm(step).mint(service, key.as_ref())?;
                self.tokens.insert(token.clone(), (minted, Vec::new()));
                Ok(Value::Null)
            }
            Do::ListTokens => {
                let tokens = self.hsm(step).list_tokens()?;
                let told = |token: &hsm::ListedToken| {
                    json!({ "username": token.username, "service": token.service, "key-reference": token.key_reference,
                        "approvals-required": token.approvals_required, "number-of-approvals": token.number_of_approvals,
                        "token-timeout-seconds": token.token_timeout_seconds, "minimum-token-count": token.minimum_token_count })
                };
                Ok(json!({ "tokens": tokens.iter().map(told).collect::<Vec<_>>() }))
            }
            Do::DeleteTokens(scope) => self.hsm(step).delete_tokens(scope == "all").map(nothing),
            Do::Sign { key, token, data } => {
                let approved = self.approved(token.as_ref())?;
                let (private, message) = (self.private(key), data.clone().unwrap_or_else(|| MESSAGE.into()));
                let signature = self
                    .hsm(step)
                    .sign_ecdsa(&private, message.as_bytes(), approved.as_ref())?;
                self.signed.insert(key.clone(), (message, signature));
                Ok(json!({ "key-reference": private.reference }))
            }
            Do::Verify(key) => {
                let (public, (message, signature)) = (self.pair(key).public, self.signed[key].clone());
                let verified = self.hsm(step).verify_ecdsa(&public, message.as_bytes(), &signature)?;
                assert!(verified, "the HSM does not verify its own signature");
                let other = self.hsm(step).verify_ecdsa(&public, b"something else", &signature)?;
                assert!(!other, "the HSM verifies a signature over something else");
                Ok(Value::Null)
            }
            _ => self.carry_out_the_rest(step),
        }
    }

    fn carry_out_the_rest(&mut self, step: &Step) -> Result<Value, Error> {
        match &step.deed {
            Do::Mtls => {
                let mtls = self.hsm(step).mtls()?;
                Ok(json!({ "anchors": mtls.anchors.len(), "level": mtls.enforcement }))
            }
            Do::RegisterAnchor { certificate, token } => {
                let approved = self.approved(token.as_ref())?;
                let anchor = self
                    .hsm(step)
                    .register_trust_anchor(&people::certificate(certificate), approved.as_ref())?;
                Ok(json!({ "trust_anchor": { "certificate-reference": anchor.reference } }))
            }
            Do::DeregisterAnchor { certificate, token } => {
                let approved = self.approved(token.as_ref())?;
                self.hsm(step)
                    .deregister_trust_anchor(certificate, approved.as_ref())
                    .map(nothing)
            }
            Do::Enforce { level, token } => {
                let approved = self.approved(token.as_ref())?;
                let level = if level == "none" {
                    MtlsEnforcement::None
                } else {
                    MtlsEnforcement::Cluster
                };
                self.hsm(step)
                    .set_mtls_enforcement(level, approved.as_ref())
                    .map(nothing)
            }
            Do::Approve {
                token, by, with, form, ..
            } => {
                let (minted, _) = self
                    .tokens
                    .get(token)
                    .unwrap_or_else(|| panic!("no token {token} was minted"));
                let (digest, beside) = (*minted.digest(), self.folder.join("approval"));
                let approval = |user: &String| Approval {
                    user: user.clone(),
                    role: typed_role(user),
                    signature: people::sign(&digest, with.as_ref().unwrap_or(user), *form, &beside),
                };
                let approvals = by.iter().map(approval).collect();
                self.tokens.get_mut(token).expect("it was there").1 = approvals;
                Ok(Value::Null)
            }
            Do::Judge(key) => {
                let (public, (message, signature)) = (self.pair(key).public, self.signed[key].clone());
                let spki = pem(&self.hsm(step).public_key_spki(&public)?);
                people::judge(&spki, message.as_bytes(), &signature, &self.folder.join("judged"));
                Ok(Value::Null)
            }
            Do::Standin(words) => {
                (self.order)(words);
                Ok(Value::Null)
            }
            Do::HangUp => {
                self.hsms.remove(&step.place).expect("a connection");
                Ok(Value::Null)
            }
            Do::TokenHas { token, has } => {
                if let Some(records) = has.get("records") {
                    let length = self.tokens[token].0.approval_data().len() as u64;
                    assert_eq!(Some(length), records.as_u64().map(|count| count * 80), "approval_data");
                }
                Ok(Value::Null)
            }
            other => panic!("{other:?} is for lines alone: say over = [\"lines\"]"),
        }
    }

    fn sign_all(&self, digests: &[[u8; 32]], key: &str, form: Form) -> Vec<Vec<u8>> {
        let beside = self.folder.join("entry");
        digests
            .iter()
            .map(|digest| people::sign(digest, key, form, &beside))
            .collect()
    }
}

impl Player for Typed {
    fn play(&mut self, step: &Step) -> Came {
        match self.carry_out(step) {
            Ok(told) => Came::Yes(told),
            Err(error) if error.outcome_unknown() => {
                // As the trait says: the session is of no more use.
                let _ = self.hsm(step).logout();
                Came::Lost(format!("{error}"))
            }
            Err(error) => Came::No(error_name(&error)),
        }
    }
}

fn nothing((): ()) -> Value {
    Value::Null
}

fn typed_role(user: &str) -> Role {
    Role::parse(role(user)).expect("a role")
}

fn admin_service(name: &str) -> QuorumService {
    match name {
        "user" => QuorumService::User,
        "quorum" => QuorumService::Quorum,
        "cluster" => QuorumService::Cluster,
        other => panic!("no admin service {other}"),
    }
}

fn any_service(name: &str) -> Service {
    match name {
        "key-usage" => Service::KeyUsage,
        "key-management" => Service::KeyManagement,
        admin => Service::Admin(admin_service(admin)),
    }
}

const MESSAGE: &str = super::lines::MESSAGE;
