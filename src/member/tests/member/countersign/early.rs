//! The record of an event that ended early: who was not there signs it too.

use record::record::Record;

use super::held::{countersign, countersign_with, held};
use crate::scene::names;

/// The same record, of an event that ended early.
fn ended_early() -> Record {
    let mut record = held().1.clone();
    let why = "after everything was signed: the fire alarm went off";
    record.facts.insert("aborted".into(), why.into());
    record
}

#[test]
fn who_was_not_there_signs_the_record_of_an_event_that_ended_early() {
    let plan = held().0.path("plan.cbor");
    let plan = ["--plan", plan.to_str().expect("UTF-8")];
    let (ran, out) = countersign_with("absent-early", "member-7", ended_early(), &plan);
    let page = ran.good();
    assert!(page.contains("YOU WERE NOT PRESENT. Your signature says"), "{page}");
    assert!(page.contains("Image and session you have not seen."), "{page}");
    assert_eq!(names(&out), ["member-7.sig"]);
    // Without the plan there is nothing to read the record against.
    let (ran, out) = countersign("absent-no-plan", "member-8", ended_early());
    let error = format!(
        "you were not present, and have not reviewed the record's plan {}",
        held().1.plan
    );
    ran.refused(1, &error, "name the event's inbound bundle with --plan");
    assert!(!out.exists());
    // An event that was held to its end is signed by those who were there.
    let (ran, out) = countersign_with("absent-whole", "member-7", held().1.clone(), &plan);
    let error = format!("you have not reviewed the plan {}", held().1.plan);
    ran.refused(1, &error, "review the plan first; if you did, name the right --home");
    assert!(!out.exists());
}

#[test]
fn who_was_there_signs_no_early_end_that_says_otherwise() {
    let mut record = ended_early();
    drop(record.present.remove(0));
    let (ran, out) = countersign("early-unsaid", "member-1", record);
    let hint = "do not sign; show this to the other members, and keep the record's file";
    let error = "the record does not name member-1 among those present";
    ran.refused(1, error, hint);
    assert!(!out.exists());
}
