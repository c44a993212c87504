//! Other words of the record: refusals, and whatever this version does not know and so must not pass over.

use record::sshsig::{self, namespace};

use super::Case;
use crate::finding::Findings;

/// Checks refusals, statements and facts.
pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    refusals(case, findings);
    unknown(case, findings);
}

/// Refusals are the members' own words; that they are theirs is all there is to check.
fn refusals(case: &Case<'_>, findings: &mut Findings) {
    for refusal in &case.record.refusals {
        let key = case
            .inbound
            .roster
            .member(&refusal.member)
            .and_then(|member| member.ssh_key());
        let Some(key) = findings.take(key, case.file, "refusal-bad") else {
            continue;
        };
        let verified = sshsig::verify(&key, namespace::REFUSAL, &refusal.bundle, refusal.signature.as_bytes());
        findings.take(verified, case.file, "refusal-bad");
    }
}

/// What this version cannot read it must not pass over.
fn unknown(case: &Case<'_>, findings: &mut Findings) {
    let (statements, facts) = (&case.record.statements, &case.record.facts);
    findings.demand(statements.is_empty(), case.file, "statement-unknown", || {
        format!(
            "{} signed statements are of types that this version does not know",
            statements.len()
        )
    });
    findings.demand(facts.is_empty(), case.file, "fact-unknown", || {
        format!(
            "this version knows no facts such as {:?}",
            facts.keys().collect::<Vec<_>>()
        )
    });
}
