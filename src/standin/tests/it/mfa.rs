//! MFA: one entry for each node, the same key as for approvals, under the admins' quorum for others.

mod login;
mod password;
mod quorum;

use std::path::PathBuf;

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use crate::support::{Cluster, PASSWORD, Talk, edit, parse, public_key, register_line, role, sign_registration};

pub const SIGNED: &str = "Enter signed token file path (press enter if same as the unsigned token file):";
const PUBLIC: &str = "Enter public key PEM file path:";
const ENTER: &str = "Enter password:";
const CONFIRM: &str = "Confirm password:";

fn change_line(user: &str, rest: &str) -> String {
    format!(
        "user change-mfa token-sign --username {user} --role {} {rest}",
        role(user)
    )
}

pub fn login_line(user: &str, file: &std::path::Path) -> String {
    let (role, file) = (role(user), file.display());
    format!("login --username {user} --role {role} --password {PASSWORD} mfa-token-sign --token {file}")
}

/// Begins to turn MFA on; the CLI waits for the signed file.
fn begin(cluster: &Cluster, talk: &mut Talk, user: &str, rest: &str) -> PathBuf {
    let file = cluster.path("mfa.json");
    let line = change_line(user, &format!("--token {} {rest}", file.display()));
    assert_eq!(talk.ask(&line, ENTER), "");
    assert_eq!(talk.ask(PASSWORD, CONFIRM), "");
    assert_eq!(talk.ask(PASSWORD, SIGNED), "");
    file
}

fn finish(talk: &mut Talk, key: usize) -> (u64, Value) {
    assert_eq!(talk.ask("", PUBLIC), "");
    parse(&talk.say(&public_key(key).display().to_string()))
}

/// Turns MFA on with that key.
pub fn turn_on(cluster: &Cluster, talk: &mut Talk, user: &str, key: usize) {
    let file = begin(cluster, talk, user, "");
    sign_all(&file, key);
    let identity = json!({ "username": user, "role": role(user) });
    assert_eq!(finish(talk, key), (0, identity));
}

pub fn sign_all(file: &std::path::Path, key: usize) {
    edit(file, |token| {
        for one in token["tokens"].as_array_mut().unwrap() {
            let digest = Base64::decode_vec(one["unsigned"].as_str().unwrap()).unwrap();
            one["signed"] = json!(crate::support::openssl_sign(&digest, key, file));
        }
    });
}

fn listed(talk: &mut Talk, user: &str) -> Value {
    let users = talk.ok("user list");
    let found = users["users"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["username"] == user);
    found.unwrap().clone()
}

#[test]
fn the_file_has_the_published_form_with_one_entry_for_each_node() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let file = begin(&cluster, &mut talk, "cu", "");
    let file: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(file["version"], "2.0");
    let entries = file["tokens"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    for entry in entries {
        assert_eq!(entry["signed"], "");
        let digest = Base64::decode_vec(entry["unsigned"].as_str().unwrap()).unwrap();
        assert_eq!(digest.len(), 32);
        assert_eq!(entry.as_object().unwrap().len(), 2);
    }
}

#[test]
fn turning_it_on_registers_for_quorum_and_turning_it_off_drops_both() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let enabled = json!([{ "strategy": "token-sign", "status": "enabled" }]);
    turn_on(&cluster, &mut talk, "cu", 0);
    let user = listed(&mut talk, "cu");
    assert_eq!((&user["mfa"], &user["quorum"]), (&enabled, &enabled));
    talk.ok(&change_line("cu", "--deregister"));
    let user = listed(&mut talk, "cu");
    assert_eq!((&user["mfa"], &user["quorum"]), (&json!([]), &json!([])));
    let text = talk.err(&change_line("cu", "--deregister"));
    assert_eq!(text, "MFA is not enabled for the user");
}

#[test]
fn refuses_keys_other_than_rsa_2048_and_other_keys_signatures() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let file = begin(&cluster, &mut talk, "cu", "");
    sign_all(&file, 3);
    let text = json!("The public key is not an RSA-2048 key");
    assert_eq!(finish(&mut talk, 3), (1, text));
    let file = begin(&cluster, &mut talk, "cu", "");
    sign_all(&file, 1);
    let text = json!("The MFA tokens are not signed by the user's key");
    assert_eq!(finish(&mut talk, 0), (1, text));
    assert_eq!(listed(&mut talk, "cu")["mfa"], json!([]));
}

