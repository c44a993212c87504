//! Both builders write the same; change any field of one of them, and nothing is frozen.

use issue::{
    CaSpec, CertificateSpec, CrlEntry, CrlSpec, Disagreement, Error, ExtraExtension, freeze_certificate,
    freeze_certificate_with, freeze_crl, freeze_crl_with, lint,
};
use x509::{KeyUsage, Reason};

use crate::common::{crl, delegate, delegate_ca, ed25519, every_reason, name, oid, p384, public, root, time};

type Change<T> = (&'static str, fn(&mut T));

#[test]
fn both_builders_write_the_same_bytes() {
    for spec in [root(), delegate_ca(), delegate()] {
        let first = issue::first_certificate(&spec).unwrap();
        assert_eq!(first, issue::second_certificate(&spec).unwrap());
    }
    for spec in [crl(Vec::new()), crl(every_reason())] {
        let first = issue::first_crl(&spec).unwrap();
        assert_eq!(first, issue::second_crl(&spec).unwrap());
    }
}

#[test]
fn both_builders_turn_to_generalized_time_in_2050() {
    for last in ["2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"] {
        let mut spec = root();
        spec.not_after = time(last);
        let frozen = freeze_certificate(&spec, None, None, &[], time(crate::common::NOW)).unwrap();
        assert_eq!(frozen.tbs().not_after(), time(last));
    }
}

#[test]
fn any_field_of_a_certificate_that_differs_stops_by_its_name() {
    for (field, change) in certificate_changes() {
        let (spec, mut changed) = (delegate_ca(), delegate_ca());
        change(&mut changed);
        let disagreement = certificate_disagreement(&spec, &changed);
        assert_eq!(disagreement.field, field);
        assert_ne!(disagreement.first, disagreement.second);
        // And the other way round, unless the lints refuse the changed one already.
        let lints = lint::certificate(&changed, Some(time(crate::common::ROOT_END)), None);
        if lints.is_empty() {
            assert_eq!(certificate_disagreement(&changed, &spec).field, field);
        }
    }
}

#[test]
fn names_the_extension_that_only_one_builder_wrote() {
    let (spec, mut changed) = (delegate_ca(), delegate_ca());
    changed.extra[0].oid = oid("1.3.6.1.4.1.32473.3579.2.2");
    let [one, other] = [(&spec, &changed), (&changed, &spec)].map(|(a, b)| certificate_disagreement(a, b));
    assert_eq!(one.field, "extension 1.3.6.1.4.1.32473.3579.2.1");
    assert_eq!((one.first.as_str(), one.second.as_str()), ("0403010203", "absent"));
    assert_eq!(other.field, "extension 1.3.6.1.4.1.32473.3579.2.2");
}

#[test]
fn an_order_of_extensions_that_differs_stops() {
    let (mut spec, mut changed) = (delegate_ca(), delegate_ca());
    spec.extra.push(ExtraExtension {
        oid: oid("1.3.6.1.4.1.32473.3579.2.2"),
        ..spec.extra[0].clone()
    });
    changed.extra = spec.extra.iter().rev().cloned().collect();
    assert_eq!(certificate_disagreement(&spec, &changed).field, "encoding");
}

#[test]
fn any_field_of_a_crl_that_differs_stops_by_its_name() {
    for (field, change) in crl_changes() {
        let (spec, mut changed) = (crl(every_reason()), crl(every_reason()));
        change(&mut changed);
        assert_eq!(crl_disagreement(&spec, &changed).field, field);
        assert_eq!(crl_disagreement(&changed, &spec).field, field);
    }
}

#[test]
fn a_missing_reason_code_stops_with_both_values() {
    let (spec, mut changed) = (crl(every_reason()), crl(every_reason()));
    changed.entries[0].reason = None;
    let error = freeze_crl_with(
        &spec,
        &changed,
        time(crate::common::ROOT_END),
        &[],
        time(crate::common::NOW),
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "the builders disagree on the entry 1 reason: first keyCompromise, second no reason"
    );
}

#[test]
fn every_field_of_the_specifications_is_changed() {
    // Taking them apart without `..` makes a new field fail to compile here, until it has its change below.
    let CertificateSpec {
        serial: _,
        issuer: _,
        subject: _,
        not_before: _,
        not_after: _,
        subject_key: _,
        issuer_key: _,
        ca,
        key_usage: _,
        purposes: _,
        uris: _,
        mut extra,
    } = delegate_ca();
    let CaSpec { path_len: _ } = ca.unwrap();
    let ExtraExtension {
        oid: _,
        critical: _,
        value: _,
    } = extra.remove(0);
    assert_eq!(certificate_changes().len(), 23);
    let CrlSpec {
        issuer: _,
        issuer_key: _,
        number: _,
        this_update: _,
        next_update: _,
        mut entries,
    } = crl(every_reason());
    let CrlEntry {
        serial: _,
        date: _,
        reason: _,
    } = entries.remove(0);
    assert_eq!(crl_changes().len(), 13);
}

fn certificate_changes() -> Vec<Change<CertificateSpec>> {
    vec![
        ("serialNumber", |s| s.serial[19] ^= 1),
        ("serialNumber", |s| s.serial.truncate(19)),
        ("issuer", |s| s.issuer = name("CN=Rehearsal Root 2, O=Rust Project")),
        ("issuer", |s| s.issuer = name("O=Rust Project, CN=Rehearsal Root 1")),
        ("subject", |s| s.subject = name("CN=Rehearsal Release 1")),
        ("notBefore", |s| s.not_before.0 += 1),
        ("notAfter", |s| s.not_after.0 -= 1),
        ("subjectPublicKeyInfo", |s| s.subject_key = public(&p384(9))),
        ("subjectPublicKeyInfo", |s| s.subject_key = ed25519(9)),
        ("authorityKeyIdentifier", |s| s.issuer_key = public(&p384(9))),
        ("signature", |s| s.issuer_key = ed25519(9)),
        ("basicConstraints", |s| s.ca = None),
        ("basicConstraints", |s| s.ca = Some(CaSpec { path_len: None })),
        ("basicConstraints", |s| s.ca = Some(CaSpec { path_len: Some(1) })),
        ("keyUsage", |s| {
            s.key_usage = KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN
        }),
        ("extendedKeyUsage", |s| s.purposes.clear()),
        ("extendedKeyUsage", |s| s.purposes.reverse()),
        ("extendedKeyUsage", |s| {
            s.purposes[0] = oid("1.3.6.1.4.1.32473.3579.1.3")
        }),
        ("subjectAltName", |s| s.uris.clear()),
        ("subjectAltName", |s| s.uris[1].push('0')),
        ("extension 1.3.6.1.4.1.32473.3579.2.1", |s| s.extra.clear()),
        ("extension 1.3.6.1.4.1.32473.3579.2.1", |s| s.extra[0].critical = true),
        ("extension 1.3.6.1.4.1.32473.3579.2.1", |s| s.extra[0].value[4] ^= 1),
    ]
}

fn crl_changes() -> Vec<Change<CrlSpec>> {
    vec![
        ("issuer", |s| s.issuer = name("CN=Rehearsal Root 2, O=Rust Project")),
        ("authorityKeyIdentifier", |s| s.issuer_key = public(&p384(9))),
        ("signature", |s| s.issuer_key = ed25519(9)),
        ("cRLNumber", |s| s.number += 1),
        ("thisUpdate", |s| s.this_update.0 += 1),
        ("nextUpdate", |s| s.next_update.0 -= 1),
        ("entry 1 serial", |s| s.entries[0].serial[8] ^= 1),
        ("entry 2 date", |s| s.entries[1].date.0 -= 1),
        ("entry 3 reason", |s| s.entries[2].reason = None),
        ("entry 4 reason", |s| s.entries[3].reason = Some(Reason::KeyCompromise)),
        ("entry 9 reason", |s| s.entries[8].reason = Some(Reason::Superseded)),
        ("number of entries", |s| drop(s.entries.pop())),
        ("number of entries", |s| s.entries.clear()),
    ]
}

fn freeze(first: &CertificateSpec, second: &CertificateSpec) -> Result<issue::Linted<x509::TbsCertificate>, Error> {
    let end = Some(time(crate::common::ROOT_END));
    freeze_certificate_with(first, second, end, None, &[], time(crate::common::NOW))
}

fn certificate_disagreement(first: &CertificateSpec, second: &CertificateSpec) -> Disagreement {
    match freeze(first, second).unwrap_err() {
        Error::Disagreement(disagreement) => disagreement,
        other => panic!("{other}"),
    }
}

fn crl_disagreement(first: &CrlSpec, second: &CrlSpec) -> Disagreement {
    let end = time(crate::common::ROOT_END);
    freeze_crl(first, end, &[], time(crate::common::NOW)).unwrap();
    match freeze_crl_with(first, second, end, &[], time(crate::common::NOW)).unwrap_err() {
        Error::Disagreement(disagreement) => disagreement,
        other => panic!("{other}"),
    }
}
