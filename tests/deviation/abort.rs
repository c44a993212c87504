//! `ceremony abort`: an event ends in order at any point, and leaves a record of what was done.

use record::Time;
use record::messages::Review;
use record::record::{Fate, Record};
use record::screen::Shown;
use support::event::{Event, SIGN};

const ASK: &str = "ask the HSM";
const LEAVE: &str = "leave the HSM alone";
const REASON: &str = "the fire alarm went off";

/// An event that is stopped where members' bundles of this kind are awaited.
fn stopped_at(awaited: &str) -> Event {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to(awaited);
    engine.kill();
    event
}

/// Ends it, and demands that the record says how far it came, is the members' to sign, and can be made again.
fn ended(event: &Event, hsm: &str, stage: &str) -> Record {
    let mut engine = event.abort(REASON);
    engine.play_to_the_early_end(hsm);
    let _ = engine.end().good();
    let record = event.record();
    assert_eq!(record.facts["aborted"], format!("{stage}: {REASON}"));
    let said = format!("the event was ended before its plan was carried out, {stage}: {REASON}");
    assert!(
        record.exceptions.iter().any(|exception| exception.what == said),
        "{:?}",
        record.exceptions
    );
    event.replays();
    let page = event.countersign(&["member-1", "member-2"]);
    let title = page.find("THIS EVENT WAS ABORTED: it ended before its plan was carried out");
    assert!(
        title.is_some_and(|at| at < page.find("what it was for").expect("the frame")),
        "{page}"
    );
    record
}

#[test]
fn before_anybody_is_present() {
    let event = stopped_at("attendance-begin");
    let record = ended(&event, LEAVE, "before a quorum was present");
    assert_eq!(record.present, Event::PRESENT);
    assert!(record.keys.is_empty() && record.outputs.is_empty() && record.tokens.is_empty());
    assert!(!event.has("outbound/results.cbor.sig") && event.has("outbound/results.cbor"));
}

#[test]
fn with_keys_made_and_nothing_signed() {
    let event = stopped_at("approval-1");
    let record = ended(&event, ASK, "before anything was signed");
    assert_eq!(
        (record.keys.len(), record.outputs.len(), record.tokens.len()),
        (3, 0, 8)
    );
    assert!(record.tokens.iter().all(|token| token.fate == Fate::Unused));
    assert!(record.facts.contains_key("hsm-check-end"));
    // The console's key has no certificate, so that nobody could check its signature.
    assert!(!event.has("outbound/results.cbor.sig"));
}

#[test]
fn in_the_midst_of_signing_what_was_signed_stays() {
    let (event, stopped) = Event::held_until(SIGN, 4, "die-after");
    assert_eq!(stopped.code, Some(4));
    let record = ended(&event, ASK, "with 3 of 8 things signed");
    assert_eq!(record.outputs.len(), 3);
    let count = |fate| record.tokens.iter().filter(|token| token.fate == fate).count();
    assert_eq!(
        (count(Fate::Used), count(Fate::Unknown), count(Fate::Unused)),
        (3, 1, 4)
    );
    let lost = |exception: &&record::record::Exception| exception.what.starts_with("no answer came to the signing");
    assert_eq!(record.exceptions.iter().filter(lost).count(), 1);
    let results = event.results();
    assert_eq!(results.certificates.len() + results.crls.len(), 3);
}

#[test]
fn after_everything_was_signed() {
    let event = stopped_at("attendance-end");
    let record = ended(&event, ASK, "after everything was signed");
    assert_eq!(record.outputs.len(), 8);
    assert!(
        event.has("outbound/results.cbor.sig"),
        "the console's certificate exists"
    );
}

#[test]
fn it_ends_without_an_hsm_that_is_gone() {
    let event = stopped_at("approval-1");
    event.wait_until_no_token_lives();
    let mut command = event.run_at("abort", &["--reason", REASON, "--hsm-cli", "nowhere"]);
    command.play_to_the_early_end(ASK);
    let said = command.said("the HSM cannot be asked: ");
    let _ = command.end().good();
    assert!(said);
    assert_eq!(event.record().keys.len(), 3);
}

