//! Exceptions: two members who were there acknowledge each before the record is written.

use record::Bundle;
use record::messages::Acknowledgement;
use support::event::Event;

/// An event that was stopped in the middle of signing and taken up again, up to the gathering of acknowledgements.
fn stopped() -> Event {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("attendance-end");
    engine.kill();
    event
}

#[test]
fn each_exception_is_acknowledged_by_two_members() {
    let event = stopped();
    let mut engine = event.resume();
    engine.play_to_the_end();
    let _ = engine.end().good();
    let record = event.record();
    let exceptions: Vec<_> = record
        .exceptions
        .iter()
        .map(|one| one.digest().expect("a digest"))
        .collect();
    assert_eq!(exceptions.len(), 1);
    let words: Vec<Acknowledgement> = record
        .statements
        .iter()
        .map(|signed| Bundle::decode(&signed.bundle).expect("an acknowledgement").body)
        .collect();
    let members: Vec<_> = words.iter().map(|word| word.member.as_str()).collect();
    assert_eq!(members, ["member-1", "member-2"]);
    assert!(words.iter().all(|word| word.exceptions == exceptions));
    event.replays();
    let page = event.countersign(&["member-1"]);
    assert!(page.contains("the engine was started again"), "{page}");
}

#[test]
fn one_member_is_not_enough_and_a_word_on_other_exceptions_is_refused() {
    let event = stopped();
    let mut engine = event.resume();
    engine.play_to("acknowledgement-1");
    engine.member_answers("member-1", "acknowledgement-1", Some("outbound/exceptions-1.cbor"));
    let (error, hint) = engine.refusal();
    assert_eq!(error, "1 of 2 members answered with 'acknowledgement-1'");
    assert_eq!(hint.as_deref(), Some("one more member answers, then press Enter"));
    engine.play_to("acknowledgement-1");
    engine.member_answers("member-2", "acknowledgement-1", Some("outbound/exceptions-1.cbor"));
    event.alter("acknowledgement-1", "member-2", |word: &mut Acknowledgement| {
        word.exceptions.clear()
    });
    let (error, _) = engine.refusal();
    assert_eq!(
        error,
        "the acknowledgement of member-2 is refused: it does not acknowledge these exceptions"
    );
    assert!(!event.has("outbound/record.cbor"));
}
