//! Approvals: how many, and whose.

use record::messages::Approval;
use record::screen::Shown;
use support::event::Event;

use crate::{offered, refused_at, signed_nothing};

#[test]
fn refuses_four_approvals_and_goes_on_with_the_fifth() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("approval-1");
    let request = Some("outbound/approval-request-1.cbor");
    for member in &Event::APPROVERS[..4] {
        engine.member_answers(member, "approval-1", request);
    }
    let error = "the quorum has 4 of 5 approvals";
    let hint = "one more member approves, then press Enter";
    assert_eq!(engine.refusal(), (error.to_owned(), Some(hint.to_owned())));
    signed_nothing(&event);
    // What was refused is awaited again.
    assert!(matches!(engine.next_shown(), Some(Shown::Waiting { kind, needed: 5, .. }) if kind == "approval-1"));
    engine.member_answers("member-6", "approval-1", request);
    engine.type_line("");
    engine.play_to_the_end();
    let _ = engine.end().good();
    assert_eq!(event.record().approvals.len(), 5);
}

#[test]
fn four_approvals_are_the_end_when_nobody_else_comes() {
    let fifth = |event: &Event| event.remove_bundle("approval-1", "member-5");
    let hint = "one more member approves, then press Enter";
    refused_at("approval-1", fifth, "the quorum has 4 of 5 approvals", hint);
}

#[test]
fn counts_three_and_none() {
    let two = |event: &Event| {
        ["member-4", "member-5"]
            .iter()
            .for_each(|m| event.remove_bundle("approval-1", m))
    };
    let hint = "two more members approve, then press Enter";
    refused_at("approval-1", two, "the quorum has 3 of 5 approvals", hint);
    let all = |event: &Event| {
        Event::APPROVERS
            .iter()
            .for_each(|m| event.remove_bundle("approval-1", m))
    };
    let hint = "five more members approve, then press Enter";
    refused_at("approval-1", all, "the quorum has 0 of 5 approvals", hint);
}

#[test]
fn refuses_one_members_approval_under_another_members_name() {
    let event = Event::planned();
    let [one, five] = ["member-1", "member-5"].map(|member| event.fingerprint(member));
    let reason = format!("the signature of member-5 is not good: signed by key {one}, not by {five}");
    let copy = |event: &Event| event.copy_bundle("approval-1", "member-1", "member-5");
    offered("approval-1", "member-5", copy, &reason);
}

#[test]
fn refuses_one_members_approval_that_another_member_signed() {
    let sign = |event: &Event| {
        let first: Approval = event.bundle("approval-1", "member-1");
        event.place("approval-1", "member-5", first, "member-5");
    };
    offered("approval-1", "member-5", sign, "it is for another member");
}

#[test]
fn refuses_one_members_rsa_signatures_in_another_members_approval() {
    let borrow = |event: &Event| {
        let first: Approval = event.bundle("approval-1", "member-1");
        event.alter("approval-1", "member-5", |approval: &mut Approval| {
            approval.tokens = first.tokens
        });
    };
    let reason = "the RSA signature for root-certificate is not good: the signature does not fit the approval key \
                  and the token";
    offered("approval-1", "member-5", borrow, reason);
}

#[test]
fn refuses_an_approver_who_is_not_present() {
    let absent = |event: &Event| {
        let mut approval: Approval = event.bundle("approval-1", "member-5");
        approval.member = "member-7".into();
        for consent in &mut approval.tokens {
            consent.signature = event.rsa("member-7", &consent.token);
        }
        event.place("approval-1", "member-7", approval, "member-7");
    };
    offered(
        "approval-1",
        "member-7",
        absent,
        "the member is not present at this event",
    );
}

#[test]
fn an_absent_members_own_program_refuses_to_approve() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("approval-1");
    let ended = event.member(
        "member-7",
        &["approve", "outbound/approval-request-1.cbor", "--out", "inbound"],
        "",
    );
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(!event.has("inbound/approval-1-member-7.cbor") && !event.has("inbound/approval-1-member-7.cbor.sig"));
}

#[test]
fn refuses_an_approval_without_a_signature_beside_it() {
    let unsigned = |event: &Event| {
        std::fs::remove_file(event.path("inbound/approval-1-member-2.cbor.sig")).expect("the signature");
    };
    let reason = "there is no signature in inbound/approval-1-member-2.cbor.sig";
    offered("approval-1", "member-2", unsigned, reason);
}

#[test]
fn refuses_a_review_in_the_place_of_an_approval() {
    let review = |event: &Event| {
        for end in ["cbor", "cbor.sig"] {
            let bytes = event.read(&format!("inbound/review-member-3.{end}"));
            event.write(&format!("inbound/approval-1-member-3.{end}"), bytes);
        }
    };
    offered(
        "approval-1",
        "member-3",
        review,
        "this is a bundle of type 'review', not 'approval'",
    );
}

#[test]
fn refuses_an_octet_changed_after_signing() {
    let change = |event: &Event| {
        let mut bytes = event.read("inbound/approval-1-member-4.cbor");
        // An octet inside the first RSA signature: the bundle stays readable.
        let place = bytes
            .windows(9)
            .position(|window| window == b"signature")
            .expect("a signature")
            + 40;
        bytes[place] ^= 1;
        event.write("inbound/approval-1-member-4.cbor", bytes);
    };
    let reason = "the signature of member-4 is not good: the signature does not fit the key and what is signed";
    offered("approval-1", "member-4", change, reason);
}
