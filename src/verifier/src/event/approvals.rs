//! Approvals: every token bound to an action of the plan, every signature checked, the quorum counted.

use std::collections::{BTreeMap, BTreeSet};

use issue::derive::Derived;
use record::messages::{Action, Approval, ApprovalRequest, TokenRequest};
use record::record::Fate;
use record::{Bundle, Digest, Signed};

use super::Case;
use super::people::{self, People};
use crate::finding::Findings;

/// Checks requests, approvals, tokens and the quorum; says what was checked.
pub(super) fn check(case: &Case<'_>, people: &People, derived: &[Derived], findings: &mut Findings) -> String {
    let tokens = requests(case, derived, findings);
    let mut consents = Consents::new();
    for signed in &case.record.approvals {
        approval(case, people, signed, &tokens, &mut consents, findings);
    }
    check_fates(case, &tokens, findings);
    check_quorum(case, derived, &consents, findings);
    let approvers: BTreeSet<_> = consents.values().flatten().collect();
    format!(
        "{} tokens, each for one action of the plan; approvals of {} members, by their signatures and for the HSM",
        tokens.len(),
        approvers.len()
    )
}

/// A token as it was requested.
struct Requested {
    /// The digest of the request's file.
    request: Digest,
    window: u32,
    action: Action,
}

/// Tokens by their digest.
type Tokens = BTreeMap<Digest, Requested>;

/// Who consented to each token.
type Consents = BTreeMap<Digest, BTreeSet<String>>;

fn requests(case: &Case<'_>, derived: &[Derived], findings: &mut Findings) -> Tokens {
    let (mut tokens, mut last) = (Tokens::new(), 0);
    for bytes in &case.record.requests {
        let request = Bundle::<ApprovalRequest>::decode_marked(bytes, case.rehearsal);
        let Some(request) = findings.take(request, case.file, "request-unreadable") else {
            continue;
        };
        let window = request.window;
        check_request(case, &request, last, findings);
        last = window;
        for token in &request.tokens {
            check_token(case, token, derived, findings);
            let asked = Requested {
                request: Digest::of(bytes),
                window,
                action: token.action.clone(),
            };
            if tokens.insert(token.token, asked).is_some() {
                findings.add(
                    case.file,
                    "token-twice",
                    format!("the token {} is requested twice", token.token),
                );
            }
        }
    }
    tokens
}

fn check_request(case: &Case<'_>, request: &ApprovalRequest, last: u32, findings: &mut Findings) {
    let record = case.record;
    let same = request.event == case.inbound.plan.event
        && request.plan == case.inbound.digest
        && request.image == record.image
        && request.boot == record.boot
        && request.session == record.session;
    findings.demand(same, case.file, "request-other", || {
        format!(
            "the request of window {} is for another event, plan, image, boot or session",
            request.window
        )
    });
    findings.demand(request.window > last, case.file, "request-other", || {
        format!("window {} follows window {last}", request.window)
    });
    let made: BTreeMap<_, _> = record
        .keys
        .iter()
        .map(|key| (key.key.clone(), key.public_key.clone()))
        .collect();
    findings.demand(request.keys == made, case.file, "request-keys", || {
        format!(
            "the request of window {} shows other public keys than the record",
            request.window
        )
    });
}

fn check_token(case: &Case<'_>, token: &TokenRequest, derived: &[Derived], findings: &mut Findings) {
    let digest = Digest::of(&token.approval_data);
    findings.demand(token.token == digest, case.file, "token-digest", || {
        format!(
            "the token {} is not the digest of its approval data, {digest}",
            token.token
        )
    });
    let planned = derived.iter().find(|planned| planned.action() == token.action);
    findings.demand(planned.is_some(), case.file, "action-unknown", || {
        format!(
            "the token {} is for an action that the plan does not derive, at step '{}'",
            token.token, token.action.step
        )
    });
    let fits = planned.is_none_or(|planned| token.key.as_ref() == Some(&planned.issuer));
    findings.demand(fits && token.service == KEY_USAGE, case.file, "token-key", || {
        format!(
            "the token {} is for service '{}' and key {:?}, not its action's",
            token.token, token.service, token.key
        )
    });
}