#[test]
fn fewer_than_the_quorum_can_end_it_and_the_record_says_who() {
    let event = stopped_at("attendance-begin");
    let mut engine = event.abort(REASON);
    engine.play_to("attendance-begin");
    engine.member_answers("member-2", "attendance-begin", Some("outbound/opening.cbor"));
    engine.type_line("");
    let asked = engine.play_until(support::event::is_decision);
    let asked = format!("{asked:?}");
    assert!(
        asked.contains("1 members answered with 'attendance-begin', and 5 are needed"),
        "{asked}"
    );
    engine.type_line("go on without them");
    engine.play_until(|shown| matches!(shown, Shown::Waiting { .. }));
    engine.member_answers("member-2", "attendance-end", Some("outbound/opening.cbor"));
    engine.type_line("");
    engine.play_until(|shown| matches!(shown, Shown::Waiting { .. }));
    let stem = "acknowledgement-2";
    engine.member_answers("member-2", stem, Some("outbound/exceptions-2.cbor"));
    engine.type_line("");
    let _ = engine.end().good();
    assert_eq!(event.record().present, ["member-2"]);
    event.replays();
    let _ = event.countersign(&["member-2"]);
}

#[test]
fn what_was_ended_is_not_taken_up_again() {
    let event = stopped_at("approval-1");
    let _ = ended(&event, LEAVE, "before anything was signed");
    let hint = Some("its results are in the outbound folder");
    event.resume().end().refuses(3, "the event on this disk is over", hint);
    event
        .abort(REASON)
        .end()
        .refuses(3, "the event on this disk is over", hint);
}

#[test]
fn an_end_that_was_stopped_goes_on_as_one() {
    let event = stopped_at("approval-1");
    let mut engine = event.abort(REASON);
    engine.play_until(|shown| {
        matches!(shown, Shown::Waiting { kind, .. } if kind.starts_with("attendance-end"))
            || support::event::is_decision(shown)
    });
    engine.kill();
    let mut engine = event.resume();
    engine.play_to_the_early_end(LEAVE);
    let _ = engine.end().good();
    assert_eq!(
        event.record().facts["aborted"],
        format!("before anything was signed: {REASON}")
    );
    event.replays();
}

#[test]
fn there_must_be_something_to_end_and_a_reason() {
    let event = Event::planned();
    let error = "bastion/journal is not there: no event began on this disk";
    event
        .abort(REASON)
        .end()
        .refuses(3, error, Some("there is nothing to end"));
    let error = "the reason must have 1 to 300 printable characters of ASCII, and no space around them";
    let hint = "the record is published with it: say in a sentence why the event ends";
    event.abort("").end().refuses(2, error, Some(hint));
    event.abort("a\nb").end().refuses(2, error, Some(hint));
}

/// Who said to be there without a review does not come to one afterwards, whatever lies there after a stop.
#[test]
fn nobody_reviews_after_having_said_to_be_there() {
    let event = stopped_at("review");
    let review: Review = event.bundle("review", "member-6");
    event.remove_bundle("review", "member-6");
    let mut engine = event.abort(REASON);
    engine.play_until(|shown| matches!(shown, Shown::Waiting { kind, .. } if kind == "attendance-begin"));
    engine.members_answer("attendance-begin", Some("outbound/opening.cbor"));
    engine.type_line("");
    engine.play_until(|shown| matches!(shown, Shown::Waiting { kind, .. } if kind == "attendance-end"));
    engine.kill();
    event.let_pass(400);
    let late = Review {
        at: Time::parse(&event.now()).expect("a time"),
        ..review
    };
    event.place("review", "member-6", late, "member-6");
    let mut engine = event.resume();
    engine.play_to_the_early_end(LEAVE);
    let _ = engine.end().good();
    let record = event.record();
    assert!(record.present.contains(&"member-6".to_owned()));
    assert!(!record.reviews.iter().any(|signed| signed.member == "member-6"));
    event.replays();
    let _ = event.countersign(&["member-1", "member-2"]);
}
