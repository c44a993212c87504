//! Each lint finds what it is for, by its name, and nothing is built then.

use std::collections::BTreeSet;

use issue::{CertificateSpec, CrlSpec, Error, ExtraExtension, Lint, freeze_certificate, freeze_crl, lint};
use x509::{KeyUsage, Oid, TbsCertificate, TbsCrl, Time};

use crate::common::{NOW, ROOT_END, crl, delegate, delegate_ca, every_reason, name, oid, p384, public, root, time};

#[test]
fn names_are_kebab_case_and_unique_and_lead_back() {
    let names: BTreeSet<_> = Lint::ALL.iter().map(|lint| lint.name()).collect();
    assert_eq!(names.len(), Lint::ALL.len());
    for lint in Lint::ALL {
        assert!(
            lint.name().bytes().all(|b| b == b'-' || b.is_ascii_lowercase()),
            "{lint}"
        );
        assert_eq!(Lint::from_name(lint.name()), Some(*lint));
    }
    assert_eq!(Lint::from_name("serial-lenght"), None);
}

#[test]
fn accepts_what_is_right() {
    let purposes = delegate_ca().purposes;
    for (spec, end, issuer) in [
        (root(), None, None),
        (delegate_ca(), Some(time(ROOT_END)), Some(purposes.as_slice())),
        (delegate(), Some(delegate().not_after), None),
    ] {
        assert_eq!(lint::certificate(&spec, end, issuer), []);
    }
    let spec = crl(every_reason());
    assert_eq!(lint::crl(&spec, spec.next_update), []);
}

#[test]
fn refuses_serial_numbers_that_are_not_positive_or_begin_with_zero() {
    for serial in [vec![], vec![0; 8], vec![0, 1, 2, 3, 4, 5, 6, 7, 8]] {
        let mut spec = delegate();
        spec.serial = serial.clone();
        assert!(finds(&spec).contains(&"serial-form"), "{serial:?}");
        let mut entries = every_reason();
        entries[0].serial = serial;
        assert!(finds_in_crl(&crl(entries)).contains(&"serial-form"));
    }
}

#[test]
fn refuses_serial_numbers_of_more_than_20_octets() {
    for serial in [vec![0xff; 20], vec![0x80; 20], vec![1; 21]] {
        let mut spec = delegate();
        spec.serial = serial.clone();
        assert_eq!(finds(&spec), ["serial-length"]);
        let mut entries = every_reason();
        entries[0].serial = serial;
        assert_eq!(finds_in_crl(&crl(entries)), ["serial-length"]);
    }
    let mut spec = delegate();
    spec.serial = vec![0x7f; 20];
    assert_eq!(finds(&spec), [""; 0]);
}

#[test]
fn says_what_is_wrong_with_a_serial_number_of_20_octets_of_ff() {
    let mut spec = delegate();
    spec.serial = vec![0xff; 20];
    let error = freeze(&spec).unwrap_err();
    assert_eq!(
        error.to_string(),
        "lint: serial-length: the serial number has 21 octets in DER, 20 are allowed"
    );
    assert_eq!(
        error.hint(),
        "correct the plan, or have two people write an exemption that names the lint and ends"
    );
}

#[test]
fn the_builders_alone_refuse_or_reveal_a_serial_number_of_21_octets() {
    let mut spec = delegate();
    spec.serial = vec![0xff; 20];
    let error = issue::first_certificate(&spec).unwrap_err().to_string();
    assert!(
        error.starts_with("the first builder cannot write the serialNumber: "),
        "{error}"
    );
    let second = issue::second_certificate(&spec).unwrap();
    let error = TbsCertificate::parse(&second).unwrap_err().to_string();
    assert_eq!(error, "the serial number has more than 20 octets");
}

#[test]
fn refuses_serial_numbers_that_can_be_guessed() {
    let mut spec = delegate();
    spec.serial = vec![0xff; 7];
    assert_eq!(finds(&spec), ["serial-entropy"]);
}

#[test]
fn refuses_names_that_people_cannot_call_or_the_second_builder_cannot_write() {
    let mut spec = delegate();
    spec.subject = name("O=Rust Project");
    assert_eq!(finds(&spec), ["name-without-common-name"]);
    spec.subject = name("CN=One, CN=Two");
    assert_eq!(finds(&spec), ["name-repeats"]);
    let mut spec = crl(Vec::new());
    spec.issuer = name("O=One, O=Two");
    assert_eq!(finds_in_crl(&spec), ["name-without-common-name", "name-repeats"]);
}