/// One member's consent: bound to this event, by somebody who reviewed the plan and was present.
fn approval(
    case: &Case<'_>,
    people: &People,
    signed: &Signed,
    tokens: &Tokens,
    consents: &mut Consents,
    findings: &mut Findings,
) {
    let Some(approval) = people::open::<Approval>(case, signed, "approval-bad", findings) else {
        return;
    };
    let (member, record) = (&signed.member, case.record);
    let same = approval.member == *member
        && approval.event == case.inbound.plan.event
        && approval.plan == case.inbound.digest
        && approval.image == record.image
        && approval.session == record.session;
    findings.demand(same, case.file, "approval-other", || {
        format!("the approval of {member} is for another event, plan, image, session or member")
    });
    findings.demand(people.began.contains(member), case.file, "approver-absent", || {
        format!("{member} approved, and was not present at the beginning")
    });
    findings.demand(
        people.reviewers.contains(member),
        case.file,
        "approver-without-review",
        || format!("{member} approved, and had not reviewed the plan"),
    );
    for consent in &approval.tokens {
        let asked = tokens
            .get(&consent.token)
            .filter(|asked| asked.request == approval.request);
        let Some(asked) = asked.filter(|asked| asked.action.digest == consent.action) else {
            let what = format!(
                "{member} approved the token {} for another action or request",
                consent.token
            );
            findings.add(case.file, "approval-other", what);
            continue;
        };
        let key = case
            .inbound
            .roster
            .member(member)
            .and_then(|member| member.approval_key());
        let Some(key) = findings.take(key, case.file, "approval-key") else {
            return;
        };
        let signature = key.verify_token(&consent.token.0, &consent.signature);
        let signature = signature.map_err(|e| format!("{member}, step '{}': {e}", asked.action.step));
        let good = findings.take(signature, case.file, "approval-signature").is_some();
        if good && same && !consents.entry(consent.token).or_default().insert(member.clone()) {
            findings.add(
                case.file,
                "approval-twice",
                format!("{member} approved the token {} twice", consent.token),
            );
        }
    }
}

/// The record lists every token requested; one that was never requested was never used.
fn check_fates(case: &Case<'_>, tokens: &Tokens, findings: &mut Findings) {
    let (mut listed, mut used) = (BTreeSet::new(), BTreeSet::new());
    for token in &case.record.tokens {
        let fresh = listed.insert(token.token);
        findings.demand(fresh, case.file, "token-twice", || {
            format!("the token {} is listed twice", token.token)
        });
        let fits = match tokens.get(&token.token) {
            Some(asked) => asked.action == token.action && asked.window == token.window,
            None => token.fate == Fate::Unused,
        };
        findings.demand(fits, case.file, "token-other", || {
            format!(
                "the token {} was used for another action or window than it was requested for",
                token.token
            )
        });
        match token.fate {
            Fate::Used => findings.demand(used.insert(token.action.digest), case.file, "action-twice", || {
                format!("step '{}' was signed with two tokens", token.action.step)
            }),
            Fate::Unknown => findings.demand(
                !case.record.exceptions.is_empty(),
                case.file,
                "unknown-undeclared",
                || {
                    format!(
                        "the fate of the token {} is not known, and no exception says so",
                        token.token
                    )
                },
            ),
            Fate::Unused => {}
        }
    }
    if let Some(missing) = tokens.keys().find(|token| !listed.contains(token)) {
        findings.add(
            case.file,
            "token-unlisted",
            format!("the token {missing} was requested and is not in the record"),
        );
    }
}

/// RFC 3579: at least M members for whatever a quorum key signs.
fn check_quorum(case: &Case<'_>, derived: &[Derived], consents: &Consents, findings: &mut Findings) {
    let guarded: BTreeSet<_> = case
        .inbound
        .plan
        .made_keys()
        .filter(|made| made.2)
        .map(|made| made.1)
        .collect();
    for planned in derived
        .iter()
        .filter(|planned| guarded.contains(planned.issuer.as_str()))
    {
        let action = planned.action();
        let used = case
            .record
            .tokens
            .iter()
            .find(|token| token.fate == Fate::Used && token.action == action);
        let approved = used
            .and_then(|token| consents.get(&token.token))
            .map_or(0, BTreeSet::len);
        findings.demand(approved >= case.threshold(), &planned.file, "quorum-short", || {
            format!("the quorum has {approved} of {} approvals for it", case.threshold())
        });
    }
}

/// The HSM's service for signatures.
const KEY_USAGE: &str = "key-usage";
