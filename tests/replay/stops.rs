//! Events that were stopped, lost answers, and had people decide: each is replayed with its stops.

use record::journal::What;
use record::screen::Shown;
use support::event::{Event, SIGN, Shortage};

use super::held;

#[test]
fn a_stop_at_every_wait_for_members_is_replayed() {
    for kind in ["review", "attendance-begin", "approval-1", "attendance-end"] {
        let event = Event::planned();
        let mut engine = event.run();
        engine.play_to(kind);
        engine.kill();
        goes_on(&event);
        event.replays();
        let said = event.replayed().good().on_one_line();
        assert!(said.contains("in two runs, with the stop between them"), "{said}");
    }
}

#[test]
fn a_lost_answer_and_what_people_decided_are_replayed() {
    let (event, ended) = Event::held_until(SIGN, 4, "answer-lost");
    assert_ne!(ended.code, Some(0), "the answer is lost");
    // They stop once, and sign again at the second time.
    let mut engine = event.resume();
    engine.play_until(|shown| matches!(shown, Shown::Deciding { .. }));
    engine.type_line("stop");
    let _ = engine.end();
    goes_on(&event);
    assert!(event.journalled(|what| matches!(what, What::Again { .. })));
    assert!(event.journalled(|what| matches!(what, What::ReadBack { .. })));
    event.replays();
    let said = event.replayed().good().on_one_line();
    assert!(said.contains("in 3 runs, with the 2 stops between them"), "{said}");
}

#[test]
fn a_signature_whose_answer_found_no_room_is_replayed() {
    for (nth, room) in [(3, 1500), (2, 20)] {
        let event = Event::planned();
        let mut engine = event.run_short_of_room(&Shortage {
            command: SIGN,
            nth,
            room,
            told: true,
        });
        engine.play_to_the_end();
        assert_ne!(engine.end().code, Some(0), "there is no room");
        goes_on(&event);
        event.replays();
    }
}

#[test]
fn a_stop_between_two_members_bundles_is_replayed() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_until(|shown| matches!(shown, Shown::Asking { .. }));
    engine.kill();
    let taken = |what: &What| matches!(what, What::Received { kind, .. } if kind == "attendance");
    let first = event.journal().iter().position(|entry| taken(&entry.what));
    cut_and_go_on(&event, first.expect("they attend") + 3);
}

/// As if the power went there: the journal's end is gone, and what is written after it too.
#[test]
fn stops_in_what_comes_after_the_signatures_are_replayed() {
    for cut in [-3, 0, 1] {
        let event = held();
        let entries = i64::try_from(event.record().journal_entries).expect("a few");
        cut_and_go_on(&event, usize::try_from(entries + cut).expect("a few"));
    }
    for before_the_end in 1..3 {
        let event = held();
        cut_and_go_on(&event, event.journal().len() - before_the_end);
    }
}

fn cut_and_go_on(event: &Event, entries: usize) {
    let journal = event.read("bastion/journal");
    event.write("bastion/journal", &journal[..event.entry_offsets()[entries]]);
    let has = |like: fn(&What) -> bool| event.journalled(like);
    let without = [
        ("outbound/record.cbor", has(|what| matches!(what, What::Record { .. }))),
        ("outbound/results.cbor", false),
        ("outbound/results.cbor.sig", has(signed_results)),
    ];
    for (name, _) in without.into_iter().filter(|(_, was_written)| !was_written) {
        let _ = std::fs::remove_file(event.path(name));
    }
    goes_on(event);
    event.replays();
}

fn signed_results(what: &What) -> bool {
    matches!(what, What::Signed { action, .. } if action.step == "results")
}

/// Resumes to the end; whatever is asked, people go on.
fn goes_on(event: &Event) {
    let mut engine = event.resume();
    while let Some(shown) = engine.next_shown() {
        match &shown {
            Shown::Deciding { answers, .. } => engine.type_line(&answers[0].clone()),
            shown => engine.answer(shown),
        }
    }
    let _ = engine.end().good();
}
