//! Quorums as lines: approval keys, values, tokens and their approvals.

use std::fs;

use serde_json::{Value, json};

use super::Lines;
use super::files::{edit, sign_entries, token_has};
use crate::deed::{Form, QuorumDeed};
use crate::people;
use crate::place::{Came, role};
use crate::scenario::Step;

impl Lines {
    pub(super) fn quorum(&mut self, step: &Step, deed: &QuorumDeed) -> Came {
        match deed {
            QuorumDeed::Register { key, signed_with, form } => {
                self.register(step, key, signed_with.as_deref().unwrap_or(key), *form)
            }
            QuorumDeed::Values => self.say(step, "quorum token-sign list-quorum-values"),
            QuorumDeed::SetValue { service, value, token } => {
                let approval = self.approval(token.as_deref());
                let line = format!("quorum token-sign set-quorum-value --service {service} --value {value}{approval}");
                self.say(step, &line)
            }
            QuorumDeed::Mint { token, service, key } => self.mint(step, token, service, key.as_deref()),
            QuorumDeed::ListTokens => self.say(step, "quorum token-sign list"),
            QuorumDeed::DeleteTokens(scope) => self.say(step, &format!("quorum token-sign delete --scope {scope}")),
            QuorumDeed::Approve {
                token,
                by,
                with,
                form,
                role,
            } => {
                self.approve(token, by, with.as_deref(), *form, *role);
                Came::Yes(Value::Null)
            }
            QuorumDeed::TokenHas { token, has } => {
                token_has(&self.token(token), has);
                Came::Yes(Value::Null)
            }
        }
    }

    fn register(&mut self, step: &Step, key: &str, signer: &str, form: Form) -> Came {
        let (file, public) = (self.token("registration"), self.place.path("registration.pub"));
        let _ = fs::remove_file(&file);
        let mint = format!(
            "quorum token-sign generate --service registration --token {}",
            file.display()
        );
        match self.say(step, &mint) {
            Came::Yes(_) => {}
            other => return other,
        }
        sign_entries(&file, signer, form);
        fs::write(&public, people::public_key(key)).expect("the public key");
        let line = format!(
            "user change-quorum token-sign register --public-key {} --signed-token {}",
            public.display(),
            file.display()
        );
        self.say(step, &line)
    }

    fn mint(&mut self, step: &Step, token: &str, service: &str, key: Option<&str>) -> Came {
        let filter = key.map_or(String::new(), |key| format!(" --filter {}", self.filter(key)));
        let file = self.token(token);
        let line = format!(
            "quorum token-sign generate --service {service} --token {}{filter}",
            file.display()
        );
        let came = self.say(step, &line);
        if let Came::Yes(_) = came {
            assert!(file.is_file(), "the token's file was not written");
        }
        came
    }

    fn approve(&mut self, token: &str, by: &[String], with: Option<&str>, form: Form, role_too: bool) {
        let file = self.token(token);
        edit(&file, |token| {
            let digest = people::decode(token["token"].as_str().expect("a token")).expect("base64");
            let approval = |user: &String| {
                let signature = people::encode(&people::sign(&digest, with.unwrap_or(user), form, &file));
                match role_too {
                    true => json!({ "username": user, "role": role(user), "signature": signature }),
                    false => json!({ "username": user, "signature": signature }),
                }
            };
            token["signatures"] = by.iter().map(approval).collect();
        });
    }
}
