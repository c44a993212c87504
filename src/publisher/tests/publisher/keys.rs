//! `ceremony-publish init` as it is for production: witnesses, a second log, keys in a token.

use std::process::{Command, Output};

use tlog::{Cosigner, Hash, Policy};

use crate::publish::{Scratch, error};

fn witness(name: &str) -> String {
    let seed = zeroize::Zeroizing::new(Hash::sha256(name.as_bytes()).0);
    let key = Cosigner::new(&format!("{name}.example"), seed)
        .unwrap()
        .key()
        .to_string();
    format!("{name}={key}@https://{name}.example/w")
}

fn init(scratch: &Scratch, more: &str, input: &str) -> Output {
    let text = format!("init --store store --log-policy tlog-policy {more}");
    let arguments: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    scratch.run(&arguments, input)
}

fn three() -> String {
    ["a", "b", "c"]
        .map(|name| format!("--witness {}", witness(name)))
        .join(" ")
}

fn policy(scratch: &Scratch) -> Policy {
    Policy::parse(&std::fs::read(scratch.path("tlog-policy")).unwrap()).unwrap()
}

#[test]
fn makes_both_logs_of_production_with_two_of_three_witnesses() {
    let scratch = Scratch::new("keys-production");
    let options = format!("--log-key log.pem --sig-key sig.pem {} --quorum 2", three());
    let done = init(&scratch, &options, "one passphrase\nanother\n");
    assert!(done.status.success(), "{}", error(&done));
    let policy = policy(&scratch);
    let names: Vec<&str> = policy.logs().iter().map(|log| log.key.name()).collect();
    assert_eq!(names, ["pki.rust-lang.org/log/1", "pki.rust-lang.org/sig/1"]);
    assert!(
        policy
            .to_string()
            .ends_with("group witnesses 2 a b c\nquorum witnesses\n"),
        "{policy}"
    );
    for (key, passphrase) in [("log.pem", "one passphrase"), ("sig.pem", "another")] {
        let opened = Command::new("openssl")
            .args(["pkey", "-noout", "-passin", &format!("pass:{passphrase}"), "-in"])
            .arg(scratch.path(key))
            .status()
            .unwrap();
        assert!(opened.success(), "{key}");
    }
    // RFC 7914 by RFC 8018: N is 2^14, the most that openssl takes.
    let parsed = Command::new("openssl")
        .args(["asn1parse", "-in"])
        .arg(scratch.path("log.pem"))
        .output()
        .unwrap();
    let parsed = String::from_utf8_lossy(&parsed.stdout).into_owned();
    assert!(
        parsed.contains(":scrypt") && parsed.contains("INTEGER           :4000"),
        "{parsed}"
    );
}

/// A time of one's own could make an expired key sign, or a late record timely.
#[test]
fn in_production_the_machines_clock_counts() {
    let scratch = Scratch::new("keys-now");
    let options = format!("--log-key log.pem {} --quorum 2", three());
    let done = init(&scratch, &options, "one passphrase\n");
    assert!(done.status.success(), "{}", error(&done));
    let policy = scratch.path("store").join(verifier::layout::log_policy(1));
    std::fs::create_dir_all(policy.parent().unwrap()).unwrap();
    std::fs::copy(scratch.path("tlog-policy"), policy).unwrap();
    for command in [
        "resume --store store --log-key log.pem",
        "append --store store --log-key log.pem --results out/results.cbor --countersignatures out",
        "roster --store store",
    ] {
        let line = format!("{command} --now 2026-11-22T10:00:00Z");
        let refused = scratch.run(
            &line.split(' ').map(str::to_owned).collect::<Vec<_>>(),
            "one passphrase\n",
        );
        assert_eq!(refused.status.code(), Some(2), "{command}: {}", error(&refused));
        for words in [
            "error: --now is for rehearsals, and this is not one\n",
            "hint: leave --now away: the machine's clock counts\n",
        ] {
            assert!(error(&refused).contains(words), "{command}: {}", error(&refused));
        }
    }
}

