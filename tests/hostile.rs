//! A hostile disk, cluster or HSM: what is claimed is checked before anything is made of it.

#[path = "hostile/judged.rs"]
mod judged;
#[path = "hostile/places.rs"]
mod places;

use record::journal::{Entry, What, frame};
use record::messages::{Attendance, Phase};
use record::record::Fate;
use record::screen::Shown;
use record::{Bundle, Bytes, Digest, Signed, cbor};
use support::event::{Event, SIGN, is_decision};

/// One admin more than the roster has could reset an approver's password and register another key.
#[test]
fn no_key_is_made_on_a_cluster_with_a_user_too_many() {
    let event = Event::planned();
    let path = event.path("cluster/cluster.json");
    let mut cluster: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).expect("a cluster")).expect("JSON");
    let users = cluster["users"].as_array_mut().expect("users");
    let mut extra = users
        .iter()
        .find(|user| user["role"] == "admin")
        .expect("an admin")
        .clone();
    extra["name"] = "extra_admin".into();
    users.push(extra);
    std::fs::write(&path, cluster.to_string()).expect("written");
    let mut engine = event.run();
    engine.play_to_the_end();
    let error = "the HSM falls short of policy and roster: admin extra_admin: user: expected nobody of this name and role, \
                 found there";
    let hint = "no key may be made or used on this HSM; `ceremony hsm check` shows all; find out who changed it";
    engine.end().refuses(1, error, Some(hint));
    assert_eq!(event.keys_in_the_hsm(), 0);
}

#[test]
fn the_results_hold_the_plan_that_was_approved_whatever_the_folder_has_by_then() {
    let event = Event::planned();
    let before = event.read("inbound/plan.cbor");
    let mut engine = event.run();
    engine.play_to("attendance-end");
    engine.members_answer("attendance-end", Some("outbound/opening.cbor"));
    let mut changed = before.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    event.write("inbound/plan.cbor", changed);
    engine.type_line("");
    engine.play_to_the_end();
    let _ = engine.end().good();
    assert_eq!(event.results().plan.0, before);
}

#[test]
fn a_signature_file_that_lies_there_already_is_not_taken_for_ours() {
    let event = Event::planned();
    event.write("outbound/results.cbor.sig", "garbage");
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    assert!(
        event
            .text("outbound/results.cbor.sig")
            .starts_with("-----BEGIN SSH SIGNATURE-----")
    );
}

#[test]
fn only_one_run_writes_to_a_journal() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("attendance-begin");
    let error = "another run of the engine writes to bastion/journal";
    let second = [&["resume", "--hsm-cli", "cli"][..], &Event::PLACES].concat();
    event
        .ceremony(&second)
        .refuses(1, error, Some("wait for the other run, or end it"));
    engine.members_answer("attendance-begin", Some("outbound/opening.cbor"));
    engine.type_line("");
    engine.play_to_the_end();
    let _ = engine.end().good();
}

/// It signed, and said no in words that nobody knows: only people may decide that the bytes are signed again.
#[test]
fn an_unclear_no_is_a_lost_answer() {
    let (event, ended) = Event::held_until(SIGN, 2, "says-no");
    assert_eq!(
        (ended.code, ended.error()),
        (Some(4), "the HSM refused in unknown words: Internal error")
    );
    assert!(event.journalled(|what| matches!(what, What::Lost { action, .. } if action.step == "release-certificate")));
    let mut engine = event.resume();
    let asked = engine.play_until(is_decision);
    assert!(matches!(asked, Shown::Deciding { question, .. } if question.contains("certs/release-1.der")));
    engine.type_line("stop");
    let error = "a signature for release-certificate may exist, and nobody has decided";
    engine.end().refuses(
        1,
        error,
        Some("`ceremony resume` asks; the members decide, and the record says so"),
    );
}

