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
fn whoever_is_logged_in_elsewhere_is_given_no_password_along_with_it() {
    let cluster = Cluster::with(&["cu"]);
    turn_on(&cluster, &mut cluster.talk_as("cu"), "cu", 0);
    let (mut there, login) = (cluster.talk(), cluster.path("login.json"));
    there.ask(&login_line("cu", &login), SIGNED);
    sign_all(&login, 0);
    there.ok("");
    let (mut admin, file) = (cluster.talk_as("admin"), cluster.path("others.json"));
    let refused = "The password of a user who is logged in cannot be changed";
    let off = change_line("cu", "--deregister --change-password password-2");
    assert_eq!(admin.err(&off), refused);
    let on = change_line(
        "cu",
        &format!("--token {} --change-password password-2", file.display()),
    );
    // Where nothing refuses it asks, and hears nothing.
    let login = format!("login --username admin --role admin --password {PASSWORD}");
    assert!(cluster.feed(&format!("{login}\n{on}\n")).contains(refused));
    assert!(!file.exists(), "nobody signs in vain");
    // Their own they may change; and who logs in while others sign is safe as well.
    there.ok(&change_line("cu", "--deregister --change-password password-3"));
    there.ok("logout");
    admin.ask(&on, SIGNED);
    sign_all(&file, 1);
    there.ok("login --username cu --role crypto-user --password password-3");
    assert_eq!(finish(&mut admin, 1), (1, json!(refused)));
    assert_eq!(listed(&mut admin, "cu")["mfa"], json!([]));
    there.kill();
    admin.ask(&on, SIGNED);
    sign_all(&file, 1);
    assert_eq!(finish(&mut admin, 1).0, 0);
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
