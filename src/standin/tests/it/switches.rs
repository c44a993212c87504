//! The switches: the same event, with each open question answered the other way.

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use crate::key_quorum::{QUORUM, shared_key};
use crate::support::{Cluster, Talk, approve, edit, sign_line};

const INVALID_PAIR: &str = "Invalid username-signature pair for quorum authorization";

fn token(cluster: &Cluster, talk: &mut Talk, approvers: &[(&str, usize)]) -> String {
    let file = talk.token(cluster, "key-usage", "attr.label=k");
    approve(&file, approvers);
    sign_line("k", Some(&file))
}

#[test]
fn a_failed_attempt_spends_the_token_or_not() {
    let (cluster, mut talk) = shared_key();
    for (value, afterwards) in [("no", None), ("yes", Some(INVALID_PAIR))] {
        cluster.order(&["switch", &format!("failure-consumes-token={value}")]);
        let file = talk.token(&cluster, "key-usage", "attr.label=k");
        approve(&file, &[("u1", 1)]);
        let line = sign_line("k", Some(&file));
        assert!(talk.err(&line).starts_with("Too few quorum approvals"));
        approve(&file, &[("u1", 1), ("u2", 2)]);
        match afterwards {
            None => drop(talk.ok(&line)),
            Some(text) => assert_eq!(talk.err(&line), text),
        }
    }
}

#[test]
fn users_without_a_share_approve_or_not() {
    let (cluster, mut talk) = shared_key();
    let line = token(&cluster, &mut talk, &[("u1", 1), ("u3", 2)]);
    assert_eq!(talk.err(&line), INVALID_PAIR);
    cluster.order(&["switch", "non-shared-approvers=counted"]);
    talk.ok(&line);
}

#[test]
fn two_signatures_of_one_user_count_once_or_twice_or_spoil_it() {
    let (cluster, mut talk) = shared_key();
    let line = token(&cluster, &mut talk, &[("u1", 1), ("u1", 1)]);
    assert!(talk.err(&line).starts_with("Too few quorum approvals: currently 1"));
    cluster.order(&["switch", "duplicate-approver=refused"]);
    assert_eq!(talk.err(&line), INVALID_PAIR);
    cluster.order(&["switch", "duplicate-approver=twice"]);
    talk.ok(&line);
}

#[test]
fn more_approvals_than_asked_for_spoil_it_or_do_no_harm() {
    let (cluster, mut talk) = shared_key();
    let line = token(&cluster, &mut talk, &[("owner", 0), ("u1", 1), ("u2", 2)]);
    assert_eq!(talk.err(&line), "Quorum Failed");
    cluster.order(&["switch", "surplus-approvals=accepted"]);
    talk.ok(&line);
}

#[test]
fn signing_a_digest_spends_the_token_or_not() {
    let (cluster, mut talk) = shared_key();
    let digest = Base64::encode_string(&[7; 48]);
    for (value, again) in [("yes", false), ("no", true)] {
        cluster.order(&["switch", &format!("digest-clears-token={value}")]);
        let raw = token(&cluster, &mut talk, &[("u1", 1), ("u2", 2)]);
        let line = raw.replace("--data YWJj", &format!("--data-type digest --data {digest}"));
        talk.ok(&line);
        assert_eq!(talk.say(&line).contains("signature\""), again, "{value}");
    }
}

#[test]
fn destroyable_false_keeps_a_key_or_not() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    talk.ok("key set-attribute --filter attr.label=k --name destroyable --value false");
    assert_eq!(
        talk.err("key delete --filter attr.label=k"),
        "The key is not destroyable"
    );
    cluster.order(&["switch", "destroyable-false=ignored"]);
    talk.ok("key delete --filter attr.label=k");
}

#[test]
fn approvals_carry_a_role_or_not() {
    let (cluster, mut talk) = shared_key();
    for (value, with, without) in [
        ("optional", true, true),
        ("required", true, false),
        ("refused", false, true),
    ] {
        cluster.order(&["switch", &format!("approval-role={value}")]);
        for (carried, accepted) in [(true, with), (false, without)] {
            let file = talk.token(&cluster, "key-usage", "attr.label=k");
            approve(&file, &[("u1", 1), ("u2", 2)]);
            if !carried {
                let drop_role = |approval: &mut Value| drop(approval.as_object_mut().unwrap().remove("role"));
                edit(&file, |token| {
                    token["signatures"]
                        .as_array_mut()
                        .unwrap()
                        .iter_mut()
                        .for_each(drop_role)
                });
            }
            let answer = talk.say(&sign_line("k", Some(&file)));
            assert_eq!(
                answer.contains("\"error_code\": 0"),
                accepted,
                "{value} {carried}: {answer}"
            );
        }
    }
}

