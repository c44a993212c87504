//! What only real hardware can answer, answered otherwise: a member-change ends as it must, or stops with a reason and a
//! hint, and ends when the answer is the assumed one, or the engine is told of it.

use std::panic::catch_unwind;

use support::event::{Engine, Event};

use crate::change::planned;
use crate::lost::{as_it_must_be, finish};
use crate::questions::questions;
use crate::room::play;

/// What the event comes to where it does not end by itself: words of the error, and of its hint.
const STOPS: [(&str, &str, &str); 6] = [
    (
        "ecdsa-sign=invalid-mechanism",
        "Invalid mechanism",
        "members countersign the record now",
    ),
    (
        "max-shared-users=eight",
        "The key cannot be shared with more than 8 users",
        "the HSM's own words",
    ),
    (
        "use-voids-other-tokens=yes",
        "the HSM refused an approval",
        "--hsm-answers",
    ),
    ("approval-role=refused", "the HSM refused", "--hsm-answers"),
    (
        "password-prompt=tty",
        "unrecognized subcommand '[secret]'",
        "password-prompt = \"tty\"",
    ),
    (
        "mfa-password=not-asked",
        "[secret]: No such file or directory",
        "mfa-password = \"not-asked\"",
    ),
];

/// Holds the event, and judges what it came to.
fn hold(switch: &str) {
    let event = planned();
    event.standin(&["switch", switch]);
    let mut engine = event.run();
    play(&mut engine);
    let ended = engine.end();
    let stops = STOPS.iter().find(|(name, ..)| *name == switch);
    let Some((_, words, hint)) = stops else {
        assert_eq!(ended.code, Some(0), "{switch}: {}", ended.err);
        as_assumed(&event, switch);
        event.replays();
        return as_it_must_be(&event, switch);
    };
    assert_eq!(ended.code, Some(4), "{switch}: {}", ended.err);
    assert!(ended.error().contains(words), "{switch}: {}", ended.err);
    assert!(
        ended.hint().is_some_and(|told| told.contains(hint)),
        "{switch}: {}",
        ended.err
    );
    assert_eq!(event.has("outbound/record.cbor"), signs_nothing(switch), "{switch}");
    match is_a_habit(switch) {
        true => finish_knowing(&event, switch),
        false => {
            as_assumed(&event, switch);
            finish(&event, switch);
        }
    }
}

/// The engine is told what the HSM does.
fn finish_knowing(event: &Event, switch: &str) {
    let (name, value) = switch.split_once('=').expect("a switch");
    event.write("answers.toml", format!("[answers]\n{name} = \"{value}\"\n"));
    let told = |event: &Event| -> Option<i32> {
        let mut engine: Engine<'_> = event.engine_with("resume", &["--hsm-answers", "answers.toml"]);
        play(&mut engine);
        engine.end().code
    };
    assert!((0..3).any(|_| told(event) == Some(0)), "{switch}: it does not end");
    as_assumed(event, switch);
    as_it_must_be(event, switch);
}

fn is_a_habit(switch: &str) -> bool {
    switch != "max-shared-users=eight" && !signs_nothing(switch)
}

/// Members are changed by then, and the record is there: the console's key alone is missing.
fn signs_nothing(switch: &str) -> bool {
    switch == "ecdsa-sign=invalid-mechanism"
}

/// The judges' own logins know one kind of answers.
fn as_assumed(event: &Event, switch: &str) {
    let name = switch.split('=').next().expect("a name");
    let all = questions();
    let question = all.iter().find(|question| question.name == name).expect("a question");
    println!("{switch}: {} {}, as assumed", question.question, question.values[0]);
    event.standin(&["switch", &format!("{name}={}", question.values[0])]);
}

fn hold_all(switches: &[String]) {
    let failed: Vec<_> = switches
        .iter()
        .filter(|switch| catch_unwind(|| hold(switch)).is_err())
        .collect();
    assert!(failed.is_empty(), "{failed:#?} of {}", switches.len());
}

/// A limit that is met when the tenth user comes, and a login that holds one token.
#[test]
fn a_member_change_stops_with_a_reason_where_the_hsm_is_otherwise() {
    hold_all(&["max-shared-users=eight", "use-voids-other-tokens=yes"].map(str::to_owned));
}

/// Every other answer to every question.
#[test]
#[ignore = "exhaustive: tests/run --full"]
fn a_member_change_ends_or_stops_with_a_reason_under_each_answer() {
    let others = |question: crate::questions::Question| {
        let name = question.name;
        let values = question.values.into_iter().skip(1);
        values.map(move |value| format!("{name}={value}"))
    };
    let all: Vec<String> = questions().into_iter().flat_map(others).collect();
    hold_all(&all);
}
