//! A profile accepts the one certificate it describes; every field changed in turn is named.

use x509::{Algorithm, Ca, Certificate, Extension, KeyUsage, Name, Oid, Profile, Time};

use crate::support::{DELEGATE, LEAF, PURPOSE, ROOT, Workshop};

const EXTRA: &str = "1.3.6.1.4.1.32473.9";

fn made(name: &str, extensions: &str) -> (Workshop, Certificate, Profile) {
    let workshop = Workshop::new(name);
    workshop.key("root", "p384");
    workshop.key("delegate", "p384");
    workshop.certificate("root", "root", 300, ROOT);
    let delegate = workshop.certificate("delegate", "root", 200, extensions);
    let profile = Profile {
        algorithm: Algorithm::P384,
        serial: delegate.tbs().serial().to_vec(),
        issuer: Name::parse("O=Test, CN=root").unwrap(),
        not_before: delegate.tbs().not_before(),
        not_after: delegate.tbs().not_after(),
        subject: Name::parse("O=Test, CN=delegate").unwrap(),
        public_key: workshop.public_key("delegate"),
        authority_key_id: Some(workshop.public_key("root").key_id()),
        ca: Ca::Yes { path_len: Some(0) },
        key_usage: KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN,
        ekus: vec![Oid::parse(PURPOSE).unwrap()],
        subject_alt_uris: vec!["https://x.test/a".into()],
        extra: vec![Extension {
            oid: Oid::parse(EXTRA).unwrap(),
            critical: false,
            value: vec![5, 0],
        }],
    };
    (workshop, delegate, profile)
}

fn full() -> String {
    format!("{DELEGATE}\nsubjectAltName=URI:https://x.test/a\n{EXTRA}=DER:0500")
}

#[test]
fn accepts_exactly_what_it_describes() {
    let (_workshop, delegate, profile) = made("exact", &full());
    profile.check(delegate.tbs()).unwrap();
}

