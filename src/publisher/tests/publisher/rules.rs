//! `check`, `policy` and `roster`: what they say of a store with one made-up event; none of them changes it.

use std::process::Output;

use tlog::{Cosigner, Hash, Policy};
use verifier::layout::Log;

use crate::append::append;
use crate::common::event::key_of;
use crate::common::{EVENT, NOW};
use crate::publish::given::given;
use crate::publish::{Scratch, error, files};

fn published(name: &str) -> Scratch {
    let scratch = given(name, &EVENT.left(|_| ()));
    let done = append(&scratch);
    assert!(done.status.success(), "{}", error(&done));
    scratch.put("root.der", &*EVENT.certificates[0].der);
    scratch
}

fn run(scratch: &Scratch, words: &str) -> Output {
    let before = files(&scratch.path("store"));
    let mut arguments: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    arguments.extend(["--store".into(), "store".into(), "--now".into(), NOW.to_string()]);
    let done = scratch.run(&arguments, "");
    assert_eq!(files(&scratch.path("store")), before, "{words}");
    done
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in text.lines().filter(|line| !line.contains(['+', '/'])) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn witness(name: &str) -> String {
    let seed = zeroize::Zeroizing::new(Hash::sha256(name.as_bytes()).0);
    let key = Cosigner::new(&format!("{name}.example"), seed)
        .unwrap()
        .key()
        .to_string();
    format!("--witness {name}={key}@https://{name}.example/w")
}

const CHECK: &str = "check --root root.der --log-key log.pem";

#[test]
fn check_passes_a_store_that_is_as_it_was_left() {
    let scratch = published("check");
    let done = run(&scratch, CHECK);
    assert!(done.status.success(), "{}", error(&done));
    let said = said(&done);
    for words in [
        "the log key's memory: the last checkpoint that it signed, against the store's",
        "Nothing is wrong.",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn check_finds_a_memory_that_is_not_the_stores() {
    let scratch = published("check-ledger");
    let state = std::fs::read_to_string(scratch.path("log.pem.state")).unwrap();
    let log = state.lines().find(|line| line.contains("\"log\"")).unwrap();
    scratch.put(
        "log.pem.state",
        format!("{{{log} \"checkpoint\": null, \"publication\": null}}"),
    );
    let done = run(&scratch, CHECK);
    assert_eq!(done.status.code(), Some(1));
    let told = error(&done);
    assert!(
        told.contains("finding: log/1/checkpoint: ") && told.contains("[ledger-differs]"),
        "{told}"
    );
    assert!(said(&done).contains("Checked: "));
}

#[test]
fn check_finds_what_the_verifier_finds() {
    let scratch = published("check-store");
    let path = scratch.path("store/certs/root-1.tlog-proof");
    std::fs::remove_file(&path).unwrap();
    let done = run(&scratch, CHECK);
    assert_eq!(done.status.code(), Some(1));
    assert!(error(&done).contains("certs/root-1.tlog-proof"), "{}", error(&done));
}

#[test]
fn roster_shows_rules_by_event_and_who_is_in_office() {
    let scratch = published("roster");
    let done = run(&scratch, "roster");
    assert!(done.status.success(), "{}", error(&done));
    let said = said(&done);
    for words in [
        "roster/1.cbor: since ",
        "policy/1.toml: since ",
        "policy/tlog-policy-1: since ",
        ", by rehearsal-1; in force",
        "member-1: in office until ",
        "come into force by events alone",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("NOT in office"), "{said}");
}

#[test]
fn policy_writes_the_next_one_and_shows_what_changes() {
    let scratch = published("policy");
    let old = std::fs::read_to_string(scratch.path("store/policy/tlog-policy-1")).unwrap();
    let three = ["a", "b", "c"].map(witness).join(" ");
    let done = run(&scratch, &format!("policy --out next {three} --quorum 2"));
    assert!(done.status.success(), "{}", error(&done));
    let next = std::fs::read_to_string(scratch.path("next")).unwrap();
    let policy = Policy::parse(next.as_bytes()).unwrap();
    assert_eq!(next, policy.to_string());
    assert!(next.starts_with(old.lines().next().unwrap()), "{next}");
    assert!(next.ends_with("group witnesses 2 a b c\nquorum witnesses\n"), "{next}");
    let said = said(&done);
    for words in [
        "In force is policy/tlog-policy-1. What changes:",
        "- quorum none",
        "+ witness a",
        "next-tlog-policy",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // Nothing is overwritten.
    let again = run(&scratch, &format!("policy --out next {three} --quorum 2"));
    assert!(error(&again).contains("next is there already"), "{}", error(&again));
}

#[test]
fn policy_refuses_what_would_be_none() {
    let scratch = published("policy-refused");
    let a = witness("a");
    let own = std::fs::read_to_string(scratch.path("store/policy/tlog-policy-1")).unwrap();
    let own = own.lines().next().unwrap().replace("log ", "--log ");
    let strange = "--log pki.rust-lang.org/test+b6145cea+AW7fpKc9fipx5h+7gKr25Xipx753k4LG1/yZ4IZADIMP";
    let second = format!("--log {}", key_of(Log::MAIN.next()).key());
    for (words, code, what) in [
        (String::new(), 2, "nothing of the log policy in force would change"),
        ("--without a".into(), 2, "the log policy in force has no witness 'a'"),
        (a.clone(), 2, "--quorum says how many"),
        (format!("{a} --quorum 2"), 1, "2 of 1 witnesses make no quorum here"),
        (own, 2, "the log policy in force has this log already"),
        (strange.into(), 2, "is no log of this project's store"),
        (second, 2, "and does not say with which checkpoint log/1 ends"),
        (
            "--log nonsense".into(),
            1,
            "the log refuses: \"nonsense\" is not a verifier key",
        ),
    ] {
        let refused = run(&scratch, &format!("policy --out next {words}"));
        assert_eq!(refused.status.code(), Some(code), "{what}: {}", error(&refused));
        assert!(error(&refused).contains(what), "{what}: {}", error(&refused));
        assert!(!scratch.path("next").exists());
    }
}
