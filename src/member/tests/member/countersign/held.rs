//! An event that six members held, and its record, countersigned under names of the tests' own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use record::facts::HsmCheck;
use record::messages::Boot;
use record::record::{Fate, KeyChange, KeyRecord, Output, Record, TokenUse};
use record::{Bundle, Bytes, Digest, Signed, Time};

use crate::scene::event::{Event, derived, keys, request, typed, window};
use crate::scene::{NOW, Ran, ids, plan, read, run};

/// An event that six members held, and its record: honest but for a second window that it hides from member-6. The homes are used read-only by the tests here.
pub fn held() -> &'static (Event, Record) {
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

pub fn signed(event: &Event, stem: &str, id: &str) -> Signed {
    let file = event.out().join(format!("{stem}-{id}.cbor"));
    let signature = String::from_utf8(read(&file.with_extension("cbor.sig"))).expect("armour");
    Signed {
        bundle: Bytes(read(&file)),
        signature,
        member: id.to_owned(),
    }
}

pub fn record(event: &Event) -> Record {
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
        adopted: BTreeMap::new(),
        journal_entries: 99,
        journal: Digest::of(b"journal"),
    }
}

/// What the console states of the HSM.
pub fn facts() -> BTreeMap<String, String> {
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

/// Countersigns a record under a name of the test's own; several tests share the homes.
pub fn countersign(test: &str, id: &str, record: Record) -> (Ran, PathBuf) {
    countersign_with(test, id, record, &[])
}

pub fn countersign_with(test: &str, id: &str, record: Record, more: &[&str]) -> (Ran, PathBuf) {
    let (event, _) = held();
    let file = event.path(&format!("record-{test}.cbor"));
    let bytes = Bundle::new(true, record).encode().expect("encodes");
    std::fs::write(&file, &bytes).expect("written");
    let out = event.path(&format!("countersignatures-{test}"));
    let arguments = ["--now", NOW, "countersign", file.to_str().expect("UTF-8"), "--out"];
    let arguments = [&arguments[..], &[out.to_str().expect("UTF-8")], more].concat();
    (run(&event.home(id), &arguments, &typed(&Digest::of(&bytes))), out)
}

/// When the tokens of the first window are dead.
pub const LATER: &str = "2026-11-22T10:20:00Z";

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
