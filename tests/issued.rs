//! Subkeys that an outside keeper issues with tools of its own: checked, logged, published, and verified by everybody.

#[path = "issued/keeper.rs"]
mod keeper;

use keeper::{CODE_SIGNING, Keeper};

#[test]
fn a_keepers_subkey_is_published_with_its_proof_and_the_store_verifies() {
    let keeper = Keeper::new("issued-good");
    let subkey = keeper.issues("good", CODE_SIGNING, "");
    let said = keeper.publishes(&subkey, "release-code-signing").expect(0);
    assert!(
        said.out
            .contains("release-code-signing-1, a subkey of release-1 for code-signing"),
        "{said}"
    );
    for file in ["der", "pem", "tlog-proof"] {
        assert!(
            keeper
                .store()
                .join(format!("certs/release-code-signing-1.{file}"))
                .exists(),
            "{file}"
        );
    }
    let checked = keeper.checks().expect(0);
    assert!(
        checked.out.contains("subkeys issued by outside keepers: 1, each"),
        "{checked}"
    );
    // The same one is not published twice; another one is the next.
    let again = keeper.publishes(&subkey, "release-code-signing").expect(1);
    assert!(again.err.contains("is in the store already"), "{again}");
    let other = keeper.issues_to("code-signing 2", "other", CODE_SIGNING, "");
    keeper.publishes(&other, "release-code-signing").expect(0);
    assert!(keeper.store().join("certs/release-code-signing-2.der").exists());
    keeper.checks().expect(0);
}

#[test]
fn a_subkey_with_what_is_anothers_is_refused() {
    let keeper = Keeper::new("issued-again");
    let serial = "-days 90 -set_serial 0x4a00000000000001";
    let first = keeper.issues("first", CODE_SIGNING, serial);
    keeper.publishes(&first, "release-code-signing").expect(0);
    let before = keeper.listing();
    let wanted = "'CN=Rust Rehearsal Code Signing code-signing 2, O=Rust Project - REHEARSAL'";
    for (subject, options, expected) in [
        (
            "code-signing 1",
            "",
            format!("that of release-code-signing-2 is {wanted}"),
        ),
        (
            "code-signing",
            "",
            format!("that of release-code-signing-2 is {wanted}"),
        ),
        (
            "code-signing 2",
            serial,
            "the serial number 4a00000000000001 of it is that of release-code-signing-1".into(),
        ),
    ] {
        let second = keeper.issues_to(subject, "second", CODE_SIGNING, options);
        let refused = keeper.publishes(&second, "release-code-signing").expect(1);
        assert!(refused.err.contains(&expected), "{refused}");
    }
    assert_eq!(keeper.listing(), before, "nothing was written");
}

#[test]
fn a_subkey_that_the_policy_does_not_allow_is_refused_and_nothing_is_written() {
    let keeper = Keeper::new("issued-bad");
    let before = keeper.listing();
    for (name, extensions, options, called, expected) in [
        (
            "purpose",
            &CODE_SIGNING.replace(".1.6", ".1.1"),
            "",
            "release-code-signing",
            "its purposes are 1.3.6.1.4.1.32473.3579.1.1, and the policy has no subkeys of 'release' for just these",
        ),
        (
            "ca",
            &CODE_SIGNING
                .replace("CA:FALSE", "CA:TRUE")
                .replace("digitalSignature", "keyCertSign,cRLSign"),
            "",
            "release-code-signing",
            "it is a CA",
        ),
        (
            "long",
            &CODE_SIGNING.to_owned(),
            "-days 1300",
            "release-code-signing",
            "it lasts longer than 1200 days",
        ),
        (
            "uri",
            &(CODE_SIGNING.to_owned() + "subjectAltName=URI:https://github.com/rust-lang/rust\n"),
            "",
            "release-code-signing",
            "the subkey release-code-signing has no URI by the policy",
        ),
        (
            "name",
            &CODE_SIGNING.to_owned(),
            "",
            "website-1",
            "'website-1' is not called after a delegate that is kept outside and issues, and something more",
        ),
        (
            "kept-here",
            &CODE_SIGNING.to_owned(),
            "",
            "bors-rust",
            "a delegate that is kept in the HSM issues its subkeys in an event",
        ),
        (
            "other-keeper",
            &CODE_SIGNING.to_owned(),
            "",
            "crates-io-index",
            "no certificate of the delegate 'crates-io' has the key that signed it",
        ),
    ] {
        let subkey = keeper.issues(name, extensions, options);
        let refused = keeper.publishes(&subkey, called).expect(1);
        assert!(refused.err.contains(expected), "{name}: {refused}");
        assert!(refused.err.contains("hint: "), "{name}: {refused}");
    }
    assert_eq!(keeper.listing(), before, "nothing was written");
    let no_name = keeper
        .publishes(&keeper.issues("n", CODE_SIGNING, ""), "../x")
        .expect(2);
    assert!(no_name.err.contains("'../x' is not a name"), "{no_name}");
    let text = keeper.writes("text.pem", "hello");
    let none = keeper.publishes(&text, "release-code-signing").expect(1);
    assert!(none.err.contains("is no certificate"), "{none}");
}

#[test]
fn a_certificate_slipped_into_the_store_is_a_finding() {
    let keeper = Keeper::new("issued-slipped");
    let subkey = keeper.issues("slipped", CODE_SIGNING, "");
    keeper.slips_in(&subkey, "release-code-signing-1");
    let found = keeper.checks().expect(1);
    assert!(found.all().contains("the log has no entry for it"), "{found}");
    assert!(
        found.all().contains("certs/release-code-signing-1.tlog-proof"),
        "{found}"
    );
}
