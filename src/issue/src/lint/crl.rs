//! Lints of CRLs.

use std::collections::BTreeSet;

use x509::{Oid, TbsCrl, Time, oid};

use super::shared;
use crate::agree::{extension_name, hex};
use crate::lint::{Finding, Lint};
use crate::spec::CrlSpec;

/// What is wrong with a specification, before anything is built.
pub fn crl(spec: &CrlSpec, issuer_not_after: Time) -> Vec<Finding> {
    let mut findings = Vec::new();
    shared::name("issuer", &spec.issuer, &mut findings);
    dates(spec, issuer_not_after, &mut findings);
    entries(spec, &mut findings);
    findings
}

/// What in the bytes is not exactly what the specification says. A reason code that was asked for and is not there is
/// the fault that boulder's ceremony tool once had.
pub fn crl_profile(spec: &CrlSpec, tbs: &TbsCrl) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut check = |holds: bool, field: &str| {
        if !holds {
            let detail = format!("{field} is not what was specified");
            findings.push(Finding::new(Lint::CrlProfile, detail));
        }
    };
    check(tbs.signature_algorithm() == spec.issuer_key.algorithm(), "signature");
    check(*tbs.issuer() == spec.issuer, "issuer");
    check(tbs.this_update() == spec.this_update, "thisUpdate");
    check(tbs.next_update() == spec.next_update, "nextUpdate");
    check(tbs.number() == spec.number, "cRLNumber");
    check(
        tbs.authority_key_id() == spec.issuer_key.key_id(),
        "authorityKeyIdentifier",
    );
    check(tbs.entries().len() == spec.entries.len(), "the number of entries");
    for (wanted, found) in spec.entries.iter().zip(tbs.entries()) {
        let as_wanted = (&wanted.serial, wanted.date, wanted.reason) == (&found.serial, found.date, found.reason);
        check(as_wanted, &format!("the entry of {}", hex(&wanted.serial)));
    }
    for extension in tbs.extensions() {
        let expected = EXTENSIONS.contains(&extension.oid) && !extension.critical;
        check(expected, &extension_name(extension.oid));
    }
    findings
}

fn dates(spec: &CrlSpec, issuer_not_after: Time, findings: &mut Vec<Finding>) {
    let (this, next) = (spec.this_update, spec.next_update);
    if this >= next {
        findings.push(Finding::new(
            Lint::CrlDates,
            format!("thisUpdate is {this} and nextUpdate {next}"),
        ));
    }
    if next > issuer_not_after {
        findings.push(Finding::new(
            Lint::OutlivesIssuer,
            format!("nextUpdate is {next}, its issuer ends at {issuer_not_after}"),
        ));
    }
}

fn entries(spec: &CrlSpec, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for entry in &spec.entries {
        let serial = hex(&entry.serial);
        shared::serial("a revoked serial number", &entry.serial, findings);
        if !seen.insert(&entry.serial) {
            let detail = format!("{serial} is there twice");
            findings.push(Finding::new(Lint::CrlEntryDuplicate, detail));
        }
        if entry.date > spec.this_update {
            findings.push(Finding::new(
                Lint::CrlEntryDate,
                format!("{serial} is revoked at {}, after thisUpdate", entry.date),
            ));
        }
    }
}

/// All that our CRLs have, never critical (RFC 5280 §5.2.1 and §5.2.3).
const EXTENSIONS: [Oid; 2] = [oid::AUTHORITY_KEY_IDENTIFIER, oid::CRL_NUMBER];
