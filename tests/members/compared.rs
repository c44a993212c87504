//! Who compared what stands before an event with the public store: read aloud, waited for, and an exception if nobody did.

use std::process::Command;

use record::Digest;
use record::journal::What;
use record::messages::{NOT_COMPARED, Review};
use record::screen::Shown;
use support::event::{Engine, Event, WITHOUT_STORE, first_and_last};

use support::process::{finish, ours};

use crate::founded::{founded, plan, plan_named, publish, published};
use crate::room::{acknowledgements, answer, countersigned, held, play, record};

/// New revocation lists, which nobody has compared so far: no store was published.
fn lists() -> Event {
    let event = founded();
    plan(&event, "crl-refresh", &[]);
    event
}

/// A member brings a review that says that they compared, as with a store of their own.
fn compares(event: &Event, member: &str) {
    event.alter("review", member, |review: &mut Review| review.compared = Some(true));
}

/// Reviews the same plan again, and hands that review in, in the place of the first one.
fn reviews_with_the_store(event: &Event, member: &str) {
    let words = first_and_last(&Digest::of(&event.read("inbound/plan.cbor")));
    let store = ["--store", "store", "--root", "store/certs/root-1.pem"];
    std::fs::create_dir(event.path("again")).expect("a folder");
    let review = [&["review", "inbound/plan.cbor", "--out", "again"], &store[..]].concat();
    let page = event.member(member, &review, &words).good().on_one_line();
    assert!(
        page.contains("With this review you say that you compared: hand in this one."),
        "{page}"
    );
    for end in ["cbor", "cbor.sig"] {
        let file = format!("review-{member}.{end}");
        event.write(&format!("inbound/{file}"), event.read(&format!("again/{file}")));
    }
}

/// Presses Enter for the reviews, and gives the answer.
fn answers(engine: &mut Engine<'_>, answer: &str) {
    is_asked_for(engine, "one member", answer);
}

fn is_asked_for(engine: &mut Engine<'_>, whose: &str, answer: &str) {
    engine.play_to("review");
    engine.type_line("");
    let asked = engine.play_until(|shown| matches!(shown, Shown::Deciding { .. }));
    let Shown::Deciding { question, answers } = asked else {
        unreachable!("it was waited for");
    };
    assert_eq!(
        question,
        format!(
            "So far {NOT_COMPARED}. To wait: {whose} reviews the plan with the store, and hands that review in. To go on: it \
             becomes an exception, which two members acknowledge."
        )
    );
    assert_eq!(answers, ["wait", WITHOUT_STORE]);
    engine.type_line(answer);
}

/// Plays to the end; while this is waited for, member-6 refuses.
fn refuses_at(event: &Event, engine: &mut Engine<'_>, awaited: &str) {
    let waits = engine.play_until(|shown| matches!(shown, Shown::Waiting { kind, .. } if kind == awaited));
    let reason = "my copy of the store has a newer list";
    event.refuse("member-6", "inbound/plan.cbor", reason);
    answer(engine, &waits);
    play(engine);
}

fn exceptions(event: &Event) -> Vec<String> {
    record(event).exceptions.into_iter().map(|one| one.what).collect()
}

#[test]
fn a_review_with_the_store_is_waited_for() {
    let event = lists();
    let mut engine = event.run();
    answers(&mut engine, "wait");
    let Some(Shown::Refused { error, hint }) = engine.next_shown() else {
        panic!("{:#?}", engine.shown);
    };
    assert_eq!(
        error,
        "no review of a member who compared what stands before the event with the store"
    );
    assert_eq!(
        hint.as_deref(),
        Some(
            "one member fetches the store, reviews with --store (and --root) into another folder, and hands in both files of \
             that review, in the place of their first one if there is one; then press Enter"
        )
    );
    compares(&event, "member-6");
    play(&mut engine);
    assert!(engine.said("What stands before the event was compared with the public store by member-6."));
    let _ = engine.end().good();
    assert_eq!(exceptions(&event), [""; 0]);
    let page = countersigned(&event, "member-1");
    assert!(
        page.contains("compared what stood before with the public store: member-6"),
        "{page}"
    );
    event.replays();
}

