//! Tokens: each requested for one action of the plan, each listed in the record with what became of it.

use std::collections::{BTreeMap, BTreeSet};

use issue::derive::Derived;
use record::messages::{Action, ApprovalRequest, TokenRequest};
use record::record::Fate;
use record::{Bundle, Digest};

use super::{Case, boot, commands};
use crate::finding::Findings;

/// A token as it was requested.
pub(super) struct Requested {
    /// The digest of the request's file.
    pub request: Digest,
    pub window: u32,
    pub action: Action,
}

/// Tokens by their digest.
pub(super) type Tokens = BTreeMap<Digest, Requested>;

/// An approval request that could be read, with the digest of its file.
pub(super) type Request = (Digest, ApprovalRequest);

/// Reads the requests.
pub(super) fn read(case: &Case<'_>, findings: &mut Findings) -> Vec<Request> {
    let read = case.record.requests.iter().filter_map(|bytes| {
        let request = Bundle::<ApprovalRequest>::decode_marked(bytes, case.rehearsal);
        Some((
            Digest::of(bytes),
            findings.take(request, case.file, "request-unreadable")?,
        ))
    });
    read.collect()
}

/// Checks the requests and their tokens.
pub(super) fn requested(case: &Case<'_>, requests: &[Request], derived: &[Derived], findings: &mut Findings) -> Tokens {
    let (mut tokens, mut last) = (Tokens::new(), 0);
    for (digest, request) in requests {
        check_request(case, request, last, findings);
        last = request.window;
        for token in &request.tokens {
            check_token(case, token, derived, findings);
            let asked = Requested {
                request: *digest,
                window: request.window,
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
        && boot::fits(&record.boot, &request.boot)
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
    let command = commands::of(case, &token.action);
    findings.demand(
        planned.is_some() || command.is_some(),
        case.file,
        "action-unknown",
        || {
            format!(
                "the token {} is for an action that the plan does not derive, at step '{}'",
                token.token, token.action.step
            )
        },
    );
    let signs = |issuer: &String| token.key.as_ref() == Some(issuer) && token.service == KEY_USAGE;
    let fits = match command {
        Some(_) => commands::fits(case, token),
        None => planned.map_or(token.service == KEY_USAGE, |planned| signs(&planned.issuer)),
    };
    findings.demand(fits, case.file, "token-key", || {
        format!(
            "the token {} is for service '{}' and key {:?}, not its action's",
            token.token, token.service, token.key
        )
    });
}

/// The record lists every token requested; one that was never requested was never used.
pub(super) fn check_fates(case: &Case<'_>, tokens: &Tokens, findings: &mut Findings) {
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
            Fate::Used => {
                let once = used.insert(token.action.digest) || commands::may_come_again(case, &token.action);
                findings.demand(once, case.file, "action-twice", || {
                    format!("step '{}' was signed with two tokens", token.action.step)
                });
            }
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
            Fate::Unused | Fate::Refused => {}
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

/// The HSM's service for signatures.
const KEY_USAGE: &str = "key-usage";
