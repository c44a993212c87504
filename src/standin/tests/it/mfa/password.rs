//! The password that goes with a change of the second factor.

use serde_json::json;

use super::{CONFIRM, ENTER, SIGNED, change_line, finish, listed, login_line, sign_all, turn_on};
use crate::support::{Cluster, PASSWORD, parse};

#[test]
fn an_admins_reset_of_the_password_drops_the_registration() {
    let cluster = Cluster::with(&["cu"]);
    turn_on(&cluster, &mut cluster.talk_as("cu"), "cu", 0);
    let mut admin = cluster.talk_as("admin");
    let reset = format!("user change-password --username cu --role crypto-user --password {PASSWORD}");
    admin.ok(&reset);
    let user = listed(&mut admin, "cu");
    assert_eq!(user["quorum"], json!([]));
    assert_ne!(user["mfa"], json!([]));
    admin.ok(&format!("{reset} --deregister-mfa"));
    assert_eq!(listed(&mut admin, "cu")["mfa"], json!([]));
}

#[test]
fn the_password_can_change_in_the_same_step() {
    let cluster = Cluster::with(&["cu"]);
    turn_on(&cluster, &mut cluster.talk_as("cu"), "cu", 0);
    let mut admin = cluster.talk_as("admin");
    admin.ok(&change_line("cu", "--deregister --change-password password-2"));
    let mut talk = cluster.talk();
    talk.ok("login --username cu --role crypto-user --password password-2");
}

#[test]
fn turning_it_on_sets_the_password_and_asks_for_it_unless_it_is_in_the_line() {
    for (rest, asked) in [("", true), ("--change-password password-2", false)] {
        let cluster = Cluster::with(&["cu"]);
        let (mut talk, file) = (cluster.talk_as("cu"), cluster.path("mfa.json"));
        let line = change_line("cu", &format!("--token {} {rest}", file.display()));
        if asked {
            assert_eq!(talk.ask(&line, ENTER), "");
            assert!(!file.exists(), "the password comes first");
            assert_eq!(talk.ask("password-2", CONFIRM), "");
            assert_eq!(talk.ask("password-2", SIGNED), "");
        } else {
            assert_eq!(talk.ask(&line, SIGNED), "");
        }
        sign_all(&file, 0);
        assert_eq!(finish(&mut talk, 0).0, 0);
        talk.ok("logout");
        let login = login_line("cu", &cluster.path("login.json"));
        assert!(talk.err(&login).starts_with("Login failed: incorrect"));
        talk.ask(&login.replace(PASSWORD, "password-2"), SIGNED);
        sign_all(&cluster.path("login.json"), 0);
        talk.ok("");
    }
}

#[test]
fn two_passwords_that_differ_or_one_that_is_too_short_turn_nothing_on() {
    let cluster = Cluster::with(&["cu"]);
    let (mut talk, file) = (cluster.talk_as("cu"), cluster.path("mfa.json"));
    let line = change_line("cu", &format!("--token {}", file.display()));
    for (first, second, text) in [
        ("password-2", "password-3", "The passwords do not match"),
        ("short", "short", "A password has 8 to 32 characters"),
    ] {
        talk.ask(&line, ENTER);
        talk.ask(first, CONFIRM);
        let (code, data) = parse(talk.say(second).trim_start());
        assert_eq!((code, data), (1, json!(text)));
        assert!(!file.exists());
    }
    assert_eq!(listed(&mut talk, "cu")["mfa"], json!([]));
    talk.become_user("cu");
}

#[test]
fn whether_it_asks_for_a_password_is_a_switch() {
    let cluster = Cluster::with(&["cu"]);
    cluster.order(&["switch", "mfa-password=not-asked"]);
    let (mut talk, file) = (cluster.talk_as("cu"), cluster.path("mfa.json"));
    let line = change_line("cu", &format!("--token {}", file.display()));
    assert_eq!(talk.ask(&line, SIGNED), "");
    sign_all(&file, 0);
    assert_eq!(finish(&mut talk, 0).0, 0);
    talk.ok(&change_line("cu", "--deregister"));
    talk.become_user("cu");
}
