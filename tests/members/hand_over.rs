//! Hand-overs where members come and go: the new admin's password to that member alone, the owner's next one to each who
//! stays, on the disk before the HSM knows them.

use record::journal::What;
use record::messages::Recipient;
use record::screen::Shown;
use support::event::{EACH_IS_RIGHT, Engine, Event};

use crate::change::planned;
use crate::founded::{new_keys, next_roster, plan, publish, published};
use crate::room::{answer, countersigned};

/// Those of the next roster, in its order, each of whom says what they open.
const STAY: [&str; 9] = [
    "member-1",
    "member-10",
    "member-2",
    "member-3",
    "member-4",
    "member-5",
    "member-6",
    "member-7",
    "member-8",
];

pub fn with_recipients() -> Event {
    let event = planned();
    hand_in(&event);
    event
}

fn hand_in(event: &Event) {
    for member in STAY {
        let _ = event
            .member(
                member,
                &["recipient", "--plan", "inbound/plan.cbor", "--out", "inbound"],
                "",
            )
            .good();
    }
}

/// What a member opens of a file in the outbound folder.
fn opened(event: &Event, member: &str, file: &str) -> String {
    let opened = event.member(member, &["open", "--stdout", &format!("outbound/{file}")], "");
    opened.good().out.trim().to_owned()
}

/// The files of a user's password, in the order of the journal.
fn files(event: &Event, of: &str) -> Vec<(String, String)> {
    let one = |what: What| match what {
        What::HandedOver { user, member, file, .. } if user == of => Some((member, file)),
        _ => None,
    };
    event
        .journal()
        .into_iter()
        .filter_map(|entry| one(entry.what))
        .collect()
}

/// Plays as people do who type, where the owner logs in, what they opened last; nobody is asked for a new password.
fn play(engine: &mut Engine<'_>, event: &Event) {
    let mut tried = 0;
    while let Some(shown) = engine.next_shown() {
        match &shown {
            Shown::Asking { prompt } if prompt.starts_with("Password of the key owner") => {
                let mut known = vec![Event::OWNER_PASSWORD.to_owned()];
                let files = files(event, "root_owner");
                // A stop may have come before the file.
                let there = |file: &str| event.has(&format!("outbound/{file}"));
                let own = files
                    .iter()
                    .filter(|(member, file)| member == "member-1" && there(file));
                known.extend(own.map(|(_, file)| opened(event, "member-1", file)));
                known.reverse();
                tried += usize::from(prompt.ends_with("(the last one was refused)"));
                engine.type_line(&known[tried % known.len()]);
            }
            Shown::Asking { prompt } if prompt.starts_with("Password of the admin admin_member_10") => {
                let (_, file) = files(event, "admin_member_10").pop().expect("it was handed over");
                engine.type_line(&opened(event, "member-10", &file));
            }
            Shown::Asking { prompt } => {
                let old = prompt.starts_with("Password of the admin ");
                assert!(old, "{prompt}: nobody types a new password");
                answer(engine, &shown);
            }
            other => answer(engine, other),
        }
    }
}

#[test]
fn who_comes_gets_theirs_and_who_stays_the_owners() {
    let event = with_recipients();
    let mut engine = event.run();
    play(&mut engine, &event);
    let shown = engine.end().good().out;
    let owners = files(&event, "root_owner");
    assert_eq!(
        owners.iter().map(|(member, _)| member.as_str()).collect::<Vec<_>>(),
        STAY
    );
    let all: Vec<_> = owners
        .iter()
        .map(|(member, file)| opened(&event, member, file))
        .collect();
    assert!(all.iter().all(|one| *one == all[0]));
    assert!(event.owner_with(&all[0]).is_ok() && event.owner_with(Event::OWNER_PASSWORD).is_err());
    let admins = files(&event, "admin_member_10");
    assert_eq!(
        admins,
        [("member-10".into(), "hand-over-admin-member-10-member-10.cbor".into())]
    );
    let admin = opened(&event, "member-10", &admins[0].1);
    assert_ne!(admin, all[0]);
    for secret in [&admin, &all[0]] {
        let files = [
            "bastion/journal",
            "outbound/record.cbor",
            "outbound/results.cbor",
            "standard-error",
        ];
        for file in files {
            let found = event
                .read(file)
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "a password is in {file}");
        }
        assert!(!shown.contains(secret.as_str()), "a password was shown");
    }
    assert!(shown.contains("The HSM has the password of root_owner that is in hand-over-root-owner-member-1.cbor"));
    event.replays();
    countersigned(&event, "member-1");
}

