//! Interactive and single-command mode: prompts, quoting, errors, the end.

use serde_json::json;

use crate::support::{Cluster, PASSWORD, parse};

#[test]
fn says_on_start_that_it_is_a_stand_in() {
    let output = Cluster::new().command().args(["cluster", "hsm-info"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("for rehearsals and tests only"));
}

#[test]
fn says_where_a_temporary_cluster_is() {
    let cluster = Cluster::new();
    let temporary = cluster.path("temporary");
    std::fs::create_dir_all(&temporary).unwrap();
    let mut command = cluster.command();
    command
        .env_remove("CLOUDHSM_STANDIN_DIR")
        .env("TMPDIR", &temporary)
        .args(["user", "list"]);
    let said = String::from_utf8(command.output().unwrap().stderr).unwrap();
    let folder = said.split("the cluster is in ").nth(1).unwrap().trim();
    assert!(std::path::Path::new(folder).join("cluster.json").is_file(), "{said}");
}

#[test]
fn prompts_and_reads_passwords_from_standard_input() {
    let heard = Cluster::new().feed(
        "cluster activate\npassword-9\npassword-9\nlogin --username admin --role admin\npassword-9\nquit\nuser list\n",
    );
    assert!(
        heard.starts_with("aws-cloudhsm > Enter password:\nConfirm password:\n{\n  \"error_code\": 0,"),
        "{heard}"
    );
    assert_eq!(heard.matches("Enter password:").count(), 2);
    assert!(heard.contains("\"role\": \"admin\""), "{heard}");
    assert!(!heard.contains("users") && !heard.contains("password-9"), "{heard}");
}

#[test]
fn refuses_two_different_new_passwords() {
    let heard = Cluster::new().feed("cluster activate\npassword-9\npassword-8\n");
    assert!(heard.contains("The passwords do not match"), "{heard}");
}

#[test]
fn refuses_a_password_that_never_comes() {
    let heard = Cluster::with(&[]).feed("login --username admin --role admin\n");
    assert!(heard.contains("No password was entered"), "{heard}");
}

#[test]
fn a_failed_command_does_not_end_the_session() {
    let cluster = Cluster::new();
    let mut talk = cluster.talk();
    assert!(
        talk.err("cluster explode")
            .starts_with("error: unrecognized subcommand 'explode'")
    );
    assert!(
        talk.err("login --username x")
            .contains("the following required arguments were not provided")
    );
    assert!(
        talk.err("user list --fast")
            .starts_with("error: unexpected argument '--fast' found")
    );
    assert_eq!(talk.err("user 'list"), "error: the line ends within quotes");
    assert_eq!(talk.say(""), "");
    talk.ok("user \"list\"");
}

#[test]
fn helps_in_plain_text() {
    let cluster = Cluster::new();
    let mut talk = cluster.talk();
    assert!(talk.say("help").contains("quorum"));
    assert!(talk.say("help login").contains("--username"));
}

#[test]
fn survives_a_line_without_end() {
    let cluster = Cluster::new();
    let heard = cluster.feed(&format!("{}\nuser list\n", "x".repeat(5 << 20)));
    assert!(
        heard.contains("the line is too long") && heard.contains("app_user"),
        "{heard}"
    );
}

#[test]
fn a_single_command_logs_in_by_role_and_pin() {
    let cluster = Cluster::with(&["owner"]);
    let output = cluster.single("owner", &["key", "list"]);
    assert!(output.status.success());
    let (code, data) = parse(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(
        (code, data),
        (
            0,
            json!({ "matched_keys": [], "total_key_count": 0, "returned_key_count": 0 })
        )
    );
}

#[test]
fn a_single_command_with_a_wrong_pin_is_refused() {
    let cluster = Cluster::with(&["owner"]);
    let mut command = cluster.command();
    command
        .env("CLOUDHSM_ROLE", "crypto-user")
        .env("CLOUDHSM_PIN", "owner:wrong-password")
        .args(["key", "list"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let (code, data) = parse(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(
        (code, data),
        (1, json!("Login failed: incorrect username, role or password"))
    );
}

#[test]
fn a_single_command_without_login_does_what_needs_none() {
    let cluster = Cluster::with(&["owner"]);
    assert!(
        cluster
            .command()
            .args(["user", "list"])
            .output()
            .unwrap()
            .status
            .success()
    );
    let refused = cluster.command().args(["key", "list"]).output().unwrap();
    let (code, data) = parse(&String::from_utf8(refused.stdout).unwrap());
    assert_eq!((code, data), (1, json!("Login is required for this operation")));
}

#[test]
fn a_token_does_not_outlive_a_single_command() {
    let cluster = Cluster::with(&[]);
    let file = cluster.path("single.json");
    let words = [
        "quorum",
        "token-sign",
        "generate",
        "--service",
        "user",
        "--token",
        file.to_str().unwrap(),
    ];
    assert!(cluster.single("admin", &words).status.success());
    let listed = cluster.single("admin", &["quorum", "token-sign", "list"]);
    assert_eq!(
        parse(&String::from_utf8(listed.stdout).unwrap()).1,
        json!({ "tokens": [] })
    );
}

#[test]
fn refuses_a_second_login() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    let line = format!("login --username admin --role admin --password {PASSWORD}");
    assert_eq!(talk.err(&line), "A user is logged in already; log out first");
}
