//! The channel of a dry run: shows a command and makes an answer up, in the CLI's own form.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};

use super::cluster::DryCluster;
use super::made_up;
use crate::{Channel, Error, File, Reply, Request, User};

/// A session with it.
pub(super) struct Pretend<F> {
    show: F,
    cluster: Rc<RefCell<DryCluster>>,
    logged_in: String,
    /// The user of a command that waits at a prompt.
    waiting: Option<(bool, String, String)>,
}

/// A command's words, looked up by option.
pub(super) struct Words<'a>(Vec<&'a str>);

impl<F: FnMut(&str)> Pretend<F> {
    /// The only session with a cluster.
    pub(super) fn new(show: F, cluster: DryCluster) -> Pretend<F> {
        Pretend::with(show, Rc::new(RefCell::new(cluster)))
    }

    /// One of several.
    pub(super) fn with(show: F, cluster: Rc<RefCell<DryCluster>>) -> Pretend<F> {
        Pretend {
            show,
            cluster,
            logged_in: String::new(),
            waiting: None,
        }
    }

    fn answer(&mut self, request: &Request, words: &Words<'_>) -> Value {
        let done = |what: &str| json!({"message": format!("{what} successfully")});
        let named = || json!({"username": words.get("--username"), "role": words.get("--role")});
        let mut cluster = self.cluster.borrow_mut();
        match words.command().as_str() {
            "cluster hsm-info" => json!({"hsms": [made_up::node(1), made_up::node(2)]}),
            "login" => {
                self.logged_in = words.get("--username").to_owned();
                named()
            }
            "user list" => json!({"users": cluster.users.iter().map(made_up::user).collect::<Value>()}),
            "user create" => {
                cluster.create_user(words);
                named()
            }
            "user delete" => {
                cluster.users.retain(|user| user.name != words.get("--username"));
                named()
            }
            "user change-mfa token-sign" => {
                cluster.change_user(words.get("--username"), |user| user.mfa = false);
                named()
            }
            "user change-password" => {
                let bare = words.has("--deregister-quorum");
                cluster.change_user(words.get("--username"), |user| user.quorum_registered &= !bare);
                named()
            }
            "user change-quorum token-sign register" => {
                cluster.change_user(&self.logged_in, |user| user.quorum_registered = true);
                json!("Registration successful")
            }
            "quorum token-sign list-quorum-values" => made_up::values(&cluster.values),
            "quorum token-sign set-quorum-value" => {
                cluster.set_value(words.get("--service"), words.get("--value"));
                json!("Set quorum value successful")
            }
            "quorum token-sign list" => json!({"tokens": []}),
            "key generate-asymmetric-pair ec" => cluster.make_key(words, &self.logged_in),
            shares @ ("key share" | "key unshare") => {
                cluster.change_share(words, shares == "key share");
                done(shares)
            }
            "key list" => {
                let count = cluster.keys.len();
                json!({"matched_keys": cluster.keys, "total_key_count": count, "returned_key_count": count})
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
        let mut cluster = self.cluster.borrow_mut();
        cluster.tokens += 1;
        let bytes = match words.command().as_str() {
            "quorum token-sign generate" => {
                made_up::token(words.get("--service"), words.get("--filter"), cluster.tokens)
            }
            "key generate-file" => match cluster.standing.get(reference(words.get("--filter"))) {
                Some(spki) => made_up::pem(spki),
                None => made_up::public_key_pem(reference(words.get("--filter"))),
            },
            _ => made_up::mfa_token(cluster.tokens),
        };
        let named = |name: &String| File {
            name: name.clone(),
            bytes: bytes.clone(),
        };
        request.outputs().iter().map(named).collect()
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
            false => {
                let on = |user: &mut User| (user.mfa, user.quorum_registered) = (true, true);
                self.cluster.borrow_mut().change_user(&user, on);
            }
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

    /// Every word, in order.
    pub(super) fn all_words(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.0.iter().copied()
    }

    fn has(&self, option: &str) -> bool {
        self.0.contains(&option)
    }

    /// The value of an option; nothing where it has none.
    pub(super) fn get(&self, option: &str) -> &'a str {
        self.all(option).first().copied().unwrap_or("")
    }

    pub(super) fn all(&self, option: &str) -> Vec<&'a str> {
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
