//! Every text of the contract's section 1 has its own error, and any other text is kept.

use hsm::{Error, Hsm, Reply, answer_error, plain_error};

use crate::common::{Bench, answers, refusal, reply};

#[test]
fn every_known_text_has_its_error() {
    let rows = answers("refusals.txt");
    let rows: Vec<_> = rows.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(rows.len(), 12);
    for row in rows {
        let (expected, text) = row.split_once('\t').unwrap();
        let error = answer_error(text);
        assert!(format!("{error:?}").starts_with(expected), "{text}: {error:?}");
        assert!(!error.outcome_unknown(), "{text}: the HSM said no");
    }
}

#[test]
fn an_unknown_text_is_kept_on_one_plain_line() {
    let error = answer_error("User is\u{1b}[31m locked\nfor\u{202e} now");
    assert_eq!(
        error,
        Error::Unknown {
            text: "User is [31m locked for  now".into()
        }
    );
    assert_eq!(
        error.to_string(),
        "the HSM refused in unknown words: User is [31m locked for  now"
    );
    assert!(answer_error(&"é".repeat(5000)).to_string().chars().count() < 1100);
}

#[test]
fn refusals_that_come_of_an_open_question_lead_to_its_answer() {
    let hint = |text: &str| answer_error(text).hint().unwrap_or_default();
    let taken_for_a_command = hint("error: unrecognized subcommand [secret]");
    assert!(
        taken_for_a_command.contains("--hsm-answers") && taken_for_a_command.contains("password-prompt = \"tty\""),
        "{taken_for_a_command}"
    );
    assert!(!taken_for_a_command.contains("wrong password"), "{taken_for_a_command}");
    let approval = Error::ApprovalRefused.hint().unwrap_or_default();
    assert!(approval.starts_with("each approval counts once"), "{approval}");
    assert!(
        ["--hsm-answers", "`ceremony hsm probe`", "approval-role"]
            .iter()
            .all(|word| approval.contains(word)),
        "{approval}"
    );
}

#[test]
fn a_known_defect_of_the_cli_has_its_own_hint() {
    let error = answer_error("Failed to sign: Invalid Mechanism");
    assert!(matches!(error, Error::Unknown { .. }));
    assert!(error.hint().unwrap().contains("from 5.16 on"));
    assert!(answer_error("anything").hint().unwrap().contains("wrong password"));
}

#[test]
fn texts_that_only_resemble_are_unknown() {
    for text in [
        "quorum failed",
        "Quorum Failed again",
        "Too few quorum approvals: currently many approvals, but 2 approvals required",
        "Key selection criteria matched 0 keys. Refine",
        "Key selection criteria matched -3 keys.",
        "Attribute extractable cannot be set",
        "",
    ] {
        assert_eq!(answer_error(text), Error::Unknown { text: text.into() });
    }
}

#[test]
fn a_plain_disconnection_leaves_the_outcome_open_and_says_what_to_do() {
    let error = plain_error("user list", "Error: \"HSM is disconnected\"");
    assert_eq!(
        error.to_string(),
        "the HSM is disconnected, at `user list`: Error: \"HSM is disconnected\""
    );
    assert_eq!(error.hint(), Some("log in again; all tokens of the old login are gone"));
    assert!(error.outcome_unknown());
}

#[test]
fn a_prompt_that_wants_a_terminal_is_explained() {
    let error = plain_error("login", "Error: No such device or address (os error 6)");
    assert!(error.hint().unwrap().contains("--hsm-answers"));
    assert_eq!(plain_error("login", "Error: out of luck").hint(), None);
}

#[test]
fn error_code_decides_whatever_the_data_looks_like() {
    let answer = |text: &str| {
        Ok(Reply {
            text: text.into(),
            files: vec![],
        })
    };
    let mut bench = Bench::new([
        answer(r#"{"error_code": 1, "data": {"users": []}}"#),
        answer(r#"{"error_code": 0, "data": "Quorum Failed"}"#),
        answer(r#"{"data": {"users": []}}"#),
        answer(r#"{"error_code": 7, "data": "Quorum Failed"}"#),
    ]);
    assert_eq!(
        bench.hsm.users().unwrap_err(),
        Error::Unknown {
            text: r#"{"users":[]}"#.into()
        }
    );
    assert!(matches!(bench.hsm.users().unwrap_err(), Error::Malformed { .. }));
    let missing = bench.hsm.users().unwrap_err().to_string();
    assert!(
        missing.starts_with("the answer to `user list` is malformed: missing field `error_code`"),
        "{missing}"
    );
    assert_eq!(bench.hsm.users().unwrap_err(), Error::QuorumFailed);
}

#[test]
fn deeply_nested_answers_are_refused_not_overflowed() {
    let deep = format!(
        r#"{{"error_code":0,"data":{}1{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let mut bench = Bench::new([Ok(Reply {
        text: deep,
        files: vec![],
    })]);
    assert!(
        bench
            .hsm
            .users()
            .unwrap_err()
            .to_string()
            .contains("recursion limit exceeded")
    );
}

#[test]
fn a_refused_command_is_recorded_before_it_is_judged() {
    let mut bench = Bench::new([refusal("Quorum Failed"), reply("user-list.json")]);
    bench.hsm.quorum_values().unwrap_err();
    bench.hsm.users().unwrap();
    let notes = bench.notes.borrow();
    assert_eq!(notes.lines[0], "before quorum token-sign list-quorum-values");
    assert_eq!(
        notes.lines[1],
        r#"after quorum token-sign list-quorum-values: {"error_code": 1, "data": "Quorum Failed"}"#
    );
}
