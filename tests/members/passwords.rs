//! An admin who types a wrong password: asked again, and not until the account is locked.

use record::screen::Shown;
use support::event::{Engine, Event};

use crate::change::planned;
use crate::room::{answer, otherwise, play, record, users};

/// Plays until an admin's password is asked for; the prompt, and what was said since.
fn asked(engine: &mut Engine<'_>) -> String {
    while let Some(shown) = engine.next_shown() {
        match &shown {
            Shown::Asking { prompt } if prompt.contains("if another member logs in") => return prompt.clone(),
            shown => answer(engine, shown),
        }
    }
    panic!("no admin was asked");
}

fn prompt(number: u8, refused: &str) -> String {
    format!(
        "Password of the admin admin_member_{number}, entered by member-{number}{refused}; leave it empty if another member \
         logs in"
    )
}

#[test]
fn an_admin_is_asked_again_and_then_another_one_before_the_account_is_locked() {
    let event = planned();
    let mut engine = event.run();
    assert_eq!(asked(&mut engine), prompt(1, ""));
    let refused = "the HSM refused in unknown words: Login failed: incorrect username, role or password";
    for left in [4, 3, 2] {
        engine.type_line("not-this-password");
        assert_eq!(asked(&mut engine), prompt(1, " (the last one was refused)"));
        let warning = format!(
            "{refused}. If the password was wrong: at most {left} more wrong ones in a row lock admin_member_1, fewer if \
             there were any before this event; a locked account is refused with the right one too."
        );
        assert!(engine.said(&warning), "{:#?}", engine.shown);
    }
    engine.type_line("not-this-password");
    assert_eq!(asked(&mut engine), prompt(2, ""));
    assert!(engine.said(
        "One more wrong password locks admin_member_1 on each HSM, if it is not locked by now: another member logs in."
    ));
    engine.type_line("admin-password-1");
    play(&mut engine);
    let _ = engine.end().good();
    assert!(engine_logged_in(&event, "admin_member_2"));
    let record = record(&event);
    assert!(otherwise(&record).is_empty(), "{:?}", record.exceptions);
    // Nobody is locked, whose next try is theirs.
    assert!(users(&event).contains(&"admin_member_1 approves".to_owned()));
    event.replays();
}

/// An empty line leaves no entry; a replay knows of it by the login that comes next.
#[test]
fn an_admin_leaves_the_line_empty_and_another_one_logs_in() {
    let event = planned();
    let mut engine = event.run();
    assert_eq!(asked(&mut engine), prompt(1, ""));
    engine.type_line("not-this-password");
    assert_eq!(asked(&mut engine), prompt(1, " (the last one was refused)"));
    engine.type_line("");
    assert_eq!(asked(&mut engine), prompt(2, ""));
    engine.type_line("");
    assert_eq!(asked(&mut engine), prompt(3, ""));
    engine.type_line("admin-password-1");
    play(&mut engine);
    let _ = engine.end().good();
    assert!(!engine_logged_in(&event, "admin_member_2") && engine_logged_in(&event, "admin_member_3"));
    event.replays();
}

fn engine_logged_in(event: &Event, user: &str) -> bool {
    let login = format!("login --username {user} ");
    event.journalled(|what| matches!(what, record::journal::What::Intent { command } if command.starts_with(&login)))
}
