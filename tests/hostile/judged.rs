//! The HSM judged as a whole: no entry of a journal stands for it, and what it says once everything is signed is
//! written down and stops nothing.

use record::facts::{HsmCheck, NOTHING_FALLS_SHORT};
use record::journal::{Entry, What, frame};
use record::record::Record;
use record::screen::Shown;
use record::{Digest, cbor};
use serde_json::Value;
use support::event::{Ended, Engine, Event, MAKE_KEY, first_and_last, is_decision};

#[test]
fn what_falls_short_at_the_end_is_in_a_record_that_members_sign_and_stops_nothing() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("attendance-end");
    spoil(&event, one_admin_too_many);
    engine.members_answer("attendance-end", Some("outbound/opening.cbor"));
    engine.type_line("");
    engine.play_to_the_end();
    let warned = Shown::Warning {
        text: format!("the HSM falls short: {TOO_MANY}"),
    };
    assert!(engine.shown.contains(&warned), "{:#?}", engine.shown);
    let _ = engine.end().good();
    ends_with(&event, TOO_MANY);
}

#[test]
fn a_check_in_the_journal_does_not_stand_for_the_hsm() {
    let event = signed_and_stopped();
    append(&event, HsmCheck::End, &[]);
    spoil(&event, one_admin_too_many);
    let _ = resume(&event).good();
    ends_with(&event, TOO_MANY);
}

#[test]
fn what_an_earlier_check_found_stays_in_the_record() {
    let event = signed_and_stopped();
    append(&event, HsmCheck::End, &[TOO_MANY]);
    let _ = resume(&event).good();
    let record = ends_with(&event, NOTHING_FALLS_SHORT);
    let earlier = format!("the HSM fell short at hsm-check-end, and was judged again later: {TOO_MANY}");
    assert_eq!(exceptions(&record), [STARTED_AGAIN, &earlier]);
}

#[test]
fn a_cluster_spoiled_after_the_last_signature_and_a_stop_keep_no_record_from_being_written() {
    let event = signed_and_stopped();
    spoil(&event, one_admin_too_many);
    spoil(&event, |cluster| lock_the_owner(cluster, 5));
    let mut engine = event.resume();
    cannot_be_judged(&mut engine);
    engine.type_line("go on");
    engine.play_to_the_end();
    let ended = engine.end();
    let hint = "members countersign the record now; once the key owner can log in and the console's key can be used, \
                `ceremony resume` signs the results and ends the event; if the account is locked, the admins give it a \
                password under their quorum";
    assert_eq!((ended.code, ended.hint()), (Some(4), Some(hint)), "{}", ended.err);
    let said = event.record().facts["hsm-check-end"].clone();
    for found in [
        TOO_MANY,
        "crypto-user root_owner: locked: expected no, found yes",
        "could not be judged: ",
    ] {
        assert!(said.contains(found), "{found}: {said}");
    }
    assert!(!event.has("outbound/results.cbor"));
    countersigned(&event);
    // The admins help the owner; the one too many is still there.
    let record = event.read("outbound/record.cbor");
    spoil(&event, |cluster| lock_the_owner(cluster, 0));
    let _ = resume(&event).good();
    assert_eq!(event.read("outbound/record.cbor"), record);
    event.judge_results();
}

#[test]
fn people_may_stop_at_an_hsm_that_cannot_be_judged_and_try_again() {
    let event = signed_and_stopped();
    spoil(&event, |cluster| lock_the_owner(cluster, 5));
    let mut engine = event.resume();
    cannot_be_judged(&mut engine);
    engine.type_line("stop");
    assert_eq!(engine.end().code, Some(4));
    assert!(!event.has("outbound/record.cbor"));
    let mut engine = event.resume();
    cannot_be_judged(&mut engine);
    spoil(&event, |cluster| lock_the_owner(cluster, 0));
    engine.type_line("try again");
    engine.play_to_the_end();
    let _ = engine.end().good();
    ends_with(&event, NOTHING_FALLS_SHORT);
}

