//! What the documents leave open, answered the other way, and answers that there are not.

use support::event::Event;

use crate::unprepared;

/// Whatever the documents leave open, the cluster ends up the same. Where the CLI's ways need another habit, a probe has
/// said so.
#[test]
fn every_open_question_may_be_answered_either_way() {
    let questions = std::sync::Mutex::new(OPEN.to_vec());
    let work = || {
        while let Some((question, answer)) = questions.lock().expect("a list").pop() {
            let event = unprepared();
            event.standin(&["init", "--nodes", "2"]);
            event.standin(&["switch", &format!("{question}={answer}")]);
            event.write("answers.toml", format!("[answers]\n{question} = \"{answer}\"\n"));
            let mut engine = event.initialise(&["--hsm-answers", "answers.toml"]);
            engine.play_to_the_end();
            let done = engine.end();
            assert_eq!(done.code, Some(0), "{question}={answer}: {}", done.err);
            assert!(
                done.out.contains("9 admins with MFA"),
                "{question}={answer}: {}",
                done.out
            );
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
}

/// What was mistyped would be taken for silence, and the documents' answer assumed.
#[test]
fn a_question_or_answer_that_there_is_not_is_refused_with_those_that_there_are() {
    let event = Event::planned();
    let with = |line: &str| {
        event.write("answers.toml", format!("version = 1\n[answers]\n{line}\n"));
        event.check(&["--without-keys", "--hsm-answers", "answers.toml"], "")
    };
    with("use-voids-other-tokens = \"maybe\"").refuses(
        3,
        "hsm-answers: 'maybe' is no answer to use-voids-other-tokens",
        Some("its answers are: no, yes"),
    );
    let done = with("pasword-prompt = \"tty\"");
    assert_eq!(
        (done.code, done.error()),
        (Some(3), "hsm-answers: there is no question 'pasword-prompt'")
    );
    let hint = done.hint().expect("a hint");
    assert!(
        hint.starts_with("the questions are: failure-consumes-token, "),
        "{hint}"
    );
    assert!(hint.contains(", password-prompt, "), "{hint}");
    let _ = with("use-voids-other-tokens = \"yes\"").good();
}

/// Those questions that the ceremony's commands touch, with the answer that is not assumed.
const OPEN: [(&str, &str); 25] = [
    ("admin-token-scope", "per-cluster"),
    ("use-voids-other-tokens", "yes"),
    ("token-life", "from-approval"),
    ("second-admin-token", "replaces"),
    ("reconnection", "ends-tokens"),
    ("reconnection", "keeps-tokens"),
    ("duplicate-approver", "twice"),
    ("duplicate-approver", "refused"),
    ("surplus-approvals", "accepted"),
    ("approval-role", "required"),
    ("approval-role", "refused"),
    ("registration-token", "any-session"),
    ("registration-file", "with-template"),
    ("own-account-quorum", "counted"),
    ("quorum-value-order", "enforced"),
    ("mfa-keeps-login", "no"),
    ("mfa-password", "not-asked"),
    ("token-path-field", "path"),
    ("token-list-numbers", "wrapped"),
    ("prompt-text", "user-at-cluster"),
    ("undocumented-texts", "others"),
    ("password-prompt", "tty"),
    ("answer-stream", "stderr"),
    ("plain-text-stream", "stderr"),
    ("refusal-exit-code", "zero"),
];
