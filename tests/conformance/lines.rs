//! Steps as lines typed into the stand-in, as its manual has them; the answers' forms are the contract's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::Outcome;
use support::process::finish;

use super::place::{Came, PASSWORD, Place, Player, role};
use super::scenario::{Do, Form, Step};
use super::talk::{Talk, answer};
use super::{people, shape};

/// Lines into one cluster.
pub struct Lines {
    place: Place,
    talks: BTreeMap<String, Talk>,
    /// Key pairs by their label, as they were answered when made.
    keys: BTreeMap<String, Value>,
    /// The last signature of each key, and what was signed.
    signed: BTreeMap<String, (String, String)>,
}

impl Lines {
    /// Nobody has typed anything.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            talks: BTreeMap::new(),
            keys: BTreeMap::new(),
            signed: BTreeMap::new(),
        }
    }

    fn say(&mut self, step: &Step, line: &str) -> Came {
        self.talk(step).say(line)
    }

    fn talk(&mut self, step: &Step) -> &mut Talk {
        let (talks, place) = (&mut self.talks, &self.place);
        talks.entry(step.place.clone()).or_insert_with(|| Talk::begin(place))
    }

    fn reference(&self, key: &str, half: &str) -> String {
        let pair = self.keys.get(key).unwrap_or_else(|| panic!("no key {key} was made"));
        pair[half]["key-reference"].as_str().expect("a reference").to_owned()
    }

    fn filter(&self, key: &str) -> String {
        format!("key-reference={}", self.reference(key, "private_key"))
    }

    fn token(&self, name: &str) -> PathBuf {
        self.place.path(&format!("{name}.json"))
    }

    fn approval(&self, token: Option<&str>) -> String {
        token.map_or(String::new(), |token| {
            format!(" --approval {}", self.token(token).display())
        })
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

    fn sign(&mut self, step: &Step, key: &str, token: Option<&str>, data: Option<&str>) -> Came {
        let data = data.unwrap_or(MESSAGE);
        let line = format!(
            "crypto sign ecdsa --key-filter {} --hash-function sha384 --data {}{}",
            self.filter(key),
            people::encode(data.as_bytes()),
            self.approval(token)
        );
        let came = self.say(step, &line);
        if let Came::Yes(answer) = &came {
            let signature = answer["signature"].as_str().unwrap_or_default().to_owned();
            self.signed.insert(key.to_owned(), (data.to_owned(), signature));
        }
        came
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

    fn login_mfa(&mut self, step: &Step, user: &str, key: &str) -> Came {
        let file = self.token(&format!("mfa-{user}"));
        let _ = fs::remove_file(&file);
        let (role, file_name) = (role(user), file.display().to_string());
        let talk = self.talk(step);
        talk.type_line(&format!(
            "login --username {user} --role {role} --password {PASSWORD} mfa-token-sign --token {file_name}"
        ));
        if let Some(came) = talk.hear(Some(PATH_PROMPT)) {
            return came;
        }
        sign_entries(&file, key, Form::Right);
        let talk = self.talk(step);
        talk.type_line("");
        talk.hear(None).expect("an answer")
    }

    fn change_mfa(&mut self, step: &Step, user: &str, key: &str, signer: &str, token: Option<&str>) -> Came {
        let (file, public) = (self.token(&format!("mfa-{user}")), self.place.path("mfa.pub"));
        let _ = fs::remove_file(&file);
        fs::write(&public, people::public_key(key)).expect("the public key");
        let (role, approval, name) = (role(user), self.approval(token), file.display().to_string());
        let talk = self.talk(step);
        talk.type_line(&format!(
            "user change-mfa token-sign --username {user} --role {role} --token {name}{approval}"
        ));
        for prompt in ["Enter password:", "Confirm password:"] {
            if let Some(came) = talk.hear(Some(prompt)) {
                return came;
            }
            talk.type_line(PASSWORD);
        }
        if let Some(came) = talk.hear(Some(PATH_PROMPT)) {
            return came;
        }
        sign_entries(&file, signer, Form::Right);
        let talk = self.talk(step);
        talk.type_line("");
        // How this prompt reads is in no page: it ends with a colon.
        if let Some(came) = talk.hear(Some(":")) {
            return came;
        }
        talk.type_line(&public.display().to_string());
        talk.hear(None).expect("an answer")
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

    fn single(&self, user: &str, line: &str) -> Came {
        let said = self.run_single(user, line);
        match serde_json::from_str(said.out.trim()) {
            Ok(value) => answer(value),
            Err(_) => Came::Lost(said.all()),
        }
    }

    fn run_single(&self, user: &str, line: &str) -> Outcome {
        let mut command = self.place.command();
        command
            .env("CLOUDHSM_ROLE", role(user))
            .env("CLOUDHSM_PIN", format!("{user}:{PASSWORD}"));
        command
            .current_dir(&*self.place.folder)
            .args(self.filled(line).split(' '));
        finish(&mut command, "")
    }

    /// The names in a line, replaced: `{q}`, `{q.public}` and `<t>`.
    fn filled(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for key in self.keys.keys() {
            line = line.replace(&format!("{{{key}}}"), &self.reference(key, "private_key"));
            line = line.replace(&format!("{{{key}.public}}"), &self.reference(key, "public_key"));
        }
        while let (Some(from), Some(to)) = (line.find('<'), line.find('>')) {
            let file = self.place.path(&line[from + 1..to]);
            line.replace_range(from..=to, &file.display().to_string());
        }
        line
    }

    fn judge(&mut self, step: &Step, key: &str) -> Came {
        let file = self.place.path(&format!("{key}.pem"));
        let filter = format!("key-reference={}", self.reference(key, "public_key"));
        let line = format!(
            "key generate-file --encoding pem --path {} --filter {filter}",
            file.display()
        );
        let came = self.say(step, &line);
        let Came::Yes(said) = &came else { return came };
        shape::demand("generate-file", said, &BTreeMap::new());
        let (message, signature) = &self.signed[key];
        let signature = people::decode(signature).expect("base64");
        assert_eq!(signature.len(), 96, "r ‖ s");
        let pem = fs::read_to_string(&file).expect("the key's file");
        people::judge(&pem, message.as_bytes(), &signature, &self.place.path("judged"));
        Came::Yes(Value::Null)
    }
}

impl Player for Lines {
    fn play(&mut self, step: &Step) -> Came {
        let named = |user: &str| format!("--username {user} --role {}", role(user));
        match &step.deed {
            Do::HsmInfo => self.say(step, "cluster hsm-info"),
            Do::Activate => self.say(step, &format!("cluster activate --password {PASSWORD}")),
            Do::Users => self.say(step, "user list"),
            Do::Login(user) => self.say(step, &format!("login {} --password {PASSWORD}", named(user))),
            Do::LoginWith { user, password } => self.say(step, &format!("login {} --password {password}", named(user))),
            Do::LoginMfa { user, key } => self.login_mfa(step, user, key),
            Do::Logout => self.say(step, "logout"),
            Do::CreateUser { user, password, token } => {
                let password = password.as_deref().unwrap_or(PASSWORD);
                let approval = self.approval(token.as_deref());
                self.say(
                    step,
                    &format!("user create {} --password {password}{approval}", named(user)),
                )
            }
            Do::DeleteUser { user, token } => {
                let approval = self.approval(token.as_deref());
                self.say(step, &format!("user delete {}{approval}", named(user)))
            }
            Do::ChangePassword {
                user,
                token,
                deregister_mfa,
                deregister_quorum,
            } => {
                let mut line = format!("user change-password {} --password {NEW_PASSWORD}", named(user));
                line += &self.approval(token.as_deref());
                line += if *deregister_mfa { " --deregister-mfa" } else { "" };
                line += if *deregister_quorum { " --deregister-quorum" } else { "" };
                self.say(step, &line)
            }
            Do::ChangeMfa {
                user,
                key,
                signed_with,
                token,
            } => self.change_mfa(step, user, key, signed_with.as_deref().unwrap_or(key), token.as_deref()),
            Do::RemoveMfa { user, token } => {
                let approval = self.approval(token.as_deref());
                self.say(
                    step,
                    &format!("user change-mfa token-sign {} --deregister{approval}", named(user)),
                )
            }
            Do::Register { key, signed_with, form } => {
                self.register(step, key, signed_with.as_deref().unwrap_or(key), *form)
            }
            Do::Values => self.say(step, "quorum token-sign list-quorum-values"),
            Do::SetValue { service, value, token } => {
                let approval = self.approval(token.as_deref());
                let line = format!("quorum token-sign set-quorum-value --service {service} --value {value}{approval}");
                self.say(step, &line)
            }
            Do::Generate { key, quorum, share } => self.generate(step, key, *quorum, share),
            Do::FindKey(label) => self.say(step, &format!("key list --verbose --filter attr.label={label}")),
            Do::AllKeys => self.all_keys(step),
            Do::Share { key, user, token } | Do::Unshare { key, user, token } => {
                let verb = if matches!(step.deed, Do::Share { .. }) {
                    "share"
                } else {
                    "unshare"
                };
                let (filter, approval) = (self.filter(key), self.approval(token.as_deref()));
                self.say(step, &format!("key {verb} --filter {filter} {}{approval}", named(user)))
            }
            Do::SetAttribute {
                key,
                name,
                value,
                token,
            } => {
                let (filter, approval) = (self.filter(key), self.approval(token.as_deref()));
                self.say(
                    step,
                    &format!("key set-attribute --filter {filter} --name {name} --value {value}{approval}"),
                )
            }
            Do::DeleteKey(key) => {
                let filter = self.filter(key);
                self.say(step, &format!("key delete --filter {filter}"))
            }
            Do::Mint { token, service, key } => self.mint(step, token, service, key.as_deref()),
            Do::ListTokens => self.say(step, "quorum token-sign list"),
            Do::DeleteTokens(scope) => self.say(step, &format!("quorum token-sign delete --scope {scope}")),
            Do::Sign { key, token, data } => self.sign(step, key, token.as_deref(), data.as_deref()),
            Do::Verify(key) => {
                let (message, signature) = self.signed[key].clone();
                let (data, reference) = (people::encode(message.as_bytes()), self.reference(key, "public_key"));
                self.say(step, &format!(
                    "crypto verify ecdsa --key-filter key-reference={reference} --hash-function sha384 --data {data} --signature {signature}"
                ))
            }
            Do::Mtls => self.mtls(step),
            Do::RegisterAnchor { certificate, token } => {
                let (file, approval) = (self.place.path("anchor.pem"), self.approval(token.as_deref()));
                fs::write(&file, people::certificate(certificate)).expect("the certificate");
                self.say(
                    step,
                    &format!("cluster mtls register-trust-anchor --path {}{approval}", file.display()),
                )
            }
            Do::DeregisterAnchor { certificate, token } => {
                let approval = self.approval(token.as_deref());
                self.say(
                    step,
                    &format!("cluster mtls deregister-trust-anchor --certificate-reference {certificate}{approval}"),
                )
            }
            Do::Enforce { level, token } => {
                let approval = self.approval(token.as_deref());
                self.say(step, &format!("cluster mtls set-enforcement --level {level}{approval}"))
            }
            Do::Approve {
                token,
                by,
                with,
                form,
                role,
            } => {
                self.approve(token, by, with.as_deref(), *form, *role);
                Came::Yes(Value::Null)
            }
            Do::Spki(key) => {
                let (file, reference) = (
                    self.place.path(&format!("{key}.pem")),
                    self.reference(key, "public_key"),
                );
                self.say(
                    step,
                    &format!(
                        "key generate-file --encoding pem --path {} --filter key-reference={reference}",
                        file.display()
                    ),
                )
            }
            Do::Judge(key) => self.judge(step, key),
            Do::Standin(words) => Came::Yes(told(&self.place.order(words))),
            Do::Feed(lines) => {
                let mut command = self.place.command();
                command.arg("interactive").current_dir(&*self.place.folder);
                let lines: String = lines.iter().map(|line| self.filled(line) + "\n").collect();
                Came::Yes(told(&finish(&mut command, &lines)))
            }
            Do::Run { user, line } => Came::Yes(told(&self.run_single(user, line))),
            Do::SignFile { file, key } => {
                sign_entries(&self.place.path(file), key, Form::Right);
                let public = self.place.path(&format!("{key}.pub"));
                fs::write(public, people::public_key(key)).expect("the public key");
                Came::Yes(Value::Null)
            }
            Do::File(name) => Came::Yes(json!({ "text": fs::read_to_string(self.place.path(name)).expect("a file") })),
            Do::HangUp => {
                self.talks.remove(&step.place).expect("a process").hang_up();
                Came::Yes(Value::Null)
            }
            Do::Line(line) => {
                let line = self.filled(line);
                self.say(step, &line)
            }
            Do::Single { user, line } => self.single(user, line),
            Do::TokenHas { token, has } => {
                token_has(&self.token(token), has);
                Came::Yes(Value::Null)
            }
        }
    }

    fn check(&mut self, step: &Step, came: &Came) {
        let Came::Yes(data) = came else { return };
        let (command, user) = named(&step.deed);
        let known = BTreeMap::from([("user", user.to_owned()), ("role", role(user).to_owned())]);
        match command {
            "" => {}
            "find-key" => shape::demand("list-keys", &without_token(data), &known),
            command => shape::demand(command, data, &known),
        }
    }
}

impl Lines {
    /// Anchors and enforcement are two commands, and one operation of the trait.
    fn mtls(&mut self, step: &Step) -> Came {
        let (anchors, level) = (
            self.say(step, "cluster mtls list-trust-anchors"),
            self.say(step, "cluster mtls get-enforcement"),
        );
        match (anchors, level) {
            (Came::Yes(anchors), Came::Yes(level)) => {
                shape::demand("list-trust-anchors", &anchors, &BTreeMap::new());
                shape::demand("get-enforcement", &level, &BTreeMap::new());
                Came::Yes(json!({
                    "anchors": anchors["trust_anchors"].as_array().map(Vec::len),
                    "level": level["mtls-enforcement-level"],
                }))
            }
            (Came::Yes(_), other) | (other, _) => other,
        }
    }
}

/// What a process said, as an answer.
fn told(said: &Outcome) -> Value {
    json!({ "out": said.out, "err": said.err, "code": said.code })
}

/// A step's command as answers.toml names it, and the user it is about.
fn named(deed: &Do) -> (&'static str, &str) {
    match deed {
        Do::HsmInfo => ("hsm-info", ""),
        Do::Activate => ("activate", ""),
        Do::Users => ("user-list", ""),
        Do::Login(user) | Do::LoginWith { user, .. } | Do::LoginMfa { user, .. } => ("login", user),
        Do::Logout => ("logout", ""),
        Do::CreateUser { user, .. } => ("user-create", user),
        Do::DeleteUser { user, .. } => ("user-delete", user),
        Do::ChangePassword { user, .. } => ("user-change-password", user),
        Do::ChangeMfa { user, .. } | Do::RemoveMfa { user, .. } => ("user-change-mfa", user),
        Do::Register { key, .. } => ("user-change-quorum", key),
        Do::Values => ("list-quorum-values", ""),
        Do::SetValue { .. } => ("set-quorum-value", ""),
        Do::Generate { .. } => ("generate-asymmetric-pair", ""),
        Do::FindKey(_) => ("find-key", ""),
        Do::Share { .. } => ("share", ""),
        Do::Unshare { .. } => ("unshare", ""),
        Do::SetAttribute { .. } => ("set-attribute", ""),
        Do::DeleteKey(_) => ("key-delete", ""),
        Do::DeleteTokens(_) => ("token-delete", ""),
        Do::Spki(_) => ("generate-file", ""),
        Do::Sign { .. } => ("sign", ""),
        Do::Verify(_) => ("verify", ""),
        Do::RegisterAnchor { .. } => ("register-trust-anchor", ""),
        _ => ("", ""),
    }
}

/// Only a page that others follow names the next one.
fn without_token(page: &Value) -> Value {
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

/// Fills each entry of a registration or MFA file with a signature over its digest.
fn sign_entries(file: &Path, key: &str, form: Form) {
    edit(file, |token| {
        assert_eq!(token["version"], "2.0");
        for entry in token["tokens"].as_array_mut().expect("entries") {
            assert_eq!(
                entry["signed"], "",
                "an unsigned entry has an empty place for its signature"
            );
            let digest = people::decode(entry["unsigned"].as_str().expect("a digest")).expect("base64");
            assert_eq!(digest.len(), 32, "a digest of SHA-256");
            entry["signed"] = people::encode(&people::sign(&digest, key, form, file)).into();
        }
    });
}

fn edit(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON");
    change(&mut value);
    fs::write(file, serde_json::to_vec(&value).expect("JSON")).expect("the file");
}

/// Section 3: the token is the SHA-256 of the approval data, which has one record of 80 bytes for each HSM.
fn token_has(file: &Path, has: &BTreeMap<String, Value>) {
    let token: Value = serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON");
    let data = people::decode(token["approval_data"].as_str().expect("text")).expect("base64");
    let digest = people::decode(token["token"].as_str().expect("text")).expect("base64");
    assert_eq!(digest, record::Digest::of(&data).0, "token = SHA-256(approval_data)");
    for (path, wanted) in has {
        match path.as_str() {
            "records" => assert_eq!(
                Some(data.len() as u64),
                wanted.as_u64().map(|count| count * 80),
                "approval_data"
            ),
            path => assert_eq!(
                shape::part(&token, path).unwrap_or(&Value::Null),
                wanted,
                "{path} of the token"
            ),
        }
    }
}

/// The prompt as section 2 has it.
const PATH_PROMPT: &str = "Enter signed token file path (press enter if same as the unsigned token file):";
const NEW_PASSWORD: &str = "password-2";
/// What is signed where a scenario does not say.
pub const MESSAGE: &str = "to be signed";