/// An approval counts only from somebody present in this session; a journal may not smuggle in another word.
#[test]
fn a_word_of_another_session_in_a_journal_is_refused() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("approval-1");
    engine.kill();
    let mut word: Attendance = event.bundle("attendance-begin", "member-6");
    word.session = Bytes(vec![7; 16]);
    event.place("attendance-begin", "member-6", word, "member-6");
    let signed = Signed {
        bundle: Bytes(event.read("inbound/attendance-begin-member-6.cbor")),
        signature: event.text("inbound/attendance-begin-member-6.cbor.sig"),
        member: "member-6".into(),
    };
    rewrite(&event, |what| {
        if let What::Received { kind, signed: there } = what {
            let begin = |bytes: &[u8]| Bundle::<Attendance>::decode(bytes).is_ok_and(|b| b.body.phase == Phase::Begin);
            if kind == "attendance" && there.member == "member-6" && begin(&there.bundle) {
                *there = signed.clone();
            }
        }
    });
    let ended = event.resume().end();
    assert!(
        ended
            .error()
            .ends_with("is not what it says it is: it is for another session"),
        "{}",
        ended.error()
    );
    assert_eq!(
        (ended.code, ended.hint()),
        (Some(3), Some("bring back the event's own disk"))
    );
}

/// With the root's label under the name of bors, members would approve bors and the root would sign.
#[test]
fn a_key_that_a_journal_describes_otherwise_is_refused() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("approval-1");
    engine.kill();
    let mut root = None;
    rewrite(&event, |what| {
        if let What::Key { record, .. } = what {
            match record.key.as_str() {
                "root-1" => root = Some(record.label.clone()),
                "bors-1" => record.label = root.clone().expect("the root comes first"),
                _ => {}
            }
        }
    });
    let mut engine = event.resume();
    engine.play_to_the_end();
    let error = "the key bors-1 is not what the journal says of it";
    let hint = "stop the event and ask who had access to the HSM and to the event's disk";
    engine.end().refuses(1, error, Some(hint));
}

#[test]
fn a_clock_behind_the_journal_is_refused() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("attendance-begin");
    engine.kill();
    rewrite_entries(&event, |entry| entry.at = entry.at.plus(86_400));
    let ended = event.resume().end();
    assert!(
        ended
            .error()
            .contains("by the console's clock, but the journal was written at"),
        "{}",
        ended.error()
    );
    assert_eq!(ended.code, Some(1));
}

/// A power cut between two members' words: who answered stays, and who is missing may still answer.
#[test]
fn members_whose_words_a_stop_took_away_are_asked_again() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_until(|shown| matches!(shown, Shown::Asking { prompt } if prompt.contains("key owner")));
    engine.kill();
    let words = |entry: &Entry| matches!(&entry.what, What::Received { kind, .. } if kind == "attendance");
    let fifth = event
        .journal()
        .iter()
        .enumerate()
        .filter(|(_, entry)| words(entry))
        .nth(4)
        .expect("six words")
        .0;
    let (journal, ends) = (event.read("bastion/journal"), event.entry_offsets());
    event.write("bastion/journal", &journal[..ends[fifth + 1]]);
    let mut engine = event.resume();
    engine.play_to_the_end();
    let _ = engine.end().good();
    let record = event.record();
    assert_eq!(record.present.len(), 6, "as many as came to this event");
    assert!(record.tokens.iter().all(|token| token.fate == Fate::Used));
    assert_eq!(record.attendance.len(), 12, "each word once");
}

/// Changes entries and binds them to each other again: no key protects a journal, so anybody with the disk can.
fn rewrite_entries(event: &Event, mut change: impl FnMut(&mut Entry)) {
    let (mut previous, mut bytes) = (Digest::of(b""), Vec::new());
    for mut entry in event.journal() {
        change(&mut entry);
        entry.previous = previous;
        previous = Digest::of(&cbor::encode(&entry).expect("encodes"));
        bytes.extend(frame(&entry).expect("frames"));
    }
    event.write("bastion/journal", bytes);
}

fn rewrite(event: &Event, mut change: impl FnMut(&mut What)) {
    rewrite_entries(event, |entry| change(&mut entry.what));
}
