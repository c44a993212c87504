//! The channel of a dry run: shows a command and makes an answer up, in the CLI's own form.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::StandingKey;
use super::made_up;
use crate::{Channel, Error, File, QuorumValues, Reply, Request, User};

/// What the cluster would hold if the commands shown so far had been run.
pub(super) struct Pretend<F> {
    show: F,
    users: Vec<User>,
    values: QuorumValues,
    /// Both halves of each key, as `key list` gives them.
    keys: Vec<Value>,
    /// The public halves that are not made up, by reference.
    standing: BTreeMap<String, Vec<u8>>,
    logged_in: String,
    /// How many tokens were handed out: no two are alike.
    tokens: u64,
    /// The user of a command that waits at a prompt.
    waiting: Option<(bool, String, String)>,
}

/// A command's words, looked up by option.
struct Words<'a>(Vec<&'a str>);

impl<F: FnMut(&str)> Pretend<F> {
    pub(super) fn new(show: F, users: Vec<User>, values: QuorumValues) -> Pretend<F> {
        Pretend {
            show,
            users,
            values,
            keys: Vec::new(),
            standing: BTreeMap::new(),
            logged_in: String::new(),
            tokens: 0,
            waiting: None,
        }
    }

    /// A key that is there from before.
    pub(super) fn has(&mut self, key: &StandingKey) {
        for half in made_up::standing(self.keys.len() as u64, key) {
            let reference = half["key-reference"].as_str().unwrap_or_default().to_owned();
            self.standing.insert(reference, key.spki.clone());
            self.keys.push(half);
        }
    }

    fn answer(&mut self, request: &Request, words: &Words<'_>) -> Value {
        let done = |what: &str| json!({"message": format!("{what} successfully")});
        let named = || json!({"username": words.get("--username"), "role": words.get("--role")});
        match words.command().as_str() {
            "cluster hsm-info" => json!({"hsms": [made_up::node(1), made_up::node(2)]}),
            "login" => {
                self.logged_in = words.get("--username").to_owned();
                named()
            }
            "user list" => json!({"users": self.users.iter().map(made_up::user).collect::<Value>()}),
            "user create" => {
                self.create_user(words);
                named()
            }
            "user delete" => {
                self.users.retain(|user| user.name != words.get("--username"));
                named()
            }
            "user change-mfa token-sign" => {
                self.change_user(words.get("--username"), |user| user.mfa = false);
                named()
            }
            "user change-password" => named(),
            "user change-quorum token-sign register" => {
                let user = self.logged_in.clone();
                self.change_user(&user, |user| user.quorum_registered = true);
                json!("Registration successful")
            }
            "quorum token-sign list-quorum-values" => made_up::values(&self.values),
            "quorum token-sign set-quorum-value" => {
                self.set_value(words.get("--service"), words.get("--value"));
                json!("Set quorum value successful")
            }
            "quorum token-sign list" => json!({"tokens": []}),
            "key generate-asymmetric-pair ec" => self.make_key(words),
            "key list" => {
                let count = self.keys.len();
                json!({"matched_keys": self.keys, "total_key_count": count, "returned_key_count": count})
            }
            "crypto sign ecdsa" => json!({
                "key-reference": reference(words.get("--key-filter")),
                "signature": made_up::signature(),
            }),
            "cluster mtls register-trust-anchor" => json!({"trust_anchor": made_up::trust_anchor(request.inputs())}),
            "cluster mtls list-trust-anchors" => json!({"trust_anchors": []}),
            "cluster mtls get-enforcement" => json!({"mtls-enforcement-level": "none"}),
            other => done(other),
        }
    }

    fn files(&mut self, request: &Request, words: &Words<'_>) -> Vec<File> {
        self.tokens += 1;
        let bytes = match words.command().as_str() {
            "quorum token-sign generate" => made_up::token(words.get("--service"), words.get("--filter"), self.tokens),
            "key generate-file" => match self.standing.get(reference(words.get("--filter"))) {
                Some(spki) => made_up::pem(spki),
                None => made_up::public_key_pem(reference(words.get("--filter"))),
            },
            _ => made_up::mfa_token(self.tokens),
        };
        let named = |name: &String| File {
            name: name.clone(),
            bytes: bytes.clone(),
        };
        request.outputs().iter().map(named).collect()
    }