/// Whatever became of the command: the newest files that were written before it hold what the HSM has, or those before them.
#[test]
fn a_lost_answer_leaves_each_attempt_files_of_its_own() {
    for deed in ["die-after", "disconnect"] {
        let event = with_recipients();
        event.standin(&["fault", "--command", "user change-password", "--nth", "1", "--do", deed]);
        let mut engine = event.run();
        play(&mut engine, &event);
        let stopped = engine.end();
        assert_eq!(stopped.code, Some(4), "{deed}: {}", stopped.err);
        // Nobody is locked out: one of the two is right.
        let first = opened(&event, "member-2", "hand-over-root-owner-member-2.cbor");
        let took_it = event.owner_with(&first).is_ok();
        assert_eq!(took_it, deed == "die-after");
        assert_ne!(took_it, event.owner_with(Event::OWNER_PASSWORD).is_ok());
        let mut engine = event.resume();
        play(&mut engine, &event);
        let words = "It is not known whether the HSM has the password of root_owner";
        let warned = |shown: &Shown| matches!(shown, Shown::Warning { text } if text.starts_with(words));
        assert!(engine.shown.iter().any(warned), "{deed}: nobody was told");
        let told = "That in hand-over-root-owner-member-1.cbor, ";
        let of_no_use = |shown: &Shown| matches!(shown, Shown::Warning { text } if text.contains(told));
        assert!(engine.shown.iter().any(of_no_use), "{deed}: nobody was told which");
        let _ = engine.end().good();
        let second = opened(&event, "member-2", "hand-over-2-root-owner-member-2.cbor");
        assert!(first != second && event.owner_with(&second).is_ok(), "{deed}");
        assert!(
            event.has("outbound/hand-over-root-owner-member-2.cbor"),
            "{deed}: the first is kept"
        );
        event.replays();
    }
}

/// Each file in turn cannot be written: the journal has its entry, and the HSM nothing.
#[test]
fn a_stop_at_each_file_leaves_the_hsm_as_it_was() {
    for (nth, member) in STAY.iter().enumerate().step_by(4) {
        let event = with_recipients();
        let in_the_way = format!("outbound/hand-over-root-owner-{member}.cbor");
        event.write(&in_the_way, "not ours");
        let mut engine = event.run();
        play_with(&mut engine, Event::OWNER_PASSWORD);
        let stopped = engine.end();
        assert_eq!(stopped.code, Some(1), "{member}: {}", stopped.err);
        assert!(
            stopped.error().starts_with(&format!("cannot write {in_the_way}: ")),
            "{}",
            stopped.err
        );
        assert_eq!(files(&event, "root_owner").len(), nth + 1);
        assert!(
            event.owner_with(Event::OWNER_PASSWORD).is_ok(),
            "{member}: the HSM was told"
        );
        std::fs::remove_file(event.path(&in_the_way)).expect("it was in the way");
        comes_to_its_end(&event, member);
    }
}

/// The files are there, and the command is not.
#[test]
fn a_stop_between_the_files_and_the_command_leaves_the_hsm_as_it_was() {
    let event = with_recipients();
    killed_when_said(event.run(), SEALED);
    let made = opened(&event, "member-1", "hand-over-root-owner-member-1.cbor");
    let known = [Event::OWNER_PASSWORD, made.as_str()];
    assert!(
        known.iter().any(|password| event.owner_with(password).is_ok()),
        "nobody knows it"
    );
    comes_to_its_end(&event, "a stop");
}

fn comes_to_its_end(event: &Event, what: &str) {
    let mut engine = event.resume();
    play(&mut engine, event);
    let _ = engine.end().good();
    for member in ["member-1", "member-10"] {
        let mut own = files(event, "root_owner").into_iter().filter(|(of, _)| of == member);
        let (_, newest) = own.next_back().expect("it was handed over");
        assert!(
            event.owner_with(&opened(event, member, &newest)).is_ok(),
            "{what}: {member}"
        );
    }
    event.replays();
}

/// Kills the engine once it has said what begins with these words.
fn killed_when_said(mut engine: Engine<'_>, words: &str) {
    loop {
        match engine.next_shown().expect("it comes to that") {
            Shown::Said { text } if text.starts_with(words) => break,
            shown => answer_with(&mut engine, &shown, Event::OWNER_PASSWORD),
        }
    }
    engine.kill();
}

fn play_with(engine: &mut Engine<'_>, owner: &str) {
    while let Some(shown) = engine.next_shown() {
        answer_with(engine, &shown, owner);
    }
}

