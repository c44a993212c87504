//! `refuse`: a member's no, with a reason that is published, before the event and in it.

use record::Digest;
use record::messages::Refusal;

use super::scene::event::{Event, path, request};
use super::scene::{NOW, PASSPHRASE, plan, run, two_words};

const REASON: &str = "the image's digest is another one";

/// Refuses by a file; the words typed are those of the plan's digest.
fn refuse(event: &Event, file: &str, more: &[&str], typed_before: &str) -> super::scene::Ran {
    let (file, out) = (event.path(file), event.out());
    let mut arguments = vec!["--now", NOW, "refuse", path(&file)];
    arguments.extend(more);
    arguments.extend(["--out", path(&out)]);
    let words = two_words(&Digest::of(plan::bundle()));
    run(
        &event.home("member-1"),
        &arguments,
        &format!("{typed_before}{PASSPHRASE}\n{words}\n"),
    )
}

#[test]
fn a_plan_is_refused_without_having_been_reviewed() {
    let event = Event::new("refuse-plan");
    let page = refuse(&event, "plan.cbor", &["--reason", REASON], "").good();
    for said in [
        "Refusal of the event rehearsal-of-members",
        "your reason: the image's digest is another one",
        "It stands for good, whoever asks you again.",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    let refusal: Refusal = event.answer("refusal-member-1.cbor");
    assert_eq!((refusal.member.as_str(), refusal.reason.as_str()), ("member-1", REASON));
    assert_eq!((refusal.plan, refusal.session), (Digest::of(plan::bundle()), None));
}

#[test]
fn an_opening_and_a_request_are_refused_with_their_session_and_a_typed_reason() {
    for (name, file) in [
        ("refuse-opening", "opening.cbor"),
        ("refuse-request", "approval-request-1.cbor"),
    ] {
        let event = Event::new(name);
        event.put("approval-request-1.cbor", request(&event));
        event.review("member-1");
        refuse(&event, file, &[], "I do not see what I reviewed\n").good();
        let refusal: Refusal = event.answer("refusal-member-1.cbor");
        assert_eq!(refusal.session.as_ref(), Some(&event.opening.session));
        assert_eq!(refusal.reason, "I do not see what I reviewed");
    }
}

#[test]
fn wrong_words_refuse_nothing() {
    let event = Event::new("refuse-words");
    let (file, out) = (event.path("plan.cbor"), event.out());
    let arguments = [
        "--now",
        NOW,
        "refuse",
        path(&file),
        "--reason",
        REASON,
        "--out",
        path(&out),
    ];
    let ran = run(&event.home("member-1"), &arguments, &format!("{PASSPHRASE}\nyes yes\n"));
    assert_eq!(ran.code, 1, "{}", ran.errors);
    assert!(
        ran.errors
            .contains("To refuse, type the first and the last word of the plan's digest: ")
    );
    assert!(!event.out().join("refusal-member-1.cbor").exists());
}

#[test]
fn a_console_file_of_a_plan_that_was_never_reviewed_needs_the_plan() {
    let event = Event::new("refuse-unknown");
    let ran = refuse(&event, "opening.cbor", &["--reason", REASON], "");
    let error = format!("you have not reviewed the plan {}", Digest::of(plan::bundle()));
    ran.refused(1, &error, "refuse the plan's own bundle; that needs no review");
}