/// What the refusal begins with, and the change that causes it.
type Case = (&'static str, Box<dyn Fn(&mut Profile)>);

#[test]
fn every_field_of_the_profile_counts() {
    let (workshop, delegate, profile) = made("fields", &full());
    let other_key = workshop.public_key("root");
    let cases: Vec<Case> = vec![
        (
            "signature is ecdsa-with-SHA384, the profile says Ed25519",
            Box::new(|p| p.algorithm = Algorithm::Ed25519),
        ),
        ("serialNumber is ", Box::new(|p| p.serial = vec![1])),
        (
            "issuer is O=Test, CN=root, the profile says CN=root, O=Test",
            Box::new(|p| p.issuer = Name::parse("CN=root, O=Test").unwrap()),
        ),
        ("notBefore is ", Box::new(|p| p.not_before = Time(p.not_before.0 + 1))),
        ("notAfter is ", Box::new(|p| p.not_after = Time(p.not_after.0 + 1))),
        (
            "subject is O=Test, CN=delegate, the profile says CN=x",
            Box::new(|p| p.subject = Name::parse("CN=x").unwrap()),
        ),
        (
            "subjectPublicKeyInfo is ",
            Box::new(move |p| p.public_key = other_key.clone()),
        ),
        ("authorityKeyIdentifier is ", Box::new(|p| p.authority_key_id = None)),
        (
            "authorityKeyIdentifier is ",
            Box::new(|p| p.authority_key_id = Some([0; 20])),
        ),
        (
            "basicConstraints is CA true, pathLen 0 (critical), the profile says absent",
            Box::new(|p| p.ca = Ca::Absent),
        ),
        (
            "basicConstraints is CA true, pathLen 0 (critical), the profile says CA false (critical)",
            Box::new(|p| p.ca = Ca::No),
        ),
        (
            "basicConstraints is CA true, pathLen 0 (critical), the profile says CA true (critical)",
            Box::new(|p| p.ca = Ca::Yes { path_len: None }),
        ),
        (
            "basicConstraints is CA true, pathLen 0 (critical), the profile says CA true, pathLen 1 (critical)",
            Box::new(|p| p.ca = Ca::Yes { path_len: Some(1) }),
        ),
        (
            "keyUsage is digitalSignature, keyCertSign, cRLSign (critical), the profile says keyCertSign (critical)",
            Box::new(|p| p.key_usage = KeyUsage::KEY_CERT_SIGN),
        ),
        (
            "extendedKeyUsage is 1.3.6.1.4.1.32473.3579.1, the profile says absent",
            Box::new(|p| p.ekus.clear()),
        ),
        (
            "extendedKeyUsage is 1.3.6.1.4.1.32473.3579.1, the profile says 1.2.3",
            Box::new(|p| p.ekus = vec![Oid::parse("1.2.3").unwrap()]),
        ),
        (
            "subjectAltName is https://x.test/a, the profile says absent",
            Box::new(|p| p.subject_alt_uris.clear()),
        ),
        (
            "extension 1.3.6.1.4.1.32473.9 is 0500, the profile says absent",
            Box::new(|p| p.extra.clear()),
        ),
        (
            "extension 1.3.6.1.4.1.32473.9 is 0500, the profile says 0500 (critical)",
            Box::new(|p| p.extra[0].critical = true),
        ),
        (
            "extension 1.3.6.1.4.1.32473.9 is 0500, the profile says 0501",
            Box::new(|p| p.extra[0].value = vec![5, 1]),
        ),
        (
            "extension 1.2.3 is absent, the profile says 0500",
            Box::new(|p| p.extra[0].oid = Oid::parse("1.2.3").unwrap()),
        ),
    ];
    for (expected, change) in cases {
        let mut profile = profile.clone();
        change(&mut profile);
        let text = profile.check(delegate.tbs()).unwrap_err().to_string();
        assert!(text.starts_with(expected), "{text:?} is not {expected:?}");
    }
}

#[test]
fn criticality_counts() {
    let cases = [
        (
            "keyUsage=critical,",
            "keyUsage=",
            "keyUsage is digitalSignature, keyCertSign, cRLSign, the profile says",
        ),
        (
            "basicConstraints=critical,",
            "basicConstraints=",
            "basicConstraints is CA true, pathLen 0, the profile says",
        ),
        (
            "extendedKeyUsage=",
            "extendedKeyUsage=critical,",
            "extendedKeyUsage is 1.3.6.1.4.1.32473.3579.1 (critical), the profile says",
        ),
        (
            "subjectAltName=",
            "subjectAltName=critical,",
            "subjectAltName is https://x.test/a (critical), the profile says",
        ),
    ];
    for (from, to, expected) in cases {
        let (_workshop, delegate, profile) = made("critical", &full().replace(from, to));
        let text = profile.check(delegate.tbs()).unwrap_err().to_string();
        assert!(text.starts_with(expected), "{text:?} is not {expected:?}");
    }
}

#[test]
fn refuses_key_usages_that_no_profile_has() {
    let (_workshop, delegate, profile) = made(
        "usage",
        &full().replace("digitalSignature", "digitalSignature,nonRepudiation"),
    );
    let text = profile.check(delegate.tbs()).unwrap_err().to_string();
    assert!(
        text.starts_with("keyUsage is digitalSignature, nonRepudiation, keyCertSign, cRLSign (critical)"),
        "{text}"
    );
}

#[test]
fn refuses_missing_and_foreign_key_identifiers() {
    let (_workshop, delegate, profile) = made("foreign", &full().replace("SKID", "subjectKeyIdentifier=hash"));
    assert_eq!(profile.check(delegate.tbs()).unwrap_err().field, "subjectKeyIdentifier");
    let (_workshop, delegate, profile) = made("missing", &full().replace("SKID\n", "subjectKeyIdentifier=none\n"));
    assert_eq!(profile.check(delegate.tbs()).unwrap_err().found, "absent");
}

#[test]
fn tells_a_leaf_from_a_ca_and_from_nothing() {
    let (_workshop, delegate, mut profile) = made("leaf", LEAF);
    (profile.ca, profile.key_usage) = (Ca::No, KeyUsage::DIGITAL_SIGNATURE);
    profile.subject_alt_uris.clear();
    profile.extra.clear();
    profile.check(delegate.tbs()).unwrap();
    profile.ca = Ca::Absent;
    let text = profile.check(delegate.tbs()).unwrap_err().to_string();
    assert_eq!(text, "basicConstraints is CA false (critical), the profile says absent");
}
