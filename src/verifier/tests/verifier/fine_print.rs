//! Rules that an honest console and publisher never touch: each broken by itself.

use std::collections::BTreeSet;

use record::journal::Journal;
use record::messages::{Acknowledgement, Attendance, Review};
use record::record::{Exception, Fate, KeyChange, Record, TokenUse};
use record::{Bytes, Digest, Signed, facts};
use tlog::{Entry, EntryType};
use verifier::{check_event, check_place, layout};

use crate::common::broken::{again, broken, with};
use crate::common::checked::{check, rules};
use crate::common::event::{Left, journal, public};
use crate::common::history::{History, day, early_repository};
use crate::common::{EVENT, HISTORY, Members, NOW, OPENS};

/// The rules that the event breaks when its record says something else than its journal, and everybody signs that.
fn unjournalled(change: impl FnOnce(&mut Record)) -> Vec<&'static str> {
    let mut record = EVENT.record.clone();
    let bytes = journal(&record);
    record.journal_entries = Journal::read(&bytes).expect("reads").entries.len() as u64;
    record.journal = Digest::of(&bytes);
    change(&mut record);
    broken(&EVENT.sign(&record, bytes))
}

/// What is found in an event of a later day.
fn later(left: &Left, of: u64) -> Vec<(String, String)> {
    let findings = check_event(&left.files(), true, day(of + 1)).err().unwrap_or_default();
    findings
        .into_iter()
        .map(|one| (one.rule.to_owned(), one.what))
        .collect()
}

#[test]
fn a_review_is_of_this_plan_event_and_member() {
    let other = |change: fn(&mut Review)| with(move |record| again::<Review>(&mut record.reviews[8], change));
    assert_eq!(other(|_| ()), [""; 0]);
    assert_eq!(other(|review| review.plan = Digest::of(b"other")), ["review-other"]);
    assert_eq!(other(|review| review.event = "other".into()), ["review-other"]);
    assert_eq!(other(|review| review.member = Members::id(7)), ["review-other"]);
}

#[test]
fn a_word_to_be_present_is_the_members_own_with_a_nonce_and_a_session_of_16_octets() {
    let word =
        |change: fn(&mut Attendance)| with(move |record| again::<Attendance>(&mut record.attendance[17], change));
    assert_eq!(word(|word| word.nonce = Bytes(vec![1; 15])), ["attendance-nonce"]);
    assert_eq!(word(|word| word.nonce = Bytes(vec![107; 16])), ["nonce-twice"]);
    assert_eq!(
        with(|record| record.attendance[17].member = Members::id(7)),
        ["attendance-bad"]
    );
    let short = with(|record| record.session = Bytes(vec![9; 15]));
    assert!(short.contains(&"session-size"), "{short:?}");
}

#[test]
fn what_happened_to_a_key_is_what_the_plan_says() {
    assert_eq!(with(|record| record.keys[0].change = KeyChange::Used), ["key-change"]);
    let refreshed = &HISTORY.made[1];
    let other = refreshed.left(|record| {
        let key = record
            .keys
            .iter_mut()
            .find(|key| key.key == "root-1")
            .expect("it signs");
        key.public_key = public("another").spki_der().into();
        key.fingerprint = Digest::of(&key.public_key);
    });
    let found = later(&other, 300);
    let wanted = (
        "key-standing".to_owned(),
        "the key root-1 is another one than in its certificate".to_owned(),
    );
    assert!(found.contains(&wanted), "{found:#?}");
}

#[test]
fn tokens_are_listed_once_and_used_if_they_were_asked_for() {
    let twice = with(|record| record.tokens.push(record.tokens[0].clone()));
    assert_eq!(twice, ["token-twice", "action-twice"]);
    let never = |fate| {
        with(move |record| {
            let token = Digest::of(b"never asked for");
            let action = record.tokens[0].action.clone();
            record.tokens.push(TokenUse {
                token,
                action,
                window: 1,
                fate,
            });
        })
    };
    assert_eq!(never(Fate::Unused), [""; 0]);
    assert_eq!(never(Fate::Used), ["token-other", "action-twice"]);
}

#[test]
fn windows_come_one_after_another() {
    let again = with(|record| record.requests.push(record.requests[0].clone()));
    assert!(again.contains(&"request-other"), "{again:?}");
    let unreadable = with(|record| record.requests[0].0.truncate(99));
    assert!(unreadable.contains(&"request-unreadable"), "{unreadable:?}");
}

#[test]
fn the_facts_that_each_event_has_are_there() {
    for name in [facts::CLOCK, facts::POWER, facts::LOGINS] {
        let without = unjournalled(|record| drop(record.facts.remove(name)));
        assert!(without.contains(&"fact-missing"), "{name}: {without:?}");
    }
    let made = &HISTORY.made[6];
    let answered = made.left(|record| record.facts.retain(|name, _| !name.starts_with("answer")));
    let found = later(&answered, 1490);
    assert!(found.iter().any(|(rule, _)| rule == "fact-missing"), "{found:#?}");
}

