//! Stops in the making of a key: it is adopted only if its absence was written down before.

use record::journal::What;
use record::record::KeyChange;
use support::event::{Event, MAKE_KEY};

use super::goes_on;

#[test]
fn adopts_a_key_that_was_made_and_never_heard_of() {
    let (event, ended) = Event::held_until(MAKE_KEY, 1, "die-after");
    assert_eq!(
        (ended.code, ended.hint()),
        (
            Some(4),
            Some("go on with `ceremony resume`: the journal knows what was done, and old tokens are gone")
        )
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
    let (event, ended) = Event::held_until(MAKE_KEY, 2, "answer-lost");
    assert_eq!(ended.code, Some(4), "{}", ended.err);
    let record = goes_on(&event);
    assert_eq!(record.keys[1].change, KeyChange::Adopted);
    assert_eq!(event.keys_in_the_hsm(), 6);
}

#[test]
fn makes_the_key_when_the_command_never_arrived() {
    let (event, ended) = Event::held_until(MAKE_KEY, 1, "die-before");
    assert_eq!(ended.code, Some(4));
    assert_eq!(event.keys_in_the_hsm(), 0);
    assert!(goes_on(&event).keys.iter().all(|key| key.change == KeyChange::Made));
}

#[test]
fn refuses_a_key_of_the_right_label_that_the_journal_did_not_announce() {
    let (event, _) = Event::held_until(MAKE_KEY, 1, "die-after");
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
        event.remove_bundle("attendance-begin", id);
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
