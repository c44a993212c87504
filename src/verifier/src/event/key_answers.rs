//! What members' keys signed for the HSM beside approvals: each answer theirs, by the roster that has those keys, and to a
//! request of the journal.

use std::collections::{BTreeMap, BTreeSet};

use record::journal::{Journal, What};
use record::messages::{KeyAnswer, KeyRequest, KeyUse};
use record::plan::{Deed, Kind, Step, commands};
use record::{Body as _, Bundle, Digest, Member, Signed, bundle};

use super::Case;
use crate::finding::Findings;

/// Opens an answer, with the keys that the roster of before or after has.
pub(super) fn check(case: &Case<'_>, signed: &Signed, findings: &mut Findings) -> Option<KeyAnswer> {
    let roster = case.inbound.roster_of(&signed.member);
    let answer = signed.open::<KeyAnswer>(roster, case.rehearsal).ok();
    let answer = answer.filter(|answer| answer.member == signed.member);
    findings.demand(answer.is_some(), case.file, "key-answer-bad", || {
        format!("the answer of {} to the HSM is not theirs", signed.member)
    });
    answer
}

/// Whoever gets users or keys in the event has shown that they hold the keys.
pub(super) fn check_all_there(case: &Case<'_>, findings: &mut Findings) {
    if case.aborted() {
        return;
    }
    for member in those_asked(case) {
        let answered = answers(case).any(|signed| signed.member == member);
        findings.demand(answered, case.file, "key-answer-missing", || {
            format!("{member} got users or keys in the HSM, and no answer of theirs shows that they hold the keys")
        });
    }
}

fn those_asked(case: &Case<'_>) -> Vec<String> {
    if case.inbound.plan.deed() == Kind::ClusterInitialisation {
        return case
            .inbound
            .roster_after()
            .members
            .iter()
            .map(|member| member.id.clone())
            .collect();
    }
    let asks = |step: &str| {
        let of_step = commands(case.inbound)
            .into_iter()
            .filter(|command| command.step == step);
        of_step
            .map(|command| command.deed)
            .any(|deed| matches!(deed, Deed::SecondFactor { .. } | Deed::Register { .. }))
    };
    let steps = case.inbound.plan.step.iter();
    let asked = steps.filter_map(|step| match step {
        Step::AddMember { id, member } | Step::ReplaceMemberKeys { id, member } if asks(id) => Some(member.clone()),
        _ => None,
    });
    asked.collect()
}

/// Every answer is to a request of the journal, to this member, and each of its signatures is good.
pub(super) fn check_journal(case: &Case<'_>, journal: &Journal, file: &str, findings: &mut Findings) {
    let asked = |entry: &record::journal::Entry| match &entry.what {
        What::Asked { request, .. } => {
            let read = Bundle::<KeyRequest>::decode_marked(request, case.rehearsal).ok()?;
            Some((Digest::of(request), read))
        }
        _ => None,
    };
    let approved: BTreeSet<Digest> = case.record.tokens.iter().map(|token| token.token).collect();
    let requests: BTreeMap<Digest, KeyRequest> = journal.entries.iter().filter_map(asked).collect();
    // What is to be approved is asked for as that, with what it is for.
    let hidden = requests.values().flat_map(|request| &request.tokens);
    let hidden = hidden.into_iter().find(|token| approved.contains(&token.token));
    findings.demand(hidden.is_none(), file, "key-request-hides-approval", || {
        "a quorum token was passed off as something else that a member's key signs".into()
    });
    for signed in answers(case) {
        let Ok(answer) = Bundle::<KeyAnswer>::decode_marked(&signed.bundle, case.rehearsal) else {
            continue;
        };
        let member = case.inbound.roster_of(&signed.member).member(&signed.member);
        let good = requests
            .get(&answer.request)
            .zip(member.ok())
            .is_some_and(|(request, member)| request.member == signed.member && signs(request, &answer, member));
        findings.demand(good, file, "key-answer-other", || {
            format!(
                "an answer of {} is to no request of the journal, or signs something else",
                signed.member
            )
        });
    }
}

fn signs(request: &KeyRequest, answer: &KeyAnswer, member: &Member) -> bool {
    let good = |(token, signature): (&record::messages::KeyToken, &record::Bytes)| {
        let key = match token.key {
            KeyUse::Approval => member.approval_key(),
            KeyUse::Admin => member.admin_key(),
        };
        let data = token
            .approval_data
            .as_ref()
            .is_none_or(|data| Digest::of(data) == token.token);
        data && key.is_ok_and(|key| key.verify_token(&token.token.0, signature).is_ok())
    };
    request.tokens.len() == answer.signatures.len() && request.tokens.iter().zip(&answer.signatures).all(good)
}

fn answers<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Signed> {
    let is_one = |signed: &&Signed| bundle::peek(&signed.bundle).is_ok_and(|(kind, _, _)| kind == KeyAnswer::TYPE);
    case.record.statements.iter().filter(is_one)
}
