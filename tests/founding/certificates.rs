//! Certificates as openssl reads them.

use std::collections::BTreeSet;
use std::fs;

use record::{Bytes, Digest};
use support::judges::openssl;
use support::rehearsal::{self, Rehearsal};

/// What a certificate must be: name, purpose, key usage, constraint, key.
struct Wanted {
    name: &'static str,
    subject: &'static str,
    purpose: Option<&'static str>,
    usage: &'static str,
    constraint: &'static str,
    key: &'static str,
}

#[test]
fn openssl_verifies_every_delegate_strictly_and_with_the_roots_crl() {
    let one = rehearsal::plain().done();
    for name in DELEGATES {
        verify(one, one, name).expect(0);
        // The judge does judge: under another rehearsal's root of the same name it is refused.
        let told = verify(rehearsal::other().done(), one, name).expect(2);
        assert!(told.all().contains("verification failed"), "{told}");
    }
}

#[test]
fn each_certificate_has_exactly_its_extensions() {
    for wanted in &ALL {
        let text = text_of(wanted.name);
        let (usage, constraint) = (extension(&text, "Key Usage"), extension(&text, "Basic Constraints"));
        assert_eq!(usage, ("critical".into(), wanted.usage.into()), "{}", wanted.name);
        assert_eq!(
            constraint,
            ("critical".into(), wanted.constraint.into()),
            "{}",
            wanted.name
        );
        let purposes = text
            .contains("X509v3 Extended Key Usage:")
            .then(|| extension(&text, "Extended Key Usage").1);
        assert_eq!(purposes.as_deref(), wanted.purpose, "{}", wanted.name);
        let extensions = text.split("X509v3 extensions:").nth(1).expect("extensions");
        let extensions = extensions.split("Signature Algorithm").next().expect("extensions");
        let found = extensions.lines().filter(|line| is_heading(line)).count();
        assert_eq!(found, 5, "{} has further extensions:\n{extensions}", wanted.name);
    }
}

#[test]
fn each_certificate_has_the_subject_key_and_signature_that_the_policy_says() {
    for wanted in &ALL {
        let text = text_of(wanted.name);
        let line = |start: &str| {
            text.lines()
                .map(str::trim)
                .find(|line| line.starts_with(start))
                .unwrap_or_default()
        };
        let subject = format!("Subject: CN = {} 1, O = Rust Project - REHEARSAL", wanted.subject);
        assert_eq!(line("Subject:"), subject);
        assert_eq!(
            line("Issuer:"),
            "Issuer: CN = Rust Rehearsal Root 1, O = Rust Project - REHEARSAL"
        );
        assert_eq!(line("Signature Algorithm:"), "Signature Algorithm: ecdsa-with-SHA384");
        assert_eq!(line("Version:"), "Version: 3 (0x2)");
        assert!(text.contains(wanted.key), "{}: {text}", wanted.name);
    }
}

#[test]
fn nobody_outlives_the_root_which_ends_in_2031() {
    let root = dates("root");
    assert_eq!(root.1, "2031-12-31 23:59:59Z");
    for wanted in &ALL {
        let (from, until) = dates(wanted.name);
        assert!(root.0 <= from && until <= root.1, "{}: {from} to {until}", wanted.name);
        assert_eq!(until, "2031-12-31 23:59:59Z", "{}", wanted.name);
    }
}

#[test]
fn serial_numbers_are_positive_differ_and_have_room_for_64_random_bits() {
    let serials: BTreeSet<_> = ALL.iter().map(|wanted| field(wanted.name, &["-serial"])).collect();
    assert_eq!(serials.len(), ALL.len());
    for serial in serials {
        let digits = serial
            .trim()
            .strip_prefix("serial=")
            .expect("a serial number")
            .to_owned();
        assert!((16..=40).contains(&digits.len()), "{digits}");
        assert!(
            digits.bytes().all(|digit| digit.is_ascii_hexdigit()),
            "'{digits}' is negative"
        );
    }
}

#[test]
fn key_identifiers_are_those_of_rfc_7093_and_chain_to_the_root() {
    let root = identifier(&text_of("root"), "Subject");
    for wanted in &ALL {
        let text = text_of(wanted.name);
        assert_eq!(identifier(&text, "Authority"), root, "{}", wanted.name);
        // RFC 7093 section 2, method 1: the leftmost 160 bits of SHA-256 of the key's bits.
        let point = if wanted.key == ED25519 { 32 } else { 97 };
        let der = public_key(wanted.name);
        let expected = &Digest::of(&der[der.len() - point..]).hex()[..40];
        assert_eq!(identifier(&text, "Subject"), expected, "{}", wanted.name);
    }
}

#[test]
fn the_root_binds_roster_policy_and_log_policy_and_is_usable_by_who_does_not_know_that() {
    let one = rehearsal::plain().done();
    let digest = |path: &str| Digest::of(&fs::read(one.store(path)).expect("a file of the store"));
    let mut value = vec![0x30, 0x66];
    for path in ["roster/1.cbor", "policy/1.toml", "policy/tlog-policy-1"] {
        value.extend([0x04, 0x20]);
        value.extend(digest(path).0);
    }
    let der = fs::read(one.store("certs/root-1.der")).expect("the root");
    assert!(
        der.windows(value.len()).any(|part| part == value),
        "the root holds the three digests"
    );
    let text = text_of("root");
    let heading = text
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("1.3.6.1.4.1.32473.3579.2.1:"));
    assert_eq!(
        heading,
        Some("1.3.6.1.4.1.32473.3579.2.1:"),
        "it is there, and not critical"
    );
    for name in DELEGATES {
        assert!(!text_of(name).contains("32473.3579.2.1"), "{name} has none");
    }
}

