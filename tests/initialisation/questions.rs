//! What the documents leave open, answered the other way.

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
