//! What was frozen is signed here and shown to `openssl`, which knows neither builder.

use std::path::{Path, PathBuf};

use issue::{CertificateSpec, CrlSpec, freeze_certificate, freeze_crl};

use crate::common::openssl::{folder, openssl, pem, signed};
use crate::common::{NOW, ROOT_END, crl, delegate, delegate_ca, every_reason, p384, root, time};

#[test]
fn openssl_verifies_both_delegates_and_the_crl() {
    let folder = folder("verify");
    let root = certificate(&folder, "root.pem", &root());
    let crl = revocations(&folder, "root.crl.pem", &crl(every_reason()));
    for (file, spec) in [("ca.pem", delegate_ca()), ("leaf.pem", delegate())] {
        let file = certificate(&folder, file, &spec);
        let (ok, text) = openssl(&[
            "verify",
            "-x509_strict",
            "-crl_check",
            "-check_ss_sig",
            "-attime",
            "1795348800",
            "-CAfile",
            path(&root),
            "-CRLfile",
            path(&crl),
            path(&file),
        ]);
        assert!(ok, "{text}");
        assert!(text.ends_with(": OK\n"), "{text}");
    }
}

#[test]
fn openssl_finds_a_revoked_delegate_revoked() {
    let folder = folder("revoked");
    let root = certificate(&folder, "root.pem", &root());
    let file = certificate(&folder, "leaf.pem", &delegate());
    let mut entries = every_reason();
    entries[0].serial = delegate().serial;
    let crl = revocations(&folder, "root.crl.pem", &crl(entries));
    let (ok, text) = openssl(&[
        "verify",
        "-x509_strict",
        "-crl_check",
        "-attime",
        "1795348800",
        "-CAfile",
        path(&root),
        "-CRLfile",
        path(&crl),
        path(&file),
    ]);
    assert!(!ok);
    assert!(text.contains("certificate revoked"), "{text}");
}

fn read_by_openssl(certificate: &Path) -> String {
    let names = ["-nameopt", "sep_comma_plus_space"];
    let words = [&["x509", "-noout", "-text", "-in", path(certificate)], &names[..]].concat();
    openssl(&words).1
}

#[test]
fn openssl_reads_a_root_as_specified() {
    let folder = folder("root");
    let file = certificate(&folder, "root.pem", &root());
    shows(
        &read_by_openssl(&file),
        &[
            "Version: 3 (0x2)",
            "51:a7:a7:a7",
            "Signature Algorithm: ecdsa-with-SHA384",
            "Issuer: CN=Rehearsal Root 1, O=Rust Project",
            "Subject: CN=Rehearsal Root 1, O=Rust Project",
            "Not Before: Nov 22 00:00:00 2026 GMT",
            "Not After : Nov 22 00:00:00 2031 GMT",
            "NIST CURVE: P-384",
            "X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign\n",
            "X509v3 Basic Constraints: critical\n                CA:TRUE\n",
            "1.3.6.1.4.1.32473.3579.2.1:",
        ],
    );
    let identifiers = openssl(&[
        "x509",
        "-noout",
        "-ext",
        "subjectKeyIdentifier,authorityKeyIdentifier",
        "-in",
        path(&file),
    ])
    .1;
    let key_id: Vec<_> = root().issuer_key.key_id().iter().map(|b| format!("{b:02X}")).collect();
    assert_eq!(identifiers.matches(&key_id.join(":")).count(), 2, "{identifiers}");
}

#[test]
fn openssl_reads_delegates_as_specified() {
    let folder = folder("delegates");
    let file = certificate(&folder, "ca.pem", &delegate_ca());
    shows(
        &read_by_openssl(&file),
        &[
            "7f:ff:ff:ff",
            "Subject: C=US, O=Rust Project, OU=Rehearsal, CN=Rehearsal Release 1",
            "X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0\n",
            "Digital Signature, Certificate Sign, CRL Sign",
            "X509v3 Extended Key Usage: \n                1.3.6.1.4.1.32473.3579.1.1, 1.3.6.1.4.1.32473.3579.1.2",
            "URI:https://pki.rust-lang.org/rehearsal, URI:urn:example:1",
        ],
    );
    let file = certificate(&folder, "leaf.pem", &delegate());
    shows(
        &openssl(&["x509", "-noout", "-text", "-in", path(&file)]).1,
        &[
            "Serial Number:\n            80:02:03:04:05:06:07:08\n",
            "ED25519 Public-Key:",
            "X509v3 Basic Constraints: critical\n                CA:FALSE\n",
            "X509v3 Key Usage: critical\n                Digital Signature\n",
        ],
    );
}

#[test]
fn openssl_shows_every_reason_code() {
    let folder = folder("reasons");
    let file = revocations(&folder, "root.crl.pem", &crl(every_reason()));
    let (ok, text) = openssl(&["crl", "-noout", "-text", "-in", path(&file)]);
    assert!(ok, "{text}");
    let reasons = [
        "Key Compromise",
        "CA Compromise",
        "Affiliation Changed",
        "Superseded",
        "Cessation Of Operation",
        "Certificate Hold",
        "Privilege Withdrawn",
        "AA Compromise",
    ];
    for reason in reasons {
        assert_eq!(
            text.matches(&format!("                {reason}\n")).count(),
            1,
            "{reason}: {text}"
        );
    }
    assert_eq!(text.matches("X509v3 CRL Reason Code").count(), reasons.len());
    assert_eq!(text.matches("Serial Number: ").count(), reasons.len() + 1);
    shows(&text, &["Version 2 (0x1)", "X509v3 CRL Number: \n                1\n"]);
    assert!(!text.contains("Issuing Distribution Point"));
}

#[test]
fn an_empty_crl_has_no_list_of_revocations() {
    let folder = folder("empty");
    let file = revocations(&folder, "root.crl.pem", &crl(Vec::new()));
    let text = openssl(&["crl", "-noout", "-text", "-in", path(&file)]).1;
    shows(&text, &["No Revoked Certificates."]);
    // Inside the TBSCertList, at depth 2: version, algorithm, issuer, two dates, extensions, and no list.
    let fields: Vec<_> = openssl(&["asn1parse", "-in", path(&file)])
        .1
        .lines()
        .filter(|line| line.contains(":d=2 "))
        .map(|line| {
            line[line.find(": ").unwrap() + 2..]
                .trim()
                .split("  ")
                .next()
                .unwrap()
                .to_string()
        })
        .collect();
    let expected = ["INTEGER", "SEQUENCE", "SEQUENCE", "UTCTIME", "UTCTIME", "cont [ 0 ]"];
    assert_eq!(fields[..6], expected);
}

fn certificate(folder: &std::path::Path, file: &str, spec: &CertificateSpec) -> PathBuf {
    let end = (!spec.self_signed()).then(|| time(ROOT_END));
    let frozen = freeze_certificate(spec, end, None, &[], time(NOW)).unwrap();
    pem(folder, file, "CERTIFICATE", &signed(frozen.tbs().der(), &p384(1)))
}

fn revocations(folder: &std::path::Path, file: &str, spec: &CrlSpec) -> PathBuf {
    let frozen = freeze_crl(spec, time(ROOT_END), &[], time(NOW)).unwrap();
    pem(folder, file, "X509 CRL", &signed(frozen.tbs().der(), &p384(1)))
}

fn shows(text: &str, expected: &[&str]) {
    for part in expected {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

fn path(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}
