//! Stops in the middle of signing: what was lost is never asked for again by itself.

use record::journal::What;
use record::record::Fate;
use record::screen::Shown;
use support::event::{Ended, Engine, Event, SIGN, is_decision};

use super::ends_well;

#[test]
fn asks_people_before_the_same_bytes_are_signed_again() {
    let event = lost_at(4);
    let frozen = event.frozen();
    let mut engine = event.resume();
    let asked = engine.play_until(is_decision);
    let question = "The signing of certs/bors-1.der was begun, and no good answer came: a signature over these bytes \
                    may exist. The same bytes can be signed again; the record will say so.";
    let answers = ["sign again", "stop"].map(str::to_owned).to_vec();
    assert_eq!(
        asked,
        Shown::Deciding {
            question: question.to_owned(),
            answers
        }
    );
    engine.type_line("sign again");
    engine.play_to_the_end();
    let _ = engine.end().good();

    let record = ends_well(&event);
    assert_eq!(event.frozen(), frozen);
    let fates: Vec<_> = record.tokens.iter().map(|token| (token.window, token.fate)).collect();
    let first = [vec![Fate::Used; 3], vec![Fate::Unknown], vec![Fate::Unused; 4]].concat();
    let wanted = first.into_iter().map(|fate| (1, fate)).chain([(2, Fate::Used); 5]);
    assert_eq!(fates, wanted.collect::<Vec<_>>());
    let about: Vec<_> = record
        .exceptions
        .iter()
        .filter(|e| e.step.as_deref() == Some("bors-certificate"))
        .collect();
    assert!(
        about[0]
            .what
            .starts_with("no answer came to the signing; a signature may exist: "),
        "{about:?}"
    );
    let decided = "the same bytes may have been signed before; decided to sign them: the members present decided to \
                   sign the same bytes again";
    assert_eq!((about.len(), about[1].what.as_str()), (2, decided));
}

#[test]
fn stops_when_people_decide_so_and_asks_again_next_time() {
    let event = lost_at(4);
    for _ in 0..2 {
        let mut engine = event.resume();
        engine.play_until(is_decision);
        engine.type_line("stop");
        let hint = "`ceremony resume` asks; the members decide, and the record says so";
        let error = "a signature for bors-certificate may exist, and nobody has decided";
        engine.end().refuses(1, error, Some(hint));
    }
    assert_eq!(event.signings()["bors-certificate"], 1);
    assert!(!event.has("outbound/record.cbor"));
}

#[test]
fn another_answer_is_no_decision() {
    let event = lost_at(1);
    let mut engine = event.resume();
    engine.play_until(is_decision);
    engine.type_line("yes");
    engine.play_until(is_decision);
    let ended = engine.hang_up();
    assert!(
        ended
            .error()
            .starts_with("standard input ended before an answer to: The signing of certs/root-1.der")
    );
    assert_eq!(
        (ended.code, ended.hint()),
        (Some(1), Some("go on with `ceremony resume`"))
    );
}

#[test]
fn a_signature_that_is_lost_twice_is_asked_about_twice() {
    let event = lost_at(8);
    event.fault(SIGN, 1, "answer-lost");
    let _ = decides_to_sign(&event, 4);
    let _ = decides_to_sign(&event, 0);
    let record = ends_well(&event);
    let unknown = record.tokens.iter().filter(|token| token.fate == Fate::Unknown);
    assert_eq!(unknown.map(|token| token.window).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn takes_a_signature_from_the_hsms_answer_in_the_journal() {
    // The journal up to the HSM's fourth signature, and not its Signed entry: as if the power went in between.
    let event = lost_at(5);
    let journal = event.journal();
    let fourth = |what: &What| matches!(what, What::Signed { action, .. } if action.step == "bors-certificate");
    let cut = journal
        .iter()
        .position(|entry| fourth(&entry.what))
        .expect("four things are signed");
    event.write(
        "bastion/journal",
        &event.read("bastion/journal")[..event.entry_offsets()[cut]],
    );
    let mut engine = event.resume();
    engine.play_to_the_end();
    let taken = Shown::Said {
        text: "The HSM's answer for bors-certificate was in the journal.".to_owned(),
    };
    assert!(engine.shown.contains(&taken));
    let _ = engine.end().good();
    ends_well(&event);
}

#[test]
fn signs_the_results_again_without_asking_as_no_quorum_guards_the_console() {
    let event = lost_at(9);
    assert!(event.has("outbound/record.cbor"));
    let record = event.read("outbound/record.cbor");
    let mut engine = event.resume();
    engine.play_to_the_end();
    let _ = engine.end().good();
    ends_well(&event);
    assert_eq!(event.read("outbound/record.cbor"), record);
}

/// An event whose nth signature was made by the HSM while its process died.
fn lost_at(nth: u32) -> Event {
    let (event, ended) = Event::held_until(SIGN, nth, "die-after");
    assert!(
        ended
            .error()
            .starts_with("the CLI ended without an answer to `crypto sign ecdsa"),
        "{}",
        ended.err
    );
    assert_eq!(ended.code, Some(4));
    event
}

/// Resumes, has people decide to sign again, and plays on.
fn decides_to_sign(event: &Event, code: i32) -> Ended {
    let mut engine: Engine<'_> = event.resume();
    engine.play_until(is_decision);
    engine.type_line("sign again");
    engine.play_to_the_end();
    let ended = engine.end();
    assert_eq!(ended.code, Some(code), "{}", ended.err);
    ended
}
