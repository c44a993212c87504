//! The same event with other approvers and a request that a keeper wrote with `openssl req`.

use std::fs;

use record::Bundle;
use record::record::{Fate, Record};
use support::judges::openssl;
use support::rehearsal::{self, Rehearsal, text};

#[test]
fn any_five_of_the_nine_may_approve() {
    let approvers = |one: &Rehearsal| {
        let record = fs::read(one.event().join("record.cbor")).expect("the record");
        let record = Bundle::<Record>::decode(&record).expect("a record").body;
        assert!(
            record.tokens.iter().all(|token| token.fate == Fate::Used),
            "every token was spent on its action"
        );
        assert_eq!(record.present.len(), 9);
        record
            .approvals
            .into_iter()
            .map(|signed| signed.member)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        approvers(rehearsal::plain().done()),
        ["member-1", "member-2", "member-3", "member-4", "member-5"]
    );
    assert_eq!(
        approvers(rehearsal::other().done()),
        ["member-5", "member-6", "member-7", "member-8", "member-9"]
    );
}

#[test]
fn a_keepers_own_request_becomes_the_certificate() {
    let one = rehearsal::other().done();
    let certificate = one.in_store("certs/release-1.pem");
    let issued = openssl(&["x509", "-in", &certificate, "-noout", "-pubkey"], "")
        .expect(0)
        .out;
    let own = text(&one.dir.with_file_name("own-release.key"));
    assert_eq!(issued, openssl(&["pkey", "-in", &own, "-pubout"], "").expect(0).out);
    assert!(
        !one.private.join("keepers/release.key").exists(),
        "no key was made in its place"
    );
    let subject = openssl(&["x509", "-in", &certificate, "-noout", "-subject"], "")
        .expect(0)
        .out;
    assert_eq!(
        subject.trim(),
        "subject=CN = Rust Rehearsal Release 1, O = Rust Project - REHEARSAL"
    );
}

#[test]
fn no_two_events_share_a_key_or_a_serial_number() {
    let of = |one: &Rehearsal, option: &str| {
        let file = one.in_store("certs/root-1.pem");
        openssl(&["x509", "-in", &file, "-noout", option], "").expect(0).out
    };
    for option in ["-pubkey", "-serial", "-fingerprint"] {
        assert_ne!(
            of(rehearsal::plain().done(), option),
            of(rehearsal::other().done(), option),
            "{option}"
        );
    }
}
