//! New passwords: what cannot be used is asked for anew, while the cluster is as it was.

use record::journal::What;
use record::screen::Shown;
use support::event::{Engine, Event};

use crate::{journal, unprepared};

#[test]
fn a_password_that_answers_hold_anyway_is_asked_for_anew() {
    let event = unprepared();
    let mut engine = event.initialise(&[]);
    let why = "the password cannot be used: the HSM's answers hold it too, as a number, a name or a word of theirs";
    for password in ["root_owner", "member_1", "admin_member_9", "00000000", "error_code"] {
        another_is_needed(&event, &mut engine, password, why);
    }
    let why = "the password cannot be used: a new password has 8 to 32 characters";
    another_is_needed(&event, &mut engine, "short", why);
    engine.play_to_the_end();
    let _ = engine.end().good();
}

#[test]
fn a_password_that_the_line_cannot_take_is_asked_for_anew() {
    let event = unprepared();
    event.standin(&["init", "--nodes", "2"]);
    event.standin(&["switch", "password-prompt=tty"]);
    event.write("answers.toml", "[answers]\npassword-prompt = \"tty\"\n");
    let mut engine = event.initialise(&["--hsm-answers", "answers.toml"]);
    let why = "letters, digits and . _ - = + / : only";
    for password in ["correct horse battery", "-correct-horse"] {
        another_is_needed(&event, &mut engine, password, why);
    }
    engine.play_to_the_end();
    let _ = engine.end().good();
}

/// Types it where the owner's password is asked for.
fn another_is_needed(event: &Event, engine: &mut Engine<'_>, password: &str, why: &str) {
    engine.play_until(|shown| matches!(shown, Shown::Asking { prompt } if prompt.contains("key owner")));
    engine.type_line(password);
    let said = |shown: &Shown| matches!(shown, Shown::Said { text } if text.starts_with("Choose another one"));
    let Shown::Said { text } = engine.play_until(said) else {
        unreachable!("looked at above")
    };
    assert!(text.contains(why) && !text.contains(password), "{text}");
    let changes = |what: &What| matches!(what, What::Intent { command } if !command.starts_with("cluster hsm-info") && command != "user list");
    assert!(
        !journal(event).iter().any(|entry| changes(&entry.what)),
        "{password}: it has begun"
    );
}
