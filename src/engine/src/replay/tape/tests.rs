//! Journals of nobody's event: whatever they hold, the tape says where it came to an end.

use record::journal::frame;

use super::*;
use crate::clock::Moments as _;
use crate::console::People as _;
use crate::inbox::Past as _;
use crate::ledger::Medium as _;

fn tape(whats: &[What]) -> Tape {
    let entries = (0..).zip(whats).map(|(number, what)| entry(number, what.clone()));
    Tape::new(entries.collect(), Time(99))
}

fn entry(number: u64, what: What) -> Entry {
    Entry {
        number,
        previous: Digest::of(b""),
        at: Time(10 + number),
        what,
    }
}

fn write(tape: &mut Tape, number: u64, what: What) -> Result<(), String> {
    let bytes = frame(&entry(number, what)).expect("frames");
    tape.append(&bytes).map_err(|error| error.to_string())
}

fn step(name: &str) -> What {
    What::Step { step: name.into() }
}

fn resumed() -> What {
    What::Resumed {
        image: record::messages::Image {
            kind: record::messages::ImageKind::Binary,
            digest: Digest::of(b""),
        },
        torn: 0,
    }
}

fn lost() -> What {
    What::Lost {
        action: record::messages::Action {
            step: "root-certificate".into(),
            kind: record::messages::ActionKind::Sign,
            digest: Digest::of(b""),
        },
        cause: "x".into(),
    }
}

fn no_answer() -> What {
    What::NoAnswer {
        command: "crypto sign ecdsa".into(),
        cause: "x".into(),
    }
}

#[test]
fn the_first_entry_that_differs_is_kept_and_nothing_more_is_taken() {
    let mut tape = tape(&[step("one"), step("two"), step("three")]);
    write(&mut tape, 0, step("one")).expect("the same");
    write(&mut tape, 1, step("zwei")).expect_err("another");
    write(&mut tape, 1, step("two")).expect_err("it is over");
    let trouble = tape.trouble().expect("a difference");
    assert_eq!(
        (trouble.entry, trouble.made, tape.done()),
        (1, entry(1, step("zwei")), 1)
    );
}

#[test]
fn a_stop_ends_the_run_without_a_difference() {
    let mut tape = tape(&[step("one"), resumed(), step("two")]);
    assert_eq!(tape.run(), 0..1);
    write(&mut tape, 0, step("one")).expect("the same");
    write(&mut tape, 1, step("two")).expect_err("the run was stopped");
    assert!(tape.trouble().is_none());
    assert_eq!((tape.enter(), tape.decide("", &["stop", "try again"])), (false, None));
    assert!(tape.secret("").is_none() && tape.tokens_are_dead());
    assert_eq!(tape.run(), 1..3);
    write(&mut tape, 1, resumed()).expect("the next run");
}

/// Then the disk had no room for the answer, and room for what came of it.
#[test]
fn an_answer_that_was_never_written_down_may_be_missing() {
    let mut tape = tape(&[lost(), step("two")]);
    write(&mut tape, 0, no_answer()).expect_err("it is not there");
    write(&mut tape, 0, lost()).expect("what came of it is");
    assert!(tape.trouble().is_none());
    let mut tape = self::tape(&[lost(), step("two")]);
    write(&mut tape, 0, no_answer()).expect_err("it is not there");
    write(&mut tape, 0, step("two")).expect_err("nor is this");
    assert!(tape.trouble().is_some());
}

#[test]
fn behind_the_end_there_is_room_for_a_record_only() {
    let mut tape = tape(&[step("one")]);
    write(&mut tape, 0, step("one")).expect("the same");
    write(&mut tape, 1, step("two")).expect_err("the journal ends");
    let digest = Digest::of(b"record");
    write(&mut tape, 1, What::Record { digest }).expect("the record");
    assert_eq!((tape.record(), tape.now()), (Some(digest), Time(99)));
    write(&mut tape, 2, What::Record { digest }).expect_err("there is one record");
}

#[test]
fn nothing_is_found_in_an_empty_journal() {
    let tape = tape(&[]);
    assert_eq!((tape.run(), tape.now()), (0..0, Time(99)));
    assert!(tape.taken("review").bundles.is_empty());
    assert_eq!(tape.of_the_next_entry(), Time(99));
}
