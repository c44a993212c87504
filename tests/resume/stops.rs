//! Stops between steps, and in the making of a key.

use record::journal::What;
use record::record::{Fate, KeyChange};
use record::screen::Shown;
use support::event::{Engine, Event};

use super::ends_well;

#[test]
fn an_event_without_a_stop_ends_well() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    let record = ends_well(&event);
    assert_eq!(record.exceptions, []);
    assert!(record.tokens.iter().all(|token| token.fate == Fate::Used));
    assert!(record.keys.iter().all(|key| key.change == KeyChange::Made));
}

#[test]
fn adopts_a_key_that_was_made_and_never_heard_of() {
    let event = Event::planned();
    event.standin(&[
        "fault",
        "--command",
        "key generate-asymmetric-pair ec",
        "--do",
        "die-after",
    ]);
    let mut engine = event.run();
    engine.play_to_the_end();
    let ended = engine.end();
    assert_eq!(
        (ended.code, ended.hint()),
        (Some(4), Some("log in again; all tokens of the old login are gone"))
    );
    assert!(
        ended
            .error()
            .starts_with("the CLI ended without an answer to `key generate-asymmetric-pair ec")
    );
    assert_eq!(event.keys_in_the_hsm(), 2, "both halves are there");
    assert!(
        !event.journalled(|what| matches!(what, What::Key { .. })),
        "and the journal does not know"
    );

    let record = goes_on(&event);
    let changes: Vec<_> = record.keys.iter().map(|key| (key.key.as_str(), key.change)).collect();
    let (adopted, made) = (KeyChange::Adopted, KeyChange::Made);
    assert_eq!(changes, [("root-1", adopted), ("bors-1", made), ("console-1", made)]);
    assert_eq!(event.keys_in_the_hsm(), 6, "no key was made twice");
}

#[test]
fn adopts_a_key_whose_answer_was_lost_on_the_way() {
    let event = Event::planned();
    event.standin(&[
        "fault",
        "--command",
        "key generate-asymmetric-pair ec",
        "--nth",
        "2",
        "--do",
        "answer-lost",
    ]);
    let mut engine = event.run();
    engine.play_to_the_end();
    let ended = engine.end();
    assert_eq!(ended.code, Some(4), "{}", ended.err);
    let record = goes_on(&event);
    assert_eq!(record.keys[1].change, KeyChange::Adopted);
    assert_eq!(event.keys_in_the_hsm(), 6);
}

#[test]
fn makes_the_key_when_the_command_never_arrived() {
    let event = Event::planned();
    event.standin(&[
        "fault",
        "--command",
        "key generate-asymmetric-pair ec",
        "--do",
        "die-before",
    ]);
    let mut engine = event.run();
    engine.play_to_the_end();
    assert_eq!(engine.end().code, Some(4));
    assert_eq!(event.keys_in_the_hsm(), 0);
    assert!(goes_on(&event).keys.iter().all(|key| key.change == KeyChange::Made));
}

#[test]
fn refuses_a_key_of_the_right_label_that_the_journal_did_not_announce() {
    let event = Event::planned();
    event.standin(&[
        "fault",
        "--command",
        "key generate-asymmetric-pair ec",
        "--do",
        "die-after",
    ]);
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end();
    // The same plan on an empty disk: this event has announced nothing.
    std::fs::remove_file(event.path("bastion/journal")).expect("the journal");
    std::fs::remove_file(event.path("outbound/opening.cbor")).expect("the opening");
    for name in ["attended", "made"] {
        let forget = |id: &str| std::fs::remove_dir_all(event.path(&format!("members/{id}/{name}")));
        Event::PRESENT
            .iter()
            .for_each(|id| forget(id).expect("the member's memory"));
        Event::PRESENT.iter().for_each(|id| {
            std::fs::create_dir(event.path(&format!("members/{id}/{name}"))).expect("an empty memory");
        });
    }
    for id in Event::PRESENT {
        for end in ["cbor", "cbor.sig"] {
            std::fs::remove_file(event.path(&format!("inbound/attendance-begin-{id}.{end}"))).expect("the attendance");
        }
    }
    let mut engine = event.run();
    engine.play_to_the_end();
    let ended = engine.end();
    assert!(
        ended.error().ends_with("that this journal did not announce"),
        "{}",
        ended.err
    );
    assert_eq!(
        ended.hint(),
        Some("stop the event: somebody made a key with this plan before")
    );
    assert_eq!((ended.code, event.keys_in_the_hsm()), (Some(1), 2));
}

#[test]
fn goes_on_after_a_kill_once_the_bytes_are_frozen() {
    let event = killed_at(|shown| matches!(shown, Shown::Step { title, .. } if title.starts_with("Ask the HSM")));
    let frozen = event.frozen();
    goes_on(&event);
    assert_eq!(event.frozen(), frozen);
}

#[test]
fn goes_on_after_a_kill_while_approvals_are_awaited_and_mints_new_tokens() {
    let event = killed_at(|shown| matches!(shown, Shown::Waiting { kind, .. } if kind == "approval-1"));
    let frozen = event.frozen();
    let record = goes_on(&event);
    assert_eq!(event.frozen(), frozen);
    let fates: Vec<_> = record.tokens.iter().map(|token| (token.window, token.fate)).collect();
    assert_eq!(fates, [vec![(1, Fate::Unused); 8], vec![(2, Fate::Used); 8]].concat());
    assert_eq!(record.exceptions.len(), 1);
    assert_eq!(
        record.exceptions[0].what,
        "the engine was started again (0 torn octets in the journal)"
    );
}

#[test]
fn goes_on_after_a_kill_once_the_record_is_written_and_keeps_that_record() {
    let record = |shown: &Shown| matches!(shown, Shown::Wrote { path, .. } if path.ends_with("record.cbor"));
    let event = killed_at(record);
    let written = event.read("outbound/record.cbor");
    let _ = goes_on(&event);
    assert_eq!(
        event.read("outbound/record.cbor"),
        written,
        "what members may have countersigned stays"
    );
}

#[test]
fn goes_on_after_a_kill_at_every_wait_for_members() {
    for kind in ["attendance-begin", "attendance-end"] {
        let event = killed_at(|shown| matches!(shown, Shown::Waiting { kind: found, .. } if found == kind));
        let _ = goes_on(&event);
    }
}

#[test]
fn refuses_to_resume_an_event_that_is_over() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    let journal = event.read("bastion/journal");
    event.resume().end().refuses(
        3,
        "the event on this disk is over",
        Some("its results are in the outbound folder"),
    );
    assert_eq!(event.read("bastion/journal"), journal);
}

/// An event whose engine was killed when it showed this.
fn killed_at(stop: impl Fn(&Shown) -> bool) -> Event {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_until(stop);
    engine.kill();
    event
}

/// Resumes to the end.
fn goes_on(event: &Event) -> record::record::Record {
    let mut engine: Engine<'_> = event.resume();
    engine.play_to_the_end();
    let _ = engine.end().good();
    ends_well(event)
}
