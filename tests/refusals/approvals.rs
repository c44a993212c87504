//! Approvals: how many, whose, and for what.

use record::Digest;
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
    assert!(matches!(engine.next(), Some(Shown::Waiting { kind, needed: 5, .. }) if kind == "approval-1"));
    engine.member_answers("member-6", "approval-1", request);
    engine.type_line("");
    engine.play_to_the_end();
    let _ = engine.end().good();
    assert_eq!(event.record().approvals.len(), 5);
}

#[test]
fn four_approvals_are_the_end_when_nobody_else_comes() {
    let fifth = |event: &Event| remove(event, "approval-1-member-5");
    let hint = "one more member approves, then press Enter";
    refused_at("approval-1", fifth, "the quorum has 4 of 5 approvals", hint);
}

#[test]
fn counts_three_and_none() {
    let two = |event: &Event| {
        ["member-4", "member-5"]
            .iter()
            .for_each(|m| remove(event, &format!("approval-1-{m}")))
    };
    let hint = "two more members approve, then press Enter";
    refused_at("approval-1", two, "the quorum has 3 of 5 approvals", hint);
    let all = |event: &Event| {
        Event::APPROVERS
            .iter()
            .for_each(|m| remove(event, &format!("approval-1-{m}")))
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
fn refuses_the_same_token_twice_in_one_approval() {
    altered(
        |approval| approval.tokens[1] = approval.tokens[0].clone(),
        "it has the same token twice",
    );
    altered(
        |approval| approval.tokens.push(approval.tokens[0].clone()),
        "it has the same token twice",
    );
}

#[test]
fn refuses_an_approval_that_leaves_a_token_out() {
    altered(|approval| drop(approval.tokens.pop()), "it answers 7 of 8 tokens");
}

#[test]
fn refuses_a_token_that_nobody_asked_for() {
    let other = |approval: &mut Approval| approval.tokens[2].token = Digest::of(b"another token");
    altered(other, "it has a token that was not asked for");
}

#[test]
fn refuses_an_approval_for_other_bytes() {
    let other = |approval: &mut Approval| approval.tokens[0].action = Digest::of(b"other bytes");
    altered(other, "it is for other bytes than those of root-certificate");
    // Two actions of this very event, exchanged.
    let exchange = |approval: &mut Approval| {
        let (root, release) = (approval.tokens[0].action, approval.tokens[1].action);
        (approval.tokens[0].action, approval.tokens[1].action) = (release, root);
    };
    altered(exchange, "it is for other bytes than those of root-certificate");
}

#[test]
fn refuses_an_approval_of_another_plan() {
    altered(
        |approval| approval.plan = Digest::of(b"another plan"),
        "it is for another plan",
    );
}

#[test]
fn refuses_an_approval_of_another_image() {
    altered(
        |approval| approval.image.digest = Digest::of(b"another image"),
        "it is for another image",
    );
}

#[test]
fn refuses_an_approval_of_another_session() {
    altered(
        |approval| approval.session = vec![7; 16].into(),
        "it is for another session",
    );
}

#[test]
fn refuses_an_approval_of_another_event() {
    altered(
        |approval| approval.event = "2027-root".into(),
        "it is for another event",
    );
}

#[test]
fn refuses_an_approval_of_another_request() {
    altered(
        |approval| approval.request = Digest::of(b"another request"),
        "it is for another request",
    );
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

/// An approval that member-3 altered and signed is refused for this reason.
fn altered(change: impl Fn(&mut Approval), reason: &str) {
    offered(
        "approval-1",
        "member-3",
        |event| event.alter("approval-1", "member-3", &change),
        reason,
    );
}

fn remove(event: &Event, stem: &str) {
    for end in ["cbor", "cbor.sig"] {
        std::fs::remove_file(event.path(&format!("inbound/{stem}.{end}"))).expect("the file to be removed");
    }
}