/// Plays on until people decide about an HSM that cannot be judged. Where it refuses the owner again and again, they try
/// no more passwords first.
fn cannot_be_judged(engine: &mut Engine<'_>) {
    loop {
        let Shown::Deciding { question, answers } = engine.play_until(is_decision) else {
            unreachable!()
        };
        if question.starts_with("The HSM refused root_owner 4 times in a row: ") {
            engine.type_line("stop");
            continue;
        }
        let begin = "Everything is signed, and now the HSM cannot be judged as a whole: ";
        assert!(question.starts_with(begin), "{question}");
        assert_eq!(answers, ["try again", "go on", "stop"]);
        return;
    }
}

#[test]
fn an_hsm_that_left_after_the_last_signature_is_in_the_record() {
    let event = signed_and_stopped();
    event.standin(&["nodes", "--set", "2"]);
    let _ = resume(&event).good();
    let said = ends(&event).facts["hsm-check-end"].clone();
    assert!(
        said.starts_with("the HSMs were ") && said.contains(" in the event, and are "),
        "{said}"
    );
}

/// A key cannot be used on a single HSM: the record is written, and the console's signature waits for a second one.
#[test]
fn the_record_does_not_wait_for_a_second_hsm() {
    let event = signed_and_stopped();
    event.standin(&["nodes", "--set", "1"]);
    let ended = resume(&event);
    assert_eq!(ended.code, Some(4), "{}", ended.err);
    assert!(
        ended
            .hint()
            .is_some_and(|hint| hint.starts_with("members countersign the record now; "))
    );
    let said = event.record().facts["hsm-check-end"].clone();
    assert!(said.contains("cluster: HSMs: expected at least 2, found 1"), "{said}");
    countersigned(&event);
    event.standin(&["nodes", "--set", "3"]);
    let _ = resume(&event).good();
    event.judge_results();
    assert_eq!(event.record().facts["hsm-check-end"], said);
}

#[test]
fn no_key_is_made_beside_a_bad_one_and_the_record_remembers_it() {
    let event = Event::planned();
    make_a_bad_key(&event);
    let mut engine = event.run();
    engine.play_to_the_end();
    refused_for_the_bad_key(&engine.end());
    let found = |what: &What| matches!(what, What::Checked { of, findings } if of == "hsm-check-begin" && findings[0].starts_with(BAD_KEY));
    assert!(event.journalled(found), "it is written down before the event stops");
    assert_eq!(event.keys_in_the_hsm(), 2, "nothing was made beside it");
    spoil(&event, |cluster| cluster["keys"] = serde_json::json!([]));
    let _ = resume(&event).good();
    let record = ends_with(&event, NOTHING_FALLS_SHORT);
    assert_eq!(record.facts["hsm-check-begin"], NOTHING_FALLS_SHORT);
    let earlier = format!("the HSM fell short at hsm-check-begin, and was judged again later: {BAD_KEY}");
    assert!(
        exceptions(&record).iter().any(|what| what.starts_with(&earlier)),
        "{:?}",
        record.exceptions
    );
}

#[test]
fn the_beginning_is_judged_again_in_each_run_that_makes_a_key() {
    let (event, ended) = Event::held_until(MAKE_KEY, 1, "die-before");
    assert_eq!(ended.code, Some(4));
    let good =
        |what: &What| matches!(what, What::Checked { of, findings } if of == "hsm-check-begin" && findings.is_empty());
    assert!(event.journalled(good));
    make_a_bad_key(&event);
    refused_for_the_bad_key(&resume(&event));
    assert_eq!(event.keys_in_the_hsm(), 2);
}

#[test]
fn hsms_and_users_that_no_answer_in_the_journal_names_are_refused() {
    for of in ["HSMs", "users"] {
        let event = Event::planned();
        let mut engine = event.run();
        engine.play_to("approval-1");
        engine.kill();
        super::rewrite(&event, |what| {
            if let What::Hsm { nodes, users } = what {
                let _ = if of == "HSMs" { nodes.pop() } else { users.pop() };
            }
        });
        let ended = event.resume().end();
        let wanted = format!(" is not what it says it is: no answer before it names these {of}");
        assert!(ended.error().ends_with(&wanted), "{}", ended.error());
        assert_eq!(
            (ended.code, ended.hint()),
            (Some(3), Some("bring back the event's own disk"))
        );
    }
}

