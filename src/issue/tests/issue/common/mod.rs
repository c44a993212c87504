//! Keys and specifications that the tests share.

pub mod openssl;

use issue::{CaSpec, CertificateSpec, CrlEntry, CrlSpec, ExtraExtension};
use p384::ecdsa::SigningKey;
use p384::pkcs8::EncodePublicKey as _;
use x509::{KeyUsage, Name, Oid, PublicKey, Reason, Time};

/// The end of the root, and of everything below it at the latest.
pub const ROOT_END: &str = "2031-11-22T00:00:00Z";
/// When the tests take place.
pub const NOW: &str = "2026-11-22T12:00:00Z";

pub fn time(text: &str) -> Time {
    text.parse().unwrap()
}

pub fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

pub fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// A P-384 key, another for each `seed`.
pub fn p384(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 48]).unwrap()
}

pub fn public(key: &SigningKey) -> PublicKey {
    let der = key.verifying_key().to_public_key_der().unwrap();
    PublicKey::from_spki_der(der.as_bytes()).unwrap()
}

/// An Ed25519 key, another for each `seed`.
pub fn ed25519(seed: u8) -> PublicKey {
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
    // RFC 8410 §4: SEQUENCE { SEQUENCE { 1.3.101.112 }, BIT STRING }.
    let prefix = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    PublicKey::from_spki_der(&[&prefix[..], key.as_bytes()].concat()).unwrap()
}

/// A self-signed root with one further extension.
pub fn root() -> CertificateSpec {
    let key = public(&p384(1));
    CertificateSpec {
        serial: [&[0x51], [0xa7; 15].as_slice()].concat(),
        issuer: name("CN=Rehearsal Root 1, O=Rust Project"),
        subject: name("CN=Rehearsal Root 1, O=Rust Project"),
        not_before: time("2026-11-22T00:00:00Z"),
        not_after: time(ROOT_END),
        subject_key: key.clone(),
        issuer_key: key,
        ca: Some(CaSpec { path_len: None }),
        key_usage: KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN,
        purposes: Vec::new(),
        uris: Vec::new(),
        extra: vec![ExtraExtension {
            oid: oid("1.3.6.1.4.1.32473.3579.2.1"),
            critical: false,
            value: vec![0x04, 0x03, 1, 2, 3],
        }],
    }
}

/// A CA below the root, with everything that a specification can have.
pub fn delegate_ca() -> CertificateSpec {
    CertificateSpec {
        serial: [&[0x7f], [0xff; 19].as_slice()].concat(),
        subject: name("C=US, O=Rust Project, OU=Rehearsal, CN=Rehearsal Release 1"),
        not_before: time("2026-11-22T08:09:10Z"),
        not_after: time("2029-11-22T00:00:00Z"),
        subject_key: public(&p384(2)),
        ca: Some(CaSpec { path_len: Some(0) }),
        key_usage: KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN | KeyUsage::DIGITAL_SIGNATURE,
        purposes: vec![oid("1.3.6.1.4.1.32473.3579.1.1"), oid("1.3.6.1.4.1.32473.3579.1.2")],
        uris: vec!["https://pki.rust-lang.org/rehearsal".into(), "urn:example:1".into()],
        ..root()
    }
}

/// A delegate that is no CA, with an Ed25519 key, below the P-384 root.
pub fn delegate() -> CertificateSpec {
    CertificateSpec {
        serial: vec![0x80, 2, 3, 4, 5, 6, 7, 8],
        subject: name("CN=Rehearsal Transparency 1, O=Rust Project"),
        subject_key: ed25519(3),
        ca: None,
        key_usage: KeyUsage::DIGITAL_SIGNATURE,
        purposes: vec![oid("1.3.6.1.4.1.32473.3579.1.4")],
        extra: Vec::new(),
        ..root()
    }
}

/// The root's CRL, with these entries.
pub fn crl(entries: Vec<CrlEntry>) -> CrlSpec {
    CrlSpec {
        issuer: root().issuer,
        issuer_key: root().issuer_key,
        number: 1,
        this_update: time("2026-11-22T00:00:00Z"),
        next_update: time("2027-11-22T00:00:00Z"),
        entries,
    }
}

/// An entry for each reason, and one without.
pub fn every_reason() -> Vec<CrlEntry> {
    let reasons = Reason::ALL.into_iter().map(Some).chain([None]);
    let entry = |(index, reason)| CrlEntry {
        serial: vec![0x90 + index as u8; 9],
        date: time("2026-11-21T01:02:03Z"),
        reason,
    };
    reasons.enumerate().map(entry).collect()
}