    fn create_user(&mut self, words: &Words<'_>) {
        self.users.push(User {
            name: words.get("--username").to_owned(),
            role_text: words.get("--role").to_owned(),
            locked: false,
            mfa: false,
            quorum_registered: false,
            coverage: "full".into(),
        });
    }

    fn change_user(&mut self, name: &str, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.iter_mut().find(|user| user.name == name) {
            change(user);
        }
    }

    fn set_value(&mut self, service: &str, value: &str) {
        let value = value.parse().unwrap_or(1);
        match service {
            "user" => self.values.user = value,
            "quorum" => self.values.quorum = value,
            _ => self.values.cluster = Some(value),
        }
    }

    fn make_key(&mut self, words: &Words<'_>) -> Value {
        let number = self.keys.len() as u64;
        let id = words.0.iter().find_map(|word| word.strip_prefix("id=")).unwrap_or("");
        let quorum = |option| words.get(option).parse().unwrap_or(0u64);
        let values = json!({
            "manage-key-quorum-value": quorum("--manage-private-key-quorum-value"),
            "use-key-quorum-value": quorum("--use-private-key-quorum-value"),
        });
        let shared = words.all("--share-crypto-users");
        let private = made_up::private_key(
            number,
            words.get("--private-label"),
            id,
            &self.logged_in,
            &shared,
            values,
        );
        let public = made_up::public_key(number, words.get("--public-label"), id, &self.logged_in);
        self.keys.extend([private.clone(), public.clone()]);
        json!({"public_key": public, "private_key": private})
    }
}

impl<F: FnMut(&str)> Channel for Pretend<F> {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        (self.show)(&request.shown());
        let line = request.line();
        let words = Words(line.split(' ').collect());
        let data = self.answer(request, &words);
        let files = match request.outputs() {
            [] => Vec::new(),
            _ => self.files(request, &words),
        };
        Ok(reply(data, files))
    }

    fn begin(&mut self, request: &Request) -> Result<Reply, Error> {
        (self.show)(&request.shown());
        let line = request.line();
        let words = Words(line.split(' ').collect());
        let (user, role) = (words.get("--username").to_owned(), words.get("--role").to_owned());
        self.waiting = Some((words.0[0] == "login", user, role));
        Ok(Reply {
            text: String::new(),
            files: self.files(request, &words),
        })
    }

    fn finish(&mut self, rest: &Request) -> Result<Reply, Error> {
        (self.show)(&rest.shown());
        let (login, user, role) = self.waiting.take().ok_or(Error::NothingWaits)?;
        match login {
            true => self.logged_in.clone_from(&user),
            false => self.change_user(&user, |user| (user.mfa, user.quorum_registered) = (true, true)),
        }
        Ok(reply(json!({"username": user, "role": role}), Vec::new()))
    }

    fn close(&mut self) {
        self.waiting = None;
    }
}

impl<'a> Words<'a> {
    /// The words before the first option.
    fn command(&self) -> String {
        let words = self.0.iter().take_while(|word| !word.starts_with("--"));
        words.copied().collect::<Vec<_>>().join(" ")
    }

    /// The value of an option; nothing where it has none.
    fn get(&self, option: &str) -> &'a str {
        self.all(option).first().copied().unwrap_or("")
    }

    fn all(&self, option: &str) -> Vec<&'a str> {
        let after = self.0.iter().skip_while(|word| **word != option).skip(1);
        after.take_while(|word| !word.starts_with("--")).copied().collect()
    }
}

fn reference(filter: &str) -> &str {
    filter.trim_start_matches("key-reference=")
}

fn reply(data: Value, files: Vec<File>) -> Reply {
    Reply {
        text: json!({"error_code": 0, "data": data}).to_string(),
        files,
    }
}
