//! What is refused before anything is watched; the roster's members, and what is planned.

use std::fs;

use support::rehearsal;

use super::place::{Place, login};
use super::sink::Sink;

/// It is said with a hint, in lines of 80 columns.
#[track_caller]
fn refused(place: &Place, more: &[&str], code: i32, words: &str) {
    let refused = place.once(more).expect(code);
    let err = refused.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(err.contains(words), "{words}: {refused}");
    assert!(err.contains("ceremony-publish: hint: "), "{refused}");
}

#[test]
fn refuses_no_log_two_standard_inputs_and_a_log_twice() {
    let place = Place::new("usage");
    place.settings(1, 1, "");
    let log = place.name("auth.log");
    refused(&place, &[], 2, "name a log with --console or --hsm");
    refused(
        &place,
        &["--console", "-", "--hsm", "-"],
        2,
        "standard input can be one log alone",
    );
    refused(
        &place,
        &["--console", &log, "--console", &log],
        2,
        "a log is named twice",
    );
    assert!(!place.path("state").exists(), "nothing was written");
}

#[test]
fn refuses_settings_that_cannot_be_meant_and_a_password_that_others_may_read() {
    let place = Place::new("settings");
    place.append("auth.log", &login("member-1"));
    let log = place.name("auth.log");
    place.settings(1, 1, "host = \"mail.example.org\"");
    refused(&place, &["--console", &log], 3, "is for a server on this machine alone");
    place.settings(1, 1, "password = \"secret\"");
    refused(&place, &["--console", &log], 3, "unknown field `password`");
    place.settings(1, 1, "user = \"alerts\"\npassword-file = \"password\"");
    fs::write(place.path("password"), "secret\n").expect("a file");
    refused(
        &place,
        &["--console", &log],
        3,
        "others than its owner may read or write the password",
    );
    fs::remove_file(place.path("watch.toml")).expect("the settings");
    refused(&place, &["--console", &log], 3, "watch.toml cannot be read");
    assert!(!place.path("state").exists(), "nothing was written");
}

#[test]
fn refuses_a_state_that_it_cannot_read_and_overwrites_none() {
    let place = Place::new("state");
    place.settings(1, 1, "");
    place.append("auth.log", "");
    fs::create_dir(place.path("state")).expect("a folder");
    for text in ["{", "{\"version\": 2}", "[]"] {
        fs::write(place.path("state/state.json"), text).expect("a state");
        refused(
            &place,
            &["--console", &place.name("auth.log")],
            3,
            "does not say what was watched",
        );
        assert_eq!(
            fs::read_to_string(place.path("state/state.json")).expect("a state"),
            text
        );
    }
}

#[test]
fn a_log_that_is_not_there_is_an_error_of_those_who_read_it_once() {
    let place = Place::new("absent");
    place.settings(1, 1, "");
    refused(
        &place,
        &["--console", &place.name("auth.log")],
        3,
        "auth.log cannot be read",
    );
    refused(
        &place,
        &["--console", "/dev/null"],
        4,
        "messages to member-1 were not taken",
    );
}

#[test]
fn each_member_in_office_has_a_mailbox_and_nobody_else_and_a_login_is_held_against_plans() {
    let test = "each_member_in_office_has_a_mailbox_and_nobody_else_and_a_login_is_held_against_plans";
    let rehearsal = rehearsal::plain().done();
    let place = Place::new("roster");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    let (store, log) = (rehearsal.in_store(""), place.name("auth.log"));
    place.append("auth.log", &login("member-1"));
    place.settings(sink.port, 8, "");
    let words = ["--console", &log, "--store", &store];
    refused(&place, &words, 1, "in office without a mailbox: member-9");
    place.settings(sink.port, 10, "");
    refused(&place, &words, 1, "with a mailbox and not in office: member-10");
    place.settings(sink.port, 9, "");
    let settings = fs::read_to_string(place.path("watch.toml")).expect("settings");
    fs::write(place.path("watch.toml"), settings.replace("rehearsal = true\n", "")).expect("settings");
    refused(
        &place,
        &words,
        1,
        "of store and settings one is a rehearsal's, and one is not",
    );
    place.settings(sink.port, 9, "");
    place.once(&words).expect(0);
    assert_eq!(sink.taken().len(), 9);
    let text = sink.taken()[0].text().to_owned();
    assert!(
        text.contains("planned:       NO: in no planned event and no maintenance window"),
        "{text}"
    );
    // The plan of an event, and a login in it.
    let plan = rehearsal::text(&rehearsal.dir.join("inbound/inputs/plan.toml"));
    let opens = fs::read_to_string(&plan).expect("a plan");
    let opens = opens
        .lines()
        .find_map(|line| line.strip_prefix("opens = \""))
        .expect("a time");
    let time = opens.trim_end_matches("Z\"").to_owned() + "+00:00";
    place.append(
        "auth.log",
        &login("member-1").replace("2026-11-24T10:00:00+00:00", &time),
    );
    place.once(&[&words[..], &["--plan", &plan]].concat()).expect(0);
    let text = sink.taken().last().expect("a message").text().to_owned();
    assert!(
        text.contains("planned:       in the planned event root-generation-1 (an hour"),
        "{text}"
    );
    // A production's settings and a rehearsal's plan.
    place.settings(sink.port, 1, "");
    let settings = fs::read_to_string(place.path("watch.toml")).expect("settings");
    fs::write(place.path("watch.toml"), settings.replace("rehearsal = true\n", "")).expect("settings");
    refused(
        &place,
        &["--console", &log, "--plan", &plan],
        1,
        "the bundle carries the rehearsal mark",
    );
}
