//! What is spoiled, by hand or by a power cut, is refused at once and with a hint, and nothing more is lost.

mod numbers;
mod pipes;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::support::{Cluster, PASSWORD, edit, pair_line, sign_line};

fn state(cluster: &Cluster) -> PathBuf {
    cluster.folder.join("cluster.json")
}

/// The key `k` of `owner`, and its sealed file.
fn with_key() -> (Cluster, PathBuf) {
    let cluster = Cluster::with(&["owner"]);
    cluster.talk_as("owner").pair("k", "");
    let file = cluster.folder.join("keys/0000000000100002.p8");
    assert!(file.is_file());
    (cluster, file)
}

/// Exit code 3, nothing on standard output, and on standard error this text with a hint.
fn refused(output: &Output, text: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(output.stdout.is_empty());
    assert!(told.contains(text), "{told}");
    assert!(told.contains("\ncloudhsm-standin: hint: "), "{told}");
}

fn list_users(cluster: &Cluster) -> Output {
    cluster.command().args(["user", "list"]).output().unwrap()
}

#[test]
fn refuses_a_state_of_another_version_whatever_else_is_in_it() {
    let (cluster, _) = with_key();
    for file in ["cluster.json", "keeping.json"] {
        let path = cluster.folder.join(file);
        let whole = fs::read(&path).unwrap();
        for more in [false, true] {
            edit(&path, |state| {
                state["version"] = json!(2);
                if more {
                    state["unheard_of"] = json!(1);
                }
            });
            let text = format!("{file} has another version's form: 2, not 1");
            refused(&list_users(&cluster), &text);
        }
        fs::write(path, whole).unwrap();
    }
    assert!(list_users(&cluster).status.success());
}

#[test]
fn keys_without_a_state_are_no_empty_cluster() {
    let (cluster, key) = with_key();
    let kept = fs::read(state(&cluster)).unwrap();
    fs::remove_file(state(&cluster)).unwrap();
    let text = "cluster.json is missing, and there are private keys";
    refused(&list_users(&cluster), text);
    refused(&cluster.command().args(["standin", "init"]).output().unwrap(), text);
    assert!(!state(&cluster).exists() && key.exists());
    fs::write(state(&cluster), kept).unwrap();
    cluster.talk_as("owner").ok(&sign_line("k", None));
}

#[test]
fn a_state_that_is_older_than_its_keys_overwrites_none() {
    let cluster = Cluster::with(&["owner"]);
    let older = fs::read(state(&cluster)).unwrap();
    cluster.talk_as("owner").pair("k", "");
    let key = cluster.folder.join("keys/0000000000100002.p8");
    let (newer, sealed) = (fs::read(state(&cluster)).unwrap(), fs::read(&key).unwrap());
    fs::write(state(&cluster), older).unwrap();
    let text = cluster.talk_as("owner").err(&pair_line("l", ""));
    assert!(text.ends_with(".p8 is there already, and is another key's"), "{text}");
    assert_eq!(fs::read(key).unwrap(), sealed);
    fs::write(state(&cluster), newer).unwrap();
    cluster.talk_as("owner").ok(&sign_line("k", None));
}

#[test]
fn a_command_cut_short_leaves_no_key_that_is_in_the_way_and_loses_none() {
    let (cluster, key) = with_key();
    let mut talk = cluster.talk_as("owner");
    // Before the state was on the disk: the key is nobody's.
    fs::copy(&key, cluster.folder.join("keys/0000000000100004.made")).unwrap();
    talk.pair("l", "");
    talk.ok(&sign_line("l", None));
    // After that, and before the key had its name: it is the cluster's.
    let made = key.with_extension("made");
    fs::rename(&key, &made).unwrap();
    talk.ok(&sign_line("k", None));
    talk.ok("key delete --filter attr.label=k");
    assert!(!made.exists() && !key.exists());
}

