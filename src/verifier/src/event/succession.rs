//! Revocation lists follow each other: the number grows by one, the time goes on, and no entry vanishes or changes.

use x509::TbsCrl;

use super::outputs::Outputs;
use super::{Case, EventFiles};
use crate::finding::Findings;
use crate::layout;

/// Checks each list against the one of the same issuer that stood before.
pub(super) fn check(case: &Case<'_>, files: &EventFiles<'_>, outputs: &Outputs, findings: &mut Findings) {
    for (issued, crl) in files.crls.iter().zip(&outputs.crls) {
        let file = layout::crl(&issued.issuer, issued.number);
        let standing = case.inbound.standing.as_ref();
        let before = standing.and_then(|standing| standing.crl(&issued.issuer));
        let before = before.map(|before| x509::Crl::parse(&before.der));
        match before {
            None => findings.demand(crl.tbs().number() == 1, &file, "crl-number", || {
                format!("it is the issuer's first and has the number {}", crl.tbs().number())
            }),
            Some(before) => {
                if let Some(before) = findings.take(before, &case.plan_file(), "standing-unreadable") {
                    follows(before.tbs(), crl.tbs(), &file, findings);
                }
            }
        }
    }
}

fn follows(before: &TbsCrl, after: &TbsCrl, file: &str, findings: &mut Findings) {
    let (old, new) = (before.number(), after.number());
    findings.demand(old.checked_add(1) == Some(new), file, "crl-number", || {
        format!("it has the number {new}, and the list before it {old}")
    });
    findings.demand(before.this_update() < after.this_update(), file, "crl-time", || {
        let (old, new) = (before.this_update(), after.this_update());
        format!("it is of {new}, and the list before it of {old}")
    });
    for entry in before.entries() {
        let serial = record::digest::hex(&entry.serial);
        match after.entry(&entry.serial) {
            None => findings.add(
                file,
                "crl-entry-gone",
                format!("the list before it revokes {serial}, and this one does not"),
            ),
            Some(now) => findings.demand(
                now.date == entry.date && now.reason == entry.reason,
                file,
                "crl-entry-changed",
                || format!("the list before it revokes {serial} from another date on, or for another reason"),
            ),
        }
    }
}
