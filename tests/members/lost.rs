//! Stops and lost answers at each command: what was done is adopted, what was not is given again, and the record says so.

use record::journal::What;
use record::screen::Shown;
use support::event::Event;

use crate::change::planned;
use crate::room::{answer, countersigned, held, key, play, record, users};

/// Each command of the event, as the stand-in names it, and which of its kind.
const COMMANDS: [(&str, &str); 10] = [
    ("user create", "1"),
    ("user change-mfa token-sign", "1"),
    ("user create", "2"),
    ("user change-quorum token-sign register", "1"),
    ("key share", "1"),
    ("key share", "2"),
    ("key unshare", "1"),
    ("key unshare", "2"),
    ("user delete", "1"),
    ("user delete", "2"),
];

#[test]
fn an_answer_that_is_lost_is_looked_up_and_adopted() {
    for (command, nth) in COMMANDS {
        went_on_after(
            command,
            nth,
            "die-after",
            "no answer came to a command; the HSM's state shows that it was carried out",
        );
    }
}

#[test]
fn a_command_that_had_no_effect_is_given_again_by_decision() {
    for (command, nth) in COMMANDS {
        went_on_after(command, nth, "disconnect", "decided to give it again");
    }
}

/// One password looks like another: what became of the command is not to be seen, and people decide. The owner then has
/// the one that was typed last.
#[test]
fn a_lost_answer_about_the_owners_password_is_decided_on() {
    for deed in ["die-after", "disconnect", "says-no"] {
        went_on_after("user change-password", "1", deed, "decided to give it again");
    }
}

/// Words that nobody knows prove nothing, whatever the HSM did.
#[test]
fn an_answer_in_unknown_words_is_not_believed() {
    for (command, nth) in [COMMANDS[0], COMMANDS[4], COMMANDS[8]] {
        went_on_after(command, nth, "says-no", "the HSM's state shows that it was carried out");
    }
}

fn went_on_after(command: &str, nth: &str, deed: &str, says: &str) {
    let event = planned();
    event.standin(&["fault", "--command", command, "--nth", nth, "--do", deed]);
    let mut engine = event.run();
    play(&mut engine);
    let stopped = engine.end();
    assert_eq!(stopped.code, Some(4), "{command} {nth} {deed}: {}", stopped.err);
    finish(&event, &format!("{command} {nth} {deed}"));
    let exceptions = record(&event).exceptions;
    let said = exceptions.iter().any(|exception| exception.what.contains(says));
    assert!(said, "{command} {nth} {deed}: {exceptions:#?}");
}

/// Resumes as often as it takes, and finds the cluster as the next roster has it.
pub fn finish(event: &Event, what: &str) {
    for _ in 0..4 {
        let mut engine = event.resume();
        play(&mut engine);
        let ended = engine.end();
        if ended.code == Some(0) {
            as_it_must_be(event, what);
            return;
        }
        assert_eq!(ended.code, Some(4), "{what}: {}", ended.err);
    }
    panic!("{what}: the event does not end");
}

pub fn as_it_must_be(event: &Event, what: &str) {
    let record = record(event);
    for name in ["root-1", "bors-1"] {
        let shared = key(&record, name).shared;
        assert!(
            shared.contains(&"member_10".to_owned()) && !shared.contains(&"member_9".to_owned()),
            "{what}"
        );
    }
    let found = users(event);
    assert!(found.contains(&"member_10 approves".to_owned()), "{what}: {found:?}");
    assert!(!found.iter().any(|user| user.contains("member_9")), "{what}: {found:?}");
    countersigned(event, "member-1");
}

/// SIGKILL after each entry of the journal that stands for a command.
#[test]
fn a_power_cut_around_any_command_loses_nothing() {
    let whole = planned();
    let _ = held(whole.run());
    let is_ours = |what: &What| {
        matches!(
            what,
            What::Spending { .. } | What::Done { .. } | What::Users { .. } | What::Asked { .. } | What::Key { .. }
        )
    };
    let count = whole.journal().iter().filter(|entry| is_ours(&entry.what)).count();
    // A sample of them: every fifth.
    for stop in (1..count).step_by(5) {
        let event = planned();
        let mut engine = event.run();
        let seen = |event: &Event| event.has("bastion/journal") && event.journal_count(is_ours) >= stop;
        while let Some(shown) = engine.next_shown() {
            if seen(&event) {
                break;
            }
            answer(&mut engine, &shown);
        }
        engine.kill();
        finish(&event, &format!("stopped after {stop} of {count}"));
    }
}

#[test]
fn what_people_decide_is_asked_in_these_words() {
    let event = planned();
    event.standin(&["fault", "--command", "user delete", "--nth", "1", "--do", "disconnect"]);
    let mut engine = event.run();
    play(&mut engine);
    let _ = engine.end();
    let mut engine = event.resume();
    let mut asked = None;
    while let Some(shown) = engine.next_shown() {
        if let Shown::Deciding { question, answers } = &shown
            && answers[0] == crate::room::GIVE_AGAIN
        {
            asked = Some(question.clone());
            engine.type_line("stop");
            break;
        }
        answer(&mut engine, &shown);
    }
    let wanted = "A command was begun, and no good answer came: `user delete --username member_9 --role crypto-user`. The \
                  HSM's state shows that it was not carried out. It can be given again, with new approvals; the record \
                  will say so.";
    assert_eq!(asked.as_deref(), Some(wanted));
    let stopped = engine.end();
    stopped.refuses(
        1,
        "`user delete --username member_9 --role crypto-user` was begun, no good answer came, and nobody has decided",
        Some("`ceremony resume` asks; the members decide, and the record says so"),
    );
}