#[test]
fn refuses_dates_out_of_order() {
    let mut spec = delegate();
    spec.not_before = spec.not_after;
    assert_eq!(finds(&spec), ["validity-order"]);
    spec.not_before.0 += 1;
    assert_eq!(finds(&spec), ["validity-order"]);
    let mut spec = crl(Vec::new());
    spec.next_update = spec.this_update;
    assert_eq!(finds_in_crl(&spec), ["crl-dates"]);
}

#[test]
fn refuses_to_outlive_the_issuer() {
    let mut spec = delegate();
    spec.not_after.0 += 1;
    assert_eq!(finds(&spec), ["outlives-issuer"]);
    assert_eq!(
        freeze(&spec).unwrap_err().to_string(),
        "lint: outlives-issuer: it ends at 2031-11-22T00:00:01Z, its issuer at 2031-11-22T00:00:00Z"
    );
    let mut spec = crl(Vec::new());
    spec.next_update.0 = time(ROOT_END).0 + 1;
    assert_eq!(finds_in_crl(&spec), ["outlives-issuer"]);
}

#[test]
fn only_a_self_signed_certificate_goes_without_the_issuers_end() {
    assert_eq!(lint::certificate(&root(), None, None), []);
    let found = lint::certificate(&delegate(), None, None);
    assert_eq!(found[0].to_string(), "outlives-issuer: the issuer's end is not known");
    // The same name over another key is no self-signed root.
    let mut spec = root();
    spec.subject_key = public(&p384(7));
    let found: Vec<_> = lint::certificate(&spec, None, None)
        .iter()
        .map(|f| f.lint.name())
        .collect();
    assert_eq!(found, ["outlives-issuer", "purpose-missing"]);
}

#[test]
fn refuses_key_usages_that_do_not_fit_a_ca_or_its_absence() {
    for usage in [KeyUsage::KEY_CERT_SIGN, KeyUsage::CRL_SIGN, KeyUsage::DIGITAL_SIGNATURE] {
        let mut spec = delegate_ca();
        spec.key_usage = usage;
        assert_eq!(finds(&spec), ["key-usage-of-ca"]);
    }
    for usage in [KeyUsage::KEY_CERT_SIGN, KeyUsage::CRL_SIGN] {
        let mut spec = delegate();
        spec.key_usage = usage | KeyUsage::DIGITAL_SIGNATURE;
        assert_eq!(finds(&spec), ["key-usage-of-ca"]);
    }
}

#[test]
fn refuses_a_certificate_without_purpose_below_the_root() {
    let mut spec = delegate_ca();
    spec.purposes.clear();
    assert_eq!(finds(&spec), ["purpose-missing"]);
}

#[test]
fn refuses_purposes_that_are_not_the_issuers() {
    let spec = delegate_ca();
    let end = Some(time(ROOT_END));
    let found = lint::certificate(&spec, end, Some(&spec.purposes[..1]));
    assert_eq!(
        found[0].to_string(),
        "purpose-not-of-issuer: 1.3.6.1.4.1.32473.3579.1.2 is none of its issuer's"
    );
    assert_eq!(found.len(), 1);
    let error = freeze_certificate(&spec, end, Some(&[]), &[], time(NOW)).unwrap_err();
    assert!(matches!(error, Error::Lint(refused) if refused.len() == 2));
}

#[test]
fn refuses_purposes_that_say_nothing_or_twice() {
    let mut spec = delegate();
    spec.purposes = vec![oid("2.5.29.37.0")];
    assert_eq!(finds(&spec), ["purpose-any"]);
    spec.purposes = delegate().purposes.repeat(2);
    assert_eq!(finds(&spec), ["purpose-duplicate"]);
}

#[test]
fn refuses_arcs_that_break_the_libraries() {
    let mut spec = delegate();
    spec.purposes.push(oid("2.25.4711"));
    assert_eq!(finds(&spec), ["oid-uuid-arc"]);
    let mut spec = delegate();
    spec.extra = vec![extra(oid("2.25.4711"), &[5, 0])];
    assert_eq!(finds(&spec), ["oid-uuid-arc"]);
}

#[test]
fn the_type_of_identifiers_refuses_the_example_arc() {
    assert!("2.999.1".parse::<Oid>().is_err());
    assert!(der::asn1::ObjectIdentifier::from_bytes(&[0x88, 0x37, 0x01]).is_err());
}

