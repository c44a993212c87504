//! Signatures over the whole: the console's over the results, the members' over the record.

use record::results::Results;
use record::sshsig::{self, SshKey, namespace};
use record::{Bundle, Time};

use super::{Case, EventFiles, Keys};
use crate::finding::Findings;
use crate::layout;

/// Checks both; says what was checked.
pub(super) fn check(case: &Case<'_>, files: &EventFiles<'_>, keys: &Keys, findings: &mut Findings) -> String {
    let file = layout::results_signature(&case.inbound.plan.event);
    findings.take(console(case, files, keys), &file, "results-signature");
    let members = of_members(case, files, findings);
    let console = match files.results_signature {
        Some(_) => "and the console's signature",
        None if case.aborted() => "and none of the console: the event ended early",
        None => "and none of the console, which has no key in this event",
    };
    format!("{members}, {console}")
}

/// Checks the members' signatures alone; says how many there are.
pub(super) fn of_members(case: &Case<'_>, files: &EventFiles<'_>, findings: &mut Findings) -> String {
    let (good, needed) = (countersignatures(case, files, findings), needed(case));
    findings.demand(good >= needed, case.file, "countersignatures-short", || {
        format!(
            "{good} members countersigned the record; {needed} are needed{}",
            others(case, files)
        )
    });
    let present = case.record.present.len();
    match case.aborted() {
        true => format!("countersignatures of {good} members, present or not ({needed} are needed)"),
        false => format!("countersignatures of {good} of {present} members present ({needed} are needed)"),
    }
}

/// Who was present and has not signed, once the policy's time for it is over: told to everybody, and no veto. Whoever refuses
/// to sign, or lost their key, is not to stop all events to come.
pub(super) fn missing(case: &Case<'_>, files: &EventFiles<'_>, now: Time) -> Option<String> {
    let days = case.inbound.policy.quorum.countersign_days;
    let until = case.record.ended.plus(days * 86_400);
    let unsigned = |member: &&String| !files.countersignatures.contains_key(*member);
    let unsigned: Vec<&str> = case
        .record
        .present
        .iter()
        .filter(unsigned)
        .map(String::as_str)
        .collect();
    (now > until && !unsigned.is_empty()).then(|| {
        format!(
            "MISSING, which is no veto: countersignatures of {}, who were present; the policy gave them {days} days, until \
             {until}",
            unsigned.join(", ")
        )
    })
}

/// The results bundle is rebuilt, so that its one signature covers every file of the event. Where no key of the console
/// stands, the members' signatures of the record cover all that there is.
fn console(case: &Case<'_>, files: &EventFiles<'_>, keys: &Keys) -> Result<(), String> {
    let (name, signature) = match (case.inbound.console_key(), files.results_signature) {
        (Some(name), Some(signature)) => (name, signature),
        (None, None) => return Ok(()),
        // The certificate may not exist, or the HSM be gone; the record has the digests of all that there is.
        (Some(_), None) if case.aborted() => return Ok(()),
        (Some(name), None) => return Err(format!("the key {name} stands, and did not sign the results")),
        (None, Some(_)) => return Err("the results are signed, and no key of the console could have done so".into()),
    };
    let key = issue::derive::issuer_key(case.inbound, keys, &name).map_err(|e| e.to_string())?;
    let key = SshKey::from_p384_spki(key.spki_der()).map_err(|e| format!("the key {name}: {e}"))?;
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
    sshsig::verify(&key, namespace::BUNDLE, &bytes, signature.as_bytes())
        .map(|_| ())
        .map_err(|e| format!("the console did not sign these results: {e}"))
}

/// How many members signed well: of those present, and of an event that ended early of all in office.
fn countersignatures(case: &Case<'_>, files: &EventFiles<'_>, findings: &mut Findings) -> usize {
    let mut good = 0;
    for (member, signature) in &files.countersignatures {
        let file = layout::countersignature(&case.inbound.plan.event, member);
        let key = case.inbound.roster.member(member).and_then(|member| member.ssh_key());
        let Some(key) = findings.take(key, &file, "countersigner-unknown") else {
            continue;
        };
        let may = may_sign(case, member);
        findings.demand(may, &file, "countersigner-absent", || match case.aborted() {
            true => format!("{member} was neither present nor in office"),
            false => format!("{member} was not present"),
        });
        let verified = sshsig::verify(&key, namespace::RECORD, files.record, signature.as_bytes());
        let verified = findings.take(verified, &file, "countersignature-bad");
        good += usize::from(may && verified.is_some());
    }
    good
}

/// Whoever was present. Few may have been there when an event ended early, and these few must not be the only ones who know
/// what was done: the others read the record afterwards.
fn may_sign(case: &Case<'_>, member: &str) -> bool {
    let in_office = || {
        let member = case.inbound.roster.member(member);
        member.is_ok_and(|member| member.in_office(case.record.ended))
    };
    case.record.present.iter().any(|present| present == member) || (case.aborted() && in_office())
}

/// Who can still sign the record of an event that ended early.
fn others(case: &Case<'_>, files: &EventFiles<'_>) -> String {
    let members = case.inbound.roster.members.iter().map(|member| member.id.as_str());
    let unsigned = |member: &&str| !files.countersignatures.contains_key(*member) && may_sign(case, member);
    let unsigned: Vec<_> = members.filter(unsigned).collect();
    match case.aborted() {
        true => format!(
            "; the event ended early, so that these may sign still, present or not: {}",
            unsigned.join(", ")
        ),
        false => String::new(),
    }
}

/// What the policy says of a record of this kind, also of an event that ended early: nobody ends one alone. Rules are put
/// into force by M members, whatever the kind.
pub(super) fn needed(case: &Case<'_>) -> usize {
    let stated = usize::from(case.inbound.policy.needed(case.inbound.plan.kind));
    match case.record.adopted.is_empty() {
        true => stated,
        false => stated.max(case.threshold()),
    }
}
