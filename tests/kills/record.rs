//! The record: what a stop must change in it is checked by itself; all the rest is compared as it stands.

use std::collections::{BTreeMap, BTreeSet};

use ::record::bundle::peek;
use ::record::difference;
use ::record::messages::{Attendance, Phase, Place};
use ::record::record::{Fate, KeyChange, Record};
use ::record::{Bundle, Bytes, Digest, Signed, Time, cbor};

use crate::store::Store;

/// Compares the records of two stores, the first of an event without a stop.
pub fn compare(whole: &Store, cut: &Store) {
    let differs = difference::first(&settled(whole), &settled(cut));
    assert_eq!(differs, None, "the record");
    let (one, other) = (&whole.record, &cut.record);
    assert_eq!(attended(one), attended(other), "who attended");
    assert_eq!(
        said(&one.statements),
        said(&other.statements),
        "what members signed besides"
    );
    assert_eq!(
        spent(one, &[Fate::Used]),
        spent(other, &[Fate::Used, Fate::Unknown]),
        "what tokens were spent on"
    );
    assert_eq!(one.exceptions, [], "nothing went otherwise without a stop");
    for exception in &other.exceptions {
        let of_a_stop = STOPS.iter().any(|words| exception.what.contains(words));
        assert!(of_a_stop, "{exception:?}");
    }
    [whole, cut].into_iter().for_each(digests_are_of_this_store);
}

/// The record without what a holding makes anew. Each line says why.
fn settled(store: &Store) -> Vec<u8> {
    let mut record = store.record.clone();
    // Both ran by a clock that goes on, and after a stop members wait before they approve the same again.
    (record.began, record.ended) = (Time(0), Time(0));
    // 16 random octets, and all that is bound to them: who attended is compared by itself.
    (record.session, record.attendance) = (Bytes(Vec::new()), Vec::new());
    // The journal tells each stop.
    (record.journal, record.journal_entries) = (Digest::of(b""), 0);
    // Tokens are the HSM's random values, and the members approve them: what they were spent on is compared by itself.
    (record.requests, record.approvals, record.tokens) = (Vec::new(), Vec::new(), Vec::new());
    // What a stop leaves, and the members' words that they know of it: both are looked at by themselves.
    (record.exceptions, record.statements) = (Vec::new(), Vec::new());
    // When the clock was compared, and how often the engine was started.
    record.facts = facts_of_the_event(&record);
    for key in &mut record.keys {
        // A key that was made before a stop is adopted after it.
        if key.change == KeyChange::Adopted {
            key.change = KeyChange::Made;
        }
        assert_eq!(key.fingerprint, Digest::of(&key.public_key), "{}", key.key);
    }
    // They are compared with this store's own files: a DER holds a signature, to-be-signed bytes may hold a random key.
    for output in &mut record.outputs {
        (output.signed, output.fingerprint) = (Digest::of(b""), Digest::of(b""));
    }
    // Random public keys and their fingerprints.
    store.named.over(&cbor::encode(&record).expect("it encodes"))
}

/// What the record states by name, but for what a stop changes.
pub fn facts_of_the_event(record: &Record) -> BTreeMap<String, String> {
    let mut facts = record.facts.clone();
    facts.retain(|name, _| !OF_THE_MACHINE.contains(&name.as_str()));
    facts
}

/// Outputs are the certificates and lists of this very store.
fn digests_are_of_this_store(store: &Store) {
    for output in &store.record.outputs {
        let der = store.file(&output.file);
        let signed = Digest::of(support::event::to_be_signed(der));
        assert_eq!(
            (output.signed, output.fingerprint),
            (signed, Digest::of(der)),
            "{}",
            output.file
        );
    }
}

/// Who attended, when and where.
fn attended(record: &Record) -> BTreeSet<(String, &'static str, bool)> {
    let one = |signed: &Signed| {
        let body = Bundle::<Attendance>::decode(&signed.bundle)
            .expect("an attendance")
            .body;
        assert_eq!((&body.member, &body.plan), (&signed.member, &record.plan));
        let phase: Phase = body.phase;
        (body.member, phase.name(), body.place == Place::Local)
    };
    record.attendance.iter().map(one).collect()
}

/// Who signed what type of bundle; that an exception is known is said only where there is one.
pub fn said(statements: &[Signed]) -> BTreeSet<(String, String)> {
    let kind = |signed: &Signed| peek(&signed.bundle).expect("a bundle").0;
    let said = statements.iter().map(|signed| (kind(signed), signed.member.clone()));
    said.filter(|(kind, _)| kind != "acknowledgement").collect()
}

/// The steps that tokens of such a fate were for.
fn spent(record: &Record, fates: &[Fate]) -> BTreeSet<(String, String)> {
    let of = record.tokens.iter().filter(|token| fates.contains(&token.fate));
    of.map(|token| (token.action.step.clone(), format!("{:?}", token.action.kind)))
        .collect()
}

/// Facts that a stop changes.
const OF_THE_MACHINE: [&str; 3] = ["clock", "power", "logins"];

/// What a stop may leave in the record.
const STOPS: [&str; 7] = [
    "the engine was started again (",
    "no answer came to the signing; a signature may exist: ",
    "the same bytes may have been signed before; decided to sign them: ",
    "no answer came to a command; the HSM's state shows that it was carried out",
    "no good answer came to a command; it may have been carried out: ",
    "a command may have been carried out before; decided to give it again: ",
    "has no clear answer, so its outcome is unknown (",
];
