//! Outputs: every certificate and CRL, derived again from plan and keys, and compared to the byte.

use std::collections::BTreeMap;

use issue::derive::{Content, Derived, x509_time};
use record::Digest;
use x509::{Certificate, Crl, CrlPolicy, Oid};

use super::{Case, EventFiles, Keys};
use crate::finding::Findings;
use crate::layout;

/// Certificates and CRLs that were read.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    /// In the plan's order.
    pub certificates: Vec<Certificate>,
    /// In the plan's order.
    pub crls: Vec<Crl>,
    /// The names of the certificates, beside them: `root`, `release`.
    names: Vec<String>,
}

impl Outputs {
    pub(super) fn summary(&self) -> String {
        format!(
            "{} certificates and {} revocation lists: derived again from the plan, the same to the byte; signatures, chains, purposes",
            self.certificates.len(),
            self.crls.len()
        )
    }

    /// The first certificate of a name.
    pub(super) fn named(&self, name: &str) -> Option<&Certificate> {
        let place = self.names.iter().position(|found| found == name)?;
        self.certificates.get(place)
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
    for planned in derived {
        match given.remove(&planned.file) {
            Some((name, der)) => {
                check_fingerprint(case, &planned.file, der, findings);
                take(planned, keys, name, der, &mut outputs, findings);
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
    check_chains(case, files, &outputs, findings);
    outputs
}

/// What was given, by the store's file, with the name of a certificate.
fn by_file<'a>(files: &'a EventFiles<'_>) -> BTreeMap<String, (&'a str, &'a [u8])> {
    let certificates = files.certificates.iter().map(|issued| {
        (
            layout::certificate(&issued.stem()),
            (issued.name.as_str(), &issued.der[..]),
        )
    });
    let crls = files.crls.iter().map(|issued| {
        (
            layout::crl(&issued.issuer, issued.number),
            (issued.issuer.as_str(), &issued.der[..]),
        )
    });
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
fn take(planned: &Derived, keys: &Keys, name: &str, der: &[u8], outputs: &mut Outputs, findings: &mut Findings) {
    let file = &planned.file;
    let Some(issuer) = keys.get(&planned.issuer) else {
        return;
    };
    let (bytes, verified) = match planned.content {
        Content::Certificate(_) => {
            let Some(read) = findings.take(Certificate::parse(der), file, "certificate-malformed") else {
                return;
            };
            let found = (read.tbs().der().to_vec(), read.verified_by(issuer));
            outputs.certificates.push(read);
            outputs.names.push(name.to_owned());
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

/// As of the event: whatever was issued chained to the root, for its purpose, and was not revoked.
fn check_chains(case: &Case<'_>, files: &EventFiles<'_>, outputs: &Outputs, findings: &mut Findings) {
    let Some(root) = outputs.named("root") else { return };
    let policy = &case.inbound.policy;
    for (certificate, name) in outputs.certificates.iter().zip(&outputs.names) {
        let Some(rule) = policy.delegate(name) else { continue };
        let Ok(purpose) = Oid::parse(&policy.purpose(rule)) else {
            continue;
        };
        let at = x509_time(case.record.ended);
        let chain = x509::verify_chain(certificate, &[], root, at, &purpose, &outputs.crls, CrlPolicy::Required);
        let number = files
            .certificates
            .iter()
            .find(|issued| *issued.der == *certificate.der());
        let file = number.map_or_else(
            || layout::certificate(name),
            |issued| layout::certificate(&issued.stem()),
        );
        findings.take(chain.map(|_| ()), &file, "chain");
    }
}
