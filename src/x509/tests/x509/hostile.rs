//! Arbitrary and bit-flipped input never panics, and what still parses is canonical and does not verify.

use proptest::prelude::*;
use std::sync::OnceLock;
use x509::{Certificate, Crl, Csr, Name, Oid, PublicKey, TbsCertificate, TbsCrl, Time};

use crate::support::{LEAF, ROOT, Workshop};

struct Honest {
    key: PublicKey,
    certificate: Vec<u8>,
    crl: Vec<u8>,
    csr: Vec<u8>,
}

fn honest() -> &'static Honest {
    static HONEST: OnceLock<Honest> = OnceLock::new();
    HONEST.get_or_init(|| {
        let workshop = Workshop::new("hostile");
        workshop.key("root", "p384");
        workshop.key("leaf", "p384");
        workshop.certificate("root", "root", 300, ROOT);
        let extensions = format!("{LEAF}\nsubjectAltName=URI:https://x.test/a\n1.3.6.1.4.1.32473.9=DER:0500");
        let certificate = workshop.certificate("leaf", "root", 200, &extensions).der().to_vec();
        let extensions = "authorityKeyIdentifier=keyid:always\nissuingDistributionPoint=critical,@dp";
        let crl = workshop.crl(
            "root",
            &[("0A", ",keyCompromise"), ("0B", "")],
            extensions,
            "-crldays 30",
        );
        workshop.request("leaf", "", "");
        let csr = workshop.openssl("req -in r.csr -outform DER");
        Honest {
            key: workshop.public_key("root"),
            certificate,
            crl,
            csr,
        }
    })
}

fn parse_all(bytes: &[u8]) {
    let _ = Certificate::parse(bytes);
    let _ = Certificate::parse_pem(bytes);
    let _ = TbsCertificate::parse(bytes);
    let _ = Crl::parse(bytes);
    let _ = Crl::parse_pem(bytes);
    let _ = TbsCrl::parse(bytes);
    let _ = Csr::parse(bytes);
    let _ = PublicKey::from_spki_der(bytes);
    let _ = Name::from_der(bytes);
    let _ = x509::ecdsa_raw_from_der(bytes);
    let _ = x509::ecdsa_der_from_raw(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = Oid::parse(&text);
    let _ = Time::parse_rfc3339(&text);
    let _ = Name::parse(&text);
}

fn flipped(bytes: &[u8], flips: &[(usize, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, mask) in flips {
        let place = place % bytes.len();
        bytes[place] ^= mask;
    }
    bytes
}

/// Flips, and whether they change anything at all.
fn flips() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((any::<usize>(), 1u8..), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        parse_all(&bytes);
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,80}") {
        parse_all(text.as_bytes());
        parse_all(format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n").as_bytes());
    }

    #[test]
    fn a_changed_certificate_never_passes(flips in flips()) {
        let bytes = flipped(&honest().certificate, &flips);
        parse_all(&bytes);
        if let Ok(certificate) = Certificate::parse(&bytes) {
            prop_assert_eq!(certificate.der(), bytes.as_slice());
            prop_assert_eq!(certificate.verified_by(&honest().key).is_ok(), bytes == honest().certificate);
        }
    }

    #[test]
    fn a_changed_crl_never_passes(flips in flips()) {
        let bytes = flipped(&honest().crl, &flips);
        parse_all(&bytes);
        if let Ok(crl) = Crl::parse(&bytes) {
            prop_assert_eq!(crl.verified_by(&honest().key).is_ok(), bytes == honest().crl);
        }
    }

    #[test]
    fn a_changed_request_never_passes(flips in flips()) {
        let bytes = flipped(&honest().csr, &flips);
        parse_all(&bytes);
        prop_assert_eq!(Csr::parse(&bytes).is_ok(), bytes == honest().csr);
    }

    #[test]
    fn a_cut_file_is_refused(keep in any::<usize>()) {
        for honest in [&honest().certificate, &honest().crl, &honest().csr] {
            let cut = &honest[..keep % honest.len()];
            prop_assert!(Certificate::parse(cut).is_err() && Crl::parse(cut).is_err() && Csr::parse(cut).is_err());
        }
    }

    #[test]
    fn names_lead_back(parts in prop::collection::vec("(CN|O|OU)=[A-Za-z0-9.:/-]{1,20}( [a-z]{1,9})?", 1..8)) {
        let text = parts.join(", ");
        let name = Name::parse(&text).unwrap();
        prop_assert_eq!(name.to_string(), text);
        prop_assert_eq!(Name::from_der(&name.to_der()).unwrap(), name);
    }
}