#[test]
fn refuses_fewer_than_two_of_three_witnesses_outside_rehearsals() {
    let scratch = Scratch::new("keys-few");
    let (a, b) = (witness("a"), witness("b"));
    for (options, code, what) in [
        (String::new(), 1, "a log without witnesses is for rehearsals only"),
        (
            format!("--witness {a} --quorum 1"),
            1,
            "1 of 1 witnesses make no quorum here",
        ),
        (
            format!("--witness {a} --witness {b} --quorum 2"),
            1,
            "2 of 2 witnesses make no quorum here",
        ),
        (
            format!("{} --quorum 1", three()),
            1,
            "1 of 3 witnesses make no quorum here",
        ),
        (
            format!("{} --quorum 4", three()),
            1,
            "4 of 3 witnesses make no quorum here",
        ),
        (three(), 2, "--quorum says how many of the witnesses must cosign"),
        (
            format!("{} --witness {a} --quorum 2", three()),
            1,
            "the log refuses: line 4 of the log policy: the name",
        ),
    ] {
        let refused = init(&scratch, &format!("--log-key log.pem {options}"), "a passphrase\n");
        assert_eq!(refused.status.code(), Some(code), "{what}");
        assert!(
            error(&refused).contains(&format!("error: {what}")),
            "{}",
            error(&refused)
        );
        assert_eq!(std::fs::read_dir(scratch.path("")).unwrap().count(), 0, "{what}");
    }
}

#[test]
fn a_rehearsal_may_have_one_witness() {
    let scratch = Scratch::new("keys-one");
    let options = format!("--log-key log.pem --rehearsal --witness {} --quorum 1", witness("a"));
    let done = init(&scratch, &options, "a passphrase\n");
    assert!(done.status.success(), "{}", error(&done));
    assert!(policy(&scratch).has_witnesses());
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(said.contains("1 of 1 witnesses must cosign"), "{said}");
}

/// A token of the test's own, and the options that name it.
fn token(scratch: &Scratch) -> Option<Output> {
    std::fs::create_dir(scratch.path("tokens")).unwrap();
    let tokens = scratch.path("tokens").display().to_string();
    scratch.put(
        "softhsm2.conf",
        format!("directories.tokendir = {tokens}\nobjectstore.backend = file\n"),
    );
    let words = "--init-token --free --label log-keys --pin 1234 --so-pin 5678";
    let mut command = Command::new("softhsm2-util");
    command
        .args(words.split(' '))
        .env("SOFTHSM2_CONF", scratch.path("softhsm2.conf"));
    command.output().ok()
}

fn init_in_token(scratch: &Scratch, more: &str, pin: &str) -> Output {
    let text = format!(
        "init --store store --log-policy tlog-policy --rehearsal --log-token {SOFTHSM} --token-label log-keys \
         --key-label log-1 --log-state log.state {more}"
    );
    let arguments: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    scratch.run_with(&arguments, pin, &[("SOFTHSM2_CONF", &scratch.path("softhsm2.conf"))])
}

#[test]
fn makes_keys_in_a_token_and_asks_for_its_pin_once() {
    let scratch = Scratch::new("keys-token");
    let made = token(&scratch).expect("softhsm2-util");
    assert!(made.status.success(), "{}", error(&made));
    let wrong = init_in_token(&scratch, "", "4321\n");
    assert_eq!(wrong.status.code(), Some(4), "{}", error(&wrong));
    assert!(
        error(&wrong).contains("error: the token log-keys: "),
        "{}",
        error(&wrong)
    );
    let done = init_in_token(&scratch, "--sig-label sig-1 --sig-state sig.state", "1234\n");
    assert!(done.status.success(), "{}", error(&done));
    let policy = policy(&scratch);
    assert_eq!(policy.logs().len(), 2);
    for (log, state) in policy.logs().iter().zip(["log.state", "sig.state"]) {
        let state = std::fs::read_to_string(scratch.path(state)).unwrap();
        assert!(state.contains(&log.key.to_string()), "{state}");
    }
    // Nothing secret is in any file of ours, and what is in the token is the token's.
    let names: Vec<_> = std::fs::read_dir(scratch.path(""))
        .unwrap()
        .flatten()
        .map(|e| e.file_name())
        .collect();
    assert!(
        !names.iter().any(|name| name.to_string_lossy().ends_with(".pem")),
        "{names:?}"
    );
    let again = init_in_token(&scratch, "", "1234\n");
    assert!(error(&again).contains("is there already"), "{}", error(&again));
}

#[test]
fn takes_a_key_in_a_token_back_when_something_cannot_be_written() {
    let scratch = Scratch::new("keys-back");
    assert!(token(&scratch).expect("softhsm2-util").status.success());
    let more = "--sig-label sig-1 --sig-state none/sig.state";
    let refused = init_in_token(&scratch, more, "1234\n");
    assert!(
        error(&refused).contains("none/sig.state cannot be written"),
        "{}",
        error(&refused)
    );
    assert!(!scratch.path("log.state").exists() && !scratch.path("store").exists());
    // The labels are free again.
    let done = init_in_token(&scratch, "--sig-label sig-1 --sig-state sig.state", "1234\n");
    assert!(done.status.success(), "{}", error(&done));
}

const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";
