//! The keeper of the transparency key and the publisher, each with what they have, on a copy of the plain rehearsal.

use std::fs;
use std::path::PathBuf;

use record::access::{ConsoleBatch, HsmBatch};
use record::record::Record;
use record::{Body, Bundle, Digest, Time};
use support::rehearsal::{self, text};
use support::scratch::{Scratch, copy_folder};
use support::{Outcome, ours, run};

/// The passphrase of the transparency key.
const PASSPHRASE: &str = "correct horse";

pub struct Keeper {
    pub folder: Scratch,
    /// Of the events of the store, the beginning of the first and the end of the last.
    pub began: Time,
    pub ended: Time,
}

impl Keeper {
    pub fn new(test: &str) -> Self {
        let folder = Scratch::new(test);
        let rehearsal = rehearsal::plain().done();
        copy_folder(&rehearsal.store(""), &folder.join("store"));
        copy_folder(&rehearsal.private.join("keepers"), &folder.join("keepers"));
        copy_folder(&rehearsal.private.join("publisher"), &folder.join("publisher"));
        let record = |event: &str| {
            let bytes = fs::read(folder.join(format!("store/events/{event}/record.cbor"))).expect("a record");
            Bundle::<Record>::decode(&bytes).expect("a record").body
        };
        let (began, ended) = (
            record("cluster-initialisation-1").began,
            record("root-generation-1").ended,
        );
        let keeper = Self { folder, began, ended };
        keeper.seals("transparency");
        keeper.seals("release");
        keeper
    }

    /// The key as its keeper has it, sealed with a passphrase by `openssl`.
    fn seals(&self, name: &str) {
        let (from, to) = (
            self.path(&format!("keepers/{name}.key")),
            self.path(&format!("{name}.key")),
        );
        let pass = format!("pass:{PASSPHRASE}");
        let words = [
            "pkcs8",
            "-topk8",
            "-v2",
            "aes-256-cbc",
            "-in",
            &from,
            "-out",
            &to,
            "-passout",
            &pass,
        ];
        run("openssl", words, "").expect(0);
    }

    pub fn path(&self, name: &str) -> String {
        text(&self.folder.join(name))
    }

    pub fn store(&self, path: &str) -> PathBuf {
        self.folder.join("store").join(path)
    }

    /// A line of the console's own log, so many seconds after the first event's beginning.
    pub fn line(&self, seconds: u64, tag: &str, message: &str) -> String {
        let time = self.began.plus(seconds).to_string();
        format!("{}+00:00 bastion {tag}: {message}\n", time.trim_end_matches('Z'))
    }

    /// The console's log of the day: started, member-1 came and left.
    pub fn good_log(&self) -> String {
        [
            self.line(0, "kernel", "Linux version 6.12.1 (nixbld@localhost)"),
            self.line(
                0,
                "sshd[811]",
                "Accepted publickey for member-1 from 192.0.2.7 port 50022 ssh2: ED25519 SHA256:a",
            ),
            self.line(
                0,
                "sshd[811]",
                "pam_unix(sshd:session): session opened for user member-1(uid=1001) by (uid=0)",
            ),
            self.line(
                60,
                "sshd[811]",
                "pam_unix(sshd:session): session closed for user member-1",
            ),
        ]
        .concat()
    }

    /// The moment as of which everything happens.
    pub fn now(&self) -> String {
        self.ended.plus(10 * DAY).to_string()
    }

    /// Makes a batch; `days` are counted from the beginning of the first event's hour.
    pub fn makes(&self, log: &str, raw: &str, days: (u64, u64), name: &str, more: &[&str]) -> Outcome {
        fs::write(self.folder.join(format!("{name}.log")), raw).expect("a log");
        let at = |day: u64| Time(self.began.0 - 3600).plus(day * DAY).to_string();
        let (file, out) = (self.path(&format!("{name}.log")), self.path(&format!("{name}.cbor")));
        let (from, until) = (at(days.0), at(days.1));
        let words = [
            "access",
            log,
            &file,
            "--from",
            &from,
            "--until",
            &until,
            "--out",
            &out,
            "--rehearsal",
        ];
        run(ours("ceremony-publish"), words.iter().chain(more), "")
    }

    pub fn signs(&self, name: &str, key: &str) -> Outcome {
        let (batch, key) = (self.path(&format!("{name}.cbor")), self.path(key));
        run(
            ours("ceremony-publish"),
            ["access", "sign", &batch, "--key", &key],
            &format!("{PASSPHRASE}\n"),
        )
    }

    pub fn appends(&self, name: &str) -> Outcome {
        let (store, key) = (self.path("store"), self.path("publisher/log.key"));
        let (batch, now) = (self.path(&format!("{name}.cbor")), self.now());
        let words = [
            "access",
            "append",
            &batch,
            "--store",
            &store,
            "--log-key",
            &key,
            "--now",
            &now,
        ];
        run(ours("ceremony-publish"), words, &passphrase())
    }

    /// Made, signed and published.
    pub fn publishes(&self, log: &str, raw: &str, days: (u64, u64), name: &str, more: &[&str]) {
        self.makes(log, raw, days, name, more).expect(0);
        self.signs(name, "transparency.key").expect(0);
        self.appends(name).expect(0);
    }

    /// What the verifier says of the store.
    pub fn checks(&self) -> Outcome {
        let (store, root, now) = (self.path("store"), text(&self.store("certs/root-1.pem")), self.now());
        let words = ["store", &store, "--root", &root, "--rehearsal", "--now", &now];
        run(ours("ceremony-verify"), words, "")
    }

    /// A batch of the console's, changed by hand.
    pub fn changed(&self, name: &str, to: &str, change: impl FnOnce(&mut ConsoleBatch)) {
        let bytes = fs::read(self.folder.join(format!("{name}.cbor"))).expect("a batch");
        let mut body = Bundle::<ConsoleBatch>::decode(&bytes).expect("a batch").body;
        change(&mut body);
        self.writes(to, body);
    }

    pub fn writes<B: Body>(&self, name: &str, body: B) {
        let bytes = Bundle::new(true, body).encode().expect("CBOR");
        fs::write(self.folder.join(format!("{name}.cbor")), bytes).expect("a batch");
    }

    pub fn reads_hsm(&self, name: &str) -> HsmBatch {
        let bytes = fs::read(self.folder.join(format!("{name}.cbor"))).expect("a batch");
        Bundle::<HsmBatch>::decode(&bytes).expect("a batch").body
    }

    pub fn digest(&self, name: &str) -> Digest {
        Digest::of(&fs::read(self.folder.join(format!("{name}.cbor"))).expect("a batch"))
    }
}

const DAY: u64 = 86_400;

/// The rehearsal's log key has it.
fn passphrase() -> String {
    let path = rehearsal::plain().private.join("passwords.json");
    let all: serde_json::Value = serde_json::from_slice(&fs::read(path).expect("passwords")).expect("JSON");
    format!("{}\n", all["log key"].as_str().expect("the log key's"))
}
