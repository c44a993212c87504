//! Stops between steps: what is done is not done again.

use record::record::{Fate, KeyChange};
use record::screen::Shown;
use support::event::Event;

use super::{ends_well, goes_on};

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
