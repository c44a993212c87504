//! X.509: requests, certificates and revocation lists, as they come, or signed by a key of the target's own.
//!
//! The first byte chooses. What is signed here gets past the signature, which no mutation does by chance.
#![no_main]

use std::sync::LazyLock;

use ed25519_dalek::{Signer as _, SigningKey};
use fuzz::change::one_bit;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use x509::{Certificate, Crl, CrlPolicy, Csr, Name, PublicKey, TbsCertificate, TbsCrl, oid, verify_chain};

fuzz_target!(|data: &[u8]| check(data));
fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    fuzz::der::mutate_after_first(data, size, most, seed)
});

fn check(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    let bytes = match choice & 4 {
        0 => bytes.to_vec(),
        _ => signed(bytes),
    };
    match choice % 4 {
        0 => check_request(&bytes),
        1 => check_certificate(&bytes),
        2 => check_list(&bytes),
        _ => check_key(&bytes),
    }
}

fn check_request(bytes: &[u8]) {
    let Ok(request) = Csr::parse(bytes) else { return };
    let again = Csr::parse(request.der()).expect("its DER is a request");
    assert_eq!(
        (again.der(), again.fingerprint()),
        (request.der(), request.fingerprint())
    );
    assert_eq!(again.public_key(), request.public_key());
    assert!(
        request
            .subject()
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic())
    );
    if bytes.first() == Some(&SEQUENCE) {
        assert_eq!(request.der(), bytes, "one encoding for each value");
    }
    assert!(
        Csr::parse(&one_bit(request.der())).is_err(),
        "its proof covers every bit"
    );
}

fn check_certificate(bytes: &[u8]) {
    let Ok(certificate) = Certificate::parse_file(bytes) else {
        return;
    };
    if bytes.first() == Some(&SEQUENCE) {
        assert_eq!(certificate.der(), bytes, "one encoding for each value");
    }
    assert_eq!(
        Certificate::parse_pem(certificate.to_pem().as_bytes()).as_ref(),
        Ok(&certificate)
    );
    let tbs = certificate.tbs();
    assert_eq!(TbsCertificate::parse(tbs.der()).expect("it was read").der(), tbs.der());
    check_name(tbs.subject());
    check_name(tbs.issuer());
    check_key(tbs.public_key().spki_der());
    let at = tbs.not_before();
    let purpose = tbs
        .ekus()
        .and_then(|(ekus, _)| ekus.first().copied())
        .unwrap_or(oid::EXTENSION_REQUEST);
    let chain = verify_chain(&certificate, &[], &certificate, at, &purpose, &[], CrlPolicy::IfPresent);
    if chain.is_ok() {
        certificate.verified_by(tbs.public_key()).expect("a root signed itself");
    }
    for key in [tbs.public_key(), &OWN] {
        if certificate.verified_by(key).is_ok() {
            let changed = Certificate::parse(&one_bit(certificate.der()));
            assert!(changed.is_err() || changed.is_ok_and(|changed| changed.verified_by(key).is_err()));
        }
    }
}

fn check_list(bytes: &[u8]) {
    let pem = bytes.first() != Some(&SEQUENCE);
    let Ok(list) = (if pem { Crl::parse_pem(bytes) } else { Crl::parse(bytes) }) else {
        return;
    };
    assert!(pem || list.der() == bytes, "one encoding for each value");
    assert_eq!(Crl::parse_pem(list.to_pem().as_bytes()).as_ref(), Ok(&list));
    assert_eq!(
        TbsCrl::parse(list.tbs().der()).expect("it was read").der(),
        list.tbs().der()
    );
    check_name(list.tbs().issuer());
    if list.verified_by(&OWN).is_ok() {
        let changed = Crl::parse(&one_bit(list.der()));
        assert!(changed.is_err() || changed.is_ok_and(|changed| changed.verified_by(&OWN).is_err()));
    }
}

fn check_name(name: &Name) {
    assert_eq!(Name::from_der(&name.to_der()).as_ref(), Ok(name));
}

fn check_key(spki: &[u8]) {
    let Ok(key) = PublicKey::from_spki_der(spki) else {
        return;
    };
    assert_eq!(key.spki_der(), spki);
    assert!(spki.ends_with(key.point()));
}

/// `SEQUENCE { data, Ed25519, signature of data }`.
fn signed(data: &[u8]) -> Vec<u8> {
    let signature = KEY.sign(data).to_bytes();
    let content = [data, ED25519, &[0x03, 65, 0], &signature].concat();
    let mut der = vec![SEQUENCE, 0x82];
    // 16 KiB are the most that libFuzzer makes here; DER wants the shortest form.
    match content.len() {
        length @ 0..=0xff => der = vec![SEQUENCE, 0x81, length as u8],
        length => der.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()),
    }
    [der, content].concat()
}

/// A key that guards nothing.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&[7; 32]));
static OWN: LazyLock<PublicKey> = LazyLock::new(|| {
    let spki = [ED25519_SPKI, KEY.verifying_key().as_bytes()].concat();
    PublicKey::from_spki_der(&spki).expect("it is a key")
});

const SEQUENCE: u8 = 0x30;
/// RFC 8410: AlgorithmIdentifier { id-Ed25519 }, and what stands before the 32 bytes in a SubjectPublicKeyInfo.
const ED25519: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];
const ED25519_SPKI: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