#[test]
fn that_nobody_compares_is_read_aloud_once_more_after_a_stop_and_acknowledged() {
    let event = lists();
    let mut engine = event.run();
    answers(&mut engine, WITHOUT_STORE);
    engine.play_to("attendance-begin");
    assert!(engine.said(NOT_COMPARED), "{:#?}", engine.shown);
    engine.kill();
    let mut engine = event.resume();
    play(&mut engine);
    assert!(engine.said(NOT_COMPARED), "{:#?}", engine.shown);
    let _ = engine.end().good();
    let all = exceptions(&event);
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all[0], NOT_COMPARED);
    assert_eq!(acknowledgements(&record(&event)), 2);
    event.replays();
}

/// Ends the journal in the midst of the entry after so many reviews.
fn tear_after(event: &Event, reviews: usize) {
    let count = |what: &What| matches!(what, What::Received { kind, .. } if kind == "review");
    let entries = event.journal();
    let places = entries.iter().enumerate().filter(|(_, entry)| count(&entry.what));
    let (last, _) = places.take(reviews).last().expect("a review");
    let journal = event.read("bastion/journal");
    let end = event.entry_offsets()[last + 1];
    event.write("bastion/journal", &journal[..end + 5]);
}

/// What is in the journal stands, so that there is nobody to wait for.
#[test]
fn nobody_is_asked_to_wait_where_every_review_is_in_the_journal() {
    let event = founded();
    let all: Vec<String> = (1..=9).map(|n| format!("member-{n}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    plan_named(&event, ("next", "crl-refresh"), &[], &all);
    let mut engine = event.run();
    answers(&mut engine, WITHOUT_STORE);
    engine.play_to("attendance-begin");
    engine.kill();
    tear_after(&event, all.len());
    let mut engine = event.resume();
    engine.play_to("review");
    engine.type_line("");
    let next = engine.play_until(|shown| matches!(shown, Shown::Deciding { .. } | Shown::Waiting { .. }));
    assert!(
        matches!(&next, Shown::Waiting { kind, .. } if kind == "attendance-begin"),
        "{next:?}"
    );
    assert!(engine.said(NOT_COMPARED), "{:#?}", engine.shown);
    answer(&mut engine, &next);
    play(&mut engine);
    let _ = engine.end().good();
    assert_eq!(
        exceptions(&event).iter().filter(|what| *what == NOT_COMPARED).count(),
        1
    );
    event.replays();
}

#[test]
fn whoever_has_not_handed_in_a_review_is_named_as_who_can_still_compare() {
    let event = lists();
    let mut engine = event.run();
    answers(&mut engine, WITHOUT_STORE);
    engine.play_to("attendance-begin");
    engine.kill();
    tear_after(&event, 4);
    let mut engine = event.resume();
    let left = "one of member-5, member-6, member-7, member-8, member-9";
    is_asked_for(&mut engine, left, "wait");
    let waits = engine.next_shown();
    assert!(matches!(waits, Some(Shown::Refused { .. })), "{waits:?}");
    compares(&event, "member-6");
    play(&mut engine);
    let _ = engine.end().good();
    assert!(!exceptions(&event).iter().any(|what| what == NOT_COMPARED));
    event.replays();
}

#[test]
fn whoever_refuses_afterwards_does_not_count_as_having_compared() {
    let event = lists();
    compares(&event, "member-6");
    let mut engine = event.run();
    refuses_at(&event, &mut engine, "attendance-begin");
    assert!(engine.said(NOT_COMPARED), "{:#?}", engine.shown);
    let _ = engine.end().good();
    assert_eq!(exceptions(&event), [NOT_COMPARED]);
    let page = countersigned(&event, "member-1");
    assert!(
        page.contains("compared what stood before with the public store: NOBODY (member-6 did, and\n    refused)\n"),
        "{page}"
    );
    event.replays();
}

/// A refusal in the last moment, when what was known so far is acknowledged.
#[test]
fn an_exception_by_the_last_refusal_is_acknowledged_too() {
    let event = lists();
    compares(&event, "member-6");
    let mut engine = event.run();
    engine.play_to("attendance-end");
    engine.kill();
    let mut engine = event.resume();
    refuses_at(&event, &mut engine, "acknowledgement-1");
    let _ = engine.end().good();
    let all = exceptions(&event);
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all[1], NOT_COMPARED);
    assert_eq!(acknowledgements(&record(&event)), 4);
    event.replays();
}

#[test]
fn a_review_that_does_not_say_is_refused() {
    let event = lists();
    event.alter("review", "member-2", |review: &mut Review| review.compared = None);
    let mut engine = event.run();
    engine.play_to("review");
    let (error, _) = engine.refusal();
    let what = "it does not say whether what stands before the event was compared with the public store";
    assert_eq!(error, format!("the review of member-2 is refused: {what}"));
    assert!(!event.journalled(|what| matches!(what, What::Received { .. })));
}

#[test]
fn an_event_that_ends_before_its_reviews_are_counted_owes_no_exception_for_them() {
    let event = lists();
    let mut engine = event.run();
    engine.play_to("review");
    engine.kill();
    let mut engine = event.abort("nobody has the store");
    play(&mut engine);
    let _ = engine.end().good();
    let all = exceptions(&event);
    assert!(!all.iter().any(|what| what == NOT_COMPARED), "{all:?}");
    event.replays();
    countersigned(&event, "member-1");
}

#[test]
fn an_event_that_ends_afterwards_owes_it() {
    let event = lists();
    let mut engine = event.run();
    answers(&mut engine, WITHOUT_STORE);
    engine.play_to("attendance-begin");
    engine.kill();
    let mut engine = event.abort("the fire alarm went off");
    play(&mut engine);
    let _ = engine.end().good();
    assert_eq!(exceptions(&event)[0], NOT_COMPARED);
    event.replays();
    countersigned(&event, "member-1");
}

/// All that the verifier knows, on a journal that the engine wrote.
#[test]
fn an_event_whose_only_comparer_refuses_is_published_with_the_exception() {
    let event = published();
    // Out of sight, so that all review without it.
    std::fs::rename(event.path("store"), event.path("away")).expect("the store");
    plan(&event, "crl-refresh", &[]);
    std::fs::rename(event.path("away"), event.path("store")).expect("the store");
    let mut engine = event.run();
    answers(&mut engine, "wait");
    let waits = engine.next_shown();
    assert!(matches!(waits, Some(Shown::Refused { .. })), "{waits:?}");
    reviews_with_the_store(&event, "member-6");
    refuses_at(&event, &mut engine, "attendance-begin");
    let _ = engine.end().good();
    assert_eq!(exceptions(&event), [NOT_COMPARED]);
    publish(&event, &Event::APPROVERS);
}

#[test]
fn the_founding_event_has_nothing_to_compare() {
    let event = Event::planned();
    let _ = held(event.run());
    let page = countersigned(&event, "member-1");
    assert!(!page.contains("compared what stood before"), "{page}");
}

/// Somebody whose clock is years behind would say when they had read it at a time at which nothing of it was there.
#[test]
fn a_clock_that_is_behind_what_stands_reviews_nothing() {
    let event = published();
    plan(&event, "crl-refresh", &[]);
    let review = |now: &str, more: &[&str]| {
        let first = [
            "--home",
            "members/member-1",
            "--now",
            now,
            "review",
            "inbound/plan.cbor",
        ];
        let mut member = Command::new(ours("ceremony-member"));
        member
            .current_dir(event.root())
            .args(first)
            .args(["--out", "again"])
            .args(more);
        let refused = finish(&mut member, "").expect(1);
        let hint = "set this machine's clock and time zone right, and start again;";
        assert!(refused.err.contains(hint), "{refused}");
        refused.err
    };
    let said = review("2020-11-22T10:00:00Z", &["--without-store"]);
    let words = "your clock says 2020-11-22T10:00:00Z, and a revocation list that the plan stands on is of ";
    let (_, rest) = said.split_once(words).unwrap_or_else(|| panic!("{said}"));
    let (made, _) = rest.split_once("; nothing was signed").expect("when it was made");
    // The event that made the list ended later.
    let store = ["--store", "store", "--root", "store/certs/root-1.pem"];
    let said = review(made, &store);
    let words = format!("your clock says {made}, and your copy of the store is ahead of it: ");
    assert!(said.contains(&words), "{said}");
}
