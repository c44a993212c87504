//! A founding event on a cluster where one question is answered otherwise.

use record::journal::What;
use support::event::{Engine, Event, is_decision};

use super::table::Comes;

/// Holds the event, and judges what it came to.
pub fn hold(switch: &str, comes: &Comes) {
    println!("{switch}");
    let event = Event::planned();
    event.standin(&["switch", switch]);
    let mut engine = event.run();
    play(&mut engine);
    let ended = engine.end();
    if comes.ends {
        assert_eq!(ended.code, Some(0), "{switch}: {}", ended.err);
        return right(&event, switch);
    }
    let (stops, hint) = (
        comes.stops.as_deref().expect("stops"),
        comes.hint.as_deref().expect("a hint"),
    );
    assert_ne!(ended.code, Some(0), "{switch}: it ended");
    let (error, told) = (ended.error(), ended.hint().unwrap_or_default());
    println!("  {:?} {error} // {told}", ended.code);
    assert!(!told.is_empty(), "{switch}: no hint: {error}");
    assert!(
        error.contains(stops) && told.contains(hint) && ended.code == comes.code,
        "{switch}: {:?} {error}\n{told}",
        ended.code
    );
    nothing_half_made(&event, switch);
    if comes.ends_with_answers {
        event.standin(&["switch", switch]);
        let (name, value) = switch.split_once('=').expect("a switch");
        event.write("answers.toml", format!("[answers]\n{name} = \"{value}\"\n"));
        let mut engine = event.engine_with("resume", &["--hsm-answers", "answers.toml"]);
        play(&mut engine);
        let ended = engine.end();
        assert_eq!(ended.code, Some(0), "{switch} with the probe's answers: {}", ended.err);
        right(&event, switch);
    }
}

/// Honest people, who sign again where they are asked.
fn play(engine: &mut Engine<'_>) {
    while let Some(shown) = engine.next_shown() {
        match &shown {
            shown if is_decision(shown) => engine.type_line("sign again"),
            shown => engine.answer(shown),
        }
    }
}

fn right(event: &Event, switch: &str) {
    as_assumed(event, switch);
    event.results_are_as_frozen();
    event.replays();
    event.judge_results();
    let record = event.record();
    assert_eq!((record.outputs.len(), event.keys_in_the_hsm()), (8, 6), "{switch}");
    let again = event
        .journal()
        .iter()
        .filter(|entry| matches!(entry.what, What::Again { .. }))
        .count();
    let signed = event
        .journal()
        .iter()
        .filter(|entry| matches!(entry.what, What::Signed { .. }))
        .count();
    let begun: usize = event.signings().values().sum();
    assert!(
        signed >= 8 && begun <= signed + again + refused(event),
        "{switch}: {begun} begun, {signed} signed"
    );
    assert!(event.journalled(|what| matches!(what, What::Closed)), "{switch}");
}

/// The judges' own logins know one kind of answers.
fn as_assumed(event: &Event, switch: &str) {
    let questions = crate::questions::questions();
    let question = questions
        .iter()
        .find(|question| switch.split('=').next() == Some(&question.name));
    let question = question.expect("a question");
    event.standin(&["switch", &format!("{}={}", question.name, question.values[0])]);
}

/// Signings that the HSM clearly refused.
fn refused(event: &Event) -> usize {
    let no = |what: &What| {
        matches!(what, What::Answer { command, answer, .. }
            if command.starts_with("crypto sign") && !answer.contains("\"signature\""))
    };
    event.journal().iter().filter(|entry| no(&entry.what)).count()
}

/// No record, no results; keys are whole pairs, and what was signed is in the journal.
fn nothing_half_made(event: &Event, switch: &str) {
    as_assumed(event, switch);
    for file in ["record.cbor", "results.cbor", "results.cbor.sig"] {
        assert!(!event.has(&format!("outbound/{file}")), "{switch}: {file}");
    }
    assert!(!event.journalled(|what| matches!(what, What::Closed)), "{switch}");
    let keys = event
        .journal()
        .iter()
        .filter(|entry| matches!(entry.what, What::Key { .. }))
        .count() as u64;
    assert_eq!(
        event.keys_in_the_hsm(),
        2 * keys,
        "{switch}: each key that the HSM has is in the journal"
    );
}
