//! Members who come and go, each with the step that does it.

use super::world;
use super::world::{member, next_roster};

fn step(deed: &str, id: &str) -> String {
    format!("[[step]]\nid = \"{deed}-{id}\"\ndo = \"{deed}\"\nmember = \"{id}\"\n\n")
}

const PASSWORD: &str = "[[step]]\nid = \"owner-password\"\ndo = \"change-owner-password\"\n\n";

fn change() -> super::World {
    let mut change = world(
        "member-change",
        &(step("add-member", "member-99") + &step("remove-member", "member-9") + PASSWORD),
    );
    let mut next = next_roster();
    next.members[8] = member("member-99");
    change.next_roster = Some(next);
    change
}

#[test]
fn every_difference_of_the_rosters_has_its_step() {
    assert_eq!(change().judged(), Ok(()));
    let without = |gone: &str| change().with(gone, "").refused();
    assert_eq!(
        without(&step("add-member", "member-99")),
        "member-99 needs exactly one step 'add-member'"
    );
    assert_eq!(
        without(&step("remove-member", "member-9")),
        "member-9 needs exactly one step 'remove-member'"
    );
}

/// It was sealed to every member, and whoever goes knows it.
#[test]
fn the_owners_password_changes_when_all_who_go_are_gone() {
    let late = "whoever goes knows the key owner's password: a step 'change-owner-password' comes after the last \
                'remove-member'";
    assert_eq!(change().with(PASSWORD, "").refused(), late);
    let mut early = change();
    early.steps = step("add-member", "member-99") + PASSWORD + &step("remove-member", "member-9");
    assert_eq!(early.refused(), late);
    let mut twice = change();
    twice.steps += &PASSWORD.replace("\"owner-password\"", "\"once-more\"");
    assert_eq!(twice.refused(), "the key owner's password changes once at most");
}

/// Where nobody goes, it may change all the same: with a member's keys somebody may have stolen it.
#[test]
fn the_owners_password_may_change_with_a_members_keys() {
    let mut replaced = replacement(|member| member.approval_key.0.push(1));
    assert_eq!(replaced.judged(), Ok(()));
    replaced.steps += PASSWORD;
    assert_eq!(replaced.judged(), Ok(()));
}

#[test]
fn no_step_does_more_than_the_rosters_say() {
    let mut more = change();
    more.steps += &step("remove-member", "member-1");
    assert_eq!(
        more.refused(),
        "the step 'remove-member-member-1' does not lead from this roster to the next for 'member-1'"
    );
}

fn replacement(change: impl Fn(&mut crate::Member)) -> super::World {
    let mut replacement = world("member-key-replacement", &step("replace-member-keys", "member-3"));
    let mut next = next_roster();
    change(&mut next.members[2]);
    replacement.next_roster = Some(next);
    replacement
}

#[test]
fn a_lost_key_is_replaced_and_nothing_else() {
    assert_eq!(replacement(|member| member.approval_key.0.push(1)).judged(), Ok(()));
    let longer = replacement(|member| (member.approval_key.0.push(1), member.until.0 += 1).1);
    assert_eq!(
        longer.refused(),
        "a member-key-replacement changes the keys of exactly one member, and nothing else"
    );
}

#[test]
fn a_stolen_ssh_key_is_no_matter_of_the_hsm() {
    let mut ssh = replacement(|member| member.ssh_key.push('x'));
    ssh.steps = "[[step]]\nid = \"q\"\ndo = \"answer\"\nwho = \"infra\"\nquestion = \"Since when?\"\n".into();
    assert_eq!(ssh.judged(), Ok(()));
}
