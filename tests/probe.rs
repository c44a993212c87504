//! The probe finds out what the stand-in's switches say, whichever way they are turned, and refuses what it must.

#[path = "probe/hostile.rs"]
mod hostile;
#[path = "probe/play.rs"]
mod play;
#[path = "questions.rs"]
mod questions;
#[path = "probe/refusals.rs"]
mod refusals;
#[path = "probe/screen.rs"]
mod screen;
#[path = "softhsm.rs"]
mod softhsm;
#[path = "probe/unanswered.rs"]
mod unanswered;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use hsm::{Habits, Logout, MfaOff, Passwords};
use play::Play;
use questions::questions;
use support::scratch::Scratch;

#[test]
fn every_answer_of_every_question_is_found_out() {
    let scratch = Scratch::new("probe-answers");
    let cases: Vec<(String, String)> = questions()
        .into_iter()
        .filter(|question| question.name != IN_A_TOKEN)
        .flat_map(|question| {
            question
                .values
                .into_iter()
                .map(move |value| (question.name.clone(), value))
        })
        .collect();
    assert!(cases.len() > 60, "there are {} cases", cases.len());
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((name, value)) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let play = Play::new(&scratch.join(format!("{name}-{value}")));
                    play.switch(name, value);
                    let outcome = play.probe(&["--only", name]);
                    let found = outcome.answers().get(name).cloned();
                    if found.as_ref() != Some(value) || outcome.code != 0 {
                        wrong
                            .lock()
                            .expect("no panic before")
                            .push(format!("{name}={value}: {found:?}\n{outcome}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic before");
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_audit_log_is_read_in_the_newer_layout_too() {
    let scratch = Scratch::new("probe-audit");
    for value in ["silent", "token-opcodes"] {
        let mut play = Play::new(&scratch.join(value));
        play.layout = "new";
        play.switch("key-token-audit", value);
        let outcome = play.probe(&["--only", "key-token-audit"]).expect(0);
        assert_eq!(outcome.answers()["key-token-audit"], value, "{outcome}");
    }
}

#[test]
fn what_pkcs11_shows_is_found_out_through_the_module() {
    let Some(module) = softhsm::module("what_pkcs11_shows_is_found_out_through_the_module") else {
        return;
    };
    let scratch = Scratch::new("probe-module");
    for value in ["visible", "hidden"] {
        let play = Play::in_a_token(&scratch.join(value), &module);
        play.switch(IN_A_TOKEN, value);
        let outcome = play.probe(&["--only", IN_A_TOKEN]).expect(0);
        assert_eq!(
            outcome.answers().get(IN_A_TOKEN).map(String::as_str),
            Some(value),
            "{outcome}"
        );
        assert!(!outcome.to_string().contains("12345678"), "the PIN is shown");
    }
}

#[test]
fn one_run_answers_all_questions_and_leaves_no_key_and_no_user() {
    let scratch = Scratch::new("probe-all");
    let play = Play::new(&scratch.join("all"));
    let outcome = play.probe(&[]).expect(0);
    let assumed: BTreeMap<String, String> = questions()
        .into_iter()
        .filter(|question| question.name != IN_A_TOKEN)
        .map(|question| (question.name, question.values[0].clone()))
        .collect();
    assert_eq!(outcome.answers(), assumed);
    let file = outcome.file();
    assert_eq!(file["unanswered"].as_table().expect("a table").len(), 1, "{file:?}");
    for name in assumed.keys() {
        let evidence = file["evidence"][name].as_array().expect("evidence");
        assert!(!evidence.is_empty(), "{name} has no evidence");
    }
    assert_eq!(file["version"].as_integer(), Some(1));
    assert_eq!(file["stand-in"].as_bool(), Some(true));
    assert_eq!(file["hsm"].as_array().expect("HSMs").len(), 3);
    let users = play.users();
    // The stand-in takes no quorum value of 1, so the two who approve cannot go.
    assert_eq!(users, ["admin", "app_user", "probe_admin_1", "probe_admin_2"]);
    let left = format!("{:?}", file["left-on-the-cluster"]);
    assert!(left.contains("the quorum value 2 of user"), "{left}");
    assert!(!left.contains("did not come to cleaning up"), "{left}");
}

/// Answers that hang on one another must not lead astray: what cannot be told is unanswered.
#[test]
fn with_every_switch_turned_at_once_no_answer_is_wrong() {
    let scratch = Scratch::new("probe-turned");
    let play = Play::new(&scratch.join("turned"));
    let mut turned = BTreeMap::new();
    for question in questions() {
        // Without signatures hardly anything can be told.
        if question.name != "ecdsa-sign" {
            let value = question.values.last().expect("a value").clone();
            play.switch(&question.name, &value);
            turned.insert(question.name, value);
        }
    }
    let outcome = play.probe(&[]).expect(0);
    let habits = Habits::from_answers(&outcome.answers());
    assert_eq!(habits.passwords, Passwords::Line);
    assert_eq!(habits.logout, Logout::AfterEachUse);
    assert_eq!(habits.mfa_off, MfaOff::Disable);
    assert!(!habits.approval_role, "approvals do not name the role");
    turned.insert("ecdsa-sign".to_owned(), "works".to_owned());
    turned.remove(IN_A_TOKEN);
    // Every token that is shown in vain is spent, so none can be shown twice.
    turned.remove("token-life");
    assert_eq!(outcome.answers(), turned, "{outcome}");
}

/// A prompt on the terminal is not seen, and must not be taken for none.
#[test]
fn whether_mfa_asks_for_a_password_is_found_out_where_prompts_read_the_terminal() {
    let scratch = Scratch::new("probe-mfa");
    for value in ["asked", "not-asked"] {
        let play = Play::new(&scratch.join(value));
        play.switch("password-prompt", "tty");
        play.switch("mfa-password", value);
        let outcome = play.probe(&["--only", "mfa-password"]).expect(0);
        assert_eq!(outcome.answers()["mfa-password"], value, "{outcome}");
    }
}

#[test]
fn an_activated_cluster_is_probed_with_the_admins_password() {
    let scratch = Scratch::new("probe-activated");
    let play = Play::new(&scratch.join("activated"));
    play.activate();
    let outcome = play.probe(&["--only", "empty-id"]).expect(0);
    assert_eq!(outcome.file()["activated-by-the-probe"].as_bool(), Some(false));
    assert_eq!(outcome.answers()["empty-id"], "prefix");
    assert_eq!(play.users(), ["admin", "app_user"], "what was made is gone");
}

/// Needs keys in a PKCS#11 token and a module that shows them.
const IN_A_TOKEN: &str = "pkcs11-view";
const WORKERS: usize = 3;
