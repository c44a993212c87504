//! `countersign`: the record compared with one's own memory of the event, then signed.

use std::sync::OnceLock;

use record::facts::HsmCheck;
use record::messages::Boot;
use record::record::{Fate, KeyChange, KeyRecord, Output, Record, TokenUse};
use record::{Bundle, Bytes, Digest, Signed, Time};

use super::scene::event::{Event, derived, keys, request, typed, window};
use super::scene::judge::ssh_verifies;
use super::scene::{ids, names, plan, read};

/// An event that six members held, and its record: honest but for a second window that it hides from member-6. The homes are used read-only by the tests here.
fn held() -> &'static (Event, Record) {
    static HELD: OnceLock<(Event, Record)> = OnceLock::new();
    HELD.get_or_init(|| {
        let event = Event::new("held");
        let asked = request(&event);
        event.put("approval-request-1.cbor", asked.clone());
        for id in ids().take(6) {
            event.review(&id);
            event.attend(&id, "begin");
            event.approve(&id, asked.clone()).good();
            if id == "member-6" {
                event.approve_at(LATER, &id, window(&event, 2)).good();
            }
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
    let six: Vec<String> = ids().take(6).collect();
    let all = |stem: &'static str| six.iter().map(move |id| signed(event, stem, id));
    let asked = request(event);
    let token = |token: &record::messages::TokenRequest| TokenUse {
        token: token.token,
        action: token.action.clone(),
        window: 1,
        fate: Fate::Used,
    };
    let inbound = plan::inbound();
    let key = |(step, name, guarded): (&str, &str, bool)| KeyRecord {
        key: name.to_owned(),
        change: KeyChange::Made,
        label: inbound.label(step, name),
        public_key: keys()[name].clone(),
        fingerprint: Digest::of(&keys()[name]),
        attributes: ATTRIBUTES.map(str::to_owned).to_vec(),
        quorum: guarded.then_some((5, 5)),
        owner: "root_owner".into(),
        shared: match guarded {
            true => ids().map(|id| id.replace('-', "_")).collect(),
            false => Vec::new(),
        },
    };
    let output = |derived: &issue::derive::Derived| Output {
        step: derived.step.clone(),
        file: derived.file.clone(),
        signed: derived.digest(),
        fingerprint: Digest::of(derived.file.as_bytes()),
    };
    Record {
        event: inbound.plan.event.clone(),
        kind: inbound.plan.kind.to_string(),
        description: inbound.plan.description.clone(),
        previous: None,
        checkpoint: None,
        plan: inbound.digest,
        roster: inbound.plan.inputs["roster.cbor"].0,
        image: event.opening.image.clone(),
        tool: event.opening.image.digest,
        tool_version: "0.1.0".into(),
        boot: Boot::Unproven,
        session: event.opening.session.clone(),
        began: event.opening.at,
        ended: Time::parse("2026-11-22T10:01:00Z").expect("a time"),
        present: six.clone(),
        reviews: all("review").collect(),
        attendance: all("attendance-begin").chain(all("attendance-end")).collect(),
        requests: vec![Bytes(read(&event.path("approval-request-1.cbor")))],
        approvals: all("approval-1").collect(),
        tokens: asked.tokens.iter().map(token).collect(),
        keys: inbound.plan.made_keys().map(key).collect(),
        outputs: derived().iter().map(output).collect(),
        refusals: Vec::new(),
        statements: Vec::new(),
        facts: facts(),
        exceptions: Vec::new(),
        exemptions: Vec::new(),
        adopted: std::collections::BTreeMap::new(),
        journal_entries: 99,
        journal: Digest::of(b"journal"),
    }
}

/// Countersigns a record under a name of the test's own; several tests share the homes.
fn countersign(test: &str, id: &str, record: Record) -> (super::scene::Ran, std::path::PathBuf) {
    countersign_with(test, id, record, &[])
}

fn countersign_with(test: &str, id: &str, record: Record, more: &[&str]) -> (super::scene::Ran, std::path::PathBuf) {
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
    let arguments = [&arguments[..], &[out.to_str().expect("UTF-8")], more].concat();
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
        "present: member-1, member-2, member-3, member-4, member-5, member-6",
        "root-1: made; 5 members to use it, 5 to change it; owner root_owner",
        "console-1: made; not guarded by the quorum; owner root_owner",
        "your own approval: in the record, as you made it",
        "tokens: 8 used, 0 unused, 0 without an answer",
        "boot unproven: nothing but the console's own word says what it ran",
        "its attributes: always-sensitive=true, decrypt=false, derive=false,",
        "it is shared with: member_1, member_2, member_3, member_4, member_5, member_6,",
        "What the console states besides",
        "What was not checked here",
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
    refused("end", |record| drop(record.attendance.remove(6)), error);
}

/// The same record, of an event that ended early.
fn ended_early() -> Record {
    let mut record = held().1.clone();
    let why = "after everything was signed: the fire alarm went off";
    record.facts.insert("aborted".into(), why.into());
    record
}

#[test]
fn who_was_not_there_signs_the_record_of_an_event_that_ended_early() {
    let plan = held().0.path("plan.cbor");
    let plan = ["--plan", plan.to_str().expect("UTF-8")];
    let (ran, out) = countersign_with("absent-early", "member-7", ended_early(), &plan);
    let page = ran.good();
    assert!(page.contains("YOU WERE NOT PRESENT. Your signature says"), "{page}");
    assert!(page.contains("Image and session you have not seen."), "{page}");
    assert_eq!(names(&out), ["member-7.sig"]);
    // Without the plan there is nothing to read the record against.
    let (ran, out) = countersign("absent-no-plan", "member-8", ended_early());
    let error = format!(
        "you were not present, and have not reviewed the record's plan {}",
        held().1.plan
    );
    ran.refused(1, &error, "name the event's inbound bundle with --plan");
    assert!(!out.exists());
    // An event that was held to its end is signed by those who were there.
    let (ran, out) = countersign_with("absent-whole", "member-7", held().1.clone(), &plan);
    let error = format!("you have not reviewed the plan {}", held().1.plan);
    ran.refused(1, &error, "review the plan first; if you did, name the right --home");
    assert!(!out.exists());
}

#[test]
fn who_was_there_signs_no_early_end_that_says_otherwise() {
    let mut record = ended_early();
    drop(record.present.remove(0));
    let (ran, out) = countersign("early-unsaid", "member-1", record);
    let hint = "do not sign; show this to the other members, and keep the record's file";
    let error = "the record does not name member-1 among those present";
    ran.refused(1, error, hint);
    assert!(!out.exists());
}

#[test]
fn refuses_words_in_my_name_that_i_did_not_say() {
    let error = "the record holds an approval in your name that you did not make here";
    let another = |record: &mut Record| record.approvals[0].bundle = record.approvals[1].bundle.clone();
    refused("mine", another, error);
}

#[test]
fn refuses_a_record_that_leaves_out_what_i_approved() {
    let hint = "do not sign; tell the others, and send your file again: the record must hold it";
    let lacks = |test: &str, id: &str, change: fn(&mut Record), error: &str| {
        let mut record = held().1.clone();
        change(&mut record);
        let (ran, out) = countersign(test, id, record);
        ran.refused(1, error, hint);
        assert!(!out.exists());
    };
    // Five approvals stay: the quorum is not short.
    let error = "the record lacks the approval that you gave at 2026-11-22T10:00:00Z";
    let mine = |record: &mut Record| record.approvals.retain(|signed| signed.member != "member-1");
    lacks("left-out", "member-1", mine, error);
    let error = "the record lacks the request of an approval that you gave at 2026-11-22T10:00:00Z";
    lacks("no-request", "member-1", |record| record.requests.clear(), error);
    let error = "the record lacks a token of an approval that you gave at 2026-11-22T10:00:00Z";
    lacks("no-token", "member-1", |record| drop(record.tokens.pop()), error);
    // A second window that nobody else was asked about.
    let error = "the record lacks the approval that you gave at 2026-11-22T10:20:00Z";
    lacks("window", "member-6", |_| {}, error);
}

#[test]
fn refuses_a_record_that_does_not_fit_the_plan_or_itself() {
    let wrong = |test: &str, change: &dyn Fn(&mut Record), rule: &str| {
        let mut record = held().1.clone();
        change(&mut record);
        let (ran, out) = countersign(test, "member-2", record);
        let error = format!("ceremony-member: error: the record is wrong: {rule}: ");
        assert!(ran.errors.starts_with(&error), "{test}: {}", ran.errors);
        let hint = "ceremony-member: hint: do not sign; show this to the other members, and keep the record's file";
        assert!(ran.errors.contains(hint), "{test}: {}", ran.errors);
        assert_eq!((ran.code, out.exists()), (1, false), "{test}");
    };
    wrong(
        "bytes",
        &|record| record.outputs[2].signed = Digest::of(b"x"),
        "outputs-differ",
    );
    wrong("fewer", &|record| drop(record.outputs.pop()), "outputs-differ");
    wrong(
        "four",
        &|record| {
            record
                .approvals
                .retain(|signed| ["member-2", "member-3"].contains(&&*signed.member))
        },
        "quorum-short",
    );
    wrong(
        "attribute",
        &|record| record.keys[0].attributes[0] = "extractable=true".into(),
        "key-attributes",
    );
    wrong("quorum", &|record| record.keys[0].quorum = Some((1, 1)), "key-quorum");
    wrong(
        "shared",
        &|record| record.keys[0].shared.push("stranger".into()),
        "key-shared",
    );
    wrong("owner", &|record| record.keys[0].owner = "member_1".into(), "key-owner");
    wrong("label", &|record| record.keys[0].label = "root".into(), "key-label");
    wrong(
        "fingerprint",
        &|record| record.keys[0].fingerprint = Digest::of(b"x"),
        "key-fingerprint",
    );
    wrong(
        "present",
        &|record| record.present.push("member-9".into()),
        "present-differs",
    );
    wrong(
        "previous",
        &|record| record.previous = Some(Digest::of(b"x")),
        "previous-record",
    );
    wrong("tool", &|record| record.tool = Digest::of(b"x"), "image-differs");
    wrong(
        "fact",
        &|record| drop(record.facts.insert("all".into(), "well".into())),
        "fact-unknown",
    );
    wrong("token", &|record| record.tokens[0].window = 7, "token-other");
}

#[test]
fn refuses_times_that_do_not_fit_mine() {
    let time = |text: &str| Time::parse(text).expect("a time");
    let error = "the record is wrong: it says from 2026-11-22T09:58:01Z until 2026-11-22T10:01:00Z, but the opening that \
                 you attended is of 2026-11-22T09:58:00Z";
    refused("late", |record| record.began = time("2026-11-22T09:58:01Z"), error);
    let error = "the record is wrong: it says that the event ended at 2026-11-22T10:05:01Z, but your clock says \
                 2026-11-22T10:00:00Z";
    refused("future", |record| record.ended = time("2026-11-22T10:05:01Z"), error);
}

#[test]
fn a_record_that_ends_before_my_last_word_is_refused() {
    let event = Event::present("countersign-early", "member-1");
    let command = ["attend", "--phase", "end", "--place", "local"];
    let typed = typed(&event.opening.image.digest);
    event
        .act_at("2026-11-22T10:30:00Z", "member-1", &command, "opening.cbor", &typed)
        .good();
    let mine = |stem: &str| signed(&event, stem, "member-1");
    let record = Record {
        reviews: vec![mine("review")],
        attendance: vec![mine("attendance-begin"), mine("attendance-end")],
        requests: Vec::new(),
        approvals: Vec::new(),
        ..held().1.clone()
    };
    let digest = event.put("record.cbor", record);
    let ran = event.act_at(
        "2026-11-22T10:40:00Z",
        "member-1",
        &["countersign"],
        "record.cbor",
        &super::scene::event::typed(&digest),
    );
    let error = "the record is wrong: it says from 2026-11-22T09:58:00Z until 2026-11-22T10:01:00Z, but your word of \
                 the end is of 2026-11-22T10:30:00Z";
    ran.refused(
        1,
        error,
        "do not sign; show this to the other members, and keep the record's file",
    );
}

#[test]
fn a_signature_that_may_exist_unseen_is_said_aloud() {
    let event = Event::new("unknown");
    let mut again = window(&event, 2);
    again.at = Time::parse(LATER).expect("a time");
    again.tokens.truncate(1);
    for id in ids().take(6) {
        event.review(&id);
        event.attend(&id, "begin");
        event.approve(&id, request(&event)).good();
        event.approve_at(LATER, &id, again.clone()).good();
        let command = ["attend", "--phase", "end", "--place", "local"];
        let typed = typed(&event.opening.image.digest);
        event.act_at(LATER, &id, &command, "opening.cbor", &typed).good();
    }
    let mut record = record(&event);
    record
        .requests
        .push(Bytes(read(&event.path("approval-request-2.cbor"))));
    record
        .approvals
        .extend(ids().take(6).map(|id| signed(&event, "approval-2", &id)));
    record.tokens[0].fate = Fate::Unknown;
    record.tokens.push(TokenUse {
        token: again.tokens[0].token,
        action: again.tokens[0].action.clone(),
        window: 2,
        fate: Fate::Used,
    });
    let exception = record::record::Exception {
        step: Some(again.tokens[0].action.step.clone()),
        at: event.opening.at,
        what: "no answer came".into(),
    };
    let words = ["member-1", "member-2"].map(|id| {
        event.acknowledge_at(LATER, id, vec![exception.clone()]).good();
        signed(&event, "acknowledgement-1", id)
    });
    record.statements.extend(words);
    record.exceptions.push(exception);
    record.ended = Time::parse("2026-11-22T10:21:00Z").expect("a time");
    // Told differently than to those who acknowledged it.
    let mut other = record.clone();
    other.exceptions[0].what = "an answer came".into();
    let digest = event.put("record-other.cbor", other);
    let ran = event.act_at(
        LATER,
        "member-2",
        &["countersign"],
        "record-other.cbor",
        &typed(&digest),
    );
    let lacks = format!("the record is wrong: it lacks an exception that you acknowledged at {LATER}");
    ran.refused(
        1,
        &lacks,
        "do not sign; show this to the other members, and keep the record's file",
    );
    let digest = event.put("record.cbor", record);
    let page = event
        .act_at(LATER, "member-2", &["countersign"], "record.cbor", &typed(&digest))
        .good();
    assert!(page.contains("tokens: 8 used, 0 unused, 1 without an answer"), "{page}");
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

/// When the tokens of the first window are dead.
const LATER: &str = "2026-11-22T10:20:00Z";

/// What the HSM states of a key as it must be.
const ATTRIBUTES: [&str; 16] = [
    "always-sensitive=true",
    "decrypt=false",
    "derive=false",
    "destroyable=false",
    "encrypt=false",
    "extractable=false",
    "local=true",
    "modifiable=false",
    "never-extractable=true",
    "private=true",
    "sensitive=true",
    "sign=true",
    "token=true",
    "trusted=false",
    "unwrap=false",
    "wrap=false",
];

/// What the console states of the HSM.
fn facts() -> std::collections::BTreeMap<String, String> {
    let kept_by = record::plan::HsmKind::Cloudhsm.quorum_kept_by().to_owned();
    let judged = |check: HsmCheck| (check.fact().to_owned(), record::facts::judged(&[]));
    let checks = HsmCheck::BOTH.map(judged);
    let stated = ["clock", "logins", "power"].map(|name| (name.to_owned(), "as the console says".to_owned()));
    checks
        .into_iter()
        .chain([(record::facts::QUORUM_KEPT_BY.to_owned(), kept_by)])
        .chain(stated)
        .collect()
}
