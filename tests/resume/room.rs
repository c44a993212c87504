//! No room left on the event's disk: the journal stays whole, the run ends, and a resumed one finds out what the HSM did.

use record::journal::{Journal, What};
use record::record::KeyChange;
use support::event::{Ended, Event, MAKE_KEY, SIGN, Shortage, is_decision};

use super::{ends_well, goes_on};

#[test]
fn adopts_a_key_whose_answer_found_no_room() {
    let event = Event::planned();
    let ended = run_out(&event, MAKE_KEY, 1, 20);
    let error = ended.error();
    assert!(error.starts_with("`key generate-asymmetric-pair ec"), "{error}");
    let words = "was carried out but not recorded: cannot write bastion/journal: File too large (os error 27); the answer \
                 was: {";
    assert!(error.contains(words), "{error}");
    let hint = "make room for the journal; the answer above must not get lost; then go on with `ceremony resume`";
    assert_eq!((ended.hint(), ended.code), (Some(hint), Some(4)));
    assert_eq!(event.keys_in_the_hsm(), 2);
    assert!(!event.journalled(|what| matches!(what, What::Key { .. })));

    let record = goes_on(&event);
    assert_eq!(record.keys[0].change, KeyChange::Adopted);
    assert_eq!(event.keys_in_the_hsm(), 6, "no key was made twice");
}

/// The answer is large, for it brings the approvals along; what is written of the signature itself is small.
#[test]
fn a_signature_is_kept_where_the_answer_that_brought_it_found_no_room() {
    let event = Event::planned();
    let ended = run_out(&event, SIGN, 3, 1500);
    let error = ended.error();
    let words = "was not typed: cannot write bastion/journal: an entry before this one could not be written, so that no \
                 later one is (File too large (os error 27))";
    assert!(error.ends_with(words), "{error}");
    let hint =
        "make room on the event's disk, or find out why it cannot be written to; then go on with `ceremony resume`";
    assert_eq!((ended.hint(), ended.code), (Some(hint), Some(4)));
    let signed = |what: &&What| matches!(what, What::Signed { .. });
    let journal = event.journal();
    assert_eq!(journal.iter().map(|entry| &entry.what).filter(signed).count(), 3);

    let record = goes_on(&event);
    let decided = record.exceptions.iter().filter(|exception| exception.step.is_some());
    assert_eq!(decided.count(), 0, "{:?}", record.exceptions);
}

#[test]
fn people_decide_where_the_signature_found_no_room_either() {
    let event = Event::planned();
    let hint = "make room there; an event that has begun goes on with `ceremony resume`";
    let error = "cannot write bastion/journal: File too large (os error 27)";
    run_out(&event, SIGN, 2, 20).refuses(3, error, Some(hint));

    let mut engine = event.resume();
    engine.play_until(is_decision);
    engine.type_line("sign again");
    engine.play_to_the_end();
    let _ = engine.end().good();
    ends_well(&event);
}

/// Where the system ends whoever writes too much, it is as after a power cut.
#[test]
fn goes_on_after_the_system_ended_the_run_for_want_of_room() {
    let event = Event::planned();
    let mut engine = event.run_short_of_room(&Shortage {
        command: MAKE_KEY,
        nth: 2,
        room: 20,
        told: false,
    });
    engine.play_to_the_end();
    assert_eq!(engine.end().code, None, "a signal ended it");
    let torn = Journal::read(&event.read("bastion/journal")).expect("it reads").torn;
    assert_eq!(torn, 20);
    assert_eq!(goes_on(&event).keys[1].change, KeyChange::Adopted);
}

/// Plays until the room is too small for the answer to the nth command; the journal is whole.
fn run_out(event: &Event, command: &str, nth: u32, room: u32) -> Ended {
    let mut engine = event.run_short_of_room(&Shortage {
        command,
        nth,
        room,
        told: true,
    });
    engine.play_to_the_end();
    let ended = engine.end();
    let journal = Journal::read(&event.read("bastion/journal")).expect("the journal reads");
    assert_eq!(journal.torn, 0, "{}", ended.err);
    ended
}
