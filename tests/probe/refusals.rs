//! What a probe does not touch: clusters in use, files that are there, and what nobody asked for.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::process::Command;

use support::process::{ours, run};
use support::scratch::Scratch;

use super::play::Play;

#[test]
fn a_probe_is_never_dry() {
    let scratch = Scratch::new("probe-dry");
    let play = Play::new(&scratch.join("dry"));
    let out = play.out();
    let done = Command::new(ours("ceremony"))
        .args(["hsm", "probe", "--hsm-cli", "/nowhere/cloudhsm-cli", "--out"])
        .arg(&out)
        .env("DRY_RUN", "1")
        .output()
        .expect("runs");
    assert_eq!(done.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&done.stderr),
        "ceremony: error: the environment's DRY_RUN asks for a dry run, and a probe has none\n\
         ceremony: hint: unset DRY_RUN to probe a cluster that is thrown away; rehearse it with the stand-in\n"
    );
    assert!(!out.exists());
}

#[test]
fn a_missing_program_is_another_parts_failure() {
    let scratch = Scratch::new("probe-missing");
    let out = scratch.join("answers.toml");
    let words = ["hsm", "probe", "--hsm-cli", "/nowhere/cloudhsm-cli", "--out"].map(OsStr::new);
    let outcome = run(ours("ceremony"), words.into_iter().chain([out.as_os_str()]), "").expect(4);
    assert!(outcome.err.contains("cannot start /nowhere/cloudhsm-cli"), "{outcome}");
    assert!(outcome.err.contains("hint: check --hsm-cli"), "{outcome}");
}

#[test]
fn refuses_a_cluster_that_has_another_user() {
    let scratch = Scratch::new("probe-stranger");
    let play = Play::new(&scratch.join("stranger"));
    play.activate_with_user("somebody");
    let outcome = play.probe(&[]).expect(1);
    assert!(
        outcome
            .err
            .contains("the cluster has a user somebody, so it is no new one"),
        "{outcome}"
    );
    assert!(!outcome.out.contains("throw away\"]"), "nobody is asked: {outcome}");
    assert!(!play.out().exists(), "no file is begun");
    assert_eq!(play.users(), ["admin", "app_user", "somebody"], "nothing was touched");
}

#[test]
fn refuses_without_the_words() {
    let scratch = Scratch::new("probe-words");
    let mut play = Play::new(&scratch.join("words"));
    play.words = "yes".into();
    let outcome = play.probe(&[]).expect(1);
    assert!(
        outcome
            .err
            .contains("error: nobody typed 'throw away', so nothing was touched\n"),
        "{outcome}"
    );
    let hint = "hint: type throw away, in these two words, if nothing on this cluster is needed any more\n";
    assert!(outcome.err.contains(hint), "{outcome}");
    assert!(!play.out().exists(), "no file is begun");
    assert_eq!(play.users(), ["admin", "app_user"]);
}

#[test]
fn a_password_that_would_need_quoting_is_not_put_into_a_line() {
    let scratch = Scratch::new("probe-quoting");
    let mut play = Play::new(&scratch.join("quoting"));
    play.switch("password-prompt", "tty");
    play.password = "first admin's".into();
    let outcome = play.probe(&["--only", "empty-id"]).expect(2);
    assert!(
        outcome.err.contains("the password would need quoting there"),
        "{outcome}"
    );
    assert_eq!(play.users(), ["admin", "app_user"]);
}

#[test]
fn a_wrong_password_is_tried_once() {
    let scratch = Scratch::new("probe-wrong");
    let mut play = Play::new(&scratch.join("wrong"));
    play.activate();
    play.password = "another_password".into();
    let outcome = play.probe(&["--only", "empty-id"]).expect(1);
    assert!(
        outcome
            .err
            .contains("Login failed: incorrect username, role or password"),
        "{outcome}"
    );
    assert_eq!(outcome.answers(), BTreeMap::new());
    play.password = "first_admins_password".into();
    fs::remove_file(play.out()).expect("the file of the first probe");
    let outcome = play.probe(&["--only", "empty-id"]).expect(0);
    assert_eq!(outcome.answers()["empty-id"], "prefix");
}

#[test]
fn nothing_is_overwritten() {
    let scratch = Scratch::new("probe-twice");
    let play = Play::new(&scratch.join("twice"));
    fs::write(play.out(), "mine").expect("writes");
    let outcome = play.probe(&[]).expect(2);
    assert!(outcome.err.contains("is there already"), "{outcome}");
    assert_eq!(fs::read_to_string(play.out()).expect("reads"), "mine");
}

#[test]
fn a_question_that_does_not_exist_is_wrong_usage() {
    let scratch = Scratch::new("probe-usage");
    let play = Play::new(&scratch.join("usage"));
    let outcome = play.probe(&["--only", "colour"]).expect(2);
    assert!(outcome.err.contains("there is no question 'colour'"), "{outcome}");
    assert!(outcome.err.contains("failure-consumes-token"), "{outcome}");
}

#[test]
fn the_clock_of_a_probe_is_the_systems() {
    let scratch = Scratch::new("probe-clock");
    let play = Play::new(&scratch.join("clock"));
    let outcome = play.probe(&["--now", "2026-11-22T10:00:00Z"]).expect(2);
    assert!(outcome.err.contains("--now is for rehearsals"), "{outcome}");
    assert_eq!(play.users(), ["admin", "app_user"], "nothing was touched");
}
