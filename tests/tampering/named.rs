//! One change each, as somebody would make it who wants it not to show.

use super::copy::Copy;
use support::rehearsal;

#[test]
fn swapped_staples_are_found() {
    let copy = Copy::new("staples");
    let (one, two) = ("certs/release-1.tlog-proof", "certs/crates-io-1.tlog-proof");
    let (first, second) = (copy.read(one), copy.read(two));
    copy.write(one, second);
    copy.write(two, first);
    let found = copy.check();
    found.names(one, "staple-bad");
    found.names(two, "staple-bad");
}

#[test]
fn swapped_certificates_are_found() {
    let copy = Copy::new("certificates");
    for end in ["der", "pem", "tlog-proof"] {
        let (one, two) = (format!("certs/release-1.{end}"), format!("certs/crates-io-1.{end}"));
        let (first, second) = (copy.read(&one), copy.read(&two));
        copy.write(&one, second);
        copy.write(&two, first);
    }
    let found = copy.check();
    found.names("certs/release-1.der", "not-as-planned");
    found.names("certs/crates-io-1.der", "not-as-planned");
    found.names(&copy.path("EVENT/record.cbor"), "outputs-differ");
}

#[test]
fn a_certificate_of_another_event_is_found() {
    let copy = Copy::new("foreign");
    let other = std::fs::read(rehearsal::other().done().store("certs/release-1.der")).expect("a certificate");
    copy.write("certs/release-1.der", other);
    let found = copy.check();
    found.names("certs/release-1.der", "signature-bad");
    found.names(&copy.path("EVENT/record.cbor"), "outputs-differ");
}

#[test]
fn a_removed_countersignature_is_found_although_enough_are_left() {
    let copy = Copy::new("countersignature");
    copy.remove("EVENT/countersignatures/member-9.sig");
    let found = copy.check();
    found.names(
        &copy.path("EVENT/countersignatures/member-9.sig"),
        "countersignature-differs",
    );
    found.names(&copy.path("EVENT/record.cbor"), "not-logged");
}

#[test]
fn countersignatures_under_each_others_names_are_found() {
    let copy = Copy::new("countersigners");
    let (one, two) = (
        "EVENT/countersignatures/member-1.sig",
        "EVENT/countersignatures/member-2.sig",
    );
    let (first, second) = (copy.read(one), copy.read(two));
    copy.write(one, second);
    copy.write(two, first);
    copy.check().names(&copy.path(one), "countersignature-bad");
}

#[test]
fn a_changed_roster_is_found() {
    let copy = Copy::new("roster");
    let other = std::fs::read(rehearsal::other().done().store("roster/1.cbor")).expect("a roster");
    copy.write("roster/1.cbor", other);
    copy.check().names("roster/1.cbor", "not-anchored");
}

#[test]
fn a_changed_policy_is_found() {
    let copy = Copy::new("policy");
    let policy = String::from_utf8(copy.read("policy/1.toml")).expect("text");
    let changed = policy.replacen("threshold = 5", "threshold = 4", 1);
    assert_ne!(changed, policy);
    copy.write("policy/1.toml", changed);
    copy.check().names("policy/1.toml", "not-anchored");
}

#[test]
fn a_changed_log_policy_is_found() {
    let copy = Copy::new("log-policy");
    let other = std::fs::read(rehearsal::other().done().store("policy/tlog-policy-1")).expect("a policy");
    copy.write("policy/tlog-policy-1", other);
    copy.check().names("policy/tlog-policy-1", "not-anchored");
}

#[test]
fn somebody_more_in_allowed_signers_is_found() {
    let copy = Copy::new("signers");
    let mut lines = copy.read("EVENT/allowed_signers");
    let own: Vec<u8> = lines
        .iter()
        .copied()
        .take_while(|octet| *octet != b'\n')
        .chain([b'\n'])
        .collect();
    lines.extend(own);
    copy.write("EVENT/allowed_signers", lines);
    copy.check()
        .names(&copy.path("EVENT/allowed_signers"), "allowed-signers-differ");
}

#[test]
fn an_older_or_foreign_list_under_the_newest_ones_name_is_found() {
    let copy = Copy::new("pointer");
    copy.write("crl/root-1.crl", copy.read("crl/bors-1.crl"));
    copy.check().names("crl/root-1.crl", "pointer-old");
}

#[test]
fn an_objects_content_is_that_of_its_name() {
    let copy = Copy::new("object");
    for path in support::scratch::files_under(&copy.file("objects")) {
        let path = format!("objects/{}", path.display());
        let bytes = copy.read(&path);
        copy.write(&path, b"something else");
        copy.check().names(&path, "object-differs");
        copy.write(&path, bytes);
    }
}
