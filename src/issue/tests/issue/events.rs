//! Events one after another: what each derives from what stands, signed here, and judged by `openssl`.

mod pki;

use pki::{certificate, crl, cross, founded, subkey};

use crate::common::openssl::{folder, openssl, pem};

#[test]
fn a_list_keeps_every_entry_of_the_one_before_and_openssl_reads_the_reasons() {
    let mut pki = founded();
    let first = pki.hold(
        "2027-06-01",
        &crl("root-1", 2, "2027-06-01", "release-1", "keyCompromise"),
    );
    let second = pki.hold(
        "2027-08-01",
        &crl("root-1", 3, "2027-08-01", "crates-io-1", "superseded"),
    );
    let folder = folder("revoked-for-reasons");
    let text = |name: &str, der: &[u8]| {
        let path = pem(&folder, name, "X509 CRL", der);
        let (good, text) = openssl(&["crl", "-noout", "-text", "-in", path.to_str().unwrap()]);
        assert!(good, "{text}");
        text
    };
    let (first, second) = (text("2.pem", &first[0]), text("3.pem", &second[0]));
    assert!(first.contains("X509v3 CRL Number: \n                2"), "{first}");
    assert_eq!(first.matches("Serial Number: ").count(), 1, "{first}");
    assert_eq!(second.matches("Serial Number: ").count(), 2, "{second}");
    let codes: Vec<&str> = second
        .lines()
        .skip_while(|line| !line.contains("Revoked Certificates"))
        .filter(|line| line.starts_with("                ") && !line.contains(':'))
        .map(str::trim)
        .collect();
    assert_eq!(codes, ["Key Compromise", "Superseded"], "{second}");
    let revoked_first = first.lines().find(|line| line.contains("Serial Number: ")).unwrap();
    assert!(second.contains(revoked_first), "{second}");
}

#[test]
fn a_list_that_revokes_twice_goes_back_or_revokes_anothers_is_refused() {
    let mut pki = founded();
    pki.hold(
        "2027-06-01",
        &crl("root-1", 2, "2027-06-01", "release-1", "keyCompromise"),
    );
    let refused = |steps: &str| pki.refused("2027-08-01", steps);
    let again = refused(&crl("root-1", 3, "2027-08-01", "release-1", "superseded"));
    assert!(
        again.starts_with("root-1 has revoked the serial number ") && again.ends_with(" already"),
        "{again}"
    );
    assert_eq!(
        refused(&crl("root-1", 3, "2027-05-01", "crates-io-1", "superseded")),
        "the CRL of root-1 is made at 2027-05-01T00:00:00Z, not after the one before it, 2027-06-01T00:00:00Z"
    );
    assert_eq!(
        refused(&crl("bors-1", 2, "2027-08-01", "release-1", "superseded")),
        "release-1 was not issued by bors-1, but by CN=Rust Rehearsal Root 1, O=Rust Project - REHEARSAL"
    );
    assert_eq!(
        refused(&crl("root-1", 3, "2027-08-01", "crates-io-1", "boredom")),
        "'boredom' is no reason of RFC 5280 §5.3.1"
    );
}

#[test]
fn a_serial_number_or_subject_or_key_that_stands_is_not_used_again() {
    let pki = founded();
    let fresh = certificate("release-2", "release-2", "root-1", "2027-06-01");
    let used = pki.serial("bors-1");
    let again = fresh.replace(&pki::drawn("release-2"), &used);
    assert_eq!(
        pki.refused("2027-06-01", &again),
        format!("the serial number {used} of certs/release-2.der is that of bors-1")
    );
    let other_key = certificate("release-1", "release-1", "root-1", "2027-06-01")
        .replace(&pki::drawn("release-1"), &pki::drawn("x"));
    assert_eq!(
        pki.with_key("release-1", 77).refused("2027-06-01", &other_key),
        "certs/release-1.der and release-1 have one subject, CN=Rust Rehearsal Release 1, O=Rust Project - REHEARSAL, \
         and two keys"
    );
    assert_eq!(
        founded()
            .with_key_of("release-2", "bors-1")
            .refused("2027-06-01", &fresh),
        "the key in certs/release-2.der has another certificate already"
    );
}

