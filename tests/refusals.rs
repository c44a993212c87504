//! What is refused, each with the words that people then read, and with nothing left half done.

#[path = "refusals/approvals.rs"]
mod approvals;
#[path = "refusals/attendance.rs"]
mod attendance;
#[path = "refusals/check.rs"]
mod check;
#[path = "refusals/consents.rs"]
mod consents;
#[path = "refusals/console.rs"]
mod console;
#[path = "refusals/lints.rs"]
mod lints;
#[path = "refusals/plans.rs"]
mod plans;
#[path = "refusals/requests.rs"]
mod requests;
#[path = "refusals/roster.rs"]
mod roster;
#[path = "refusals/terminal.rs"]
mod terminal;
#[path = "refusals/tokens.rs"]
mod tokens;
#[path = "refusals/windows.rs"]
mod windows;

use record::journal::What;
use support::event::Event;

/// What a person reads after a plan, policy or roster was refused.
const CORRECT: &str = "correct the file; nothing has been done with it";

/// The hint after a refusal in words that the contract does not have.
const OWN_WORDS: &str = "these are the HSM's own words: a wrong password counts, the fifth locks the account; then go on with `ceremony resume`";

/// What a person reads after a member's bundle was refused.
fn again(member: &str) -> String {
    format!("{member} makes the file again on their own machine; take the old one out of the inbound folder")
}

/// Tampers where bundles of a kind are awaited, presses Enter, and demands the refusal: on screen, and, as nobody
/// mends it, as the run's end. Nothing was signed.
fn refused_at(kind: &str, tamper: impl Fn(&Event), error: &str, hint: &str) {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to(kind);
    let request = (kind == "approval-1").then_some("outbound/approval-request-1.cbor");
    engine.members_answer(kind, request.or(Some("outbound/opening.cbor")));
    tamper(&event);
    assert_eq!(engine.refusal(), (error.to_owned(), Some(hint.to_owned())));
    engine.hang_up().refuses(1, error, Some(hint));
    signed_nothing(&event);
}

/// A tampered bundle of `member` is refused for this reason.
fn offered(kind: &str, member: &str, tamper: impl Fn(&Event), reason: &str) {
    let name = kind
        .trim_end_matches("-1")
        .trim_end_matches("-begin")
        .trim_end_matches("-end");
    let error = format!("the {name} of {member} is refused: {reason}");
    refused_at(kind, tamper, &error, &again(member));
}

fn signed_nothing(event: &Event) {
    assert!(!event.journalled(|what| matches!(what, What::Spending { .. } | What::Signed { .. })));
    assert!(!event.has("bastion/outputs") && !event.has("outbound/record.cbor"));
}
