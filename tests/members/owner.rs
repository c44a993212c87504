//! The key owner's password, which every member knows: another one when one of them goes.

use record::screen::Shown;
use support::event::Event;

use crate::change::planned;
use crate::room::{answer, countersigned, given, otherwise, record};

const NEXT: &str = Event::OWNER_PASSWORDS[1];
const COMMAND: &str = "user change-password --username root_owner --role crypto-user";

#[test]
fn whoever_goes_cannot_log_in_as_the_owner_any_more() {
    let event = planned();
    let mut engine = event.run();
    while let Some(shown) = engine.next_shown() {
        answer(&mut engine, &shown);
    }
    let asked = |words: &str| {
        let is = |shown: &&Shown| matches!(shown, Shown::Asking { prompt } if prompt == words);
        engine.shown.iter().filter(is).count()
    };
    assert_eq!(asked("Next password of the key owner root_owner"), 1);
    assert_eq!(asked("Next password of the key owner root_owner, again"), 1);
    let _ = engine.end().good();
    let refused = event.owner_with(Event::OWNER_PASSWORD).err().expect("the old one");
    assert_eq!(refused["data"], "Login failed: incorrect username, role or password");
    assert!(event.owner_with(NEXT).is_ok());
    // Admins agreed to it, and it was the last command.
    assert!(given(&event).last().is_some_and(|last| last.starts_with(COMMAND)));
    let record = record(&event);
    assert!(otherwise(&record).is_empty(), "{:?}", record.exceptions);
    let step = |token: &&record::record::TokenUse| token.action.step == "owner-password";
    assert_eq!(record.tokens.iter().filter(step).count(), 1);
    for file in [
        "bastion/journal",
        "outbound/record.cbor",
        "outbound/results.cbor",
        "standard-error",
    ] {
        let bytes = event.read(file);
        for secret in [Event::OWNER_PASSWORD, NEXT] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} is in {file}");
        }
    }
    event.replays();
    countersigned(&event, "member-1");
}

#[test]
fn the_password_that_the_owner_has_is_no_next_one() {
    let event = planned();
    let mut engine = event.run();
    let next = |shown: &Shown| matches!(shown, Shown::Asking { prompt } if prompt.starts_with("Next password"));
    loop {
        match engine.next_shown().expect("it asks") {
            shown if next(&shown) => break,
            shown => answer(&mut engine, &shown),
        }
    }
    for (typed, why) in [
        (
            Event::OWNER_PASSWORD,
            "it is the one that the owner has, and that whoever goes knows",
        ),
        ("short", "a new password has 8 to 32 characters"),
    ] {
        engine.type_line(typed);
        while !next(&engine.next_shown().expect("it asks again")) {}
        let words = format!("Choose another one: the password cannot be used: {why}.");
        assert!(engine.said(&words), "{:#?}", engine.shown.last());
    }
    engine.type_line(NEXT);
    while !next(&engine.next_shown().expect("it asks again")) {}
    engine.type_line("another-one-than-that");
    while !next(&engine.next_shown().expect("it asks again")) {}
    assert!(engine.said("The two are not the same."));
    engine.kill();
    // Nothing was told to the HSM.
    assert!(event.owner_with(Event::OWNER_PASSWORD).is_ok());
}