#[test]
fn pem_and_der_hold_the_same_certificate() {
    let one = rehearsal::plain().done();
    for wanted in &ALL {
        let pem = one.in_store(&format!("certs/{}-1.pem", wanted.name));
        let out = one.dir.with_file_name(format!("from-pem-{}.der", wanted.name));
        openssl(
            &["x509", "-in", &pem, "-outform", "DER", "-out", &rehearsal::text(&out)],
            "",
        )
        .expect(0);
        let der = fs::read(one.store(&format!("certs/{}-1.der", wanted.name))).expect("DER");
        assert_eq!(Bytes(fs::read(&out).expect("DER")), Bytes(der), "{}", wanted.name);
    }
}

fn verify(root: &Rehearsal, of: &Rehearsal, name: &str) -> support::Outcome {
    let (anchor, crl) = (root.in_store("certs/root-1.pem"), of.in_store("crl/root-1.crl"));
    let leaf = of.in_store(&format!("certs/{name}-1.pem"));
    let strict = [
        "verify",
        "-x509_strict",
        "-crl_check",
        "-CAfile",
        &anchor,
        "-CRLfile",
        &crl,
        &leaf,
    ];
    openssl(&strict, "")
}

fn field(name: &str, options: &[&str]) -> String {
    let file = rehearsal::plain().done().in_store(&format!("certs/{name}-1.pem"));
    openssl(&[&["x509", "-noout", "-in", &file], options].concat(), "")
        .expect(0)
        .out
}

fn text_of(name: &str) -> String {
    field(name, &["-text"])
}

/// First and last second of validity; this form can be compared as text.
fn dates(name: &str) -> (String, String) {
    let told = field(name, &["-dates", "-dateopt", "iso_8601"]);
    let of = |start: &str| {
        told.lines()
            .find_map(|line| line.strip_prefix(start))
            .expect("a date")
            .to_owned()
    };
    (of("notBefore="), of("notAfter="))
}

/// Whether an extension is critical, and what it says.
fn extension(text: &str, name: &str) -> (String, String) {
    let mut lines = text
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with(&format!("X509v3 {name}:")));
    let heading = lines.next().unwrap_or_else(|| panic!("no {name} in\n{text}"));
    let critical = heading.split(':').nth(1).unwrap_or_default().trim().to_owned();
    (critical, lines.next().unwrap_or_default().to_owned())
}

/// Headings stand 12 columns deep, what they say deeper.
fn is_heading(line: &str) -> bool {
    let depth = line.len() - line.trim_start().len();
    depth == 12 && line.trim().contains(':')
}

fn identifier(text: &str, whose: &str) -> String {
    extension(text, &format!("{whose} Key Identifier"))
        .1
        .replace(':', "")
        .to_lowercase()
}

/// SubjectPublicKeyInfo, DER.
fn public_key(name: &str) -> Vec<u8> {
    let pem = field(name, &["-pubkey"]);
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let out = rehearsal::plain().dir.with_file_name(format!("public-key-{name}.der"));
    let out = rehearsal::text(&out);
    openssl(&["base64", "-d", "-A", "-out", &out], &body).expect(0);
    fs::read(out).expect("DER")
}

const DELEGATES: [&str; 5] = ["release", "crates-io", "bors", "transparency", "console"];

const P384: &str = "NIST CURVE: P-384";
const ED25519: &str = "ED25519 Public-Key";
const ISSUES: &str = "Certificate Sign, CRL Sign";
const BOTH: &str = "Digital Signature, Certificate Sign, CRL Sign";
const SIGNS: &str = "Digital Signature";

#[rustfmt::skip]
const ALL: [Wanted; 6] = [
    wanted("root", "Rust Rehearsal Root", None, ISSUES, "CA:TRUE", P384),
    wanted("release", "Rust Rehearsal Release", Some("1.3.6.1.4.1.32473.3579.1.1, 1.3.6.1.4.1.32473.3579.1.6"), BOTH, "CA:TRUE, pathlen:0", P384),
    wanted("crates-io", "Rust Rehearsal crates.io", Some("1.3.6.1.4.1.32473.3579.1.2, 1.3.6.1.4.1.32473.3579.1.7"), BOTH, "CA:TRUE, pathlen:0", P384),
    wanted("bors", "Rust Rehearsal bors", Some("1.3.6.1.4.1.32473.3579.1.3"), ISSUES, "CA:TRUE, pathlen:0", P384),
    wanted("transparency", "Rust Rehearsal Transparency", Some("1.3.6.1.4.1.32473.3579.1.4"), SIGNS, "CA:FALSE", ED25519),
    wanted("console", "Rust Rehearsal Console", Some("1.3.6.1.4.1.32473.3579.1.5"), SIGNS, "CA:FALSE", P384),
];

const fn wanted(
    name: &'static str,
    subject: &'static str,
    purpose: Option<&'static str>,
    usage: &'static str,
    constraint: &'static str,
    key: &'static str,
) -> Wanted {
    Wanted {
        name,
        subject,
        purpose,
        usage,
        constraint,
        key,
    }
}
