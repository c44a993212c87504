//! Events that end in the midst of what the HSM is told: the record says what was done there and what was not.

use record::record::{Fate, KeyChange, Record};
use record::screen::Shown;
use support::event::{Engine, Event, is_decision};

use crate::founded::{founded, plan};
use crate::keys::rekeyed;
use crate::room::{answer, countersigned, key, play, record, users};

const REASON: &str = "the fire alarm went off";
const ASK: &str = "ask the HSM";
const LEAVE: &str = "leave the HSM alone";

/// Ends the event; its record, which members sign, and which a replay makes again.
fn ended(event: &Event, hsm: &str, stage: &str) -> Record {
    let mut engine = event.abort(REASON);
    while let Some(shown) = engine.next_shown() {
        match &shown {
            Shown::Deciding { answers, .. } if answers.iter().any(|answer| answer == hsm) => engine.type_line(hsm),
            shown if is_decision(shown) => panic!("nothing is decided any more: {shown:?}"),
            shown => answer(&mut engine, shown),
        }
    }
    let _ = engine.end().good();
    let record = record(event);
    assert_eq!(record.facts["aborted"], format!("{stage}: {REASON}"));
    assert!(record.adopted.is_empty(), "{:?}", record.adopted);
    event.replays();
    countersigned(event, "member-1");
    record
}

/// What the record says of the commands, in order; without the engine's starts and the event's end.
fn said(record: &Record) -> Vec<&str> {
    let all = record.exceptions.iter().map(|exception| exception.what.as_str());
    all.filter(|what| what.contains("command") && !what.starts_with("the event was ended"))
        .collect()
}

fn stops_at(event: &Event, command: &str, nth: &str, deed: &str) {
    event.standin(&["fault", "--command", command, "--nth", nth, "--do", deed]);
    let mut engine = event.run();
    play(&mut engine);
    let stopped = engine.end();
    assert_eq!(stopped.code, Some(4), "{command} {nth} {deed}: {}", stopped.err);
}

#[test]
fn an_approval_key_that_was_taken_and_not_replaced() {
    let event = rekeyed();
    stops_at(&event, "user change-quorum token-sign register", "1", "disconnect");
    let record = ended(&event, ASK, "with 2 of 3 commands carried out");
    // The old key approves no more, and the new one not yet.
    assert!(users(&event).contains(&"member_9 bare".to_owned()));
    assert!(record.facts["users-after"].contains("crypto-user member_9: no approval key"));
    assert!(record.facts["hsm-check-end"].contains("member_9"), "{:?}", record.facts);
    let fates: Vec<Fate> = record.tokens.iter().map(|token| token.fate).collect();
    assert_eq!(fates, [Fate::Used, Fate::Used]);
    // It was declared when the answer was lost, and is not once more.
    let said = said(&record);
    let lost = said
        .iter()
        .filter(|what| what.starts_with("no good answer came to a command"));
    assert_eq!(lost.count(), 1, "{said:#?}");
}

#[test]
fn a_command_whose_answer_was_lost_is_looked_up_before_the_record_is_written() {
    let event = crate::keys::six();
    stops_at(&event, "quorum token-sign set-quorum-value", "2", "die-after");
    let record = ended(&event, ASK, "with 3 of 3 keys made, with 1 of 3 commands carried out");
    assert!(record.outputs.is_empty(), "{:?}", record.outputs);
    let values = event.owner().ask("quorum token-sign list-quorum-values");
    assert_eq!(
        values["data"],
        serde_json::json!({"user": 6, "quorum": 6, "cluster": 5})
    );
    assert_eq!(
        said(&record).last(),
        Some(&"no answer came to a command; the HSM's state shows that it was carried out")
    );
    let of_commands = record
        .tokens
        .iter()
        .filter(|token| token.action.kind == record::messages::ActionKind::Command);
    assert_eq!(of_commands.map(|token| token.fate).collect::<Vec<_>>(), [Fate::Used; 2]);
}

/// Killed between the command and whatever came of it, and the HSM is not asked: the record says that nobody knows.
#[test]
fn a_command_that_a_power_cut_left_open_is_declared() {
    let event = crate::change::planned();
    event.standin(&["fault", "--command", "key share", "--nth", "2", "--do", "slow"]);
    let mut engine = event.run();
    let begun = |event: &Event| {
        event.has("bastion/journal")
            && event.journal_count(
                |what| matches!(what, record::journal::What::Intent { command } if command.starts_with("key share")),
            ) == 2
    };
    // The second share is under way when the power goes.
    let mut shared = false;
    while let Some(shown) = engine.next_shown() {
        shared |= matches!(&shown, Shown::Said { text } if text.starts_with("Done: key share"));
        if shared {
            break;
        }
        answer(&mut engine, &shown);
    }
    let waited = std::time::Instant::now();
    while !begun(&event) && waited.elapsed().as_secs() < 30 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    engine.kill();
    let record = ended(&event, LEAVE, "with 5 of 11 commands carried out");
    assert_eq!(
        said(&record),
        ["no good answer came to a command; it may have been carried out: the event was ended before anybody knew"]
    );
    let fates: Vec<Fate> = record.tokens.iter().map(|token| token.fate).collect();
    assert_eq!(fates.last(), Some(&Fate::Unknown));
    assert_eq!(key(&record, "root-1").change, KeyChange::Shared);
}

#[test]
fn a_key_that_was_made_and_signed_for_nobody() {
    let event = founded();
    plan(&event, "delegate-replacement", &["delegate=bors"]);
    let mut engine = event.run();
    find(&mut engine, "Find the key root-1");
    engine.kill();
    let record = ended(&event, LEAVE, "with 1 of 1 keys made");
    assert_eq!(key(&record, "bors-2").change, KeyChange::Made);
    assert!(record.outputs.is_empty() && record.tokens.is_empty());
    assert_eq!(event.keys_in_the_hsm(), 8);
}

#[test]
fn maintenance_that_was_looked_at_and_went_no_further() {
    let event = founded();
    plan(&event, "hsm-maintenance", &["work=replace"]);
    let mut engine = event.run();
    let mut looked = false;
    while let Some(shown) = engine.next_shown() {
        if looked && is_decision(&shown) {
            break;
        }
        looked |= matches!(&shown, Shown::Said { text } if text.ends_with("as policy and roster demand."));
        answer(&mut engine, &shown);
    }
    engine.kill();
    let record = ended(&event, ASK, "in the midst of its steps");
    let looks: Vec<_> = record.facts.keys().filter(|name| name.starts_with("look-")).collect();
    assert_eq!(looks, ["look-look-before"]);
    assert!(!record.facts.contains_key("answer-done"), "{:?}", record.facts);
}

fn find(engine: &mut Engine<'_>, title: &str) {
    while let Some(shown) = engine.next_shown() {
        if matches!(&shown, Shown::Step { title: found, .. } if found.starts_with(title)) {
            return;
        }
        answer(engine, &shown);
    }
    panic!("'{title}' was not shown");
}
