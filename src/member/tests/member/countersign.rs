//! `countersign`: the record compared with one's own memory of the event, then signed.

use std::sync::OnceLock;

use record::messages::Boot;
use record::record::{Fate, KeyChange, KeyRecord, Output, Record, TokenUse};
use record::{Bundle, Bytes, Digest, Signed, Time};

use super::scene::event::{Event, derived, keys, request, typed};
use super::scene::judge::ssh_verifies;
use super::scene::{ids, names, plan, read};

/// An event that five members held, and its honest record. The homes are used read-only by the tests here.
fn held() -> &'static (Event, Record) {
    static HELD: OnceLock<(Event, Record)> = OnceLock::new();
    HELD.get_or_init(|| {
        let event = Event::new("held");
        let asked = request(&event);
        event.put("approval-request-1.cbor", asked.clone());
        for id in ids().take(5) {
            event.review(&id);
            event.attend(&id, "begin");
            event.approve(&id, asked.clone()).good();
            event.attend(&id, "end");
        }
        let record = record(&event);
        (event, record)
    })
}

fn signed(event: &Event, stem: &str, id: &str) -> Signed {
    let file = event.out().join(format!("{stem}-{id}.cbor"));
    let signature = String::from_utf8(read(&file.with_extension("cbor.sig"))).expect("armour");
    Signed {
        bundle: Bytes(read(&file)),
        signature,
        member: id.to_owned(),
    }
}

fn record(event: &Event) -> Record {
    let five: Vec<String> = ids().take(5).collect();
    let all = |stem: &'static str| five.iter().map(move |id| signed(event, stem, id));
    let asked = request(event);
    let token = |token: &record::messages::TokenRequest| TokenUse {
        token: token.token,
        action: token.action.clone(),
        window: 1,
        fate: Fate::Used,
    };
    let key = |(name, spki): (&String, &Bytes)| KeyRecord {
        key: name.clone(),
        change: KeyChange::Made,
        label: format!("{name}-0123456789abcdef"),
        public_key: spki.clone(),
        fingerprint: Digest::of(spki),
        attributes: vec!["extractable=false".into()],
        quorum: (name != "console-1").then_some((5, 5)),
        owner: "root_owner".into(),
        shared: Vec::new(),
    };
    let output = |derived: &issue::derive::Derived| Output {
        step: derived.step.clone(),
        file: derived.file.clone(),
        signed: derived.digest(),
        fingerprint: Digest::of(derived.file.as_bytes()),
    };
    let inbound = plan::inbound();
    Record {
        event: inbound.plan.event.clone(),
        kind: inbound.plan.kind.clone(),
        description: inbound.plan.description.clone(),
        previous: None,
        checkpoint: None,
        plan: inbound.digest,
        roster: inbound.plan.inputs["roster.cbor"].0,
        image: event.opening.image.clone(),
        tool: Digest::of(b"ceremony"),
        tool_version: "0.1.0".into(),
        boot: Boot::Unproven,
        session: event.opening.session.clone(),
        began: event.opening.at,
        ended: Time::parse("2026-11-22T10:30:00Z").expect("a time"),
        present: five.clone(),
        reviews: all("review").collect(),
        attendance: all("attendance-begin").chain(all("attendance-end")).collect(),
        requests: vec![Bytes(read(&event.path("approval-request-1.cbor")))],
        approvals: all("approval-1").collect(),
        tokens: asked.tokens.iter().map(token).collect(),
        keys: keys().iter().map(key).collect(),
        outputs: derived().iter().map(output).collect(),
        refusals: Vec::new(),
        statements: Vec::new(),
        facts: std::collections::BTreeMap::new(),
        exceptions: Vec::new(),
        exemptions: Vec::new(),
        journal_entries: 99,
        journal: Digest::of(b"journal"),
    }
}

/// Countersigns a record under a name of the test's own; several tests share the homes.
fn countersign(test: &str, id: &str, record: Record) -> (super::scene::Ran, std::path::PathBuf) {
    let (event, _) = held();
    let file = event.path(&format!("record-{test}.cbor"));
    let bytes = Bundle::new(true, record).encode().expect("encodes");
    std::fs::write(&file, &bytes).expect("written");
    let out = event.path(&format!("countersignatures-{test}"));
    let arguments = [
        "--now",
        super::scene::NOW,
        "countersign",
        file.to_str().expect("UTF-8"),
        "--out",
    ];
    let arguments = [&arguments[..], &[out.to_str().expect("UTF-8")]].concat();
    (
        super::scene::run(&event.home(id), &arguments, &typed(&Digest::of(&bytes))),
        out,
    )
}

