//! Events that go otherwise than planned: the clock, logins, exceptions, refusals, and events that end early. Each is held
//! by the real programs, and leaves a record that says so.

#[path = "deviation/abort.rs"]
mod abort;
#[path = "deviation/clock.rs"]
mod clock;
#[path = "deviation/exceptions.rs"]
mod exceptions;
#[path = "deviation/logins.rs"]
mod logins;
#[path = "deviation/published.rs"]
mod published;
#[path = "deviation/refusal.rs"]
mod refusal;

use record::record::Record;
use support::event::Event;

/// An event that is held to its end by those present, and the record of it.
fn held(event: &Event) -> Record {
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    event.record()
}
