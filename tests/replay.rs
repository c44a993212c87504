//! `ceremony replay`: past events carried out again to the same bytes, and the first difference named.

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
#[path = "replay/tampered.rs"]
mod tampered;
#[path = "replay/token.rs"]
mod token;

use support::event::{Ended, Event};

/// An event that was held from beginning to end.
fn held() -> Event {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    event
}

/// Replays the results that left the console.
fn replayed(event: &Event) -> Ended {
    event.ceremony(&["replay", "--results", "outbound/results.cbor"])
}

/// Replays what lies on the event's disk, with the entries that came after the record.
fn replayed_from_disk(event: &Event) -> Ended {
    event.ceremony(&[&["replay"][..], &FROM_DISK].concat())
}

/// What it said, on one line.
fn said(ended: Ended) -> String {
    ended.good().out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Demands that both forms come to the same.
fn replays(event: &Event) {
    for replayed in [replayed(event), replayed_from_disk(event)] {
        let said = said(replayed);
        assert!(said.contains("Everything is the same"), "{said}");
    }
}

const FROM_DISK: [&str; 6] = [
    "--plan",
    "inbound/plan.cbor",
    "--journal",
    "bastion/journal",
    "--record",
    "outbound/record.cbor",
];
