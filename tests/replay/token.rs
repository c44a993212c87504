//! Events on a PKCS#11 token: what the token said is in the journal too.

use record::screen::Shown;

use crate::fixture::OnToken;

#[test]
fn an_event_on_a_token_is_carried_out_again() {
    let Some(event) = OnToken::planned("an_event_on_a_token_is_carried_out_again") else {
        return;
    };
    let mut engine = event.start("run");
    engine.play_to_the_end();
    let _ = engine.end().good();
    event.replays();
}

#[test]
fn a_refused_pin_and_a_stop_are_replayed() {
    let Some(event) = OnToken::planned("a_refused_pin_and_a_stop_are_replayed") else {
        return;
    };
    let mut engine = event.start("run");
    engine.play_until(|shown| matches!(shown, Shown::Asking { .. }));
    engine.type_line("not-the-pin-1");
    engine.play_to_the_end();
    assert_ne!(engine.end().code, Some(0), "the token refuses");
    let mut engine = event.start("resume");
    engine.play_to("approval-1");
    engine.kill();
    let mut engine = event.start("resume");
    engine.play_to_the_end();
    let _ = engine.end().good();
    event.replays();
}
