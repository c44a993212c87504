//! Keys in a SoftHSM2 token: pkcs11-tool sees them, openssl verifies what they sign, and the rules stay the cluster's.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use base64ct::{Base64, Encoding};

use crate::key_quorum::QUORUM;
use crate::signing::der;
use crate::support::{Cluster, approve, openssl, sign_line};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "12345678";

/// An empty SoftHSM of its own, with one token `rehearsal`.
fn with_token() -> Cluster {
    let mut cluster = Cluster::new();
    let (configuration, tokens) = (cluster.path("softhsm2.conf"), cluster.path("tokens"));
    fs::create_dir(&tokens).unwrap();
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\n",
        tokens.display()
    );
    fs::write(&configuration, text).unwrap();
    let path = configuration.to_str().unwrap().to_owned();
    cluster.environment.push(("SOFTHSM2_CONF", path));
    let words = [
        "--init-token",
        "--free",
        "--label",
        "rehearsal",
        "--pin",
        PIN,
        "--so-pin",
        PIN,
    ];
    let made = tool(&cluster, "softhsm2-util", &words);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    cluster
}

fn tool(cluster: &Cluster, name: &str, words: &[&str]) -> Output {
    let environment = cluster.environment.iter().map(|(name, value)| (name, value));
    Command::new(name)
        .envs(environment)
        .args(words)
        .output()
        .expect("the tests need SoftHSM2 and OpenSC")
}

/// Runs pkcs11-tool, logged in.
fn pkcs11_tool(cluster: &Cluster, pin: &str, words: &[&str]) -> Output {
    let login = [
        "--module",
        MODULE,
        "--token-label",
        "rehearsal",
        "--login",
        "--pin",
        pin,
    ];
    tool(cluster, "pkcs11-tool", &[&login[..], words].concat())
}

fn init(cluster: &Cluster, label: &str, pin: &str) -> Output {
    let words = ["standin", "init", "--token", label, "--pkcs11-module", MODULE];
    let mut command = cluster.command();
    command.args(words).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{pin}").unwrap();
    child.wait_with_output().unwrap()
}

/// The same, with `owner`, `u1` and `u2`, who are registered.
pub fn ready() -> Cluster {
    let cluster = with_token();
    let made = init(&cluster, "rehearsal", PIN);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    cluster.activate(&["owner", "u1", "u2"]);
    [("owner", 0), ("u1", 1)]
        .iter()
        .for_each(|(user, key)| cluster.register(user, *key));
    cluster
}

