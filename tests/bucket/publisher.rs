//! A publisher with a copy of the rehearsal's log key, which begins anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use support::process::finish;
use support::rehearsal::{self, text};
use support::scratch::{Scratch, copy_folder};
use support::{Outcome, ours};

pub struct Publisher(Scratch);

impl Publisher {
    pub fn new(test: &str) -> Self {
        let folder = Scratch::new(test);
        let from = rehearsal::plain().done().private.join("publisher");
        fs::copy(from.join("log.key"), folder.join("log.key")).expect("the key");
        let mut state: serde_json::Value = serde_json::from_str(&lock_of_the_folder()).expect("JSON");
        for key in ["checkpoint", "publication"] {
            state[key] = serde_json::Value::Null;
        }
        fs::write(folder.join("log.key.state"), state.to_string()).expect("its memory");
        Self(folder)
    }

    /// Publishes what an event of the rehearsal left.
    pub fn append(&self, event: &str, endpoint: &str) -> Outcome {
        self.append_to(PLACE, event, endpoint)
    }

    pub fn append_to(&self, place: &str, event: &str, endpoint: &str) -> Outcome {
        let outbound = rehearsal::plain().dir.join(event);
        let (results, signatures) = (
            text(&outbound.join("results.cbor")),
            text(&outbound.join("countersignatures")),
        );
        let arguments = ["append", "--results", &results, "--countersignatures", &signatures];
        self.at(place, &arguments, endpoint)
    }

    /// The event's files, but for one signature of the record.
    pub fn without_a_countersignature(&self, event: &str) -> String {
        let copy = self.0.join("outbound");
        copy_folder(&rehearsal::plain().dir.join(event), &copy);
        fs::remove_file(copy.join("countersignatures/member-9.sig")).expect("a signature");
        text(&copy)
    }

    /// A store with a key of its own.
    pub fn init(&self, endpoint: &str) -> Outcome {
        let (key, policy) = (text(&self.0.join("new.key")), text(&self.0.join("tlog-policy")));
        let words = ["init", "--rehearsal", "--log-policy", &policy, "--log-key", &key];
        self.run(&[&words[..], &["--store", PLACE, "--endpoint", endpoint]].concat())
    }

    pub fn resume(&self, endpoint: &str) -> Outcome {
        self.at(PLACE, &["resume"], endpoint)
    }

    pub fn at(&self, place: &str, arguments: &[&str], endpoint: &str) -> Outcome {
        let key = text(&self.0.join("log.key"));
        self.run(
            &[
                arguments,
                &["--store", place, "--endpoint", endpoint, "--log-key", &key],
            ]
            .concat(),
        )
    }

    /// A command that takes no key, on the bucket.
    pub fn without_key(&self, arguments: &[&str], endpoint: &str) -> Outcome {
        self.run(&[arguments, &["--store", PLACE, "--endpoint", endpoint]].concat())
    }

    /// `resume`, where only this authority's certificates are believed.
    pub fn resume_believing(&self, authority: &str, endpoint: &str) -> Outcome {
        let key = text(&self.0.join("log.key"));
        let words = ["resume", "--store", PLACE, "--endpoint", endpoint, "--log-key", &key];
        self.run_with(&words, &[("SSL_CERT_FILE", authority)])
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(arguments, &[])
    }

    fn run_with(&self, arguments: &[&str], more: &[(&str, &str)]) -> Outcome {
        let mut command = Command::new(ours("ceremony-publish"));
        command.envs(more.iter().copied());
        command.args(arguments);
        for (name, value) in [
            ("AWS_ACCESS_KEY_ID", "made-up"),
            ("AWS_SECRET_ACCESS_KEY", "made-up"),
            ("AWS_REGION", "us-east-1"),
            ("NO_PROXY", "127.0.0.1"),
        ] {
            command.env(name, value);
        }
        finish(&mut command, &passphrase())
    }

    /// What the key's keeper remembers.
    pub fn lock(&self) -> String {
        fs::read_to_string(self.0.join("log.key.state")).expect("its memory")
    }
}

/// The rehearsal's own store, file by file.
pub fn folder() -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    gather(&rehearsal::plain().store(""), "", &mut all);
    all
}

/// What was remembered beside the key when that was published.
pub fn lock_of_the_folder() -> String {
    let path = rehearsal::plain().private.join("publisher/log.key.state");
    fs::read_to_string(path).expect("its memory")
}

fn gather(folder: &Path, prefix: &str, all: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!(
            "{prefix}{}",
            path.file_name().and_then(|name| name.to_str()).expect("a name")
        );
        match path.is_dir() {
            true => gather(&path, &format!("{name}/"), all),
            false => drop(all.insert(name, fs::read(&path).expect("a file"))),
        }
    }
}

fn passphrase() -> String {
    let path = rehearsal::plain().private.join("passwords.json");
    let all: serde_json::Value = serde_json::from_slice(&fs::read(path).expect("passwords")).expect("JSON");
    format!("{}\n", all["log key"].as_str().expect("the log key's"))
}

/// A bucket and a prefix in it.
pub const PLACE: &str = "s3://pki-store/some/prefix";
