//! Agreement: what two builders wrote is read again, strictly, and compared field by field.
//!
//! The first difference that has a name is the error. What is left, such as another order of the extensions, is
//! caught by comparing the whole encodings at the end.

use std::fmt::Display;

use x509::{CrlEntry, Extension, Oid, TbsCertificate, TbsCrl, oid};

use crate::error::Disagreement;

/// Compares two certificates, named as in RFC 5280. The parser has settled the version: it reads version 3 only.
///
/// # Errors
/// The first field that differs, with both values.
pub fn certificates(first: &TbsCertificate, second: &TbsCertificate) -> Result<(), Disagreement> {
    same("serialNumber", first.serial_hex(), second.serial_hex())?;
    let algorithms = [first, second].map(|tbs| tbs.signature_algorithm().signature_name());
    same("signature", algorithms[0], algorithms[1])?;
    same("issuer", first.issuer(), second.issuer())?;
    same("notBefore", first.not_before(), second.not_before())?;
    same("notAfter", first.not_after(), second.not_after())?;
    same("subject", first.subject(), second.subject())?;
    let keys = [first, second].map(|tbs| hex(tbs.public_key().spki_der()));
    same("subjectPublicKeyInfo", &keys[0], &keys[1])?;
    extensions(first.extensions(), second.extensions())?;
    same("encoding", hex(first.der()), hex(second.der()))
}

/// Compares two CRLs. The parser has settled the version: it reads version 2 only.
///
/// # Errors
/// The first field that differs, with both values; entries count from 1.
pub fn crls(first: &TbsCrl, second: &TbsCrl) -> Result<(), Disagreement> {
    let algorithms = [first, second].map(|tbs| tbs.signature_algorithm().signature_name());
    same("signature", algorithms[0], algorithms[1])?;
    same("issuer", first.issuer(), second.issuer())?;
    same("thisUpdate", first.this_update(), second.this_update())?;
    same("nextUpdate", first.next_update(), second.next_update())?;
    same("cRLNumber", first.number(), second.number())?;
    entries(first.entries(), second.entries())?;
    extensions(first.extensions(), second.extensions())?;
    same("encoding", hex(first.der()), hex(second.der()))
}

fn entries(first: &[CrlEntry], second: &[CrlEntry]) -> Result<(), Disagreement> {
    for (index, (first, second)) in first.iter().zip(second).enumerate() {
        let field = |part| format!("entry {} {part}", index + 1);
        same(field("serial"), hex(&first.serial), hex(&second.serial))?;
        same(field("date"), first.date, second.date)?;
        let reasons = [first, second].map(|entry| match entry.reason {
            Some(reason) => reason.name(),
            None => "no reason",
        });
        same(field("reason"), reasons[0], reasons[1])?;
    }
    same("number of entries", first.len(), second.len())
}

/// Every extension of the one must be in the other, with the same criticality and the same bytes.
fn extensions(first: &[Extension], second: &[Extension]) -> Result<(), Disagreement> {
    let oids = first.iter().chain(second).map(|extension| extension.oid);
    for oid in oids {
        same(extension_name(oid), shown(first, oid), shown(second, oid))?;
    }
    Ok(())
}

fn shown(extensions: &[Extension], oid: Oid) -> String {
    match extensions.iter().find(|extension| extension.oid == oid) {
        None => "absent".into(),
        Some(found) if found.critical => format!("{} (critical)", hex(&found.value)),
        Some(found) => hex(&found.value),
    }
}

pub(crate) fn extension_name(oid: Oid) -> String {
    let known = match oid {
        oid::SUBJECT_KEY_IDENTIFIER => "subjectKeyIdentifier",
        oid::KEY_USAGE => "keyUsage",
        oid::SUBJECT_ALT_NAME => "subjectAltName",
        oid::BASIC_CONSTRAINTS => "basicConstraints",
        oid::CRL_NUMBER => "cRLNumber",
        oid::AUTHORITY_KEY_IDENTIFIER => "authorityKeyIdentifier",
        oid::EXTENDED_KEY_USAGE => "extendedKeyUsage",
        _ => return format!("extension {oid}"),
    };
    known.into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn same(field: impl Into<String>, first: impl Display, second: impl Display) -> Result<(), Disagreement> {
    let (first, second) = (first.to_string(), second.to_string());
    if first == second {
        return Ok(());
    }
    Err(Disagreement {
        field: field.into(),
        first,
        second,
    })
}
