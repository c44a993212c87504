//! Quorums as operations of the trait: approval keys, values, tokens and their approvals.

use hsm::{Approval, Error, QuorumService, Service};
use serde_json::{Value, json};

use super::{Typed, nothing, typed_role};
use crate::deed::QuorumDeed;
use crate::people;
use crate::scenario::Step;

impl Typed {
    pub(super) fn quorum(&mut self, step: &Step, deed: &QuorumDeed) -> Result<Value, Error> {
        match deed {
            QuorumDeed::Register { key, signed_with, form } => {
                let token = self.hsm(step).registration_token()?;
                let digests: Vec<_> = token.tokens().iter().map(|entry| entry.digest).collect();
                let signatures = self.sign_all(&digests, signed_with.as_ref().unwrap_or(key), *form);
                self.hsm(step)
                    .register_approval_key(&people::public_key(key), &token, &signatures)
                    .map(nothing)
            }
            QuorumDeed::Values => {
                let values = self.hsm(step).quorum_values()?;
                Ok(json!({ "user": values.user, "quorum": values.quorum, "cluster": values.cluster }))
            }
            QuorumDeed::SetValue { service, value, token } => {
                let approved = self.approved(token.as_ref())?;
                self.hsm(step)
                    .set_quorum_value(admin_service(service), *value, approved.as_ref())
                    .map(nothing)
            }
            QuorumDeed::Mint { token, service, key } => {
                let (service, key) = (any_service(service), key.as_ref().map(|key| self.private(key)));
                let minted = self.hsm(step).mint(service, key.as_ref())?;
                self.tokens.insert(token.clone(), (minted, Vec::new()));
                Ok(Value::Null)
            }
            QuorumDeed::ListTokens => {
                let tokens = self.hsm(step).list_tokens()?;
                let told = |token: &hsm::ListedToken| {
                    json!({ "username": token.username, "service": token.service, "key-reference": token.key_reference,
                        "approvals-required": token.approvals_required, "number-of-approvals": token.number_of_approvals,
                        "token-timeout-seconds": token.token_timeout_seconds, "minimum-token-count": token.minimum_token_count })
                };
                Ok(json!({ "tokens": tokens.iter().map(told).collect::<Vec<_>>() }))
            }
            QuorumDeed::DeleteTokens(scope) => self.hsm(step).delete_tokens(scope == "all").map(nothing),
            QuorumDeed::Approve {
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
            QuorumDeed::TokenHas { token, has } => {
                if let Some(records) = has.get("records") {
                    let length = self.tokens[token].0.approval_data().len() as u64;
                    assert_eq!(Some(length), records.as_u64().map(|count| count * 80), "approval_data");
                }
                Ok(Value::Null)
            }
        }
    }
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