#[test]
fn one_key_serves_both_and_is_replaced_only_when_that_is_said() {
    let cluster = Cluster::with(&["cu"]);
    cluster.register("cu", 0);
    let mut talk = cluster.talk_as("cu");
    let file = begin(&cluster, &mut talk, "cu", "");
    sign_all(&file, 1);
    let text = json!("Another key is registered for quorum; --change-quorum replaces it");
    assert_eq!(finish(&mut talk, 1), (1, text));
    let file = begin(&cluster, &mut talk, "cu", "--change-quorum");
    sign_all(&file, 1);
    assert_eq!(finish(&mut talk, 1).0, 0);
    let file = talk.registration(&cluster);
    sign_registration(&file, 0);
    assert_eq!(
        talk.err(&register_line(&file, 0)),
        "The key for quorum must be the user's MFA key"
    );
    sign_registration(&file, 1);
    talk.ok(&register_line(&file, 1));
}

#[test]
fn the_word_that_turns_it_off_is_a_switch() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    turn_on(&cluster, &mut talk, "cu", 0);
    let wrong = "error: unexpected argument '--disable' found";
    assert_eq!(talk.err(&change_line("cu", "--disable")), wrong);
    cluster.order(&["switch", "mfa-off-word=disable"]);
    let wrong = "error: unexpected argument '--deregister' found";
    assert_eq!(talk.err(&change_line("cu", "--deregister")), wrong);
    talk.ok(&change_line("cu", "--disable"));
}

#[test]
fn a_change_of_ones_own_keeps_the_login_or_not() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    turn_on(&cluster, &mut talk, "cu", 0);
    talk.ok("key list");
    cluster.order(&["switch", "mfa-keeps-login=no"]);
    talk.ok(&change_line("cu", "--deregister"));
    assert_eq!(talk.err("key list"), "Login is required for this operation");
}

#[test]
fn others_can_work_while_somebody_signs() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let file = begin(&cluster, &mut talk, "cu", "");
    cluster.talk_as("admin").ok("quorum token-sign list");
    sign_all(&file, 0);
    assert_eq!(finish(&mut talk, 0).0, 0);
}

#[test]
fn refuses_the_signatures_when_a_node_joined_meanwhile() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let file = begin(&cluster, &mut talk, "cu", "");
    cluster.order(&["nodes", "--set", "4"]);
    sign_all(&file, 0);
    let text = json!("The MFA tokens are not signed by the user's key");
    assert_eq!(finish(&mut talk, 0), (1, text));
}

#[test]
fn a_path_that_never_comes_is_refused() {
    let cluster = Cluster::with(&["cu"]);
    let line = change_line("cu", &format!("--token /dev/null --change-password {PASSWORD}"));
    let login = format!("login --username cu --role crypto-user --password {PASSWORD}");
    assert!(
        cluster
            .feed(&format!("{login}\n{line}\n"))
            .contains("No path was entered")
    );
}

#[test]
fn the_connection_may_be_lost_while_somebody_signs() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let command = "user change-mfa token-sign: signed";
    cluster.order(&["fault", "--command", command, "--do", "disconnect"]);
    let file = begin(&cluster, &mut talk, "cu", "");
    sign_all(&file, 0);
    talk.ask("", PUBLIC);
    let key = public_key(0).display().to_string();
    assert_eq!(talk.say(&key), "Error: \"HSM is disconnected\"\n");
    assert_eq!(listed(&mut talk, "cu")["mfa"], json!([]));
    talk.login("cu");
    turn_on(&cluster, &mut talk, "cu", 0);
    talk.ok("logout");
    let (command, login) = ("login mfa-token-sign: signed", cluster.path("login.json"));
    cluster.order(&["fault", "--command", command, "--do", "answer-lost"]);
    talk.ask(&login_line("cu", &login), SIGNED);
    sign_all(&login, 0);
    assert_eq!(talk.say(""), "Error: \"HSM is disconnected\"\n");
    assert_eq!(talk.err("key list"), "Login is required for this operation");
}
