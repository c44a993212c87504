//! What all sessions see of each other: tokens are listed, counted and deleted over all of them, and go with theirs.

use std::fs;

use serde_json::{Value, json};

use crate::key_quorum::shared_key;
use crate::support::{Cluster, Talk, approve, sign_line};

const MINT: &str = "quorum token-sign generate --service user --token /dev/null";
const EXISTS: &str = "A quorum token for service user is active already";

fn listed(talk: &mut Talk) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = talk.ok("quorum token-sign list")["tokens"].as_array().unwrap().clone();
    list.iter()
        .map(|token| (text(&token["username"]), text(&token["service"])))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

#[test]
fn everybodys_tokens_are_listed_until_their_session_ends() {
    let cluster = Cluster::with(&["a1", "owner"]);
    let (mut one, mut other) = (cluster.talk_as("admin"), cluster.talk_as("a1"));
    one.ok(MINT);
    other.ok(&MINT.replace("user", "quorum"));
    let mut user = cluster.talk_as("owner");
    let both = pairs(&[("a1", "quorum"), ("admin", "user")]);
    assert_eq!(listed(&mut user), both);
    assert_eq!(listed(&mut one), both);
    one.ok("logout");
    assert_eq!(listed(&mut user), pairs(&[("a1", "quorum")]));
    other.kill();
    assert_eq!(listed(&mut user), []);
}

#[test]
fn tokens_of_keys_are_counted_by_user_and_expired_ones_are_not_listed() {
    let (cluster, mut talk) = shared_key();
    let mut other = cluster.talk_as("u1");
    for talk in [&mut talk, &mut other] {
        talk.token(&cluster, "key-usage", "attr.label=k");
    }
    talk.token(&cluster, "key-usage", "attr.label=k");
    let list = other.ok("quorum token-sign list")["tokens"].clone();
    let count = |at: usize| (list[at]["username"].clone(), list[at]["minimum-token-count"].clone());
    assert_eq!(
        [count(0), count(1)],
        [(json!("owner"), json!(2)), (json!("u1"), json!(1))]
    );
    cluster.order(&["clock", "--advance", "600"]);
    assert_eq!(listed(&mut other), []);
}

#[test]
fn what_is_known_of_a_token_does_not_make_it_anybody_elses() {
    let (cluster, mut talk) = shared_key();
    let file = talk.token(&cluster, "key-usage", "attr.label=k");
    let token: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let session = fs::read_dir(cluster.folder.join("sessions")).unwrap().flatten().next();
    let facts = fs::read_to_string(session.unwrap().path()).unwrap();
    assert!(facts.contains("key-usage"), "{facts}");
    for secret in ["approval_data", "token"] {
        assert!(!facts.contains(token[secret].as_str().unwrap()), "{facts}");
    }
}

#[test]
fn an_admin_has_one_token_of_a_service_over_all_sessions() {
    let cluster = Cluster::with(&["a1"]);
    let (mut one, mut two) = (cluster.talk_as("admin"), cluster.talk_as("admin"));
    one.ok(MINT);
    assert_eq!(two.err(MINT), EXISTS);
    two.ok(&MINT.replace("user", "quorum"));
    cluster.talk_as("a1").ok(MINT);
    one.kill();
    two.ok(MINT);
}

#[test]
fn the_one_token_of_a_service_is_a_users_or_the_clusters() {
    let cluster = Cluster::with(&["a1"]);
    let (mut one, mut two) = (cluster.talk_as("admin"), cluster.talk_as("a1"));
    one.ok(MINT);
    cluster.order(&["switch", "admin-token-scope=per-cluster"]);
    assert_eq!(two.err(MINT), EXISTS);
    cluster.order(&["switch", "admin-token-scope=per-user"]);
    two.ok(MINT);
}

#[test]
fn a_token_that_another_session_replaced_is_spent() {
    let cluster = Cluster::with(&["a1", "a2", "owner"]);
    for (user, key) in [("a1", 1), ("a2", 2)] {
        cluster.register(user, key);
    }
    let (mut one, mut two) = (cluster.talk_as("admin"), cluster.talk_as("a1"));
    one.ok("quorum token-sign set-quorum-value --service user --value 2");
    cluster.order(&["switch", "second-admin-token=replaces", "admin-token-scope=per-cluster"]);
    let [first, second] = [&mut one, &mut two].map(|talk| {
        let file = talk.token(&cluster, "user", "");
        approve(&file, &[("a1", 1), ("a2", 2)]);
        format!(
            "user delete --username owner --role crypto-user --approval {}",
            file.display()
        )
    });
    let spent = "Invalid username-signature pair for quorum authorization";
    assert_eq!(one.err(&first), spent);
    two.ok(&second);
}

#[test]
fn an_admins_deletion_reaches_their_own_sessions_and_nobody_elses() {
    let cluster = Cluster::with(&["a1"]);
    let (mut one, mut two, mut other) = (
        cluster.talk_as("admin"),
        cluster.talk_as("admin"),
        cluster.talk_as("a1"),
    );
    one.ok(MINT);
    other.ok(MINT);
    two.ok("quorum token-sign delete --scope user");
    assert_eq!(listed(&mut one), pairs(&[("a1", "user")]));
    two.ok(MINT);
}

#[test]
fn there_are_1024_places_in_all() {
    let (cluster, mut talk) = shared_key();
    let mut other = cluster.talk_as("u1");
    let line = "quorum token-sign generate --service key-usage --filter attr.label=k --token /dev/null";
    (0..1023).for_each(|_| drop(talk.ok(line)));
    other.ok(line);
    assert_eq!(other.err(line), "No room for another quorum token");
    assert_eq!(talk.err(line), "No room for another quorum token");
    talk.ok("logout");
    other.ok(line);
    let file = other.token(&cluster, "key-usage", "attr.label=k");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    other.ok(&sign_line("k", Some(&file)));
}

#[test]
fn what_killed_sessions_left_is_cleared_when_the_next_begins() {
    let cluster = Cluster::with(&["owner"]);
    let sessions = || fs::read_dir(cluster.folder.join("sessions")).unwrap().count();
    let (one, two) = (cluster.talk_as("owner"), cluster.talk_as("admin"));
    one.kill();
    two.kill();
    assert_eq!(sessions(), 2);
    let _talk = cluster.talk_as("owner");
    assert_eq!(sessions(), 1);
}
