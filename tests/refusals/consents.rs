//! What an approval is for: these tokens, these bytes, this plan, image and session.

use record::Digest;
use record::messages::Approval;

use crate::offered;

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

/// An approval that member-3 altered and signed is refused for this reason.
fn altered(change: impl Fn(&mut Approval), reason: &str) {
    offered(
        "approval-1",
        "member-3",
        |event| event.alter("approval-1", "member-3", &change),
        reason,
    );
}