#[test]
fn a_key_before_the_hsm_was_found_good_is_refused() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("approval-1");
    engine.kill();
    super::rewrite(&event, |what| {
        if let What::Checked { findings, .. } = what {
            findings.push("something".into());
        }
    });
    let ended = event.resume().end();
    let wanted = " is not what it says it is: a key was made, and nothing says that the HSM was good";
    assert!(ended.error().ends_with(wanted), "{}", ended.error());
}

/// An event that was stopped when all but the end was done.
fn signed_and_stopped() -> Event {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("attendance-end");
    engine.kill();
    event
}

fn resume(event: &Event) -> Ended {
    let mut engine = event.resume();
    engine.play_to_the_end();
    engine.end()
}

/// The event is over, its results are good, and the record says this of the HSM.
fn ends_with(event: &Event, said: &str) -> Record {
    let record = ends(event);
    assert_eq!(record.facts["hsm-check-end"], said);
    record
}

fn ends(event: &Event) -> Record {
    event.results_are_as_frozen();
    event.judge_results();
    assert!(event.journalled(|what| matches!(what, What::Closed)));
    countersigned(event);
    event.record()
}

/// A member's own program takes the record.
fn countersigned(event: &Event) {
    let words = first_and_last(&Digest::of(&event.read("outbound/record.cbor")));
    let arguments = ["countersign", "outbound/record.cbor", "--out", "outbound"];
    let _ = event.member("member-1", &arguments, &words).good();
}

fn exceptions(record: &Record) -> Vec<&str> {
    record
        .exceptions
        .iter()
        .map(|exception| exception.what.as_str())
        .collect()
}

/// A judgement that nobody made, bound to the journal as anybody can who has the disk.
fn append(event: &Event, check: HsmCheck, findings: &[&str]) {
    let journal = event.journal();
    let last = journal.last().expect("entries");
    let entry = Entry {
        number: last.number + 1,
        previous: Digest::of(&cbor::encode(last).expect("encodes")),
        at: last.at,
        what: What::Checked {
            of: check.fact().into(),
            findings: findings.iter().map(|found| (*found).to_owned()).collect(),
        },
    };
    let framed = frame(&entry).expect("frames");
    event.write("bastion/journal", [event.read("bastion/journal"), framed].concat());
}

/// Changes the cluster behind everybody's back.
fn spoil(event: &Event, change: impl FnOnce(&mut Value)) {
    let mut cluster: Value = serde_json::from_slice(&event.read("cluster/cluster.json")).expect("JSON");
    change(&mut cluster);
    event.write("cluster/cluster.json", cluster.to_string());
}

fn one_admin_too_many(cluster: &mut Value) {
    let users = cluster["users"].as_array_mut().expect("users");
    let admin = users.iter().find(|user| user["role"] == "admin");
    let mut extra = admin.expect("an admin").clone();
    extra["name"] = "extra_admin".into();
    users.push(extra);
}

/// Whoever reaches the HSM can: with five wrong passwords.
fn lock_the_owner(cluster: &mut Value, failed: u64) {
    let users = cluster["users"].as_array_mut().expect("users");
    let owner = users.iter_mut().find(|user| user["name"] == "root_owner");
    owner.expect("the owner")["failed_logins"] = failed.into();
}

/// A key of the owner's that can be brought out and deleted.
fn make_a_bad_key(event: &Event) {
    let made = event.owner().ask(
        "key generate-asymmetric-pair ec --curve secp384r1 --public-label loose-public --private-label loose \
         --private-attributes sign=true extractable=true",
    );
    assert_eq!(made["error_code"], 0, "{made}");
}

fn refused_for_the_bad_key(ended: &Ended) {
    let error = format!("the HSM falls short of policy and roster: {BAD_KEY}");
    assert!(ended.error().starts_with(&error), "{}", ended.error());
    let hint = "no key may be made or used on this HSM; `ceremony hsm check` shows all; find out who changed it";
    assert_eq!((ended.code, ended.hint()), (Some(1), Some(hint)));
}

const TOO_MANY: &str = "admin extra_admin: user: expected nobody of this name and role, found there";
const BAD_KEY: &str = "key loose: ";
const STARTED_AGAIN: &str = "the engine was started again (0 torn octets in the journal)";
