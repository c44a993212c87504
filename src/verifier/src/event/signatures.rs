//! Signatures over the whole: the console's over the results, the members' over the record.

use record::Bundle;
use record::results::Results;
use record::sshsig::{self, SshKey, namespace};

use super::outputs::Outputs;
use super::{Case, EventFiles};
use crate::finding::Findings;
use crate::layout;

/// Checks both; says what was checked.
pub(super) fn check(case: &Case<'_>, files: &EventFiles<'_>, outputs: &Outputs, findings: &mut Findings) -> String {
    let file = layout::results_signature(&case.inbound.plan.event);
    findings.take(console(case, files, outputs), &file, "results-signature");
    let good = countersignatures(case, files, findings);
    let needed = needed(case, findings);
    findings.demand(good >= needed, case.file, "countersignatures-short", || {
        format!("{good} members countersigned the record; {needed} are needed")
    });
    let present = case.record.present.len();
    format!(
        "countersignatures of {good} of {present} members present ({needed} are needed), and the console's signature"
    )
}

/// The results bundle is rebuilt, so that its one signature covers every file of the event.
fn console(case: &Case<'_>, files: &EventFiles<'_>, outputs: &Outputs) -> Result<(), String> {
    let certificate = outputs
        .named(CONSOLE)
        .ok_or("the event made no certificate for the console")?;
    let spki = certificate.tbs().public_key().spki_der();
    let key = SshKey::from_p384_spki(spki).map_err(|e| format!("the console's key: {e}"))?;
    let results = Results {
        event: case.inbound.plan.event.clone(),
        plan: files.plan.into(),
        record: files.record.into(),
        journal: files.journal.into(),
        certificates: files.certificates.clone(),
        crls: files.crls.clone(),
    };
    let bytes = Bundle::new(case.rehearsal, results)
        .encode()
        .map_err(|e| e.to_string())?;
    sshsig::verify(&key, namespace::BUNDLE, &bytes, files.results_signature.as_bytes())
        .map(|_| ())
        .map_err(|e| format!("the console did not sign these results: {e}"))
}

/// How many members signed well. Only those present may.
fn countersignatures(case: &Case<'_>, files: &EventFiles<'_>, findings: &mut Findings) -> usize {
    let mut good = 0;
    for (member, signature) in &files.countersignatures {
        let file = layout::countersignature(&case.inbound.plan.event, member);
        let key = case.inbound.roster.member(member).and_then(|member| member.ssh_key());
        let Some(key) = findings.take(key, &file, "countersigner-unknown") else {
            continue;
        };
        let present = case.record.present.contains(member);
        findings.demand(present, &file, "countersigner-absent", || {
            format!("{member} was not present")
        });
        let verified = sshsig::verify(&key, namespace::RECORD, files.record, signature.as_bytes());
        let verified = findings.take(verified, &file, "countersignature-bad");
        good += usize::from(present && verified.is_some());
    }
    good
}

fn needed(case: &Case<'_>, findings: &mut Findings) -> usize {
    let kind = &case.inbound.plan.kind;
    let stated = case.inbound.policy.records.get(kind.name()).copied();
    findings.demand(stated.is_some(), case.file, "countersignatures-short", || {
        format!("the policy does not say how many signatures a record of kind '{kind}' needs")
    });
    stated.map_or(case.threshold(), usize::from)
}

/// The delegate whose key signs what leaves the console.
const CONSOLE: &str = "console";
