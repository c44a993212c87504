//! What people do in these events: they answer the scripts' questions, and decide on what was lost.

use record::journal::What;
use record::messages::{Acknowledgement, NOT_COMPARED};
use record::record::{KeyRecord, Record};
use record::screen::Shown;
use record::{Bundle, Signed};
use support::event::{Ended, Engine, Event, is_decision};

/// What people decide where a command is to be given again.
pub const GIVE_AGAIN: &str = "give it again";

/// Answers as honest people do until the engine ends.
pub fn play(engine: &mut Engine<'_>) {
    while let Some(shown) = engine.next_shown() {
        answer(engine, &shown);
    }
}

/// One answer: a member's password where it is asked for, and the first of the answers where people decide.
pub fn answer(engine: &mut Engine<'_>, shown: &Shown) {
    match shown {
        // A question that is answered in words.
        Shown::Deciding { answers, .. } if answers.is_empty() => engine.type_line("stolen the day before this event"),
        Shown::Deciding { answers, .. } if is_decision(shown) => {
            let first = answers[0].clone();
            engine.type_line(&first);
        }
        Shown::Waiting { kind, members, .. } if kind.starts_with("key-answer") && members.len() == 1 => {
            engine.member_signs(kind, &members[0]);
            engine.type_line("");
        }
        Shown::Waiting {
            kind,
            request,
            members,
            needed,
        } if kind.starts_with("approval") => {
            let present = Event::PRESENT
                .iter()
                .filter(|member| members.iter().any(|one| one == *member));
            for member in present.take(*needed as usize) {
                if !engine.has_answer(kind, member) {
                    engine.member_answers(member, kind, request.as_deref());
                }
            }
            engine.type_line("");
        }
        other => engine.answer(other),
    }
}

/// Plays to the end, and demands that it is good.
pub fn held(mut engine: Engine<'_>) -> Ended {
    play(&mut engine);
    engine.end().good()
}

/// What went otherwise than planned, but that nobody compared what stands with a store: most of these events have none.
pub fn otherwise(record: &Record) -> Vec<&str> {
    let all = record.exceptions.iter().map(|exception| exception.what.as_str());
    all.filter(|what| *what != NOT_COMPARED).collect()
}

/// How many of the record's statements acknowledge exceptions.
pub fn acknowledgements(record: &Record) -> usize {
    let acknowledges = |signed: &&Signed| Bundle::<Acknowledgement>::decode(&signed.bundle).is_ok();
    record.statements.iter().filter(acknowledges).count()
}

/// The record that the event left.
pub fn record(event: &Event) -> Record {
    Bundle::<Record>::decode(&event.read("outbound/record.cbor"))
        .expect("the record")
        .body
}

/// A key of the record.
pub fn key(record: &Record, name: &str) -> KeyRecord {
    let found = record.keys.iter().find(|key| key.key == name);
    found.unwrap_or_else(|| panic!("no key {name} in the record")).clone()
}

/// The texts of the commands that the journal says were given to the HSM, without questions.
pub fn given(event: &Event) -> Vec<String> {
    let changes = |command: &String| {
        let words = [
            "user create",
            "user delete",
            "user change",
            "key share",
            "key unshare",
            "quorum token-sign set",
        ];
        words.iter().any(|word| command.starts_with(word)) && !command.contains(" then ")
    };
    let commands = event.journal().into_iter().filter_map(|entry| match entry.what {
        What::Intent { command } => Some(command),
        _ => None,
    });
    commands.filter(changes).collect()
}

/// The users that the HSM lists, with `approves` or `bare` behind those that have an approval key, or none.
pub fn users(event: &Event) -> Vec<String> {
    let list = event.owner().ask("user list");
    let one = |user: &serde_json::Value| {
        let approves = user["quorum"].as_array().is_some_and(|quorum| !quorum.is_empty());
        format!(
            "{} {}",
            user["username"].as_str().unwrap_or_default(),
            if approves { "approves" } else { "bare" }
        )
    };
    let mut users: Vec<String> = list["data"]["users"]
        .as_array()
        .expect("users")
        .iter()
        .map(one)
        .collect();
    users.sort();
    users
}

/// Makes each member's store of what the engine left: the verifier's whole judgement of the record alone, by one who was
/// present and compares it with what they did.
pub fn countersigned(event: &Event, member: &str) -> String {
    let words = support::event::first_and_last(&record::Digest::of(&event.read("outbound/record.cbor")));
    let arguments = ["countersign", "outbound/record.cbor", "--out", "inbound"];
    event.member(member, &arguments, &words).good().out
}
