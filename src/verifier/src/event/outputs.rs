//! Outputs: every certificate and CRL, derived again from plan and keys, and compared to the byte.

use std::collections::BTreeMap;

use issue::derive::{Content, Derived};
use record::Digest;
use x509::{Certificate, Crl};

use super::{Case, EventFiles, Keys, listed};
use crate::finding::Findings;
use crate::{count, layout};

/// Certificates and CRLs that were read.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    /// In the plan's order.
    pub certificates: Vec<Certificate>,
    /// In the plan's order.
    pub crls: Vec<Crl>,
    /// The files of the certificates, beside them: `certs/root-1.der`.
    pub files: Vec<String>,
}

impl Outputs {
    pub(super) fn summary(&self) -> String {
        format!(
            "{} and {}: derived again from the plan, the same to the byte; signatures, chains, purposes",
            count(self.certificates.len(), "certificate", "certificates"),
            count(self.crls.len(), "revocation list", "revocation lists")
        )
    }
}

/// Checks all outputs against what is derived.
pub(super) fn check(
    case: &Case<'_>,
    files: &EventFiles<'_>,
    keys: &Keys,
    derived: &[Derived],
    findings: &mut Findings,
) -> Outputs {
    let (mut given, mut outputs) = (by_file(files), Outputs::default());
    for planned in &listed::made(case, derived) {
        match given.remove(&planned.file) {
            Some(der) => {
                check_fingerprint(case, &planned.file, der, findings);
                take(case, planned, keys, der, &mut outputs, findings);
            }
            None => findings.add(
                &planned.file,
                "output-missing",
                "the plan makes it, and it is not there",
            ),
        }
    }
    for file in given.into_keys() {
        findings.add(file, "output-unplanned", "it is there, and the plan does not make it");
    }
    outputs
}

/// What was given, by the store's file.
fn by_file<'a>(files: &'a EventFiles<'_>) -> BTreeMap<String, &'a [u8]> {
    let certificates = files
        .certificates
        .iter()
        .map(|issued| (layout::certificate(&issued.stem()), &issued.der[..]));
    let crls = files
        .crls
        .iter()
        .map(|issued| (layout::crl(&issued.issuer, issued.number), &issued.der[..]));
    certificates.chain(crls).collect()
}

fn check_fingerprint(case: &Case<'_>, file: &str, der: &[u8], findings: &mut Findings) {
    let found = Digest::of(der);
    let listed = case.record.outputs.iter().find(|output| output.file == file);
    let same = listed.is_some_and(|output| output.fingerprint == found);
    findings.demand(same, case.file, "outputs-differ", || {
        format!("the record does not list {file} with the fingerprint of what is there, {found}")
    });
}

/// Reads one output, compares it with what is derived, checks its signature.
fn take(case: &Case<'_>, planned: &Derived, keys: &Keys, der: &[u8], outputs: &mut Outputs, findings: &mut Findings) {
    let file = &planned.file;
    let issuer = issue::derive::issuer_key(case.inbound, keys, &planned.issuer);
    let Some(issuer) = findings.take(issuer, file, "issuer-unknown") else {
        return;
    };
    let issuer = &issuer;
    let (bytes, verified) = match planned.content {
        Content::Certificate(_) => {
            let Some(read) = findings.take(Certificate::parse(der), file, "certificate-malformed") else {
                return;
            };
            let found = (read.tbs().der().to_vec(), read.verified_by(issuer));
            outputs.certificates.push(read);
            outputs.files.push(file.clone());
            found
        }
        Content::Crl(_) => {
            let Some(read) = findings.take(Crl::parse(der), file, "crl-malformed") else {
                return;
            };
            let found = (read.tbs().der().to_vec(), read.verified_by(issuer));
            outputs.crls.push(read);
            found
        }
    };
    findings.demand(bytes == planned.bytes(), file, "not-as-planned", || {
        format!("what was signed is not what the plan derives ({})", planned.digest())
    });
    findings.take(verified, file, "signature-bad");
}
