//! Activation, HSM list, the state folder, the number of nodes.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::support::{Cluster, PASSWORD, pair_line, sign_line};

#[test]
fn activates_once() {
    let cluster = Cluster::new();
    let mut talk = cluster.talk();
    assert_eq!(talk.ok("user list")["users"][0]["role"], "unactivated-admin");
    talk.err(&format!("login --username admin --role admin --password {PASSWORD}"));
    let line = format!("cluster activate --password {PASSWORD}");
    assert_eq!(talk.ok(&line), "Cluster activation successful");
    assert_eq!(talk.err(&line), "The cluster is activated already");
    let login = talk.ok(&format!("login --username ADMIN --role admin --password {PASSWORD}"));
    assert_eq!(login, json!({ "username": "admin", "role": "admin" }));
    assert_eq!(talk.ok("logout"), "Logout successful");
}

#[test]
fn lists_as_many_hsms_as_there_are_nodes_without_login() {
    let cluster = Cluster::new();
    cluster.order(&["init", "--nodes", "4"]);
    let info = cluster.talk().ok("cluster hsm-info");
    let hsms = info["hsms"].as_array().unwrap();
    assert_eq!(hsms.len(), 4);
    assert_ne!(hsms[0]["serial-number"], hsms[1]["serial-number"]);
    assert_eq!(hsms[0].as_object().unwrap().len(), 10);
}

#[test]
fn a_node_that_joins_is_another_than_the_one_that_left() {
    let cluster = Cluster::new();
    let serials = || cluster.talk().ok("cluster hsm-info")["hsms"].clone();
    let before = serials();
    cluster.order(&["nodes", "--set", "2"]);
    cluster.order(&["nodes", "--set", "3"]);
    let after = serials();
    assert_eq!(before[1], after[1]);
    assert_ne!(before[2], after[2]);
}

#[test]
fn keys_need_two_hsms_to_be_made_and_to_be_used() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    cluster.order(&["nodes", "--set", "1"]);
    let text = "Cannot perform the requested key operation as the key must be available on at least 2 HSMs.";
    assert!(talk.err(&sign_line("k", None)).starts_with(text));
    assert!(talk.err(&pair_line("l", "")).starts_with(text));
    assert_eq!(talk.ok("key list")["total_key_count"], 2);
    cluster.order(&["nodes", "--set", "2"]);
    talk.ok(&sign_line("k", None));
}

#[test]
fn the_folder_is_private_and_so_are_its_files() {
    let cluster = Cluster::with(&["owner"]);
    cluster.talk_as("owner").pair("k", "");
    let mode = |name: &str| {
        std::fs::metadata(cluster.folder.join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!([mode(""), mode("keys"), mode("cluster.json")], [0o700, 0o700, 0o600]);
    let keys: Vec<_> = std::fs::read_dir(cluster.folder.join("keys"))
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn refuses_to_init_twice_and_in_a_folder_of_other_things() {
    let cluster = Cluster::new();
    cluster.order(&["init"]);
    let again = cluster.command().args(["standin", "init"]).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("holds a cluster already"));
    let other = Cluster::new();
    std::fs::create_dir_all(&other.folder).unwrap();
    std::fs::write(other.folder.join("letter.txt"), "dear").unwrap();
    let refused = other.command().args(["standin", "init"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("holds something other than a cluster"));
}

#[test]
fn a_question_leaves_the_state_file_as_it_is() {
    let cluster = Cluster::with(&["owner"]);
    let modified = || {
        std::fs::metadata(cluster.folder.join("cluster.json"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = modified();
    let mut talk = cluster.talk_as("owner");
    for line in [
        "user list",
        "cluster hsm-info",
        "key list",
        "quorum token-sign list",
        "logout",
    ] {
        talk.ok(line);
    }
    assert_eq!(before, modified());
}

#[test]
fn two_processes_serve_one_cluster_without_losing_a_change() {
    let cluster = Cluster::with(&["owner", "other"]);
    std::thread::scope(|scope| {
        for user in ["owner", "other"] {
            let cluster = &cluster;
            scope.spawn(move || {
                let mut talk = cluster.talk_as(user);
                (0..10).for_each(|number| drop(talk.pair(&format!("{user}{number}"), "")));
            });
        }
    });
    let listed = cluster.talk_as("owner").ok("key list --max-items 100 --verbose");
    let references: std::collections::BTreeSet<String> = listed["matched_keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["key-reference"].to_string())
        .collect();
    assert_eq!(references.len(), 30);
}

#[test]
fn an_unsynced_cluster_survives_a_killed_process() {
    let cluster = Cluster::with(&["owner"]);
    cluster.order(&["fault", "--command", "user create", "--do", "die-after"]);
    let mut command = cluster.command();
    command
        .env("CLOUDHSM_STANDIN_SYNC", "off")
        .env("CLOUDHSM_ROLE", "admin");
    command.env("CLOUDHSM_PIN", format!("admin:{PASSWORD}"));
    command.args([
        "user",
        "create",
        "--username",
        "cu",
        "--role",
        "crypto-user",
        "--password",
        PASSWORD,
    ]);
    assert_eq!(command.output().unwrap().status.code(), None, "killed by itself");
    assert_eq!(cluster.talk().ok("user list")["users"][2]["username"], "cu");
}