#[test]
fn refuses_uris_that_are_relative_or_not_ascii() {
    for uri in ["", "example", "https:", "://x", "/path", "urn:a b", "urn:ä", "urn:a\n"] {
        let mut spec = delegate();
        spec.uris = vec![uri.into()];
        assert_eq!(finds(&spec), ["uri-form"], "{uri:?}");
    }
}

#[test]
fn refuses_an_extension_twice() {
    let mine = oid("1.3.6.1.4.1.32473.3579.2.1");
    let mut spec = delegate();
    spec.extra = vec![extra(mine, &[5, 0]), extra(mine, &[5, 0])];
    assert_eq!(finds(&spec), ["extension-duplicate"]);
    for own in [
        "2.5.29.14",
        "2.5.29.15",
        "2.5.29.17",
        "2.5.29.19",
        "2.5.29.35",
        "2.5.29.37",
    ] {
        spec.extra = vec![extra(oid(own), &[5, 0])];
        assert_eq!(finds(&spec), ["extension-duplicate"]);
    }
}

#[test]
fn refuses_an_extension_whose_value_is_not_one_element() {
    for value in [&[][..], &[5], &[4, 2, 1], &[5, 0, 0], &[0x04, 0x81, 0x01, 0xff]] {
        let mut spec = delegate();
        spec.extra = vec![extra(oid("1.3.6.1.4.1.32473.3579.2.1"), value)];
        assert_eq!(finds(&spec), ["extension-value"], "{value:?}");
    }
}

#[test]
fn refuses_entries_that_are_double_or_of_the_future() {
    let mut entries = every_reason();
    entries[4].serial = entries[0].serial.clone();
    assert_eq!(finds_in_crl(&crl(entries)), ["crl-entry-duplicate"]);
    let mut entries = every_reason();
    entries[4].date = Time(crl(Vec::new()).this_update.0 + 1);
    assert_eq!(finds_in_crl(&crl(entries)), ["crl-entry-date"]);
}

#[test]
fn finds_bytes_that_are_not_the_specification() {
    let tbs = TbsCertificate::parse(&issue::first_certificate(&delegate()).unwrap()).unwrap();
    let mut spec = delegate();
    spec.purposes[0] = oid("1.3.6.1.4.1.32473.3579.1.5");
    let found = lint::certificate_profile(&spec, &tbs);
    assert_eq!(found[0].lint, Lint::CertificateProfile);
    assert!(found[0].detail.contains("1.3.6.1.4.1.32473.3579.1.4"), "{}", found[0]);
    assert_eq!(lint::certificate_profile(&delegate(), &tbs), []);
}

#[test]
fn finds_a_reason_code_that_is_missing_from_the_bytes() {
    let mut without = every_reason();
    without[0].reason = None;
    let tbs = TbsCrl::parse(&issue::first_crl(&crl(without)).unwrap()).unwrap();
    let found = lint::crl_profile(&crl(every_reason()), &tbs);
    assert_eq!(
        found[0].to_string(),
        "crl-profile: the entry of 909090909090909090 is not what was specified"
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn refuses_times_that_x509_cannot_write() {
    for (seconds, field) in [(-1, "notBefore"), (i64::MAX, "notAfter")] {
        let mut spec = root();
        if seconds < 0 {
            spec.not_before = Time(seconds)
        } else {
            spec.not_after = Time(seconds)
        }
        let error = freeze_certificate(&spec, None, None, &[], time(NOW))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("the first builder cannot write the {field}: ")),
            "{error}"
        );
    }
}

fn extra(oid: Oid, value: &[u8]) -> ExtraExtension {
    ExtraExtension {
        oid,
        critical: false,
        value: value.to_vec(),
    }
}

fn freeze(spec: &CertificateSpec) -> Result<issue::Linted<TbsCertificate>, Error> {
    freeze_certificate(spec, Some(time(ROOT_END)), None, &[], time(NOW))
}

/// The names of the lints that stop the freezing of a certificate below the root.
fn finds(spec: &CertificateSpec) -> Vec<&'static str> {
    names(freeze(spec).err())
}

/// The names of the lints that stop the freezing of a CRL.
fn finds_in_crl(spec: &CrlSpec) -> Vec<&'static str> {
    names(freeze_crl(spec, time(ROOT_END), &[], time(NOW)).err())
}

fn names(error: Option<Error>) -> Vec<&'static str> {
    match error {
        None => Vec::new(),
        Some(Error::Lint(refused)) => refused.iter().map(|r| r.finding.lint.name()).collect(),
        Some(other) => panic!("{other}"),
    }
}