fn answer_with(engine: &mut Engine<'_>, shown: &Shown, owner: &str) {
    match shown {
        Shown::Asking { prompt } if prompt.starts_with("Password of the key owner") => engine.type_line(owner),
        other => answer(engine, other),
    }
}

#[test]
fn an_event_with_some_members_recipients_is_not_begun() {
    let event = with_recipients();
    event.remove_bundle("recipient", "member-10");
    let refused = event.run().end();
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    let missing = ", but not to member-10: no recipient bundle of theirs is there";
    assert!(refused.error().ends_with(missing), "{}", refused.err);
    assert!(!event.has("bastion/journal"), "it was begun");
}

/// The power goes while what members open is written down: after the first, in the midst, and before it is said that there are
/// enough.
#[test]
fn a_stop_while_recipients_are_written_down_is_gone_on_with_and_replayed() {
    for kept in [1, 4, 9] {
        let event = with_recipients();
        killed_when_said(event.run(), "Nobody types a new password");
        let is_one = |what: &What| matches!(what, What::Received { kind, .. } if kind == "recipient");
        event.alter_journal(|entries| {
            let first = entries
                .iter()
                .position(|entry| is_one(&entry.what))
                .expect("it is written");
            entries.truncate(first + kept);
        });
        comes_to_its_end(&event, &format!("{kept} of 9"));
        assert_eq!(event.journal_count(is_one), kept + 9);
        let verified = event.journal_count(|what| matches!(what, What::Resumed { .. }));
        assert_eq!(verified, 1);
    }
}

/// Somebody signed in a member's name: nothing is drawn, the member hands in another, and all are asked once more.
#[test]
fn a_member_who_sees_another_recipient_than_theirs_stops_it_and_it_is_gone_on_with() {
    let event = with_recipients();
    let mut engine = event.run();
    loop {
        match engine.next_shown().expect("it comes to that") {
            Shown::Deciding { answers, .. } if answers == [EACH_IS_RIGHT, "stop"] => break,
            shown => answer_with(&mut engine, &shown, Event::OWNER_PASSWORD),
        }
    }
    engine.type_line("stop");
    engine.end().refuses(
        1,
        "a member says that what the console would seal to is not theirs",
        Some(
            "nothing was drawn: find out who signed it in that member's name; take it out of the inbound folder, they hand in \
             another recipient bundle, then go on with `ceremony resume`",
        ),
    );
    let was_sealed = |what: &What| matches!(what, What::HandedOver { .. });
    let was_said = |what: &What| matches!(what, What::Gathered { stem } if stem == "recipient");
    assert_eq!((event.journal_count(was_sealed), event.journal_count(was_said)), (0, 0));
    event.alter::<Recipient>("recipient", "member-2", |word| word.at = word.at.plus(1));
    comes_to_its_end(&event, "all are right");
    assert_eq!(event.journal_count(was_said), 1);
}

/// Whoever names another recipient after a stop is not taken back to the one before.
#[test]
fn an_older_word_is_not_taken_after_a_later_one() {
    let event = with_recipients();
    let older = event.bundle::<Recipient>("recipient", "member-2");
    event.alter::<Recipient>("recipient", "member-2", |word| word.at = word.at.plus(1));
    killed_when_said(event.run(), SEALED);
    event.place("recipient", "member-2", older.clone(), "member-2");
    let mut engine = event.resume();
    play(&mut engine, &event);
    let stopped = engine.end();
    assert_eq!(stopped.code, Some(1), "{}", stopped.err);
    let said = format!(
        "the recipient of member-2 is refused: it is of {}, and one of {} was taken; what they say after that is good",
        older.at,
        older.at.plus(1)
    );
    assert_eq!(stopped.error(), said);
    event.place(
        "recipient",
        "member-2",
        Recipient {
            at: older.at.plus(2),
            ..older
        },
        "member-2",
    );
    comes_to_its_end(&event, "a later word");
}

/// Stopped between the files and the command, and gone on with: the store takes it, and verifies.
#[test]
fn an_event_with_hand_overs_is_published_and_verifies() {
    let event = published();
    new_keys(&event, "member-10", "member-10");
    next_roster(&event, Some("member-9"), Some("member-10"));
    plan(&event, "member-change", &[]);
    hand_in(&event);
    killed_when_said(event.run(), SEALED);
    comes_to_its_end(&event, "a stop");
    publish(&event, &Event::APPROVERS);
}

/// The owner's files are there, and the HSM was not told.
const SEALED: &str = "Sealed, and seen by nobody here: hand-over-root-owner";
