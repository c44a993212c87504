//! Who may change whose second factor.

use serde_json::json;

use super::{begin, change_line, finish, listed, sign_all, turn_on};
use crate::support::{Cluster, PASSWORD, Talk, approve};

/// `admin`, `a1` and `a2`, registered with keys 0, 1 and 2, under a quorum of two; `admin` is logged in.
fn under_quorum() -> (Cluster, Talk) {
    let cluster = Cluster::with(&["a1", "a2", "cu"]);
    [("admin", 0), ("a1", 1), ("a2", 2)]
        .iter()
        .for_each(|(user, key)| cluster.register(user, *key));
    let mut talk = cluster.talk_as("admin");
    talk.ok("quorum token-sign set-quorum-value --service user --value 2");
    (cluster, talk)
}

#[test]
fn anothers_mfa_is_under_the_quorum_of_user() {
    let (cluster, mut talk) = under_quorum();
    let needed = "Quorum approval is required for this operation";
    let file = cluster.path("mfa.json");
    let line = change_line(
        "cu",
        &format!("--token {} --change-password {PASSWORD}", file.display()),
    );
    assert_eq!(talk.err(&line), needed);
    assert!(!file.exists());
    let token = talk.token(&cluster, "user", "");
    approve(&token, &[("admin", 0), ("a1", 1)]);
    let approval = format!("--approval {}", token.display());
    let file = begin(&cluster, &mut talk, "cu", &approval);
    sign_all(&file, 2);
    assert_eq!(finish(&mut talk, 2).0, 0);
    assert_eq!(talk.err(&change_line("cu", "--deregister")), needed);
    let token = talk.token(&cluster, "user", "");
    approve(&token, &[("admin", 0), ("a1", 1)]);
    let off = change_line("cu", &format!("--deregister --approval {}", token.display()));
    talk.ok(&off);
    assert_eq!(listed(&mut talk, "cu")["mfa"], json!([]));
}

#[test]
fn ones_own_mfa_is_under_the_quorum_of_user_or_not() {
    let (cluster, mut talk) = under_quorum();
    turn_on(&cluster, &mut talk, "admin", 0);
    let password = format!("user change-password --username admin --role admin --password {PASSWORD}");
    talk.ok(&password);
    cluster.order(&["switch", "own-account-quorum=counted"]);
    let needed = "Quorum approval is required for this operation";
    assert_eq!(talk.err(&change_line("admin", "--deregister")), needed);
    assert_eq!(talk.err(&password), needed);
    let file = cluster.path("again.json");
    let on = change_line(
        "admin",
        &format!("--token {} --change-password {PASSWORD}", file.display()),
    );
    assert_eq!(talk.err(&on), needed);
    let token = talk.token(&cluster, "user", "");
    approve(&token, &[("admin", 0), ("a1", 1)]);
    talk.ok(&format!("{password} --approval {}", token.display()));
}

#[test]
fn a_crypto_user_may_not_touch_anothers_mfa() {
    let cluster = Cluster::with(&["cu", "cv"]);
    let mut talk = cluster.talk_as("cu");
    assert_eq!(
        talk.err(&change_line("cv", "--deregister")),
        "MFA is not enabled for the user"
    );
    let line = change_line("cv", &format!("--token /dev/null --change-password {PASSWORD}"));
    assert_eq!(talk.err(&line), "Only an admin may do this");
}
