//! Files that follow from others: PEM, `allowed_signers`, and the pointers to the newest CRLs.

use std::collections::BTreeMap;

use issue::derive::x509_time;
use x509::Crl;

use super::Walk;
use super::events::Held;
use crate::finding::Findings;
use crate::{Report, layout, render};

/// Checks what follows from the events that passed.
pub(super) fn check(walk: &Walk<'_>, events: &[Held], report: &mut Report, findings: &mut Findings) {
    for held in events {
        check_event(walk, held, findings);
    }
    check_newest_crls(walk, events, report, findings);
}

fn check_event(walk: &Walk<'_>, held: &Held, findings: &mut Findings) {
    for (issued, certificate) in held.files.certificates.iter().zip(&held.event.certificates) {
        let path = layout::certificate_pem(&issued.stem());
        let pem = render::pem(certificate);
        walk.shelf.demand(
            &path,
            pem.as_bytes(),
            "pem-differs",
            "it is not the PEM of the .der beside it",
            findings,
        );
    }
    let path = layout::allowed_signers(&held.name);
    if let Some(text) = findings.take(
        render::allowed_signers(&held.event.inbound.roster),
        &path,
        "allowed-signers-differ",
    ) {
        let what = "it does not follow from the event's roster";
        walk.shelf
            .demand(&path, text.as_bytes(), "allowed-signers-differ", what, findings);
    }
}

/// Checks that each issuer's pointer is its newest CRL, and that this one is current.
fn check_newest_crls(walk: &Walk<'_>, events: &[Held], report: &mut Report, findings: &mut Findings) {
    let mut newest: BTreeMap<&str, &Crl> = BTreeMap::new();
    for held in events {
        for (issued, crl) in held.files.crls.iter().zip(&held.event.crls) {
            let slot = newest.entry(&issued.issuer).or_insert(crl);
            if crl.tbs().number() > slot.tbs().number() {
                *slot = crl;
            }
        }
    }
    let at = x509_time(walk.options.now);
    for (issuer, crl) in &newest {
        let path = layout::newest_crl(issuer);
        walk.shelf.demand(
            &path,
            crl.der(),
            "pointer-old",
            "it is not the newest revocation list of its issuer",
            findings,
        );
        let (from, until) = (crl.tbs().this_update(), crl.tbs().next_update());
        findings.demand(from <= at && at < until, &path, "crl-not-current", || {
            format!("the newest revocation list is of {from} and was to be followed by {until}; it is {at} now")
        });
    }
    if newest.is_empty() {
        return;
    }
    report.checked.push(format!(
        "{} issuers' newest revocation lists: current at {}",
        newest.len(),
        walk.options.now
    ));
}
