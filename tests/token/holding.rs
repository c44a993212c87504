//! Events on a token: a quorum that the console keeps, and says so.

use record::plan::HsmKind;
use record::record::{Fate, KeyChange};
use support::event::{Event, first_and_last};

use crate::fixture::{OnToken, TOKEN};

#[test]
fn a_founding_event_on_a_token_says_who_counted_the_approvals() {
    let Some(event) = OnToken::planned("a_founding_event_on_a_token_says_who_counted_the_approvals") else {
        return;
    };
    let mut engine = event.start("run");
    engine.play_to_the_end();
    let _ = engine.end().good();
    event.results_are_as_frozen();
    event.replays();
    event.judge_results();
    let record = event.record();
    let fact = |name: &str| record.facts[name].as_str();
    assert_eq!(fact("quorum-kept-by"), HsmKind::Pkcs11.quorum_kept_by());
    assert_eq!(fact("hsm-check-begin"), "nothing falls short");
    assert_eq!(fact("hsm-check-end"), "nothing falls short");
    for key in &record.keys {
        assert_eq!(
            (key.owner.as_str(), key.quorum, key.shared.len()),
            (TOKEN, None, 0),
            "{key:?}"
        );
        for stated in [
            "extractable=false",
            "never-extractable=true",
            "destroyable=false",
            "local=true",
        ] {
            assert!(
                key.attributes.iter().any(|found| found == stated),
                "{stated} of {key:?}"
            );
        }
    }
    // Each signature took a token of its own, with the approvals of five.
    assert_eq!(record.tokens.len(), 8);
    assert!(record.tokens.iter().all(|token| token.fate == Fate::Used));
    assert_eq!(record.approvals.len(), 5);
    for id in Event::PRESENT {
        let words = first_and_last(&record::Digest::of(&event.read("outbound/record.cbor")));
        let said = event
            .member(
                id,
                &["countersign", "outbound/record.cbor", "--out", "outbound"],
                &words,
            )
            .good();
        assert!(
            said.out
                .contains("guarded by approvals that the console counted, not the HSM"),
            "{}",
            said.out
        );
    }
}

#[test]
fn members_are_told_that_the_hsm_does_not_count() {
    let Some(event) = OnToken::planned("members_are_told_that_the_hsm_does_not_count") else {
        return;
    };
    let words = first_and_last(&record::Digest::of(&event.read("inbound/plan.cbor")));
    event.remove_bundle("review", "member-1");
    let said = event
        .member("member-1", &["review", "inbound/plan.cbor", "--out", "inbound"], &words)
        .good()
        .out;
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("who counts the approvals: NOT the HSM: the console counts them"),
        "{said}"
    );
    assert!(flat.contains(&format!("kept in: the token {TOKEN}")), "{said}");
    let shown = event
        .ceremony(&["--now", Event::NOW, "plan", "show", "inbound/plan.cbor"])
        .good()
        .out;
    assert!(shown.contains("NOT the HSM: the console counts them"), "{shown}");
}

#[test]
fn no_approvals_no_signature_although_the_token_would_sign() {
    let Some(event) = OnToken::planned("no_approvals_no_signature_although_the_token_would_sign") else {
        return;
    };
    let mut engine = event.start("run");
    engine.play_to("approval-1");
    for id in &Event::APPROVERS[..4] {
        engine.member_answers(id, "approval-1", Some("outbound/approval-request-1.cbor"));
    }
    let (error, hint) = engine.refusal();
    assert_eq!(error, "the quorum has 4 of 5 approvals");
    assert_eq!(hint.as_deref(), Some("one more member approves, then press Enter"));
    let _ = engine.end();
    assert!(event.signings().is_empty());
}

#[test]
fn goes_on_with_the_keys_of_the_token_after_a_stop() {
    let Some(event) = OnToken::planned("goes_on_with_the_keys_of_the_token_after_a_stop") else {
        return;
    };
    let mut engine = event.start("run");
    engine.play_to("approval-1");
    engine.kill();
    let mut engine = event.start("resume");
    engine.play_to_the_end();
    let _ = engine.end().good();
    event.judge_results();
    assert!(event.record().keys.iter().all(|key| key.change == KeyChange::Made));
}
