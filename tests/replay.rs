//! `ceremony replay`: past events carried out again to the same bytes, and the first difference named.

#[path = "replay/ended.rs"]
mod ended;
#[path = "token/fixture.rs"]
#[allow(dead_code, reason = "the tests of tokens need more of it")]
mod fixture;
#[path = "replay/forms.rs"]
mod forms;
#[path = "replay/hostile.rs"]
mod hostile;
#[path = "softhsm.rs"]
mod softhsm;
#[path = "replay/stops.rs"]
mod stops;
#[path = "replay/store.rs"]
mod store;
#[path = "replay/tampered.rs"]
mod tampered;
#[path = "replay/token.rs"]
mod token;

use support::event::Event;

/// An event that was held from beginning to end.
fn held() -> Event {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    event
}
