//! The probe finds out what the stand-in's switches say, whichever way they are turned, and refuses what it must.

#[path = "probe/play.rs"]
mod play;
#[path = "questions.rs"]
mod questions;
#[path = "softhsm.rs"]
mod softhsm;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use hsm::{Habits, Logout, MfaOff, Passwords};
use play::Play;
use questions::{Question, questions};
use support::process::{ours, run, workspace};
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

#[test]
fn no_line_of_the_table_is_wider_than_a_terminal() {
    let scratch = Scratch::new("probe-table");
    let play = Play::new(&scratch.join("table"));
    play.switch("ec-point", "der");
    let outcome = play.probe_as_people_see_it(&["--only", "ec-point,empty-id,pkcs11-view"]);
    assert!(
        outcome.contains("  ec-point                   der                  bare: differs\n"),
        "{outcome}"
    );
    assert!(
        outcome.contains("  empty-id                   prefix               the same\n"),
        "{outcome}"
    );
    assert!(
        outcome.contains("  pkcs11-view                unanswered           visible\n"),
        "{outcome}"
    );
    let table = outcome.split("2 of 3 questions answered:").nth(1).expect("the table");
    for line in table.lines().filter(|line| !line.contains("wrote ")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
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
fn passwords_are_in_no_file_and_on_no_screen() {
    let scratch = Scratch::new("probe-secrets");
    for value in ["stdin", "tty"] {
        let play = Play::new(&scratch.join(value));
        play.switch("password-prompt", value);
        let outcome = play
            .probe(&[
                "--only",
                "password-prompt,own-account-quorum,undocumented-texts,mfa-password",
            ])
            .expect(0);
        let evidence = format!("{:?}", outcome.file()["evidence"]);
        assert!(evidence.contains("[secret]"), "{evidence}");
        let all = format!("{}{outcome}", outcome.text());
        assert!(!all.contains(&play.password), "the admin's password is shown");
        assert!(
            !all.contains("--password ") || all.contains("--password [secret]"),
            "{all}"
        );
        assert!(!all.replace("--password [secret]", "").contains("--password "), "{all}");
        assert!(
            !all.replace("--change-password [secret]", "")
                .contains("--change-password "),
            "{all}"
        );
    }
}

/// A background process that reaches for the terminal is stopped; without that being seen, the probe would wait for ever.
#[test]
fn at_a_terminal_a_prompt_that_reads_it_is_seen_to_be_stopped() {
    let scratch = Scratch::new("probe-terminal");
    for value in ["stdin", "tty"] {
        let play = Play::new(&scratch.join(value));
        play.switch("password-prompt", value);
        let outcome = play
            .probe_at_a_terminal(&["--only", "password-prompt,empty-id"])
            .expect(0);
        assert_eq!(outcome.answers()["password-prompt"], value, "{outcome}");
        assert_eq!(outcome.answers()["empty-id"], "prefix", "{outcome}");
        let stopped = "the system stopped the process: it reached for the terminal";
        assert_eq!(outcome.text().contains(stopped), value == "tty", "{outcome}");
    }
}

#[test]
fn a_program_that_is_no_cli_ends_the_probe_in_time_and_in_words() {
    let scratch = Scratch::new("probe-hostile");
    let nodes = r#"printf '{"error_code": 0, "data": {"hsms": [{"serial-number": "a"}]}}\n'"#;
    let cases = [
        ("silent", "sleep 30".to_owned(), "no answer"),
        ("ends", "exit 3".to_owned(), "the process ended with 3"),
        ("garbage", "yes".to_owned(), "the CLI said more than a mebibyte"),
        (
            "endless",
            "yes '{\"a\":' | tr -d '\\n'".to_owned(),
            "the CLI said more than a mebibyte",
        ),
        (
            "array",
            "read line; echo '{\"data\": []}'; sleep 30".to_owned(),
            "this is no answer",
        ),
        (
            "complains",
            "echo 'Error: \"HSM is disconnected\"'; sleep 30".to_owned(),
            "plain text on stdout",
        ),
        (
            "half",
            format!("read line; {nodes}; sleep 30"),
            "user list -> no answer",
        ),
    ];
    for (name, script, words) in cases {
        let play = Play::new(&scratch.join(name));
        // The question for the version is not the one that is played with.
        let outcome = play
            .probe_program(&format!("[ \"$1\" = --version ] && exit 0\n{script}"))
            .expect(1);
        assert!(outcome.err.contains(words), "{name}: {outcome}");
        assert!(!play.out().exists(), "{name}: no file is begun");
    }
}

#[test]
fn what_an_hsm_says_of_itself_reaches_no_terminal_as_it_is() {
    let scratch = Scratch::new("probe-escapes");
    let play = Play::new(&scratch.join("escapes"));
    let outcome = play.probe_program(
        r#"read line; printf '{"error_code": 0, "data": {"hsms": [{"serial-number": "\\u001b[2J\\u202e"}]}}\n'
read line; printf '{"error_code": 0, "data": {"users": [{"username": "\\u001b]0;x", "role": "admin"}]}}\n'; sleep 30"#,
    );
    assert_eq!(outcome.code, 1, "{outcome}");
    assert!(outcome.out.contains("u{1b}[2J"), "{outcome}");
    assert!(outcome.err.contains("the cluster has a user \\u{1b}]0;x"), "{outcome}");
    let all = format!("{}{}", outcome.out, outcome.err);
    assert!(!all.contains('\u{1b}') && !all.contains('\u{202e}'), "{outcome}");
}

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

/// A probe that a signal ended cannot take its folder away; the next one does, and leaves those that are in use.
#[test]
fn a_probe_takes_away_the_folders_of_those_that_were_stopped() {
    let scratch = Scratch::new("probe-folders");
    let gone = scratch.join(format!("ceremony-probe-{}-00", u32::MAX));
    let used = scratch.join(format!("ceremony-probe-{}-00", std::process::id()));
    for folder in [&gone, &used] {
        fs::create_dir_all(folder.join("hsm-files")).expect("a folder");
    }
    let done = Command::new(ours("ceremony"))
        .args(["hsm", "probe", "--hsm-cli", "/nowhere/cloudhsm-cli", "--out"])
        .arg(scratch.join("answers.toml"))
        .env("TMPDIR", scratch.join(""))
        .output()
        .expect("runs");
    assert_eq!(done.status.code(), Some(4));
    assert_eq!((gone.exists(), used.exists()), (false, true));
    assert_eq!(fs::read_dir(scratch.join("")).expect("the folder").count(), 1);
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
            .contains("nobody typed 'throw away', so nothing was touched"),
        "{outcome}"
    );
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
fn an_activated_cluster_is_probed_with_the_admins_password() {
    let scratch = Scratch::new("probe-activated");
    let play = Play::new(&scratch.join("activated"));
    play.activate();
    let outcome = play.probe(&["--only", "empty-id"]).expect(0);
    assert_eq!(outcome.file()["activated-by-the-probe"].as_bool(), Some(false));
    assert_eq!(outcome.answers()["empty-id"], "prefix");
    assert_eq!(play.users(), ["admin", "app_user"], "what was made is gone");
}

#[test]
fn what_was_skipped_is_unanswered_and_nothing_is_guessed() {
    let scratch = Scratch::new("probe-skips");
    let mut play = Play::new(&scratch.join("skips"));
    play.skips = true;
    let names = "token-life,expired-token,node-change-voids-tokens,reconnection,plain-text-stream,key-token-audit";
    let outcome = play.probe(&["--only", names]).expect(0);
    assert_eq!(outcome.answers(), BTreeMap::new());
    let file = outcome.file();
    let why = |name: &str| file["unanswered"][name].as_str().expect("a reason").to_owned();
    assert_eq!(why("token-life"), "the operator did not let the time pass");
    assert_eq!(why("expired-token"), "the operator did not let the time pass");
    assert_eq!(why("node-change-voids-tokens"), "the operator changed no HSM");
    assert_eq!(why("reconnection"), "the operator did not cut the connection");
    assert_eq!(why("key-token-audit"), "the operator brought no audit log");
}

#[test]
fn a_deed_that_was_said_and_not_done_answers_nothing() {
    let scratch = Scratch::new("probe-lies");
    let mut play = Play::new(&scratch.join("lies"));
    play.lies = true;
    let names = "node-change-voids-tokens,reconnection,token-life,key-token-audit";
    let outcome = play.probe(&["--only", names]).expect(0);
    assert_eq!(outcome.answers(), BTreeMap::new());
    let file = outcome.file();
    let why = |name: &str| file["unanswered"][name].as_str().expect("a reason").to_owned();
    assert_eq!(why("node-change-voids-tokens"), "the HSMs are the same as before");
    assert_eq!(why("reconnection"), "the connection was not lost: the HSM answered");
    assert_eq!(why("token-life"), "a token that nobody had shown lived for 800 seconds");
    assert!(
        why("key-token-audit").contains("does not hold the user's login"),
        "{file:?}"
    );
}

#[test]
fn a_probe_that_stops_half_way_leaves_what_it_knows() {
    let scratch = Scratch::new("probe-stops");
    let mut play = Play::new(&scratch.join("stops"));
    play.leaves = true;
    let outcome = play
        .probe(&["--only", "empty-id,node-change-voids-tokens,expired-token"])
        .expect(1);
    assert!(
        outcome
            .err
            .contains("standard input ended where the operator was asked"),
        "{outcome}"
    );
    assert_eq!(
        outcome.answers(),
        BTreeMap::from([("empty-id".to_owned(), "prefix".to_owned())])
    );
    let why = &outcome.file()["unanswered"]["expired-token"];
    assert_eq!(why.as_str(), Some("the probe did not come to it"));
    assert_eq!(play.users(), ["admin", "app_user"], "what was made is gone");
}

#[test]
fn where_signing_does_not_work_what_needs_it_is_unanswered() {
    let scratch = Scratch::new("probe-mechanism");
    let play = Play::new(&scratch.join("mechanism"));
    play.switch("ecdsa-sign", "invalid-mechanism");
    let names = "duplicate-approver,non-shared-approvers,use-voids-other-tokens,digest-clears-token,approval-role,data-type-default";
    let outcome = play.probe(&["--only", names]).expect(0);
    assert_eq!(outcome.answers(), BTreeMap::new(), "{outcome}");
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

#[test]
fn the_page_lists_every_question_with_what_is_assumed() {
    let page = fs::read_to_string(workspace().join("docs/hsm.md")).expect("the page");
    let row = |question: &Question| {
        let others = question.values[1..]
            .iter()
            .map(|value| format!("`{value}`"))
            .collect::<Vec<_>>()
            .join(", ");
        format!(
            "| `{}` | {} | `{}` | {others} |",
            question.name,
            question.question.replace('<', "\\<"),
            question.values[0]
        )
    };
    let wanted: Vec<String> = questions().iter().map(row).collect();
    let found: Vec<&str> = page
        .split_once("## What is assumed")
        .expect("the section")
        .1
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(
        found,
        wanted,
        "docs/hsm.md and src/hsm/questions.toml differ; the rows are\n{}",
        wanted.join("\n")
    );
}

/// Needs keys in a PKCS#11 token and a module that shows them.
const IN_A_TOKEN: &str = "pkcs11-view";
const WORKERS: usize = 3;
