//! What is in force, and what may follow it.

use super::world;
use super::world::{crl, member, next_roster};
use crate::Digest;

fn refresh() -> super::World {
    world("crl-refresh", &crl("root-1", 2, ""))
}

#[test]
fn an_event_after_the_first_says_what_stands() {
    let mut blind = refresh();
    blind.standing = None;
    assert_eq!(
        blind.refused(),
        "a 'crl-refresh' needs the input 'standing.cbor': what stands before it"
    );
}

#[test]
fn roster_policy_and_log_policy_are_those_in_force() {
    for name in ["roster.cbor", "policy.toml", "tlog-policy"] {
        let mut other = refresh();
        let standing = other.standing.as_mut().expect("standing");
        let slot = match name {
            "roster.cbor" => &mut standing.roster,
            "policy.toml" => &mut standing.policy,
            _ => &mut standing.log_policy,
        };
        *slot = Digest::of(b"another");
        let (stands, found) = (Digest::of(b"another"), Digest::of(name.as_bytes()));
        assert_eq!(
            other.refused(),
            format!("the {name} in force is {stands}, and the plan's is {found}")
        );
    }
}

#[test]
fn an_event_has_a_name_of_its_own() {
    let mut again = refresh();
    again.standing.as_mut().expect("standing").events[0].event = "next".into();
    assert_eq!(again.refused(), "there was an event 'next' before");
}

#[test]
fn a_key_that_stands_belongs_to_the_owner() {
    let mut other = refresh();
    other.standing.as_mut().expect("standing").keys[0].owner = "somebody".into();
    assert_eq!(other.refused(), "the key root-1 belongs to somebody, not to root_owner");
}

#[test]
fn the_owner_is_no_member_of_either_roster() {
    let mut owner = world("member-change", "");
    let mut next = next_roster();
    next.members[8] = member("member-99");
    next.members[8].approver = "root_owner".into();
    owner.next_roster = Some(next);
    owner.steps = "[[step]]\nid = \"in\"\ndo = \"add-member\"\nmember = \"member-99\"\n[[step]]\nid = \"out\"\n\
                   do = \"remove-member\"\nmember = \"member-9\"\n"
        .into();
    assert_eq!(owner.refused(), "the key owner root_owner is a user of member-99");
}

#[test]
fn a_roster_follows_the_one_in_force() {
    let mut change = world(
        "member-change",
        "[[step]]\nid = \"q\"\ndo = \"answer\"\nwho = \"infra\"\nquestion = \"Why?\"\n",
    );
    let mut next = next_roster();
    next.number = 3;
    change.next_roster = Some(next.clone());
    let digest = Digest::of(b"roster.cbor");
    let expected = format!("next-roster.cbor does not follow roster 1, whose digest is {digest}");
    assert_eq!(change.refused(), expected);
    (next.number, next.previous) = (2, Some(Digest::of(b"another")));
    change.next_roster = Some(next);
    assert_eq!(change.refused(), expected);
}

#[test]
fn a_policy_follows_the_one_in_force_and_changes_no_meaning() {
    let with = |from: &str, to: &str| {
        let mut change = world("subkey-issuance", "");
        let next = change
            .policy
            .replace("version = 1", "version = 2")
            .replacen(from, to, 1);
        assert_ne!(next, change.policy.replace("version = 1", "version = 2"), "{from}");
        change.next_policy = Some(next);
        let policy = |text: &str| crate::Policy::parse(text.as_bytes()).expect("a policy");
        policy(change.next_policy.as_ref().expect("next")).check_follows(&policy(&change.policy))
    };
    assert_eq!(with("days = 400", "days = 300"), Ok(()));
    for (from, to, expected) in [
        ("version = 2", "version = 3", "policy 3 does not follow policy 1"),
        (
            "\"Rust Rehearsal Root\"",
            "\"Rust Rehearsal Anchor\"",
            "policy 2 changes the arc, or the root's name",
        ),
        (
            "purpose = 4",
            "purpose = 44",
            "the delegate 'transparency' changes its name or purpose",
        ),
        (
            "name = \"transparency\"",
            "name = \"glass\"",
            "the delegate 'glass' takes name or purpose of 'transparency'",
        ),
    ] {
        assert_eq!(with(from, to), Err(expected.to_owned()), "{from}");
    }
}