#[test]
fn a_subkey_is_narrower_than_its_delegate_and_openssl_follows_it_to_the_root() {
    let mut pki = founded();
    let made = pki.hold(
        "2027-06-01",
        &subkey("bors-rust-1", "bors-1", "https://github.com/rust-lang/rust"),
    );
    let folder = folder("subkey");
    let leaf = pem(&folder, "leaf.pem", "CERTIFICATE", &made[0]);
    let (root, bors) = (pki.pem(&folder, "root-1"), pki.pem(&folder, "bors-1"));
    let arguments = [
        "verify",
        "-x509_strict",
        "-attime",
        "1814400000",
        "-CAfile",
        root.to_str().unwrap(),
    ];
    let more = ["-untrusted", bors.to_str().unwrap(), leaf.to_str().unwrap()];
    let (good, said) = openssl(&[&arguments[..], &more].concat());
    assert!(good, "{said}");
    let (_, text) = openssl(&["x509", "-noout", "-text", "-in", leaf.to_str().unwrap()]);
    for wanted in [
        "URI:https://github.com/rust-lang/rust",
        "1.3.6.1.4.1.32473.3579.1.3",
        "CA:FALSE",
        "Subject: CN = Rust Rehearsal bors rust 1, O = Rust Project - REHEARSAL",
    ] {
        assert!(
            text.replace("CN=", "CN = ").replace("O=", "O = ").contains(wanted),
            "{wanted}: {text}"
        );
    }
}

#[test]
fn cross_certificates_lead_from_either_root_to_the_others_delegates() {
    let mut pki = founded();
    let steps = certificate("root-2", "root-2", "root-2", "2030-06-01")
        + &certificate("release-2", "release-2", "root-2", "2030-06-01")
        + &cross("root-2", "root-1", "2030-06-01", "2031-12-31T23:59:59Z")
        + &cross("root-1", "root-2", "2030-06-01", "2031-12-31T23:59:59Z");
    pki.hold("2030-06-01", &steps);
    let folder = folder("cross");
    let file = |stem: &str| pki.pem(&folder, stem).to_str().unwrap().to_owned();
    for (root, between, leaf) in [
        ("root-1", "root-2-by-root-1-1", "release-2"),
        ("root-2", "root-1-by-root-2-1", "release-1"),
    ] {
        // 2030-07-01.
        let at = "1909094400";
        let (root, between, leaf) = (file(root), file(between), file(leaf));
        let arguments = ["verify", "-x509_strict", "-attime", at, "-CAfile", &root];
        let (good, said) = openssl(&[&arguments[..], &["-untrusted", &between, &leaf]].concat());
        assert!(good, "{said}");
        let (good, _) = openssl(&[&arguments[..], &[leaf.as_str()]].concat());
        assert!(!good, "without the cross-certificate nothing leads there");
        let (_, text) = openssl(&["x509", "-noout", "-text", "-in", &between]);
        assert!(text.contains("CA:TRUE, pathlen:1"), "{text}");
    }
}

#[test]
fn a_cross_certificate_outlives_neither_root() {
    let pki = founded();
    let root = certificate("root-2", "root-2", "root-2", "2030-06-01");
    let late = |subject: &str, issuer: &str| {
        let end = "2032-01-01T00:00:00Z";
        pki.refused(
            "2030-06-01",
            &(root.clone() + &cross(subject, issuer, "2030-06-01", end)),
        )
    };
    assert_eq!(
        late("root-1", "root-2"),
        "the cross-certificate for root-1 ends at 2032-01-01T00:00:00Z, after root-1 itself"
    );
    let refused = late("root-2", "root-1");
    assert!(refused.contains("outlives-issuer"), "{refused}");
}

#[test]
fn a_delegate_is_used_beside_its_successor_no_longer_than_it_lives() {
    let replaces = "replaces = { certificate = \"release-1\", until = \"2032-01-01T00:00:00Z\" }\n";
    let steps = certificate("release-2", "release-2", "root-1", "2027-06-01") + replaces;
    assert_eq!(
        founded().refused("2027-06-01", &steps),
        "release-1 ends at 2031-12-31T23:59:59Z, and would be in use until 2032-01-01T00:00:00Z"
    );
}

/// What stands is somebody's file: nothing in it makes a panic.
#[test]
fn what_stands_and_cannot_be_read_is_refused() {
    let mut pki = founded();
    pki.standing.certificates[1].der.0.truncate(40);
    let refused = pki.refused(
        "2027-06-01",
        &crl("root-1", 2, "2027-06-01", "crates-io-1", "superseded"),
    );
    assert!(refused.starts_with("in standing.cbor, release-1: "), "{refused}");
    let mut twice = founded();
    let first = twice.standing.crls[0].clone();
    twice.standing.crls.push(first);
    let refused = twice.refused("2027-06-01", &crl("root-1", 2, "2027-06-01", "release-1", "superseded"));
    assert!(
        refused.ends_with("it has another number, or is there twice"),
        "{refused}"
    );
}
