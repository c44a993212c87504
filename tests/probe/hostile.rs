//! A program that is no CLI, an HSM that lies about itself, and what earlier probes left.

use std::fs;
use std::process::Command;

use support::process::ours;
use support::scratch::Scratch;

use super::play::Play;

#[test]
fn a_program_that_is_no_cli_ends_the_probe_in_time_and_in_words() {
    let scratch = Scratch::new("probe-hostile");
    let nodes = r#"printf '{"error_code": 0, "data": {"hsms": [{"serial-number": "a"}]}}\n'"#;
    let cases = [
        ("silent", 1, "sleep 30".to_owned(), "no answer"),
        ("ends", PATIENT, "exit 3".to_owned(), "the process ended with 3"),
        (
            "garbage",
            PATIENT,
            "yes".to_owned(),
            "the CLI said more than a mebibyte",
        ),
        (
            "endless",
            PATIENT,
            "yes '{\"a\":' | tr -d '\\n'".to_owned(),
            "the CLI said more than a mebibyte",
        ),
        (
            "array",
            PATIENT,
            "read line; echo '{\"data\": []}'; sleep 30".to_owned(),
            "this is no answer",
        ),
        (
            "complains",
            PATIENT,
            "echo 'Error: \"HSM is disconnected\"'; sleep 30".to_owned(),
            "plain text on stdout",
        ),
        (
            "half",
            3,
            format!("read line; {nodes}; sleep 30"),
            "user list -> no answer",
        ),
    ];
    for (name, patience, script, words) in cases {
        let play = Play::new(&scratch.join(name));
        // The question for the version is not the one that is played with.
        let outcome = play
            .probe_program(patience, &format!("[ \"$1\" = --version ] && exit 0\n{script}"))
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
        PATIENT,
        r#"read line; printf '{"error_code": 0, "data": {"hsms": [{"serial-number": "\\u001b[2J\\u202e"}]}}\n'
read line; printf '{"error_code": 0, "data": {"users": [{"username": "\\u001b]0;x", "role": "admin"}]}}\n'; sleep 30"#,
    );
    assert_eq!(outcome.code, 1, "{outcome}");
    assert!(outcome.out.contains("u{1b}[2J"), "{outcome}");
    assert!(outcome.err.contains("the cluster has a user \\u{1b}]0;x"), "{outcome}");
    let all = format!("{}{}", outcome.out, outcome.err);
    assert!(!all.contains('\u{1b}') && !all.contains('\u{202e}'), "{outcome}");
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
fn a_link_in_the_place_of_the_file_in_the_making_is_not_followed() {
    let scratch = Scratch::new("probe-link");
    let play = Play::new(&scratch.join("link"));
    let (victim, out) = (scratch.join("victim"), play.out());
    fs::write(&victim, "the victim's").expect("a victim");
    std::os::unix::fs::symlink(&victim, out.with_extension("toml.part")).expect("a link");
    let outcome = play.probe(&["--only", "empty-id"]).expect(0);
    assert_eq!(outcome.answers()["empty-id"], "prefix");
    assert_eq!(fs::read_to_string(&victim).expect("reads"), "the victim's");
    assert!(out.symlink_metadata().expect("it is there").is_file(), "it is no link");
}

/// Seconds that are enough for what answers, on a busy machine too; only what stays silent is waited for.
const PATIENT: u32 = 20;
