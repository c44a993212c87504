//! Keys as lines: made, found, shared, changed and deleted.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Lines, username};
use crate::deed::KeyDeed;
use crate::place::Came;
use crate::scenario::Step;
use crate::shape;

impl Lines {
    pub(super) fn key(&mut self, step: &Step, deed: &KeyDeed) -> Came {
        match deed {
            KeyDeed::Generate { key, quorum, share } => self.generate(step, key, *quorum, share),
            KeyDeed::FindKey(label) => self.say(step, &format!("key list --verbose --filter attr.label={label}")),
            KeyDeed::AllKeys => self.all_keys(step),
            KeyDeed::Spki(key) => self.public_key(step, key).1,
            KeyDeed::Share { key, user, token } => self.change(step, "share", key, &username(user), token.as_deref()),
            KeyDeed::Unshare { key, user, token } => {
                self.change(step, "unshare", key, &username(user), token.as_deref())
            }
            KeyDeed::SetAttribute {
                key,
                name,
                value,
                token,
            } => {
                let attribute = format!("--name {name} --value {value}");
                self.change(step, "set-attribute", key, &attribute, token.as_deref())
            }
            KeyDeed::DeleteKey(key) => {
                let filter = self.filter(key);
                self.say(step, &format!("key delete --filter {filter}"))
            }
        }
    }

    fn generate(&mut self, step: &Step, key: &str, quorum: Option<[u64; 2]>, share: &[String]) -> Came {
        let mut line = format!(
            "key generate-asymmetric-pair ec --curve secp384r1 --public-label {key}-public --private-label {key} \
             --public-attributes verify=true --private-attributes sign=true extractable=false destroyable=false modifiable=false"
        );
        if !share.is_empty() {
            line += &format!(" --share-crypto-users {}", share.join(" "));
        }
        if let Some([manage, usage]) = quorum {
            line += &format!(" --manage-private-key-quorum-value {manage} --use-private-key-quorum-value {usage}");
        }
        let came = self.say(step, &line);
        if let Came::Yes(data) = &came {
            self.keys.insert(key.to_owned(), data.clone());
        }
        came
    }

    fn change(&mut self, step: &Step, verb: &str, key: &str, how: &str, token: Option<&str>) -> Came {
        let (filter, approval) = (self.filter(key), self.approval(token));
        self.say(step, &format!("key {verb} --filter {filter} {how}{approval}"))
    }

    /// Has the public half written to a file, whose path comes along.
    pub(super) fn public_key(&mut self, step: &Step, key: &str) -> (PathBuf, Came) {
        let (file, reference) = (
            self.place.path(&format!("{key}.pem")),
            self.reference(key, "public_key"),
        );
        let line = format!(
            "key generate-file --encoding pem --path {} --filter key-reference={reference}",
            file.display()
        );
        let came = self.say(step, &line);
        (file, came)
    }

    fn all_keys(&mut self, step: &Step) -> Came {
        let (mut all, mut from) = (Vec::new(), String::new());
        loop {
            let page = match self.say(step, &format!("key list --verbose{from}")) {
                Came::Yes(page) => page,
                other => return other,
            };
            shape::demand("list-keys", &without_token(&page), &BTreeMap::new());
            all.extend(page["matched_keys"].as_array().expect("keys").clone());
            match page["next_token"].as_str() {
                Some(next) => from = format!(" --starting-token {next}"),
                None => return Came::Yes(json!({ "count": all.len(), "matched_keys": all })),
            }
        }
    }
}

/// Only a page that others follow names the next one.
pub(super) fn without_token(page: &Value) -> Value {
    let mut page = page.clone();
    if let Some(fields) = page.as_object_mut() {
        let (all, here) = (fields["total_key_count"].clone(), fields["returned_key_count"].clone());
        match fields.remove("next_token") {
            Some(Value::String(next)) => assert!(next.parse::<u64>().is_ok(), "{next}"),
            Some(Value::Null) | None => assert!(here.as_u64() <= all.as_u64()),
            Some(other) => panic!("next_token is {other}"),
        }
    }
    page
}