#[test]
fn an_id_has_at_most_127_octets() {
    let (cluster, _) = with_key();
    let mut talk = cluster.talk_as("owner");
    let id = |octets: usize| format!("0x{}", "5a".repeat(octets));
    let set = |id: &str| format!("key set-attribute --filter attr.label=k --name id --value {id}");
    let make = |id: &str| pair_line("l", "").replace("sign=true", &format!("sign=true id={id}"));
    let refused = "An id has at most 127 octets";
    for octets in [128, 450_000] {
        assert_eq!(talk.err(&set(&id(octets))), refused);
        assert_eq!(talk.err(&make(&id(octets))), refused);
    }
    talk.ok(&set(&id(127)));
    talk.ok(&make(&id(127)));
}

#[test]
fn a_state_that_could_not_be_read_again_is_refused_and_the_old_one_stays() {
    let (cluster, _) = with_key();
    fill(&state(&cluster), 16 << 20, 200);
    assert!(list_users(&cluster).status.success());
    let before = fs::read(state(&cluster)).unwrap();
    let words = [
        "user",
        "create",
        "--username",
        "cu",
        "--role",
        "crypto-user",
        "--password",
    ];
    let output = cluster.single("admin", &[&words[..], &[PASSWORD]].concat());
    refused(
        &output,
        "the cluster's state would be larger than 16 MiB; nothing was changed",
    );
    assert_eq!(fs::read(state(&cluster)).unwrap(), before);
    assert!(list_users(&cluster).status.success());
}

#[test]
fn refuses_a_state_that_is_too_large() {
    let (cluster, _) = with_key();
    fill(&state(&cluster), 17 << 20, 0);
    refused(
        &list_users(&cluster),
        "cluster.json is damaged: it is larger than 16 MiB",
    );
}

/// Puts so long a text into the private key that the state, as the stand-in writes it, is so large, but for some bytes.
fn fill(state: &Path, size: usize, free: usize) {
    edit(state, |state| {
        let written = serde_json::to_vec_pretty(state).unwrap().len();
        let attributes: &mut Value = &mut state["keys"][1]["attributes"];
        attributes["curve"] = json!("x".repeat(size - free - written));
    });
}

#[test]
fn every_error_has_a_hint() {
    let (cluster, _) = with_key();
    let told = |cluster: &Cluster, words: &[&str]| {
        let output = cluster.command().args(words).output().unwrap();
        assert!(!output.status.success(), "{words:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let inside = cluster.path("cluster/seal.key");
    let (other, file) = (Cluster::new(), Cluster::new());
    fs::create_dir_all(&other.folder).unwrap();
    fs::write(other.folder.join("letter.txt"), "dear").unwrap();
    fs::write(&file.folder, "dear").unwrap();
    let spoiled = Cluster::with(&[]);
    fs::write(state(&spoiled), "{").unwrap();
    let init = ["standin", "init", "--seal-key", inside.to_str().unwrap()];
    fs::create_dir_all(cluster.path("empty")).unwrap();
    let cases: [(&Cluster, &[&str], &str); 9] = [
        (&other, &["user", "list"], "holds something other than a cluster\n"),
        (&file, &["user", "list"], "File exists (os error 17)\n"),
        (&spoiled, &["user", "list"], "does not parse: "),
        (&cluster, &["standin", "init"], "holds a cluster already\n"),
        (
            &cluster,
            &["standin", "audit", "--hsm", "nonsense"],
            "there is no log of nonsense\n",
        ),
        (&cluster, &["standin", "switch", "nonsense=yes"], "nonsense"),
        (&cluster, &["standin", "clock", "--set", "noon"], "noon is not a time"),
        (
            &cluster,
            &["standin", "clock", "--advance", "999999999999"],
            "from 1970 to 9999\n",
        ),
        (
            &cluster,
            &["standin", "fault", "--command", "quit", "--do", "slow"],
            "can have a fault\n",
        ),
    ];
    for (cluster, words, text) in cases {
        let said = told(cluster, words);
        assert!(
            said.contains(text) && said.contains("\ncloudhsm-standin: hint: "),
            "{said}"
        );
    }
    let fresh = Cluster::new();
    let inside = fresh.path("cluster/seal.key");
    let said = told(&fresh, &[&init[..3], &[inside.to_str().unwrap()]].concat());
    assert!(
        said.contains("would lie in the folder that it seals\ncloudhsm-standin: hint: "),
        "{said}"
    );
}
