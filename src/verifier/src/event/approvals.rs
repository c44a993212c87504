//! Approvals: each by somebody present, bound to this event and these bytes; the quorum counted.

use std::collections::{BTreeMap, BTreeSet};

use issue::derive::Derived;
use record::messages::Approval;
use record::record::Fate;
use record::{Digest, Signed};

use super::people::{self, People};
use super::tokens::{self, Request, Tokens};
use super::{Case, commands, listed, times};
use crate::finding::Findings;

/// Checks requests, approvals, tokens and the quorum; says what was checked.
pub(super) fn check(
    case: &Case<'_>,
    people: &People,
    requests: &[Request],
    derived: &[Derived],
    findings: &mut Findings,
) -> String {
    let tokens = tokens::requested(case, requests, derived, findings);
    let mut consents = Consents::new();
    for signed in &case.record.approvals {
        if let Some(said) = approval(case, people, signed, findings) {
            times::check_approval(case, requests, &said, findings);
            count(case, &said, &tokens, &mut consents, findings);
        }
    }
    tokens::check_fates(case, &tokens, findings);
    check_quorum(case, derived, &consents, findings);
    let commands = commands::check(case, &consents, findings);
    let approvers: BTreeSet<_> = consents.values().flatten().collect();
    format!(
        "{}, each for one action of the plan; approvals of {}, by their signatures and for the HSM",
        crate::count(tokens.len(), "token", "tokens"),
        crate::count(approvers.len(), "member", "members")
    ) + &commands.map_or_else(String::new, |commands| format!("; {commands}"))
}

/// Who consented to each token.
type Consents = BTreeMap<Digest, BTreeSet<String>>;

/// One member's consent, if it is for this event: by somebody who reviewed the plan and was present.
fn approval(case: &Case<'_>, people: &People, signed: &Signed, findings: &mut Findings) -> Option<Approval> {
    let approval: Approval = people::open(case, signed, "approval-bad", findings)?;
    let (member, record) = (&signed.member, case.record);
    let same = approval.member == *member
        && approval.event == case.inbound.plan.event
        && approval.plan == case.inbound.digest
        && approval.image == record.image
        && approval.session == record.session;
    findings.demand(same, case.file, "approval-other", || {
        format!("the approval of {member} is for another event, plan, image, session or member")
    });
    findings.demand(people.began.contains_key(member), case.file, "approver-absent", || {
        format!("{member} approved, and was not present at the beginning")
    });
    findings.demand(
        people.reviewers.contains_key(member),
        case.file,
        "approver-without-review",
        || format!("{member} approved, and had not reviewed the plan"),
    );
    same.then_some(approval)
}

/// Counts what a member consents to, token by token, if the signature for the HSM is theirs.
fn count(case: &Case<'_>, approval: &Approval, tokens: &Tokens, consents: &mut Consents, findings: &mut Findings) {
    let member = &approval.member;
    let entry = case.inbound.roster.member(member);
    let keys = entry.and_then(|entry| Ok((entry.approval_key()?, entry.admin_key()?)));
    let Some((approval_key, admin_key)) = findings.take(keys, case.file, "approval-key") else {
        return;
    };
    for consent in &approval.tokens {
        let asked = tokens
            .get(&consent.token)
            .filter(|asked| asked.request == approval.request && asked.action.digest == consent.action);
        let Some(asked) = asked else {
            let what = format!(
                "{member} approved the token {} for another action or request",
                consent.token
            );
            findings.add(case.file, "approval-other", what);
            continue;
        };
        let key = match commands::is_admins(case, &asked.action) {
            true => &admin_key,
            false => &approval_key,
        };
        let signature = key.verify_token(&consent.token.0, &consent.signature);
        let signature = signature.map_err(|e| format!("{member}, step '{}': {e}", asked.action.step));
        let good = findings.take(signature, case.file, "approval-signature").is_some();
        if good && !consents.entry(consent.token).or_default().insert(member.clone()) {
            findings.add(
                case.file,
                "approval-twice",
                format!("{member} approved the token {} twice", consent.token),
            );
        }
    }
}

/// RFC 3579: at least M members for whatever a quorum key signs; a key that stands keeps the M that it was made with.
fn check_quorum(case: &Case<'_>, derived: &[Derived], consents: &Consents, findings: &mut Findings) {
    let guarded = |planned: &&Derived| case.inbound.is_guarded(&planned.issuer) != Some(false);
    let made = listed::made(case, derived);
    for planned in made.iter().filter(guarded) {
        let threshold = usize::from(case.inbound.threshold_of(&planned.issuer));
        let action = planned.action();
        let used = case
            .record
            .tokens
            .iter()
            .find(|token| token.fate == Fate::Used && token.action == action);
        let approved = used
            .and_then(|token| consents.get(&token.token))
            .map_or(0, BTreeSet::len);
        findings.demand(approved >= threshold, &planned.file, "quorum-short", || {
            format!("the quorum has {approved} of {threshold} approvals for it")
        });
    }
}
