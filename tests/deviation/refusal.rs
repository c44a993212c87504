//! Refusals: recorded with their reasons; whoever refused counts no more.

use record::Bundle;
use record::messages::Refusal;
use record::screen::Shown;
use support::event::{Event, first_and_last};

use super::held;

const REASON: &str = "the digest that was read aloud is another one";

#[test]
fn who_refused_before_the_event_is_in_the_record_and_counts_no_more() {
    let event = Event::planned();
    event.refuse("member-6", "inbound/plan.cbor", REASON);
    let record = held(&event);
    let refusals: Vec<Refusal> = record
        .refusals
        .iter()
        .map(|signed| Bundle::decode(&signed.bundle).expect("a refusal").body)
        .collect();
    assert_eq!(refusals.len(), 1);
    assert_eq!(
        (refusals[0].member.as_str(), refusals[0].reason.as_str()),
        ("member-6", REASON)
    );
    assert_eq!(refusals[0].session, None);
    assert!(!record.reviews.iter().any(|signed| signed.member == "member-6"));
    assert_eq!(record.present, Event::APPROVERS);
    event.replays();
    let page = event.countersign(&["member-1"]);
    assert!(
        page.contains("member-6 REFUSED: the digest that was read aloud is another one"),
        "{page}"
    );
}

#[test]
fn a_refusal_is_shown_when_it_comes() {
    let event = Event::planned();
    event.refuse("member-6", "inbound/plan.cbor", REASON);
    let mut engine = event.run();
    engine.play_to("attendance-begin");
    let wanted = "member-6 REFUSES: the digest that was read aloud is another one. The refusal is published with the record; \
                  member-6 counts no more in this event.";
    assert!(engine.said(wanted), "{:#?}", engine.shown);
    let waits = engine.shown.iter().rev().find_map(|shown| match shown {
        Shown::Waiting { members, .. } => Some(members.clone()),
        _ => None,
    });
    assert!(!waits.expect("it waits").contains(&"member-6".to_owned()));
}

#[test]
fn who_refused_signs_nothing_of_this_plan_afterwards() {
    let event = Event::planned();
    event.refuse("member-6", "inbound/plan.cbor", REASON);
    let words = first_and_last(&record::Digest::of(&event.read("inbound/plan.cbor")));
    let error = "you refused 'rehearsal-1' with this plan at 2026-11-22T10:00:00Z";
    let name = Bundle::<Refusal>::decode(&event.read("inbound/refusal-member-6.cbor")).expect("a refusal");
    let error = error.replace("rehearsal-1", &name.body.event);
    let hint = "a refusal stands; to write the same one again, leave out --reason; whoever asks you can be shown it";
    for arguments in [
        &["review", "inbound/plan.cbor"][..],
        &["refuse", "inbound/plan.cbor", "--reason", "another reason"],
    ] {
        let arguments = [arguments, &["--out", "elsewhere"]].concat();
        event
            .member("member-6", &arguments, &words)
            .refuses(1, &error, Some(hint));
    }
    let mut engine = event.run();
    engine.play_to("attendance-begin");
    for phase in ["begin", "end"] {
        let arguments = [
            "attend",
            "outbound/opening.cbor",
            "--phase",
            phase,
            "--place",
            "local",
            "--out",
            "inbound",
        ];
        event
            .member("member-6", &arguments, &words)
            .refuses(1, &error, Some(hint));
    }
}

#[test]
fn a_reason_that_cannot_be_published_is_refused() {
    let event = Event::planned();
    let long = "x".repeat(301);
    for (reason, letters) in [("", 0), (" no", 3), ("Zo\u{eb}", 3), (long.as_str(), 301)] {
        let arguments = ["refuse", "inbound/plan.cbor", "--reason", reason, "--out", "inbound"];
        let error = format!(
            "a reason has 1 to 300 printable characters of ASCII and no space around them; yours has {letters}, or others"
        );
        event
            .member("member-6", &arguments, "")
            .refuses(1, &error, Some("say it in one plain sentence"));
    }
    assert!(!event.has("inbound/refusal-member-6.cbor"));
}

#[test]
fn a_refusal_that_is_not_the_members_or_of_another_event_is_named() {
    let event = Event::planned();
    event.refuse("member-6", "inbound/plan.cbor", REASON);
    let honest: Refusal = event.bundle("refusal", "member-6");
    let mut engine = event.run();
    engine.play_to("review");
    let mut refused = |change: &dyn Fn(&mut Refusal), signer: &str| {
        let mut body = honest.clone();
        change(&mut body);
        event.place("refusal", "member-6", body, signer);
        let (error, _) = engine.refusal();
        engine.play_to("review");
        error
    };
    let another = |field: &str| format!("the refusal of member-6 is refused: it is for another {field}");
    assert_eq!(refused(&|one| one.event = "other".into(), "member-6"), another("event"));
    assert_eq!(
        refused(&|one| one.member = "member-5".into(), "member-6"),
        another("member")
    );
    assert_eq!(
        refused(&|one| one.session = Some(vec![1; 16].into()), "member-6"),
        another("session")
    );
    let reason = "the refusal of member-6 is refused: its reason is not of 1 to 300 printable characters";
    assert_eq!(refused(&|one| one.reason = "\u{1b}[2J".into(), "member-6"), reason);
    let forged = refused(&|_| (), "member-5");
    assert!(
        forged.starts_with("the refusal of member-6 is refused: the signature of member-6 is not good: "),
        "{forged}"
    );
}

#[test]
fn too_few_who_are_left_end_the_event_with_a_record() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("approval-1");
    for member in ["member-1", "member-6"] {
        event.refuse(
            member,
            "outbound/approval-request-1.cbor",
            "the bytes are not those of the plan",
        );
    }
    engine.type_line("");
    engine.play_to_the_early_end("leave the HSM alone");
    let ended = engine.end().good();
    assert!(ended.err.is_empty(), "{}", ended.err);
    let record = event.record();
    assert_eq!(
        record.facts["aborted"],
        "before anything was signed: member-1, member-6 refused; 4 members are left, and 5 are needed"
    );
    let refused: Vec<_> = record.refusals.iter().map(|signed| signed.member.as_str()).collect();
    assert_eq!(refused, ["member-1", "member-6"]);
    assert_eq!(record.present, Event::PRESENT);
    assert!(record.outputs.is_empty() && record.approvals.is_empty());
    assert_eq!((record.keys.len(), record.tokens.len()), (3, 8));
    event.replays();
    // Also those who refused were there, and sign what was done.
    let page = event.countersign(&["member-2", "member-1"]);
    assert!(page.contains("THIS EVENT WAS ABORTED"), "{page}");
}