#[test]
fn ssh_keygen_verifies_the_countersignature() {
    let (ran, out) = countersign("good", "member-1", held().1.clone());
    let page = ran.good();
    for said in [
        "present: member-1, member-2, member-3, member-4, member-5",
        "root-1: made; 5 members to use it, 5 to change it; owner root_owner",
        "console-1: made; not guarded by the quorum; owner root_owner",
        "your own approval: in the record, as you made it",
        "tokens: 8 used, 0 unused, 0 without an answer",
        "boot unproven: nothing but the console's own word says what it ran",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
    assert_eq!(names(&out), ["member-1.sig"]);
    let file = held().0.path("record-good.cbor");
    let key = plan::registration("member-1").ssh_key;
    ssh_verifies(
        &file,
        &out.join("member-1.sig"),
        "record@pki.rust-lang.org",
        "member-1",
        &key,
    );
}

#[track_caller]
fn refused(test: &str, change: impl Fn(&mut Record), error: &str) {
    let mut record = held().1.clone();
    change(&mut record);
    let (ran, out) = countersign(test, "member-1", record);
    ran.refused(
        1,
        error,
        "do not sign; show this to the other members, and keep the record's file",
    );
    assert!(!out.exists());
}

#[test]
fn refuses_a_record_that_does_not_name_me_or_what_i_said() {
    let mine = |signed: &Signed| signed.member == "member-1";
    let error = "the record does not name member-1 among those present";
    refused("absent", |record| drop(record.present.remove(0)), error);
    let error = "the record lacks your review of the plan";
    refused("review", |record| record.reviews.retain(|signed| !mine(signed)), error);
    let error = "the record lacks your word to be present at the beginning";
    refused("begin", |record| drop(record.attendance.remove(0)), error);
    let error = "the record lacks your word to be present at the end";
    refused("end", |record| drop(record.attendance.remove(5)), error);
}

#[test]
fn refuses_words_in_my_name_that_i_did_not_say() {
    let error = "the record holds an approval in your name that you did not make here";
    let another = |record: &mut Record| record.approvals[0].bundle = record.approvals[1].bundle.clone();
    refused("mine", another, error);
}

#[test]
fn refuses_outputs_that_the_plan_does_not_give() {
    let error = "the record is wrong: its outputs are not those that the plan and the keys give";
    refused("bytes", |record| record.outputs[2].signed = Digest::of(b"other"), error);
    refused("fewer", |record| drop(record.outputs.pop()), error);
}

#[test]
fn refuses_too_few_approvals_and_approvals_of_another_run() {
    let error = "the record is wrong: 4 of 5 members approved 'root-certificate'";
    refused("four", |record| drop(record.approvals.pop()), error);
    refused(
        "twice",
        |record| record.approvals[4] = record.approvals[3].clone(),
        error,
    );
    let error = "the record is wrong: the approval of member-1 answers no request of this run";
    refused("request", |record| record.requests.clear(), error);
}

#[test]
fn a_signature_that_may_exist_unseen_is_said_aloud() {
    let mut record = held().1.clone();
    record.tokens[0].fate = Fate::Unknown;
    let (ran, _) = countersign("unknown", "member-2", record);
    let page = ran.good();
    assert!(page.contains("tokens: 7 used, 0 unused, 1 without an answer"), "{page}");
    assert!(
        page.contains("NOTE: for a token without an answer a signature may exist"),
        "{page}"
    );
}

#[test]
fn wrong_words_leave_the_record_unsigned() {
    let (event, record) = held();
    event.put("record-words.cbor", record.clone());
    let ran = event.act(
        "member-3",
        &["countersign"],
        "record-words.cbor",
        &typed(&Digest::of(b"another")),
    );
    assert_eq!(ran.code, 1);
    assert!(
        ran.errors.contains("word of the record's digest; nothing was signed"),
        "{}",
        ran.errors
    );
    assert!(!names(&event.out()).contains(&"member-3.sig".to_owned()));
}
