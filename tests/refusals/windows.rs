//! Windows: an event is held between two moments, or not at all.

use support::event::Event;

use crate::plans::refused;

#[test]
fn refuses_a_window_that_is_past() {
    let event = Event::planned();
    let late = [
        "--now",
        "2026-11-26T00:00:00Z",
        "plan",
        "pack",
        "plan.toml",
        "--inputs",
        "inputs",
        "--out",
        "packed.cbor",
    ];
    let error = "it is 2026-11-26T00:00:00Z by the console's clock; the plan says 2026-11-22T00:00:00Z to \
                 2026-11-25T00:00:00Z";
    let hint = "check the console's clock; else the plan needs other times, and another review";
    event.ceremony(&late).refuses(1, error, Some(hint));
    assert!(!event.has("packed.cbor"));
}

#[test]
fn refuses_to_run_before_and_after_the_window() {
    let event = Event::planned();
    for now in ["2026-11-21T23:59:59Z", "2026-11-25T00:00:01Z"] {
        let ended = event.ceremony(&[&["--now", now, "run", "--hsm-cli", "true"][..], &Event::PLACES].concat());
        let error =
            format!("it is {now} by the console's clock; the plan says 2026-11-22T00:00:00Z to 2026-11-25T00:00:00Z");
        let hint = "check the console's clock; else the plan needs other times, and another review";
        ended.refuses(1, &error, Some(hint));
        assert!(!event.has("bastion/journal"));
    }
}

#[test]
fn refuses_a_window_that_closes_before_it_opens() {
    let event = Event::planned();
    event.replace(
        "plan.toml",
        "closes = \"2026-11-25T00:00:00Z\"",
        "closes = \"2026-11-21T00:00:00Z\"",
    );
    refused(
        &event,
        "plan.toml: the event closes at 2026-11-21T00:00:00Z, before it opens at 2026-11-22T00:00:00Z",
    );
}