#[test]
fn a_second_admin_token_is_refused_or_replaces_the_first() {
    let cluster = Cluster::with(&[]);
    let mut talk = cluster.talk_as("admin");
    talk.token(&cluster, "user", "");
    let line = "quorum token-sign generate --service user --token /dev/null";
    talk.err(line);
    cluster.order(&["switch", "second-admin-token=replaces"]);
    talk.ok(line);
    assert_eq!(talk.ok("quorum token-sign list")["tokens"].as_array().unwrap().len(), 1);
}

#[test]
fn an_expired_token_says_so_or_is_unknown() {
    let (cluster, mut talk) = shared_key();
    cluster.order(&["switch", "expired-token=says-invalid-pair"]);
    let line = token(&cluster, &mut talk, &[("u1", 1), ("u2", 2)]);
    cluster.order(&["clock", "--advance", "600"]);
    assert_eq!(talk.err(&line), INVALID_PAIR);
}

#[test]
fn tokens_outlive_a_change_of_nodes_or_not() {
    let (cluster, mut talk) = shared_key();
    for (value, lives) in [("no", true), ("yes", false)] {
        cluster.order(&["switch", &format!("node-change-voids-tokens={value}")]);
        let line = token(&cluster, &mut talk, &[("u1", 1), ("u2", 2)]);
        cluster.order(&["nodes", "--set", "2"]);
        assert_eq!(talk.say(&line).contains("\"error_code\": 0"), lives, "{value}");
    }
}

#[test]
fn answers_take_either_form() {
    let cluster = Cluster::with(&["owner", "u1", "u2"]);
    let mut talk = cluster.talk_as("owner");
    let bare = talk.pair("k", QUORUM)["private_key"]["attributes"]["ec-point"]
        .as_str()
        .unwrap()
        .to_owned();
    let line = "quorum token-sign generate --service key-usage --filter attr.label=k --token /dev/null";
    assert_eq!(talk.ok(line), json!({ "filepath": "/dev/null" }));
    cluster.order(&["switch", "token-path-field=path", "ec-point=der"]);
    assert_eq!(talk.ok(line), json!({ "path": "/dev/null" }));
    let der = talk.ok("key list --verbose --filter attr.label=k")["matched_keys"][0]["attributes"]["ec-point"].clone();
    assert_eq!(der, bare.replacen("0x", "0x0461", 1));
}

#[test]
fn lists_the_switches_and_refuses_others() {
    let cluster = Cluster::new();
    cluster.order(&["switch", "ec-point=der"]);
    let listed = cluster.order(&["switch"]);
    assert!(listed.contains("ec-point=der  (bare, der)"), "{listed}");
    assert_eq!(
        listed.lines().filter(|line| !line.starts_with(' ')).count(),
        include_str!("../../../hsm/questions.toml")
            .matches("[[question]]")
            .count()
    );
    for (setting, text) in [
        ("ec-point=round", "ec-point is one of bare, der, not round"),
        ("x=y", "no switch x"),
    ] {
        let output = cluster.command().args(["standin", "switch", setting]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(text), "{setting}");
    }
}

#[test]
fn the_clock_can_be_set() {
    let cluster = Cluster::with(&[]);
    cluster.order(&["clock", "--set", "2030-01-01T00:00:00Z"]);
    let mut talk = cluster.talk_as("admin");
    let file = talk.token(&cluster, "user", "");
    let token: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let data = Base64::decode_vec(token["approval_data"].as_str().unwrap()).unwrap();
    let seconds = u64::from_be_bytes(data[64..72].try_into().unwrap());
    assert!((1_893_456_000..1_893_456_060).contains(&seconds), "{seconds}");
}

#[test]
fn the_clock_keeps_to_years_that_can_be_written() {
    let cluster = Cluster::with(&[]);
    for words in [
        ["--advance", "9223372036854775807"],
        ["--advance", "-9223372036854775808"],
        ["--advance", "253402300799"],
        ["--advance", "-2000000000"],
        ["--set", "1969-12-31T23:59:59Z"],
    ] {
        let output = cluster
            .command()
            .args(["standin", "clock"])
            .args(words)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("the cluster's clock goes from 1970 to 9999"), "{told}");
    }
    cluster.order(&["clock", "--set", "9999-12-31T23:59:00Z"]);
    cluster.order(&["audit"]);
}
