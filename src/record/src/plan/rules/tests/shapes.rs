//! Which steps a kind has, and what it brings into force.

use super::world;
use super::world::{certificate, crl, key, next_roster};

const QUESTION: &str = "[[step]]\nid = \"updates\"\ndo = \"answer\"\nwho = \"infra\"\nquestion = \"Which updates?\"\n";

#[test]
fn a_refresh_is_lists_and_nothing_else() {
    let steps = crl("root-1", 2, "") + &crl("bors-1", 2, "");
    assert_eq!(world("crl-refresh", &steps).judged(), Ok(()));
    let more = steps + &key("root-2", true) + &certificate("root-2", "made = \"root-2\"", "root-2", "");
    assert_eq!(
        world("crl-refresh", &more).refused(),
        "a 'crl-refresh' has no step 'make-key'"
    );
}

#[test]
fn a_kind_has_what_makes_it_one() {
    assert_eq!(world("console-maintenance", QUESTION).judged(), Ok(()));
    assert_eq!(
        world("hsm-maintenance", QUESTION).refused(),
        "a 'hsm-maintenance' has a step 'look-at-hsm', and this one has none"
    );
    assert_eq!(
        world("member-change", QUESTION).refused(),
        "a 'member-change' brings a next-roster.cbor, and this one does not"
    );
}

#[test]
fn a_kind_brings_nothing_that_it_should_not() {
    let mut refresh = world("crl-refresh", &crl("root-1", 2, ""));
    refresh.next_roster = Some(next_roster());
    assert_eq!(refresh.refused(), "a 'crl-refresh' brings no next-roster.cbor");
}

#[test]
fn the_policy_says_which_records_there_are() {
    let mut refresh = world("crl-refresh", &crl("root-1", 2, ""));
    refresh.policy = refresh.policy.replace("crl-refresh = 5\n", "");
    assert_eq!(
        refresh.refused(),
        "the policy does not know the record of a 'crl-refresh'"
    );
}

#[test]
fn a_drill_keeps_the_rules_of_what_it_rehearses() {
    let of = |steps: &str| {
        let mut drill = world("drill\"\nof = \"crl-refresh", steps);
        drill.generation = 1;
        drill
    };
    assert_eq!(of(&crl("root-1", 2, "")).judged(), Ok(()));
    assert_eq!(
        of(&crl("root-1", 3, "")).refused(),
        "the next CRL of root-1 has the number 2, not 3"
    );
    assert_eq!(
        of(QUESTION).refused(),
        "a 'crl-refresh' has a step 'issue-crl', and this one has none"
    );
}
