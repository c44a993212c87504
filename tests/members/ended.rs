//! An event about members that ends in the midst of its commands: what it leaves in the HSM is in its record, and is found
//! by the event after it.

use record::facts::LEFT;
use record::screen::Shown;
use support::event::{Engine, Event};

use crate::change::planned;
use crate::founded::{clear, plan_named};
use crate::room::{answer, countersigned, given, record};

const SHORT: &str = "the HSM falls short of policy and roster";

/// Answers until members are waited for after a key was shared with whoever comes.
fn until_a_share(event: &Event, engine: &mut Engine<'_>) {
    loop {
        let shown = engine.next_shown().expect("a share comes");
        let shared = || given(event).iter().any(|command| command.starts_with("key share"));
        if matches!(shown, Shown::Waiting { .. }) && event.has("bastion/journal") && shared() {
            return;
        }
        answer(engine, &shown);
    }
}

fn ended(event: &Event, reason: &str) {
    let mut engine = event.abort(reason);
    engine.play_to_the_early_end("leave the HSM alone");
    let _ = engine.end().good();
}

#[test]
fn a_share_that_no_roster_names_is_in_the_record_and_the_next_event_finds_it() {
    let event = planned();
    let mut engine = event.run();
    until_a_share(&event, &mut engine);
    engine.kill();
    ended(&event, "the fire alarm went off");
    let left = record(&event).facts[LEFT].clone();
    for command in [
        "carried out and not undone: `user create --username admin_member_10 --role admin`",
        "`user create --username member_10 --role crypto-user`",
        "`key share --filter attr.label=",
    ] {
        assert!(left.contains(command), "{command}: {left}");
    }
    assert!(!left.contains("user delete"), "{left}");
    event.replays();
    let page = countersigned(&event, "member-1");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let label = "CHANGED IN THE HSM, and no roster or policy in force shows it: carried out";
    assert!(page.contains(label), "{page}");

    clear(&event);
    std::fs::remove_file(event.path("inputs/next-roster.cbor")).expect("the roster that never was in force");
    plan_named(&event, ("after", "crl-refresh"), &[], &Event::PRESENT);
    let mut engine = event.run();
    engine.play_to_the_end();
    let stopped = engine.end();
    assert_eq!(stopped.code, Some(1), "{}", stopped.err);
    assert!(stopped.error().starts_with(SHORT), "{}", stopped.error());
    ended(&event, "the HSM has users whom no roster names");
    let record = record(&event);
    let found = &record.facts["hsm-check-begin"];
    assert!(
        found.contains("member_10") && found.contains("admin_member_10"),
        "{found}"
    );
    let said = format!("the HSM fell short at hsm-check-begin: {found}");
    assert!(
        record.exceptions.iter().any(|exception| exception.what == said),
        "{:?}",
        record.exceptions
    );
    event.replays();
    countersigned(&event, "member-1");
}
