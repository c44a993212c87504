//! Events that were ended before their plan was carried out: they are replayed to that end.

use record::journal::What;
use record::screen::Shown;
use support::event::Event;

#[test]
fn an_event_that_was_ended_early_is_replayed_to_its_end() {
    for (kind, answer) in [
        ("attendance-begin", None),
        ("approval-1", Some("ask the HSM")),
        ("attendance-end", Some("leave the HSM alone")),
    ] {
        let event = Event::planned();
        let mut engine = event.run();
        engine.play_to(kind);
        for phase in ["attendance-begin", "attendance-end"] {
            engine.members_answer(phase, Some("outbound/opening.cbor"));
        }
        engine.kill();
        event.wait_until_no_token_lives();
        ended(&event, answer);
        assert!(event.journalled(|what| matches!(what, What::Aborted { .. })), "{kind}");
        event.replays();
    }
}

/// Ends the event with a reason; whatever else is asked, people answer.
fn ended(event: &Event, about_the_hsm: Option<&str>) {
    let mut engine = event.engine_with("abort", &["--reason", "the fire alarm"]);
    while let Some(shown) = engine.next_shown() {
        match (&shown, about_the_hsm) {
            (Shown::Deciding { answers, .. }, Some(answer)) if answers.iter().any(|one| one == answer) => {
                engine.type_line(answer);
            }
            // Their words are there.
            (Shown::Waiting { kind, .. }, _) if kind.starts_with("attendance") => engine.type_line(""),
            (shown, _) => engine.answer(shown),
        }
    }
    let _ = engine.end().good();
}