#[test]
fn exceptions_are_acknowledged_by_people_who_were_there() {
    let exception = || Exception {
        step: None,
        at: OPENS.plus(100),
        what: "the engine was started again (0 torn octets in the journal)".into(),
    };
    let word = |n: usize| {
        let record = &EVENT.record;
        let body = Acknowledgement {
            event: record.event.clone(),
            plan: record.plan,
            session: record.session.clone(),
            member: Members::id(n),
            exceptions: vec![exception().digest().expect("a digest")],
            at: OPENS.plus(3560),
        };
        Members::signed(n, body)
    };
    let told = |last: Signed, gone: Option<&str>| {
        with(|record| {
            record.exceptions.push(exception());
            record.statements = vec![word(0), word(1), last];
            record.attendance.retain(|signed| Some(signed.member.as_str()) != gone);
            record.present.retain(|member| Some(member.as_str()) != gone);
        })
    };
    assert_eq!(told(word(8), None), [""; 0]);
    let absent = told(word(8), Some("member-9"));
    assert!(absent.contains(&"acknowledger-absent"), "{absent:?}");
    let mut forged = word(8);
    forged.member = Members::id(7);
    assert_eq!(told(forged, None), ["acknowledgement-bad"]);
}

#[test]
fn nobody_takes_part_who_is_not_in_office() {
    // Terms of the first roster end after 800 days.
    let history = History::back_to(&HISTORY, 1);
    let made = history.make(&early_repository(day(801)));
    let found = later(&made.left(|_| ()), 801);
    assert!(found.iter().any(|(rule, _)| rule == "not-in-office"), "{found:#?}");
}

#[test]
fn an_event_stands_where_its_plan_says() {
    let (first, second) = (&HISTORY.left[0], &HISTORY.left[1]);
    let checked =
        |left: &Left| check_event(&left.files(), true, day(1500)).unwrap_or_else(|found| panic!("{found:#?}"));
    let placed = |left: &Left, past| -> Vec<(String, &str)> {
        let found = check_place(&left.files(), &checked(left), past);
        found.into_iter().map(|one| (one.what, one.rule)).collect()
    };
    assert_eq!(placed(first, None), []);
    let past = HISTORY.made[1].inbound.standing.as_ref();
    assert_eq!(placed(second, past), []);
    let before = "its standing.cbor tells of events before it, and there are none".to_owned();
    assert_eq!(placed(second, None), [(before, "standing-differs")]);
    // The first one once more.
    let found = placed(first, past);
    let words: BTreeSet<&str> = found.iter().map(|(what, _)| what.as_str()).collect();
    let wanted = [
        "'rehearsal-1' makes it, and an event before had made it",
        "'rehearsal-1' makes it, and an event before had made list 1 of the same issuer",
        "an event before it has its name",
        "it has no standing.cbor, as if no event had been before it",
    ];
    assert_eq!(words, wanted.into());
}

#[test]
fn a_store_is_called_and_kept_as_its_files_say() {
    let founded = || History::back_to(&HISTORY, 1);
    // A checkpoint under the name of another.
    let mut history = founded();
    let newest = history.store.checkpoint();
    history.store.put("log/1/checkpoints/1", newest);
    history.store.list_files();
    let report = check(&history, NOW);
    assert!(
        rules(&report).contains(&("checkpoint-differs", "log/1/checkpoints/1")),
        "{:#?}",
        report.findings
    );
    // An event in another's folder, but for the file that is looked for by the event's name.
    let mut history = founded();
    let name = history.made[0].record.event.clone();
    let moved: Vec<_> = history
        .store
        .0
        .keys()
        .filter(|path| path.contains(&name))
        .cloned()
        .collect();
    for path in moved {
        let bytes = history.store.0.remove(&path).expect("a file");
        history.store.put(path.replace(&name, "another"), &bytes);
        if path == layout::results_signature(&name) {
            history.store.put(path, bytes);
        }
    }
    history.store.list_files();
    let report = check(&history, NOW);
    assert!(
        rules(&report).contains(&("event-elsewhere", "events/another/record.cbor")),
        "{:#?}",
        report.findings
    );
    // A proof with something of somebody's beside it.
    let mut history = founded();
    let path = layout::proof("release-1");
    let proof = String::from_utf8(history.store.0[&path].clone()).expect("text");
    history
        .store
        .put(&path, proof.replace("@v1\n", "@v1\nextra aGVsbG8=\n"));
    let report = check(&history, NOW);
    assert_eq!(rules(&report), [("staple-extra", path.as_str())]);
}

#[test]
fn an_entry_that_cannot_be_read_or_is_of_an_event_that_nobody_sees_is_found() {
    let logged = |payload: &[u8]| {
        let mut history = History::back_to(&HISTORY, 1);
        let place = history.store.checkpoint_of(layout::Log::MAIN).size();
        let entry = Entry::new(EntryType::Record, payload).expect("an entry");
        history.store.log_entries(&[entry]);
        let report = check(&history, NOW);
        let file = format!("log/1/entry {place}");
        let found = report.findings.iter().find(|one| one.file == file);
        found.map(|one| (one.rule, one.what.clone()))
    };
    let (rule, _) = logged(b"no CBOR").expect("a finding");
    assert_eq!(rule, "entry-malformed");
    let entry = record::published::RecordEntry {
        event: "hidden".into(),
        record: Digest::of(b"hidden"),
        results: None,
        countersignatures: Default::default(),
    };
    let (rule, what) = logged(&record::cbor::encode(&entry).expect("encodes")).expect("a finding");
    let wanted = "the record of the event 'hidden', which the store does not show";
    assert_eq!((rule, what.as_str()), ("entry-unexplained", wanted));
    let (rule, what) = logged(&vec![7; 100_000]).expect("a finding");
    assert_eq!(
        (rule, what.as_str()),
        ("entry-unexplained", "the entry of a record refers to an object")
    );
}
