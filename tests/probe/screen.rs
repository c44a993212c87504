//! What people see of a probe: a table, prompts, no secret, and the page that cites it.

use std::fs;

use support::process::workspace;
use support::scratch::Scratch;

use super::play::Play;
use super::questions::{Question, questions};

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
