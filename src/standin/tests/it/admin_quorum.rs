//! Admin services: their values, their approvals, one token at a time.

use serde_json::json;

use crate::support::{Cluster, PASSWORD, Talk, approve};

const REQUIRED: &str = "Quorum approval is required for this operation";
const THREE: &[(&str, usize)] = &[("admin", 0), ("a1", 1), ("a2", 2)];

/// `admin`, `a1` and `a2`, all registered; `user` and `quorum` ask for two.
fn quorum_of_two() -> (Cluster, Talk) {
    let cluster = Cluster::with(&["a1", "a2", "cu"]);
    THREE.iter().for_each(|(user, key)| cluster.register(user, *key));
    cluster.register("cu", 0);
    let mut talk = cluster.talk_as("admin");
    talk.ok("quorum token-sign set-quorum-value --service user --value 2");
    talk.ok("quorum token-sign set-quorum-value --service quorum --value 2");
    (cluster, talk)
}

fn with_token(cluster: &Cluster, talk: &mut Talk, service: &str, approvers: &[(&str, usize)]) -> String {
    let file = talk.token(cluster, service, "");
    approve(&file, approvers);
    format!(" --approval {}", file.display())
}

#[test]
fn values_begin_at_one_and_are_listed_without_login() {
    let cluster = Cluster::new();
    let values = cluster.talk().ok("quorum token-sign list-quorum-values");
    assert_eq!(values, json!({ "user": 1, "quorum": 1, "cluster": 1 }));
}

#[test]
fn values_are_2_to_8_and_at_most_the_number_of_admins() {
    let cluster = Cluster::with(&["a1", "cu"]);
    let mut talk = cluster.talk_as("admin");
    let line = |value: u8| format!("quorum token-sign set-quorum-value --service user --value {value}");
    for value in [0, 1, 3, 9] {
        assert_eq!(talk.err(&line(value)), "Invalid quorum value provided.", "{value}");
    }
    assert_eq!(talk.ok(&line(2)), "Set quorum value successful");
    let key_service = talk.err("quorum token-sign set-quorum-value --service key-usage --value 2");
    assert_eq!(key_service, "Service key-usage has no quorum value of its own");
    assert_eq!(cluster.talk_as("cu").err(&line(2)), "Only an admin may do this");
}

#[test]
fn user_commands_take_a_user_token_each() {
    let (cluster, mut talk) = quorum_of_two();
    let lines = [
        format!("user create --username new --role crypto-user --password {PASSWORD}"),
        format!("user change-password --username new --role crypto-user --password {PASSWORD}"),
        "user delete --username new --role crypto-user".to_owned(),
    ];
    for line in lines {
        assert_eq!(talk.err(&line), REQUIRED);
        let approval = with_token(&cluster, &mut talk, "user", &THREE[1..]);
        let done = format!("{line}{approval}");
        assert_eq!(talk.ok(&done), json!({ "username": "new", "role": "crypto-user" }));
        if !line.contains("create") {
            continue;
        }
        let again = done.replace("new", "newer");
        assert_eq!(
            talk.err(&again),
            "Invalid username-signature pair for quorum authorization"
        );
    }
}

#[test]
fn a_change_of_values_takes_a_quorum_token() {
    let (cluster, mut talk) = quorum_of_two();
    let line = "quorum token-sign set-quorum-value --service user --value 3";
    assert_eq!(talk.err(line), REQUIRED);
    let wrong = with_token(&cluster, &mut talk, "user", THREE);
    assert_eq!(
        talk.err(&format!("{line}{wrong}")),
        REQUIRED,
        "a token of another service"
    );
    let right = with_token(&cluster, &mut talk, "quorum", &THREE[..2]);
    talk.ok(&format!("{line}{right}"));
    let line = "quorum token-sign set-quorum-value --service user --value 2";
    let short = with_token(&cluster, &mut talk, "quorum", &THREE[..2]);
    let text = "Too few quorum approvals: currently 2 approvals, but 3 approvals required";
    assert_eq!(
        talk.err(&format!("{line}{short}")),
        text,
        "as many as the value that changes"
    );
}

#[test]
fn crypto_users_approve_nothing_here() {
    let (cluster, mut talk) = quorum_of_two();
    let line = format!("user create --username new --role crypto-user --password {PASSWORD}");
    let approval = with_token(&cluster, &mut talk, "user", &[("admin", 0), ("cu", 0)]);
    assert_eq!(
        talk.err(&format!("{line}{approval}")),
        "Invalid username-signature pair for quorum authorization"
    );
}

#[test]
fn ones_own_password_takes_no_approval() {
    let (_cluster, mut talk) = quorum_of_two();
    talk.ok("user change-password --username admin --role admin --password changed-1");
}

#[test]
fn one_token_for_each_service_at_a_time() {
    let (cluster, mut talk) = quorum_of_two();
    talk.token(&cluster, "user", "");
    talk.token(&cluster, "quorum", "");
    let line = "quorum token-sign generate --service user --token /dev/null";
    assert_eq!(talk.err(line), "A quorum token for service user is active already");
    assert_eq!(
        talk.ok("quorum token-sign delete --scope user"),
        "Deletion of quorum token(s) successful"
    );
    talk.ok(line);
    cluster.order(&["clock", "--advance", "600"]);
    talk.ok(line);
}

#[test]
fn lists_admin_tokens_with_their_time() {
    let (cluster, mut talk) = quorum_of_two();
    talk.token(&cluster, "user", "");
    cluster.order(&["clock", "--advance", "200"]);
    let listed = talk.ok("quorum token-sign list")["tokens"][0].clone();
    let left = listed["token-timeout-seconds"].as_u64().unwrap();
    assert!((390..=400).contains(&left), "{left}");
    let shown = (
        &listed["username"],
        &listed["service"],
        &listed["approvals-required"],
        &listed["number-of-approvals"],
    );
    assert_eq!(shown, (&json!("admin"), &json!("user"), &json!(2), &json!(0)));
    assert_eq!(listed["cluster-coverage"], "full");
    cluster.order(&["switch", "token-list-numbers=wrapped"]);
    assert_eq!(
        talk.ok("quorum token-sign list")["tokens"][0]["approvals-required"],
        json!({ "value": 2 })
    );
}

#[test]
fn deletion_for_all_reaches_other_sessions() {
    let (cluster, mut talk) = quorum_of_two();
    let approval = with_token(&cluster, &mut talk, "user", THREE);
    let mut other = cluster.talk_as("a1");
    other.ok("quorum token-sign delete --scope user");
    assert_eq!(talk.ok("quorum token-sign list")["tokens"].as_array().unwrap().len(), 1);
    other.ok("quorum token-sign delete --scope all");
    let line = format!("user create --username new --role crypto-user --password {PASSWORD}{approval}");
    assert_eq!(
        talk.err(&line),
        "Invalid username-signature pair for quorum authorization"
    );
    assert_eq!(
        cluster.talk_as("cu").err("quorum token-sign delete --scope all"),
        "Only an admin may do this"
    );
}

#[test]
fn services_belong_to_their_roles() {
    let (cluster, mut admin) = quorum_of_two();
    let line = |service| format!("quorum token-sign generate --service {service} --token /dev/null");
    assert_eq!(admin.err(&line("key-usage")), "Only a crypto user may do this");
    assert_eq!(cluster.talk_as("cu").err(&line("user")), "Only an admin may do this");
    assert_eq!(
        cluster.talk().err(&line("registration")),
        "Login is required for this operation"
    );
    assert!(
        admin
            .err(&format!("{} --filter attr.label=k", line("user")))
            .contains("takes no filter")
    );
}
