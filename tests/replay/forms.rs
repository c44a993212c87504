//! The forms in which a past event is given, and what is said of it.

use support::event::Event;

use super::held;

#[test]
fn an_event_is_carried_out_again_to_the_same_bytes() {
    let event = held();
    event.replays();
    let said = event.replayed().good().on_one_line();
    let entries = event.record().journal_entries;
    let wanted = format!("Everything is the same, in one run: {entries} journal entries, ");
    assert!(said.contains(&wanted), "{said}");
    assert!(said.contains("Replay of the event 2026-root"), "{said}");
    assert!(
        said.contains("Made again, byte for byte: 8 things to be signed ("),
        "{said}"
    );
    assert!(said.contains("6 certificates and 2 revocation lists"), "{said}");
}

#[test]
fn what_a_replay_makes_is_what_the_event_made() {
    let event = held();
    let arguments = [&["replay"][..], &Event::ON_DISK, &["--out", "again"]].concat();
    let _ = event.ceremony(&arguments).good();
    for name in [
        "bastion/journal",
        "bastion/record.cbor",
        "outbound/opening.cbor",
        "outbound/approval-request-1.cbor",
        "outbound/record.cbor",
        "outbound/results.cbor",
        "bastion/outputs/certs/root-1.der",
        "bastion/outputs/crl/root-1/1.crl",
    ] {
        assert!(
            event.read(&format!("again/{name}")) == event.read(name),
            "{name} differs"
        );
    }
    for (step, bytes) in event.frozen() {
        assert!(
            event.read(&format!("again/to-be-signed/{step}.der")) == bytes.0,
            "{step}"
        );
    }
    let refused = event.ceremony(&arguments);
    let hint = "nothing is ever overwritten; move again away, or name another place";
    refused.refuses(1, "cannot make again: File exists (os error 17)", Some(hint));
}

#[test]
fn a_replay_has_the_past_events_time_and_takes_no_other() {
    let refused = held().ceremony(&[
        "--now",
        "2026-11-22T10:00:00Z",
        "replay",
        "--results",
        "outbound/results.cbor",
    ]);
    let hint = "leave it out: its time is that of the journal";
    refused.refuses(2, "a replay takes no --now", Some(hint));
}

#[test]
fn which_event_it_is_must_be_said_in_one_way() {
    let event = Event::planned();
    for arguments in [
        &["replay"][..],
        &["replay", "--plan", "inbound/plan.cbor"],
        &["replay", "--store", "store"],
        &["replay", "--results", "a", "--store", "store", "--event", "e"],
    ] {
        let ended = event.ceremony(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.err);
    }
    let ended = event.ceremony(&["replay", "--store", "store", "--event", "../e"]);
    let hint = "an event's name is that of its folder in the store's events/";
    ended.refuses(2, "'../e' is no event's name", Some(hint));
}
