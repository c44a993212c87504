//! Plans: nothing unknown, nothing twice, nothing changed.

use support::event::Event;

use crate::CORRECT;

#[test]
fn refuses_a_plan_with_an_unknown_field() {
    for (file, old) in [
        ("plan.toml", "version = 1\n"),
        ("plan.toml", "nodes-least = 2 "),
        ("plan.toml", "id = \"bors-key\"\n"),
        ("plan.toml", "id = \"release-certificate\"\n"),
        ("plan.toml", "id = \"root-crl\"\n"),
    ] {
        let event = Event::planned();
        event.replace(file, old, &format!("surprise = 1\n{old}"));
        let ended = event.pack();
        assert_eq!(ended.code, Some(3), "{}", ended.err);
        assert!(
            ended
                .error()
                .starts_with("plan.toml cannot be read: TOML parse error at line ")
        );
        assert!(
            ended.error().contains("unknown field `surprise`, expected "),
            "{}",
            ended.err
        );
        assert_eq!(ended.hint(), Some(CORRECT));
        assert!(!event.has("packed.cbor"));
    }
}

#[test]
fn refuses_a_policy_with_an_unknown_field() {
    for old in [
        "version = 1\n",
        "members = 9 ",
        "life-years = 7\n",
        "name = \"bors\"\n",
        "days = 400 ",
    ] {
        let event = Event::planned();
        event.replace("inputs/policy.toml", old, &format!("surprise = 1\n{old}"));
        let ended = event.try_draft();
        assert_eq!(ended.code, Some(3), "{}", ended.err);
        assert!(
            ended
                .error()
                .starts_with("policy.toml cannot be read: TOML parse error at line ")
        );
        assert!(
            ended.error().contains("unknown field `surprise`, expected "),
            "{}",
            ended.err
        );
        assert_eq!(ended.hint(), Some(CORRECT));
    }
}

/// A drafted plan has no kind, so whoever writes a token's label as its owner must add it.
#[test]
fn refuses_an_owner_that_is_no_user_and_says_what_a_token_takes() {
    let hint = "for a token, say kind = \"pkcs11\" under [hsm]; a user's name has 1 to 31 of a-z, 0-9 and _";
    let owner = "owner = \"root_owner\"";
    for kind in ["", "kind = \"cloudhsm\"\n"] {
        let event = Event::planned();
        event.replace("plan.toml", owner, &format!("{kind}owner = \"root-token\""));
        let error = "plan.toml: 'root-token' is not a name for a user of the HSM";
        event.pack().refuses(3, error, Some(hint));
        assert!(!event.has("packed.cbor"));
    }
    // Another fault has its own hint, whoever the owner is.
    let event = Event::planned();
    event.replace("plan.toml", owner, "owner = \"root-token\"");
    event.replace("plan.toml", "version = 1\n", "version = 2\n");
    refused(&event, "plan.toml: version 2 of the plan format is not known here");
    let event = Event::planned();
    event.replace("plan.toml", owner, "kind = \"pkcs11\"\nowner = \"root-token\"");
    refused(&event, "plan.toml: a token is one HSM, so nodes-least is 1 and not 2");
}

#[test]
fn refuses_a_serial_number_used_twice() {
    let event = Event::planned();
    let plan = event.text("plan.toml");
    let serials: Vec<_> = plan.lines().filter(|line| line.starts_with("serial = ")).collect();
    event.replace("plan.toml", serials[3], serials[1]);
    let serial = serials[1].trim_start_matches("serial = ").trim_matches('"');
    refused(&event, &format!("plan.toml: the serial number {serial} is used twice"));
}

#[test]
fn refuses_one_certificate_name_for_two_keys() {
    let event = Event::planned();
    event.replace("plan.toml", "name = \"crates-io\"\n", "name = \"release\"\n");
    refused(
        &event,
        "plan.toml: the certificate release-1 is there twice, or not numbered from 1",
    );
}

#[test]
fn refuses_one_subject_for_two_keys() {
    let event = Event::planned();
    let name = |name| format!("common-name = \"Rust Rehearsal {name}\"");
    event.replace("inputs/policy.toml", &name("crates.io"), &name("Release"));
    let error = "policy.toml: the delegate 'crates-io' repeats another's name, common name or purpose";
    event.try_draft().refuses(3, error, Some(CORRECT));
    assert!(!event.has("plan.toml"));
}

#[test]
fn refuses_two_certificates_for_one_key() {
    let event = Event::planned();
    event.replace("plan.toml", "\"crates-io.csr\" = ", "#");
    event.replace(
        "plan.toml",
        "{ request = \"crates-io.csr\" }",
        "{ request = \"release.csr\" }",
    );
    refused(
        &event,
        "plan.toml: the key of crates-io-1 has another certificate already",
    );
}

#[test]
fn refuses_an_input_that_changed_after_the_plan() {
    let event = Event::planned();
    let planned = record::Digest::of(&event.read("inputs/policy.toml"));
    event.write("inputs/policy.toml", event.text("inputs/policy.toml") + "\n# changed\n");
    let found = record::Digest::of(&event.read("inputs/policy.toml"));
    let error = format!("plan.toml: input 'policy.toml' has the digest {found}, but the plan says {planned}");
    let hint = "the file changed after the plan was written; draft the plan again";
    event.pack().refuses(3, &error, Some(hint));
}

#[test]
fn refuses_an_input_that_is_missing() {
    let event = Event::planned();
    std::fs::remove_file(event.path("inputs/release.csr")).expect("the request");
    let error = "cannot read inputs/release.csr: No such file or directory (os error 2)";
    let hint =
        "a key's keeper makes its request (PKCS#10, DER) and sends it to infra: `openssl req -new -outform DER ...`";
    event.pack().refuses(3, error, Some(hint));
}

#[test]
fn refuses_a_root_that_the_quorum_does_not_guard() {
    let event = Event::planned();
    let guarded = "key = \"root-1\"\nquorum = true";
    event.replace("plan.toml", guarded, "key = \"root-1\"\nquorum = false");
    refused(
        &event,
        "plan.toml: the key root-1 of the root is not guarded by the quorum",
    );
}

#[test]
fn refuses_a_bundle_that_is_there_already() {
    let event = Event::planned();
    event.write("packed.cbor", "something");
    let error = "cannot write packed.cbor: File exists (os error 17)";
    let hint = "nothing is ever overwritten; move packed.cbor away, or name another place";
    event.pack().refuses(1, error, Some(hint));
    assert_eq!(event.text("packed.cbor"), "something");
}

pub fn refused(event: &Event, error: &str) {
    event.pack().refuses(3, error, Some(CORRECT));
    assert!(!event.has("packed.cbor"));
}
