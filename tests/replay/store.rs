//! Past events from the public store: plan and journal are found by the record's digests.

use std::process::Command;

use support::rehearsal::{plain, text};
use support::{Outcome, Scratch, ours, run};

#[test]
fn the_stores_event_is_carried_out_again() {
    let done = replay(&plain().done().in_store(""), &event()).expect(0);
    let said = done.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("Everything is the same"), "{done}");
}

#[test]
fn a_certificate_of_the_store_that_is_another_is_named() {
    let scratch = Scratch::new("replay-store");
    let store = text(&scratch.join("store"));
    let copied = Command::new("cp")
        .args(["-r", &plain().done().in_store(""), &store])
        .status();
    assert!(copied.is_ok_and(|status| status.success()), "the store is copied");
    let (root, other) = (
        scratch.join("store/certs/root-1.der"),
        scratch.join("store/certs/release-1.der"),
    );
    std::fs::copy(other, root).expect("another certificate");
    let refused = replay(&store, &event()).expect(1);
    assert!(
        refused
            .err
            .contains("ceremony: error: certs/root-1.der: serial number: recorded is "),
        "{refused}"
    );
}

#[test]
fn an_event_that_is_not_there_is_bad_input() {
    let refused = replay(&plain().done().in_store(""), "2020-nothing").expect(3);
    assert!(refused.err.contains("events/2020-nothing/record.cbor"), "{refused}");
}

fn event() -> String {
    let path = plain().done().event();
    path.file_name()
        .and_then(|name| name.to_str())
        .expect("a name")
        .to_owned()
}

fn replay(store: &str, event: &str) -> Outcome {
    run(ours("ceremony"), ["replay", "--store", store, "--event", event], "")
}
