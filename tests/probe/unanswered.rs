//! What cannot be told is unanswered, with its reason, and never guessed.

use std::collections::BTreeMap;

use support::scratch::Scratch;

use super::play::Play;

#[test]
fn what_was_skipped_is_unanswered_and_nothing_is_guessed() {
    let scratch = Scratch::new("probe-skips");
    let mut play = Play::new(&scratch.join("skips"));
    play.skips = true;
    let names = "token-life,expired-token,node-change-voids-tokens,reconnection,plain-text-stream,key-token-audit";
    let outcome = play.probe(&["--only", names]).expect(0);
    assert_eq!(outcome.answers(), BTreeMap::new());
    let file = outcome.file();
    let why = |name: &str| file["unanswered"][name].as_str().expect("a reason").to_owned();
    assert_eq!(why("token-life"), "the operator did not let the time pass");
    assert_eq!(why("expired-token"), "the operator did not let the time pass");
    assert_eq!(why("node-change-voids-tokens"), "the operator changed no HSM");
    assert_eq!(why("reconnection"), "the operator did not cut the connection");
    assert_eq!(why("key-token-audit"), "the operator brought no audit log");
}

#[test]
fn a_deed_that_was_said_and_not_done_answers_nothing() {
    let scratch = Scratch::new("probe-lies");
    let mut play = Play::new(&scratch.join("lies"));
    play.lies = true;
    let names = "node-change-voids-tokens,reconnection,token-life,key-token-audit";
    let outcome = play.probe(&["--only", names]).expect(0);
    assert_eq!(outcome.answers(), BTreeMap::new());
    let file = outcome.file();
    let why = |name: &str| file["unanswered"][name].as_str().expect("a reason").to_owned();
    assert_eq!(why("node-change-voids-tokens"), "the HSMs are the same as before");
    assert_eq!(why("reconnection"), "the connection was not lost: the HSM answered");
    assert_eq!(why("token-life"), "a token that nobody had shown lived for 800 seconds");
    assert!(
        why("key-token-audit").contains("does not hold the user's login"),
        "{file:?}"
    );
}

#[test]
fn a_probe_that_stops_half_way_leaves_what_it_knows() {
    let scratch = Scratch::new("probe-stops");
    let mut play = Play::new(&scratch.join("stops"));
    play.leaves = true;
    let outcome = play
        .probe(&["--only", "empty-id,node-change-voids-tokens,expired-token"])
        .expect(1);
    assert!(
        outcome
            .err
            .contains("standard input ended where the operator was asked"),
        "{outcome}"
    );
    assert_eq!(
        outcome.answers(),
        BTreeMap::from([("empty-id".to_owned(), "prefix".to_owned())])
    );
    let why = &outcome.file()["unanswered"]["expired-token"];
    assert_eq!(why.as_str(), Some("the probe did not come to it"));
    assert_eq!(play.users(), ["admin", "app_user"], "what was made is gone");
}

#[test]
fn where_signing_does_not_work_what_needs_it_is_unanswered() {
    let scratch = Scratch::new("probe-mechanism");
    let play = Play::new(&scratch.join("mechanism"));
    play.switch("ecdsa-sign", "invalid-mechanism");
    let names = "duplicate-approver,non-shared-approvers,use-voids-other-tokens,digest-clears-token,approval-role,data-type-default";
    let outcome = play.probe(&["--only", names]).expect(0);
    assert_eq!(outcome.answers(), BTreeMap::new(), "{outcome}");
}
