//! Lints of certificates.

use der::asn1::AnyRef;
use x509::{Ca, Extension, KeyUsage, Oid, Profile, TbsCertificate, Time, oid};

use super::shared;
use crate::agree::extension_name;
use crate::lint::{Finding, Lint};
use crate::spec::{CertificateSpec, ExtraExtension};

/// What is wrong with a specification, before anything is built. `issuer_not_after` may be `None` for a self-signed
/// certificate; `issuer_purposes` is `None` when the issuer is bound to no purposes.
pub fn certificate(
    spec: &CertificateSpec,
    issuer_not_after: Option<Time>,
    issuer_purposes: Option<&[Oid]>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    shared::serial("the serial number", &spec.serial, &mut findings);
    serial_entropy(spec, &mut findings);
    shared::name("issuer", &spec.issuer, &mut findings);
    shared::name("subject", &spec.subject, &mut findings);
    validity(spec, issuer_not_after, &mut findings);
    key_usage(spec, &mut findings);
    purposes(spec, issuer_purposes, &mut findings);
    uris(spec, &mut findings);
    for (index, extra) in spec.extra.iter().enumerate() {
        extra_extension(extra, &spec.extra[..index], &mut findings);
    }
    findings
}

/// What in the bytes is not exactly what the specification says.
pub fn certificate_profile(spec: &CertificateSpec, tbs: &TbsCertificate) -> Vec<Finding> {
    let profile = Profile {
        algorithm: spec.issuer_key.algorithm(),
        serial: spec.serial.clone(),
        issuer: spec.issuer.clone(),
        not_before: spec.not_before,
        not_after: spec.not_after,
        subject: spec.subject.clone(),
        public_key: spec.subject_key.clone(),
        authority_key_id: Some(spec.issuer_key.key_id()),
        ca: match spec.ca {
            Some(ca) => Ca::Yes { path_len: ca.path_len },
            None => Ca::No,
        },
        key_usage: spec.key_usage,
        ekus: spec.purposes.clone(),
        subject_alt_uris: spec.uris.clone(),
        extra: spec.extra.iter().map(as_extension).collect(),
    };
    let error = profile.check(tbs).err();
    error
        .map(|error| Finding::new(Lint::CertificateProfile, error.to_string()))
        .into_iter()
        .collect()
}

/// Whether the bits are random cannot be seen here; that there is room for 64 of them can.
fn serial_entropy(spec: &CertificateSpec, findings: &mut Vec<Finding>) {
    let octets = spec.serial.len();
    if octets < 8 {
        findings.push(Finding::new(
            Lint::SerialEntropy,
            format!("the serial number has {octets} of the 8 octets that 64 bits take"),
        ));
    }
}

fn validity(spec: &CertificateSpec, issuer_not_after: Option<Time>, findings: &mut Vec<Finding>) {
    let (begins, ends) = (spec.not_before, spec.not_after);
    if begins >= ends {
        findings.push(Finding::new(
            Lint::ValidityOrder,
            format!("it begins at {begins} and ends at {ends}"),
        ));
    }
    let detail = match issuer_not_after {
        Some(issuer) if ends > issuer => format!("it ends at {ends}, its issuer at {issuer}"),
        None if !spec.self_signed() => "the issuer's end is not known".into(),
        _ => return,
    };
    findings.push(Finding::new(Lint::OutlivesIssuer, detail));
}

/// RFC 5280 §4.2.1.3 and §4.2.1.9, and one CRL for each issuer key.
fn key_usage(spec: &CertificateSpec, findings: &mut Vec<Finding>) {
    let usage = spec.key_usage;
    let issues = KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN;
    let detail = match spec.ca {
        Some(_) if !usage.contains(issues) => "a CA needs keyCertSign and cRLSign",
        None if usage != KeyUsage::DIGITAL_SIGNATURE => "what is no CA has digitalSignature alone",
        _ => return,
    };
    findings.push(Finding::new(
        Lint::KeyUsageOfCa,
        format!("keyUsage is {usage}; {detail}"),
    ));
}

fn purposes(spec: &CertificateSpec, issuer_purposes: Option<&[Oid]>, findings: &mut Vec<Finding>) {
    if spec.purposes.is_empty() && !spec.self_signed() {
        findings.push(Finding::new(Lint::PurposeMissing, "it has no purpose"));
    }
    for (index, purpose) in spec.purposes.iter().enumerate() {
        shared::arcs(*purpose, findings);
        if purpose.arcs() == ANY_PURPOSE {
            findings.push(Finding::new(Lint::PurposeAny, "it has anyExtendedKeyUsage"));
        }
        if spec.purposes[..index].contains(purpose) {
            let detail = format!("{purpose} is there twice");
            findings.push(Finding::new(Lint::PurposeDuplicate, detail));
        }
        if issuer_purposes.is_some_and(|issuer| !issuer.contains(purpose)) {
            let detail = format!("{purpose} is none of its issuer's");
            findings.push(Finding::new(Lint::PurposeNotOfIssuer, detail));
        }
    }
}

fn uris(spec: &CertificateSpec, findings: &mut Vec<Finding>) {
    for uri in &spec.uris {
        let absolute = uri
            .split_once(':')
            .is_some_and(|(scheme, rest)| scheme.starts_with(|c: char| c.is_ascii_lowercase()) && !rest.is_empty());
        if !absolute || !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
            findings.push(Finding::new(
                Lint::UriForm,
                format!("{uri:?} is not an absolute URI in ASCII"),
            ));
        }
    }
}

fn extra_extension(extra: &ExtraExtension, earlier: &[ExtraExtension], findings: &mut Vec<Finding>) {
    let ExtraExtension { oid, value, .. } = extra;
    shared::arcs(*oid, findings);
    if earlier.iter().any(|earlier| earlier.oid == *oid) || OWN_EXTENSIONS.contains(oid) {
        let detail = format!("{} would be there twice", extension_name(*oid));
        findings.push(Finding::new(Lint::ExtensionDuplicate, detail));
    }
    if AnyRef::try_from(value.as_slice()).is_err() {
        let detail = format!("the value of {oid} is not one DER element");
        findings.push(Finding::new(Lint::ExtensionValue, detail));
    }
}

fn as_extension(extra: &ExtraExtension) -> Extension {
    Extension {
        oid: extra.oid,
        critical: extra.critical,
        value: extra.value.clone(),
    }
}

/// anyExtendedKeyUsage, RFC 5280 §4.2.1.12.
const ANY_PURPOSE: [u64; 5] = [2, 5, 29, 37, 0];

/// What the builders write from other fields.
const OWN_EXTENSIONS: [Oid; 6] = [
    oid::AUTHORITY_KEY_IDENTIFIER,
    oid::BASIC_CONSTRAINTS,
    oid::EXTENDED_KEY_USAGE,
    oid::KEY_USAGE,
    oid::SUBJECT_ALT_NAME,
    oid::SUBJECT_KEY_IDENTIFIER,
];
