//! A rehearsal's store, published once more from the same bundles and with the same keys, in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::finish;
use crate::rehearsal::text;
use crate::scratch::{Scratch, files_under};
use crate::{Outcome, ours};

/// A publisher who begins anew.
pub struct Again {
    dir: PathBuf,
    private: PathBuf,
    scratch: Scratch,
}

impl Again {
    /// Of a rehearsal in DIR: an empty store, and the keys of its logs without their memory.
    ///
    /// # Panics
    /// If the rehearsal has none.
    #[must_use]
    pub fn new(test: &str, dir: &Path) -> Self {
        let private = PathBuf::from(format!("{}.private", text(dir)));
        let scratch = Scratch::new(test);
        fs::create_dir(scratch.join("store")).expect("a folder");
        for key in ["log.key", "sig.key"] {
            let from = private.join("publisher").join(key);
            if from.exists() {
                fs::copy(&from, scratch.join(key)).expect("a key");
                let state = fs::read(private.join(format!("publisher/{key}.state"))).expect("its memory");
                let mut state: serde_json::Value = serde_json::from_slice(&state).expect("JSON");
                state["checkpoint"] = serde_json::Value::Null;
                state["publication"] = serde_json::Value::Null;
                fs::write(scratch.join(format!("{key}.state")), state.to_string()).expect("a memory");
            }
        }
        Self {
            dir: dir.to_owned(),
            private,
            scratch,
        }
    }

    /// Publishes an event: its folder in the rehearsal, or none for the founding's.
    pub fn event(&self, name: Option<&str>) {
        let folder = name.map_or(self.dir.clone(), |name| self.dir.join("events").join(name));
        let (results, signatures) = (
            text(&folder.join("outbound/results.cbor")),
            text(&folder.join("outbound/countersignatures")),
        );
        let page = text(&self.dir.join("store/scan.html"));
        let mut words = vec!["append", "--results", &results, "--countersignatures", &signatures];
        if Path::new(&page).exists() {
            words.extend(["--scanner", &page]);
        }
        let _ = self.publish(&words, "log").expect(0);
    }

    /// Publishes the batches of the access logs that were made after an event.
    pub fn accesses(&self, event: &str, number: u32) {
        for log in ["console", "hsm"] {
            let batch = format!("outside/access/{event}/access-{log}-{number}.cbor");
            let batch = text(&self.private.join(batch));
            let _ = self.publish(&["access", "append", &batch], "log").expect(0);
        }
    }

    /// Logs the signatures of the release.
    pub fn signatures(&self) {
        let batch = text(&self.private.join("outside/release.batch"));
        let proofs = text(&self.scratch.join("proofs"));
        fs::create_dir_all(&proofs).expect("a folder");
        let _ = self
            .publish(&["signatures", &batch, "--proofs", &proofs], "sig")
            .expect(0);
    }

    /// Both stores, file by file, each line of a witness left out.
    #[must_use]
    pub fn stores(&self) -> [BTreeMap<String, Vec<u8>>; 2] {
        [self.dir.join("store"), self.scratch.join("store")].map(|store| {
            let read = |path: PathBuf| {
                (
                    text(&path),
                    without_witnesses(fs::read(store.join(&path)).expect("a file")),
                )
            };
            files_under(&store).into_iter().map(read).collect()
        })
    }

    fn publish(&self, words: &[&str], key: &str) -> Outcome {
        let passwords = fs::read(self.private.join("passwords.json")).expect("passwords");
        let passwords: serde_json::Value = serde_json::from_slice(&passwords).expect("JSON");
        let of = match key {
            "log" => "log key",
            _ => "key of the log of signatures",
        };
        let passphrase = format!("{}\n", passwords[of].as_str().expect("a passphrase"));
        let mut command = std::process::Command::new(ours("ceremony-publish"));
        command.args(words);
        command.arg("--store").arg(self.scratch.join("store"));
        command.arg("--log-key").arg(self.scratch.join(format!("{key}.key")));
        finish(&mut command, &passphrase)
    }
}

/// A cosignature has its own time: `— NAME base64` (C2SP tlog-cosignature). The log's own line stays.
fn without_witnesses(bytes: Vec<u8>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return bytes;
    };
    let is_witness = |line: &&str| line.starts_with("\u{2014} ") && line.contains(".witness.example ");
    match text.lines().any(|line| is_witness(&line)) {
        true => {
            let kept = text.split_inclusive('\n').filter(|line| !is_witness(line));
            kept.collect::<String>().into_bytes()
        }
        false => bytes,
    }
}
