//! What an event must have come to, however it went.

use record::journal::{Entry, What};
use record::record::{Exception, Fate};
use support::event::Event;

use super::case::{Case, Decided};

/// It ended: the frozen bytes are signed, good in the eyes of `openssl`, once each unless people decided otherwise; the
/// journal is whole and the record says what went otherwise.
pub fn well(event: &Event, case: &Case, runs: usize, decided: &Decided) {
    fired(event, case);
    event.results_are_as_frozen();
    event.replays();
    event.judge_results();
    let (record, journal) = (event.record(), event.journal());
    assert!(
        matches!(journal.last().map(|entry| &entry.what), Some(What::Closed)),
        "{case:?}: the end"
    );
    assert_eq!(event.keys_in_the_hsm(), 6, "{case:?}: no key was made twice");
    assert_eq!(record.outputs.len(), 8, "{case:?}");
    assert_eq!(resumed(event), runs - 1, "{case:?}: each start is in the journal");
    let again = count(event, |what| matches!(what, What::Again { .. }));
    assert_eq!(again, decided.again, "{case:?}: each decision is in the journal");
    let told = |words: &str| {
        let exceptions = record.exceptions.iter();
        exceptions.filter(|exception| exception.what.contains(words)).count()
    };
    assert_eq!(
        told("sign the same bytes again"),
        decided.again,
        "{case:?}: {:?}",
        record.exceptions
    );
    // What follows the record is in the journal alone.
    let written = journal
        .iter()
        .position(|entry| matches!(entry.what, What::Record { .. }));
    let met = |entries: &[Entry]| {
        entries
            .iter()
            .filter(|entry| matches!(entry.what, What::Hsm { .. }))
            .count()
            - 1
    };
    assert_eq!(
        met(&journal),
        decided.other_hsms,
        "{case:?}: each decision is in the journal"
    );
    let before = met(&journal[..written.expect("a record")]);
    assert_eq!(
        told("decided to go on with these"),
        before,
        "{case:?}: {:?}",
        record.exceptions
    );
    signed_once(event, case, &record.exceptions);
    let used = record.tokens.iter().filter(|token| token.fate == Fate::Used).count();
    let unknown = record.tokens.iter().filter(|token| token.fate == Fate::Unknown).count();
    assert_eq!(
        (used, unknown >= decided.again),
        (7 + 1, true),
        "{case:?}: {:?}",
        record.tokens
    );
}

/// No action is begun, and no bytes are given to the HSM to be signed, more often than once and once for each decision.
fn signed_once(event: &Event, case: &Case, exceptions: &[Exception]) {
    let decided = |step: &str| {
        let again =
            |exception: &&Exception| exception.step.as_deref() == Some(step) && exception.what.contains("decided");
        exceptions.iter().filter(again).count()
    };
    for (step, times) in event.signings().iter().filter(|(step, _)| *step != "results") {
        let signed = |what: &What| matches!(what, What::Signed { action, .. } if action.step == *step);
        assert_eq!(count(event, signed), 1, "{case:?}: {step}");
        assert!(
            *times <= 1 + decided(step) + refused(event, step),
            "{case:?}: {step} was begun {times} times"
        );
    }
    // The commands themselves: the bytes went to the HSM no more often than that either.
    for (step, bytes) in event.frozen() {
        let data = format!("sha256:{}]", record::Digest::of(&bytes).hex());
        let asked = |what: &What| matches!(what, What::Intent { command } if command.starts_with("crypto sign") && command.contains(&data));
        let times = count(event, asked);
        assert!(times >= 1, "{case:?}: {step} was never signed");
        assert!(
            times <= 1 + decided(&step) + refused(event, &step),
            "{case:?}: {step} went to the HSM {times} times"
        );
    }
}

/// How often the HSM clearly said no to the action: its own words about approvals, after which nothing is open.
fn refused(event: &Event, step: &str) -> usize {
    let journal = event.journal();
    let begun = |what: &What| matches!(what, What::Spending { action, .. } if action.step == step);
    let mut refused = 0;
    for (at, _) in journal.iter().enumerate().filter(|(_, entry)| begun(&entry.what)) {
        let no = |what: &What| matches!(what, What::Answer { answer, .. } if answer.contains("\"error_code\": 1"));
        let next = journal[at + 1..]
            .iter()
            .find(|entry| matches!(entry.what, What::Answer { .. } | What::NoAnswer { .. }));
        let lost = journal[at + 1..]
            .iter()
            .take(4)
            .any(|entry| matches!(entry.what, What::Lost { .. }));
        refused += usize::from(next.is_some_and(|entry| no(&entry.what)) && !lost);
    }
    refused
}

/// The fault that was ordered has happened.
fn fired(event: &Event, case: &Case) {
    let cluster: serde_json::Value = serde_json::from_slice(&event.read("cluster/cluster.json")).expect("JSON");
    assert_eq!(cluster["faults"], serde_json::json!([]), "{case:?} did not happen");
}

fn resumed(event: &Event) -> usize {
    count(event, |what| matches!(what, What::Resumed { .. }))
}

fn count(event: &Event, like: impl Fn(&What) -> bool) -> usize {
    event.journal().iter().filter(|entry| like(&entry.what)).count()
}
