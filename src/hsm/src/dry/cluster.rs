//! The cluster of a dry run: what it would hold if the commands shown so far had been run. All sessions see the same one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::pretend::{Pretend, Words};
use super::{StandingKey, made_up};
use crate::{Channel, QuorumValues, User};

/// A cluster that is not there. A copy is another cluster, which goes its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryCluster {
    pub(super) users: Vec<User>,
    pub(super) values: QuorumValues,
    /// Both halves of each key, as `key list` gives them.
    pub(super) keys: Vec<Value>,
    /// The public halves that are not made up, by reference.
    pub(super) standing: BTreeMap<String, Vec<u8>>,
    /// The number of its first key.
    first: u64,
    /// How many tokens were handed out: no two are alike.
    pub(super) tokens: u64,
}

impl DryCluster {
    /// A cluster with these users and quorum values, and no key.
    pub fn new(users: Vec<User>, values: QuorumValues) -> Self {
        Self {
            users,
            values,
            keys: Vec::new(),
            standing: BTreeMap::new(),
            first: 0,
            tokens: 0,
        }
    }

    /// The same, whose keys have references from `first` on: they are none of those that another cluster makes.
    #[must_use]
    pub fn with_references_from(self, first: u64) -> Self {
        Self { first, ..self }
    }

    /// A further session with it, in which nobody is logged in.
    pub fn session(cluster: &Rc<RefCell<Self>>) -> impl Channel + 'static {
        Pretend::with(|_: &str| (), Rc::clone(cluster))
    }

    /// The same without the number of tokens handed out: what an event leaves in it.
    #[must_use]
    pub fn settled(&self) -> Self {
        Self {
            tokens: 0,
            ..self.clone()
        }
    }

    /// A key that is there from before.
    pub(super) fn has(&mut self, key: &StandingKey) {
        for half in made_up::standing(self.next(), key) {
            let reference = half["key-reference"].as_str().unwrap_or_default().to_owned();
            self.standing.insert(reference, key.spki.clone());
            self.keys.push(half);
        }
    }

    fn next(&self) -> u64 {
        self.first + self.keys.len() as u64
    }

    pub(super) fn create_user(&mut self, words: &Words<'_>) {
        self.users.push(User {
            name: words.get("--username").to_owned(),
            role_text: words.get("--role").to_owned(),
            locked: false,
            mfa: false,
            quorum_registered: false,
            coverage: "full".into(),
        });
    }

    pub(super) fn change_user(&mut self, name: &str, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.iter_mut().find(|user| user.name == name) {
            change(user);
        }
    }

    pub(super) fn set_value(&mut self, service: &str, value: &str) {
        let value = value.parse().unwrap_or(1);
        match service {
            "user" => self.values.user = value,
            "quorum" => self.values.quorum = value,
            _ => self.values.cluster = Some(value),
        }
    }

    /// Shares a key with a crypto user, or takes the share back.
    pub(super) fn change_share(&mut self, words: &Words<'_>, shared: bool) {
        let (reference, user) = (words.get("--filter"), words.get("--username"));
        let reference = reference.trim_start_matches("key-reference=");
        let of = |key: &&mut Value| key["key-reference"] == reference;
        let Some(key) = self.keys.iter_mut().find(of) else {
            return;
        };
        if let Some(users) = key["key-info"]["shared-users"].as_array_mut() {
            users.retain(|other| other["username"] != user);
            if shared {
                users.push(json!({"username": user, "key-coverage": "full"}));
            }
        }
    }

    pub(super) fn make_key(&mut self, words: &Words<'_>, owner: &str) -> Value {
        let number = self.next();
        let id = words
            .all_words()
            .find_map(|word| word.strip_prefix("id="))
            .unwrap_or("");
        let quorum = |option| words.get(option).parse().unwrap_or(0u64);
        let values = json!({
            "manage-key-quorum-value": quorum("--manage-private-key-quorum-value"),
            "use-key-quorum-value": quorum("--use-private-key-quorum-value"),
        });
        let shared = words.all("--share-crypto-users");
        let label = words.get("--private-label");
        let private = made_up::private_key(number, label, id, owner, &shared, values);
        let public = made_up::public_key(number, words.get("--public-label"), id, owner);
        self.keys.extend([private.clone(), public.clone()]);
        json!({"public_key": public, "private_key": private})
    }
}
