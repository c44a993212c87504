//! The record's list of outputs: what plan and keys derive, in the plan's order, and the exemptions that it took.

use issue::derive::Derived;

use super::Case;
use crate::finding::Findings;

/// Checks the list as far as it goes without the files; says what was checked.
pub(super) fn check(case: &Case<'_>, derived: &[Derived], findings: &mut Findings) -> String {
    let listed = &case.record.outputs;
    let derived = &made(case, derived);
    findings.demand(listed.len() == derived.len(), case.file, "outputs-differ", || {
        format!("the plan has {} outputs, the record {}", derived.len(), listed.len())
    });
    for (planned, output) in derived.iter().zip(listed) {
        let same = output.step == planned.step && output.file == planned.file && output.signed == planned.digest();
        findings.demand(same, case.file, "outputs-differ", || {
            format!(
                "the record does not list {} with the digest of the bytes that the plan derives, {}",
                planned.file,
                planned.digest()
            )
        });
    }
    check_exemptions(case, derived, findings);
    format!(
        "list of {} outputs: the plan's, each by the digest of the bytes that plan and keys derive",
        listed.len()
    )
}

/// What must have been made: all, or, in an event that ended early, what the record says was signed.
pub(super) fn made(case: &Case<'_>, derived: &[Derived]) -> Vec<Derived> {
    let listed = |one: &&Derived| !case.aborted() || case.record.outputs.iter().any(|output| output.step == one.step);
    derived.iter().filter(listed).cloned().collect()
}

fn check_exemptions(case: &Case<'_>, derived: &[Derived], findings: &mut Findings) {
    let used: Vec<String> = derived.iter().flat_map(Derived::exemptions).collect();
    findings.demand(case.record.exemptions == used, case.file, "exemptions-differ", || {
        format!(
            "the record has the exemptions {:?}, but {used:?} were used",
            case.record.exemptions
        )
    });
}
