//! One certificate: chain to the root given, dates, purposes, and the staple, all offline.

use issue::derive::x509_time;
use record::{Digest, Time};
use tlog::Policy;
use x509::{Certificate, Crl, CrlPolicy};

use crate::finding::Findings;
use crate::store::{origin, verify_staple};
use crate::{Report, root};

/// What goes with a certificate.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Certificates between it and the root.
    pub intermediates: Vec<Certificate>,
    /// Revocation lists of its issuers.
    pub crls: Vec<Crl>,
    /// Its staple and the log policy to believe, byte for byte.
    pub staple: Option<(Vec<u8>, Vec<u8>)>,
}

/// Checks one certificate as of a moment.
#[must_use]
pub fn check_certificate(
    certificate: &Certificate,
    beside: &Beside,
    root: &Certificate,
    rehearsal: bool,
    now: Time,
) -> Report {
    let (mut report, mut findings) = (Report::default(), Findings::default());
    if root::check_mark(root, rehearsal, &mut findings) {
        root::check(root, now, &mut findings);
        report.checked.push(root::describe(root));
        check_chain(certificate, beside, root, now, &mut report, &mut findings);
        check_staple(certificate, beside, root, rehearsal, &mut report, &mut findings);
    }
    report.findings = findings.0;
    report
}

fn check_chain(
    certificate: &Certificate,
    beside: &Beside,
    root: &Certificate,
    now: Time,
    report: &mut Report,
    findings: &mut Findings,
) {
    let tbs = certificate.tbs();
    if certificate == root {
        return report.checked.push("the certificate is the root itself".into());
    }
    let purposes = tbs.ekus().map_or(&[][..], |(purposes, _)| purposes);
    findings.demand(!purposes.is_empty(), FILE, "no-purpose", || {
        "it is for no purpose".into()
    });
    for purpose in purposes {
        let (between, crls) = (&beside.intermediates, &beside.crls);
        let chain = x509::verify_chain(
            certificate,
            between,
            root,
            x509_time(now),
            purpose,
            crls,
            CrlPolicy::IfPresent,
        );
        if findings.take(chain.map(|_| ()), FILE, "chain").is_some() {
            report.checked.push(format!(
                "'{}' chains to the root at {now}, for the purpose {purpose}",
                tbs.subject()
            ));
        }
    }
    if beside.crls.is_empty() {
        report
            .not_checked
            .push("whether it is revoked: no revocation list was given (--crl)".into());
    }
}

fn check_staple(
    certificate: &Certificate,
    beside: &Beside,
    root: &Certificate,
    rehearsal: bool,
    report: &mut Report,
    findings: &mut Findings,
) {
    let Some((proof, policy)) = &beside.staple else {
        return report
            .not_checked
            .push("whether it is in the public log: no staple was given (--proof, --log-policy)".into());
    };
    // A later log policy needs the store, which shows how it follows from the first one.
    if root::founding(root).is_none_or(|(_, founding)| founding.log_policy != Digest::of(policy)) {
        report
            .not_checked
            .push("whether the log policy is the root's: it is not the first one, and was taken as given".into());
    }
    let Some(policy) = findings.take(Policy::parse(policy), "log policy", "log-policy-bad") else {
        return;
    };
    findings.demand(
        policy.has_witnesses() || rehearsal,
        "log policy",
        "log-without-witnesses",
        || "no witness needs to have seen the log: refused outside rehearsals".into(),
    );
    let Some(proof) = findings.take(verify_staple(certificate.der(), proof, &policy), "proof", "staple-bad") else {
        return;
    };
    let (found, wanted) = (proof.checkpoint().checkpoint().origin(), origin(rehearsal));
    findings.demand(found == wanted, "proof", "log-origin", || {
        format!("the log is '{found}', not '{wanted}'")
    });
    report
        .checked
        .push(format!("the log '{found}' has it, as entry {}", proof.index()));
}

/// What findings about the certificate call it.
const FILE: &str = "CERTIFICATE";
