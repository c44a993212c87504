//! Logins with a second factor.

use serde_json::{Value, json};

use super::{SIGNED, listed, login_line, sign_all, turn_on};
use crate::support::{Cluster, PASSWORD, edit};

#[test]
fn a_login_takes_password_and_signatures_of_every_node() {
    let cluster = Cluster::with(&["cu"]);
    turn_on(&cluster, &mut cluster.talk_as("cu"), "cu", 0);
    let (mut talk, file) = (cluster.talk(), cluster.path("login.json"));
    for spoil in [
        (|token| token["tokens"][2]["signed"] = json!("")) as fn(&mut Value),
        |token| drop(token["tokens"].as_array_mut().unwrap().pop()),
        |token| token["tokens"][0] = token["tokens"][1].clone(),
    ] {
        assert_eq!(talk.ask(&login_line("cu", &file), SIGNED), "");
        sign_all(&file, 0);
        edit(&file, spoil);
        assert_eq!(talk.err(""), "The MFA tokens are not signed by the user's key");
    }
    talk.ask(&login_line("cu", &file), SIGNED);
    sign_all(&file, 1);
    assert_eq!(talk.err(""), "The MFA tokens are not signed by the user's key");
    talk.ask(&login_line("cu", &file), SIGNED);
    sign_all(&file, 0);
    // The signed file may be another one.
    let moved = cluster.path("signed.json");
    std::fs::rename(&file, &moved).unwrap();
    let data = talk.ok(&moved.display().to_string());
    assert_eq!(data, json!({ "username": "cu", "role": "crypto-user" }));
    talk.ok("key list");
}

#[test]
fn the_password_alone_is_refused_and_is_no_wrong_password() {
    let cluster = Cluster::with(&["cu"]);
    turn_on(&cluster, &mut cluster.talk_as("cu"), "cu", 0);
    let mut talk = cluster.talk();
    let line = format!("login --username cu --role crypto-user --password {PASSWORD}");
    for _ in 0..6 {
        assert_eq!(
            talk.err(&line),
            "Login failed: MFA is enabled for the user; log in with mfa-token-sign"
        );
    }
    assert_eq!(listed(&mut talk, "cu")["locked"], "false");
    let single = cluster.single("cu", &["key", "list"]);
    assert!(String::from_utf8(single.stdout).unwrap().contains("MFA is enabled"));
}

#[test]
fn a_wrong_password_is_counted_and_nothing_is_written() {
    let cluster = Cluster::with(&["cu"]);
    turn_on(&cluster, &mut cluster.talk_as("cu"), "cu", 0);
    let (mut talk, file) = (cluster.talk(), cluster.path("login.json"));
    let line = login_line("cu", &file).replace(PASSWORD, "wrong-password");
    (0..5).for_each(|_| assert!(talk.err(&line).starts_with("Login failed: incorrect")));
    assert_eq!(
        talk.err(&login_line("cu", &file)),
        "Login failed: the account is locked"
    );
    assert!(!file.exists());
}

#[test]
fn a_wrong_password_alone_is_counted_too_and_says_nothing_of_the_second_factor() {
    let cluster = Cluster::with(&["cu"]);
    turn_on(&cluster, &mut cluster.talk_as("cu"), "cu", 0);
    let mut talk = cluster.talk();
    let right = format!("login --username cu --role crypto-user --password {PASSWORD}");
    let wrong = right.replace(PASSWORD, "wrong-password");
    let refused = "Login failed: incorrect username, role or password";
    (0..4).for_each(|_| assert_eq!(talk.err(&wrong), refused));
    assert_eq!(listed(&mut talk, "cu")["locked"], "false");
    assert_eq!(talk.err(&wrong), refused);
    assert_eq!(listed(&mut talk, "cu")["locked"], "true");
    for line in [right, login_line("cu", &cluster.path("login.json"))] {
        assert_eq!(talk.err(&line), "Login failed: the account is locked");
    }
}

#[test]
fn refuses_mfa_login_of_a_user_without_and_commands_after_login() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk();
    let file = cluster.path("login.json");
    assert_eq!(talk.err(&login_line("cu", &file)), "MFA is not enabled for the user");
    let line = format!("login --username cu --role crypto-user --password {PASSWORD} key list");
    assert!(talk.err(&line).starts_with("error: unrecognized subcommand 'key'"));
}