/// What pkcs11-tool lists of that type, logged in.
fn listed(cluster: &Cluster, kind: &str) -> String {
    let output = pkcs11_tool(cluster, PIN, &["--list-objects", "--type", kind]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The one public key that pkcs11-tool lists, as a SubjectPublicKeyInfo.
fn public_key(cluster: &Cluster) -> PathBuf {
    let listed = listed(cluster, "pubkey");
    let point = listed
        .split("EC_POINT:")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    // RFC 5480 before an uncompressed P-384 point: pkcs11-tool has DER's octet string around it.
    let spki = format!(
        "3076301006072a8648ce3d020106052b81040022036200{}",
        point.strip_prefix("0461").unwrap()
    );
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let file = cluster.path("public.der");
    fs::write(&file, spki.as_bytes().chunks(2).map(octet).collect::<Vec<u8>>()).unwrap();
    file
}

fn openssl_verifies(cluster: &Cluster, public: &Path, signature: &str) {
    let (data, file) = (cluster.path("data"), cluster.path("signature"));
    fs::write(&data, "abc").unwrap();
    fs::write(&file, der(&Base64::decode_vec(signature).unwrap())).unwrap();
    let (public, file) = (public.to_str().unwrap(), file.to_str().unwrap());
    let words = [
        "dgst",
        "-sha384",
        "-keyform",
        "DER",
        "-verify",
        public,
        "-signature",
        file,
    ];
    assert_eq!(openssl(&words, &data), b"Verified OK\n");
}

#[test]
fn the_key_is_in_the_token_and_signs_there_under_the_clusters_quorum() {
    let cluster = ready();
    let mut talk = cluster.talk_as("owner");
    talk.pair("root-1", QUORUM);
    let private = listed(&cluster, "privkey");
    assert!(private.contains("EC") && private.contains("root-1"), "{private}");
    assert_eq!(fs::read_dir(cluster.folder.join("keys")).unwrap().count(), 0);
    assert_eq!(talk.err(&sign_line("root-1", None)), "Quorum Failed");
    let file = talk.token(&cluster, "key-usage", "attr.label=root-1");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    let signed = talk.ok(&sign_line("root-1", Some(&file)));
    openssl_verifies(&cluster, &public_key(&cluster), signed["signature"].as_str().unwrap());
}

#[test]
fn pkcs11_tool_says_that_the_private_key_never_leaves() {
    let cluster = ready();
    // What the stand-in says of its own attribute is another matter: AWS's default is extractable.
    cluster.talk_as("owner").pair("k", "");
    let private = listed(&cluster, "privkey");
    let line = |name: &str| {
        private
            .lines()
            .find_map(|line| line.trim().strip_prefix(name))
            .map(str::trim)
    };
    assert_eq!(
        line("Access:"),
        Some("sensitive, always sensitive, never extractable, local")
    );
    assert_eq!(line("Usage:"), Some("sign"));
}

#[test]
fn a_digest_longer_than_the_curve_is_cut_as_openssl_cuts_it() {
    let cluster = ready();
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    for hash in ["sha224", "sha512"] {
        let line = format!("--hash-function {hash} --data YWJj");
        let signed = talk.ok(&format!("crypto sign ecdsa --key-filter attr.label=k {line}"));
        let signature = signed["signature"].as_str().unwrap();
        talk.ok(&format!(
            "crypto verify ecdsa --key-filter attr.label=public-k {line} --signature {signature}"
        ));
    }
}

#[test]
fn a_quorum_key_that_is_hidden_bears_another_label() {
    let cluster = ready();
    cluster.order(&["switch", "pkcs11-view=hidden"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("root-1", QUORUM);
    talk.pair("console-1", "");
    let seen = listed(&cluster, "privkey") + &listed(&cluster, "pubkey");
    assert_eq!(seen.matches("label:      standin-").count(), 2, "{seen}");
    assert_eq!(seen.matches("label:      console-1").count(), 2, "{seen}");
    assert!(!seen.contains("root-1"), "{seen}");
    let file = talk.token(&cluster, "key-usage", "attr.label=root-1");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    talk.ok(&sign_line("root-1", Some(&file)));
}

#[test]
fn a_label_may_repeat_as_in_a_cloudhsm() {
    let cluster = ready();
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    talk.pair("k", "");
    let keys = talk.ok("key list --filter attr.label=k");
    let second = keys["matched_keys"][1]["key-reference"].as_str().unwrap();
    let line = sign_line("k", None).replace("attr.label=k", &format!("key-reference={second}"));
    talk.ok(&line);
    let seen = listed(&cluster, "privkey");
    assert_eq!(seen.matches("Private Key Object").count(), 2, "{seen}");
}

#[test]
fn a_deleted_key_is_gone_from_the_token_too() {
    let cluster = ready();
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    talk.pair("l", "");
    talk.ok("key delete --filter attr.label=k");
    let seen = listed(&cluster, "privkey") + &listed(&cluster, "pubkey");
    assert_eq!(
        (
            seen.matches("label:      k").count(),
            seen.matches("label:      l").count()
        ),
        (0, 2),
        "{seen}"
    );
    talk.ok(&sign_line("l", None));
}

#[test]
fn a_refused_key_leaves_nothing_in_the_token() {
    let cluster = ready();
    let mut talk = cluster.talk_as("owner");
    let line = crate::support::pair_line("k", "").replace("sign=true", "sign=true trusted=true");
    assert!(talk.err(&line).contains("Attribute trusted cannot be set"));
    assert_eq!(listed(&cluster, "privkey") + &listed(&cluster, "pubkey"), "");
}

#[test]
fn two_clusters_in_one_token_do_not_meet() {
    let one = ready();
    let mut other = Cluster::new();
    other.environment = one.environment.clone();
    assert!(init(&other, "rehearsal", PIN).status.success());
    other.activate(&["owner"]);
    one.talk_as("owner").pair("k", "");
    other.talk_as("owner").pair("l", "");
    other.talk_as("owner").ok("key delete --filter attr.label=l");
    one.talk_as("owner").ok(&sign_line("k", None));
}

#[test]
fn a_key_that_was_destroyed_behind_our_back_is_missed() {
    let cluster = ready();
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let deleted = pkcs11_tool(&cluster, PIN, &["--delete-object", "--type", "privkey", "--label", "k"]);
    assert!(deleted.status.success());
    let text = talk.err(&sign_line("k", None));
    assert!(text.starts_with("the keys' token: there is no key"), "{text}");
}

#[test]
fn the_pin_is_sealed() {
    let cluster = ready();
    for file in ["keeping.json", "cluster.json"] {
        let text = fs::read_to_string(cluster.folder.join(file)).unwrap();
        assert!(
            !text.contains(PIN) && !text.contains(&Base64::encode_string(PIN.as_bytes())),
            "{file}"
        );
    }
    assert!(
        fs::read_to_string(cluster.folder.join("keeping.json"))
            .unwrap()
            .contains("rehearsal")
    );
}

#[test]
fn refuses_a_wrong_pin_and_an_unknown_token_before_anything_is_made() {
    let cluster = with_token();
    for (label, pin, text, hint) in [
        (
            "rehearsal",
            "87654321",
            "the token refused the PIN",
            "each wrong PIN counts",
        ),
        (
            "production",
            PIN,
            "there is no token production; there are:",
            "name one of those by its label",
        ),
    ] {
        let output = init(&cluster, label, pin);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{told}");
        assert!(told.contains(text) && told.contains(hint), "{told}");
        assert!(!cluster.folder.join("cluster.json").exists());
        assert!(!cluster.path("cluster.key").exists());
    }
    assert_eq!(init(&cluster, "rehearsal", "").status.code(), Some(2));
    assert!(init(&cluster, "rehearsal", PIN).status.success());
}

#[test]
fn a_changed_pin_is_said_and_nothing_is_lost() {
    let cluster = ready();
    cluster.talk_as("owner").pair("k", "");
    let change = |from: &str, to: &str| {
        let changed = pkcs11_tool(&cluster, from, &["--change-pin", "--new-pin", to]);
        assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
    };
    change(PIN, "87654321");
    let mut talk = cluster.talk_as("owner");
    for _ in 0..2 {
        assert_eq!(
            talk.err(&sign_line("k", None)),
            "the keys' token: the token refused the PIN"
        );
    }
    change("87654321", PIN);
    // That process does not try the PIN again; another one does.
    assert_eq!(
        talk.err(&sign_line("k", None)),
        "the keys' token: the token refused the PIN"
    );
    cluster.talk_as("owner").ok(&sign_line("k", None));
}
