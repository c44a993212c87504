//! Faults: each at the ordered command, once, and what it leaves behind.

use std::time::{Duration, Instant};

use crate::key_quorum::shared_key;
use crate::support::{Cluster, approve, pair_line, sign_line};

const PLAIN: &str = "Error: \"HSM is disconnected\"\n";

fn fault(cluster: &Cluster, command: &str, deed: &str) {
    cluster.order(&["fault", "--command", command, "--do", deed]);
}

fn keys(cluster: &Cluster) -> u64 {
    cluster.talk_as("owner").ok("key list")["total_key_count"]
        .as_u64()
        .unwrap()
}

#[test]
fn dies_before_the_effect() {
    let cluster = Cluster::with(&["owner"]);
    fault(&cluster, "key generate-asymmetric-pair ec", "die-before");
    let mut talk = cluster.talk_as("owner");
    assert_eq!(talk.say(&pair_line("k", "")), "");
    assert!(talk.died());
    assert_eq!(keys(&cluster), 0);
    cluster.talk_as("owner").pair("k", "");
}

#[test]
fn dies_after_the_effect_without_an_answer() {
    let cluster = Cluster::with(&["owner"]);
    fault(&cluster, "key generate-asymmetric-pair ec", "die-after");
    let mut talk = cluster.talk_as("owner");
    assert_eq!(talk.say(&pair_line("k", "")), "");
    assert!(talk.died());
    assert_eq!(keys(&cluster), 2);
    cluster.talk_as("owner").ok(&sign_line("k", None));
}

#[test]
fn a_lost_connection_takes_login_and_tokens() {
    let (cluster, mut talk) = shared_key();
    let file = talk.token(&cluster, "key-usage", "attr.label=k");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    fault(&cluster, "crypto sign ecdsa", "disconnect");
    assert_eq!(talk.say(&sign_line("k", Some(&file))), PLAIN);
    assert_eq!(talk.err("key list"), "Login is required for this operation");
    talk.login("owner");
    let text = talk.err(&sign_line("k", Some(&file)));
    assert_eq!(text, "Invalid username-signature pair for quorum authorization");
}

#[test]
fn tokens_expire_on_order() {
    let (cluster, mut talk) = shared_key();
    let file = talk.token(&cluster, "key-usage", "attr.label=k");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    fault(&cluster, "crypto sign ecdsa", "expire");
    assert_eq!(talk.err(&sign_line("k", Some(&file))), "Quorum token has expired");
}

#[test]
fn a_plain_text_error_has_no_effect_and_leaves_the_login() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    fault(&cluster, "key generate-asymmetric-pair ec", "plain-text-error");
    assert_eq!(talk.say(&pair_line("k", "")), PLAIN);
    assert_eq!(talk.ok("key list")["total_key_count"], 0);
    cluster.order(&["switch", "plain-text-stream=stderr"]);
    fault(&cluster, "key list", "plain-text-error");
    assert_eq!(talk.say("key list"), "");
}

#[test]
fn a_lost_answer_leaves_the_effect() {
    let (cluster, mut talk) = shared_key();
    talk.pair("l", "");
    fault(&cluster, "key delete", "answer-lost");
    assert_eq!(talk.say("key delete --filter attr.label=l"), PLAIN);
    assert_eq!(talk.err("key list"), "Login is required for this operation");
    talk.login("owner");
    assert_eq!(talk.ok("key list")["total_key_count"], 3);
}

#[test]
fn a_node_is_lost_at_a_command() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    fault(&cluster, "crypto sign ecdsa", "node-lost");
    talk.ok(&sign_line("k", None));
    let nodes = || cluster.talk().ok("cluster hsm-info")["hsms"].as_array().unwrap().len();
    assert_eq!(nodes(), 2);
    fault(&cluster, "crypto sign ecdsa", "node-lost");
    let text = "Cannot perform the requested key operation as the key must be available on at least 2 HSMs.";
    assert!(talk.err(&sign_line("k", None)).starts_with(text));
    fault(&cluster, "user list", "node-lost");
    talk.ok("user list");
    assert_eq!(nodes(), 1, "the last one stays");
}

#[test]
fn a_node_that_joins_at_a_command_misses_what_it_changes() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("admin");
    let create = |name: &str| format!("user create --username {name} --role crypto-user --password password-1");
    fault(&cluster, "user create", "node-joins");
    talk.ok(&create("late"));
    talk.ok(&create("later"));
    let users = talk.ok("user list")["users"].clone();
    let coverage = |name: &str| {
        let user = users.as_array().unwrap().iter().find(|user| user["username"] == name);
        user.unwrap()["cluster-coverage"].clone()
    };
    assert_eq!(
        [coverage("owner"), coverage("late"), coverage("later")],
        ["full", "inconsistent", "full"]
    );
    assert_eq!(talk.ok("cluster hsm-info")["hsms"].as_array().unwrap().len(), 4);
}

#[test]
fn a_token_dies_when_a_node_joins_at_its_use_or_not() {
    for (value, lives) in [("no", true), ("yes", false)] {
        let (cluster, mut talk) = shared_key();
        cluster.order(&["switch", &format!("node-change-voids-tokens={value}")]);
        let file = talk.token(&cluster, "key-usage", "attr.label=k");
        approve(&file, &[("owner", 0), ("u1", 1)]);
        fault(&cluster, "crypto sign ecdsa", "node-joins");
        let answer = talk.say(&sign_line("k", Some(&file)));
        assert_eq!(answer.contains("\"error_code\": 0"), lives, "{value}: {answer}");
    }
}

#[test]
fn a_slow_command_answers_in_the_end() {
    let cluster = Cluster::with(&["owner"]);
    cluster.order(&["fault", "--command", "user list", "--do", "slow", "--seconds", "1"]);
    let mut talk = cluster.talk();
    let begun = Instant::now();
    talk.ok("user list");
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[test]
fn fires_at_the_nth_command_and_only_once() {
    let cluster = Cluster::with(&["owner"]);
    cluster.order(&[
        "fault",
        "--command",
        "key list",
        "--nth",
        "2",
        "--do",
        "plain-text-error",
    ]);
    let mut talk = cluster.talk_as("owner");
    talk.ok("key list");
    talk.ok("user list");
    assert_eq!(talk.say("key list"), PLAIN);
    talk.ok("key list");
}

#[test]
fn refuses_a_fault_for_no_command() {
    let cluster = Cluster::new();
    let words = ["standin", "fault", "--command", "crypto sing", "--do", "expire"];
    let output = cluster.command().args(words).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no command \"crypto sing\" can have a fault"));
}
