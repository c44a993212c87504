//! One certificate: chain to the root given, dates, purposes, and the staple, all offline.

use issue::derive::x509_time;
use record::{Digest, Time};
use tlog::Policy;
use x509::{Certificate, Crl, CrlPolicy, TbsCrl};

use crate::finding::Findings;
use crate::layout::{Log, Series};
use crate::store::verify_staple;
use crate::{Report, log_policies, root};

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
    if root::check(root, rehearsal, now, &mut findings) {
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
        report.checked.push("the certificate is the root itself".into());
        return check_unused(&[root], &beside.crls, findings);
    }
    let purposes = tbs.ekus().map_or(&[][..], |(purposes, _)| purposes);
    findings.demand(!purposes.is_empty(), FILE, "no-purpose", || {
        "it is for no purpose".into()
    });
    let (between, crls) = (&beside.intermediates, &beside.crls);
    let (at, mut chains) = (x509_time(now), Vec::new());
    for purpose in purposes {
        let chain = x509::verify_chain(certificate, between, root, at, purpose, crls, CrlPolicy::IfPresent);
        if let Some(chain) = findings.take(chain, FILE, "chain") {
            let subject = tbs.subject();
            report.checked.push(format!(
                "'{subject}' chains to the root at {now}, for the purpose {purpose}"
            ));
            chains.push(chain.certificates().to_vec());
        }
    }
    // All purposes that hold do so by the same chain, unless intermediates look alike: then each is told.
    chains.dedup();
    for chain in &chains {
        tell_revocation(chain, crls, at, report);
    }
    if !chains.is_empty() {
        check_unused(&chains.concat(), crls, findings);
    }
}

/// For each certificate of the chain: by which list it is not revoked, or that none was given.
fn tell_revocation(chain: &[&Certificate], crls: &[Crl], at: x509::Time, report: &mut Report) {
    for pair in chain.windows(2) {
        let (subject, issuer) = (pair[0].tbs().subject(), pair[1]);
        let current = crls
            .iter()
            .map(Crl::tbs)
            .filter(|crl| is_of(crl, issuer) && crl.this_update() <= at && at < crl.next_update());
        match current.max_by_key(|crl| crl.number()) {
            Some(crl) => report.checked.push(format!(
                "'{subject}' is not revoked by list {} of '{}', of {}",
                crl.number(),
                crl.issuer(),
                crl.this_update()
            )),
            None => report.not_checked.push(format!(
                "whether '{subject}' is revoked: no revocation list of '{}' was given (--crl)",
                issuer.tbs().subject()
            )),
        }
    }
}

/// A list of somebody else says nothing, and whoever gave it thinks that it does.
fn check_unused(chain: &[&Certificate], crls: &[Crl], findings: &mut Findings) {
    let unused = crls
        .iter()
        .filter(|crl| !chain.iter().any(|issuer| is_of(crl.tbs(), issuer)));
    for crl in unused {
        let (issuer, number) = (crl.tbs().issuer(), crl.tbs().number());
        findings.add(
            "CRL",
            "crl-unused",
            format!("list {number} of '{issuer}' is of nobody in the chain: it says nothing about the certificate"),
        );
    }
}

/// Whether the list names this issuer, by name and key identifier; the chain's check has verified its signature.
fn is_of(crl: &TbsCrl, issuer: &Certificate) -> bool {
    crl.issuer() == issuer.tbs().subject() && Some(crl.authority_key_id()) == issuer.tbs().subject_key_id()
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
    // Another log policy needs the store, which shows how it follows from the root's or led to it.
    if root::founding(root).is_none_or(|(_, founding)| founding.log_policy != Digest::of(policy)) {
        report.not_checked.push(root::OTHER_LOG_POLICY.into());
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
    findings.take(log_policies::check(&policy), "log policy", "log-policy-bad");
    let Some(proof) = findings.take(verify_staple(certificate.der(), proof, &policy), "proof", "staple-bad") else {
        return;
    };
    // Of which number the log is the policy says; that of single signatures says nothing about certificates.
    let found = proof.checkpoint().checkpoint().origin();
    let right = matches!(Log::of_origin(found), Some((log, mark)) if log.series == Series::Main && mark == rehearsal);
    let wanted = Log::MAIN.origin(rehearsal);
    findings.demand(right, "proof", "log-origin", || {
        format!("the log is '{found}', not '{wanted}'")
    });
    report
        .checked
        .push(format!("the log '{found}' has it, as entry {}", proof.index()));
}

/// What findings about the certificate call it.
const FILE: &str = "CERTIFICATE";
