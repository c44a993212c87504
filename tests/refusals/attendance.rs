//! Reviews and attendance: of this plan, by these members, on this image, in this session.

use record::Digest;
use record::messages::{Attendance, Phase, Review};
use support::event::Event;

use crate::{offered, refused_at};

#[test]
fn refuses_a_review_of_another_plan() {
    let other = |event: &Event| {
        event.alter("review", "member-1", |review: &mut Review| {
            review.plan = Digest::of(b"x")
        })
    };
    offered("review", "member-1", other, "it is for another plan");
}

#[test]
fn refuses_a_review_of_another_event() {
    let other = |event: &Event| event.alter("review", "member-1", |review: &mut Review| review.event = "x".into());
    offered("review", "member-1", other, "it is for another event");
}

#[test]
fn refuses_a_review_without_a_signature_beside_it() {
    let unsigned = |event: &Event| {
        std::fs::remove_file(event.path("inbound/review-member-1.cbor.sig")).expect("the signature");
    };
    offered(
        "review",
        "member-1",
        unsigned,
        "there is no signature in inbound/review-member-1.cbor.sig",
    );
}

#[test]
fn refuses_a_review_that_a_stranger_signed() {
    let event = Event::planned();
    event.make_stranger();
    let review: Review = event.bundle("review", "member-2");
    event.place("review", "member-2", review, "stranger");
    let [stranger, member] = ["stranger", "member-2"].map(|signer| event.fingerprint(signer));
    let mut engine = event.run();
    engine.play_to("review");
    let error = format!(
        "the review of member-2 is refused: the signature of member-2 is not good: signed by key {stranger}, not by \
         {member}"
    );
    assert_eq!(engine.refusal(), (error.clone(), Some(crate::again("member-2"))));
    engine.hang_up().refuses(1, &error, Some(&crate::again("member-2")));
}

#[test]
fn refuses_a_signature_that_was_made_for_something_else() {
    let other = |event: &Event| event.sign("inbound/review-member-1.cbor", "record@pki.rust-lang.org", "member-1");
    let reason = "the signature of member-1 is not good: signed for 'record@pki.rust-lang.org', not for \
                  'review@pki.rust-lang.org'";
    offered("review", "member-1", other, reason);
}

#[test]
fn refuses_four_reviews() {
    let four = |event: &Event| (5..=9).for_each(|n| event.remove_bundle("review", &format!("member-{n}")));
    let hint = "one more member answers, then press Enter";
    refused_at("review", four, "4 of 5 members answered with 'review'", hint);
}

#[test]
fn refuses_attendance_on_another_image() {
    attends_wrongly(
        |word| word.image.digest = Digest::of(b"another image"),
        "it is for another image",
    );
}

#[test]
fn refuses_attendance_in_another_session() {
    attends_wrongly(|word| word.session = vec![0; 16].into(), "it is for another session");
}

#[test]
fn refuses_attendance_of_another_plan() {
    attends_wrongly(|word| word.plan = Digest::of(b"another plan"), "it is for another plan");
}

#[test]
fn refuses_the_end_at_the_beginning() {
    attends_wrongly(|word| word.phase = Phase::End, "it is for another phase");
}

#[test]
fn refuses_a_short_nonce() {
    attends_wrongly(|word| word.nonce = vec![1; 8].into(), "its nonce has 8 octets, not 16");
}

#[test]
fn refuses_the_beginning_at_the_end() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("attendance-end");
    engine.members_answer("attendance-end", Some("outbound/opening.cbor"));
    for end in ["cbor", "cbor.sig"] {
        let begin = event.read(&format!("inbound/attendance-begin-member-1.{end}"));
        event.write(&format!("inbound/attendance-end-member-1.{end}"), begin);
    }
    let error = "the attendance of member-1 is refused: it is for another phase";
    assert_eq!(engine.refusal(), (error.to_owned(), Some(crate::again("member-1"))));
    engine.hang_up().refuses(1, error, Some(&crate::again("member-1")));
    assert!(!event.has("outbound/record.cbor"));
}

fn attends_wrongly(change: impl Fn(&mut Attendance), reason: &str) {
    let alter = |event: &Event| event.alter("attendance-begin", "member-2", &change);
    offered("attendance-begin", "member-2", alter, reason);
}
