//! The comparison itself: whatever no stop may change is found when it is changed.

use std::panic::catch_unwind;

use ::record::record::{Exception, Record};
use ::record::{Bundle, Digest};
use support::rehearsal;

use crate::store::{Store, compare};

/// Whether the comparison ends well with this change in the files of one event's store whose paths begin so.
fn is_found(path: &str, change: fn(&mut Vec<u8>)) -> bool {
    let changed = |found: &str, bytes: &mut Vec<u8>| {
        if found.starts_with(path) {
            change(bytes);
        }
    };
    catch_unwind(|| compare(&store(|_, _| ()), &store(changed))).is_err()
}

fn finds(path: &str, change: fn(&mut Vec<u8>)) {
    assert!(is_found(path, change), "nobody finds what was changed in {path}");
}

fn store(change: impl Fn(&str, &mut Vec<u8>)) -> Store {
    Store::read(&rehearsal::plain().done().store(""), EVENT, change)
}

fn replace(bytes: &mut Vec<u8>, old: &str, new: &str) {
    let text = String::from_utf8(bytes.clone()).expect("text");
    assert!(text.contains(old), "{old}");
    *bytes = text.replacen(old, new, 1).into_bytes();
}

#[test]
fn a_store_is_the_same_as_itself() {
    assert!(!is_found("certs", |_| ()));
}

#[test]
fn finds_a_changed_octet_where_none_may_change() {
    for path in ["roster/", "policy/1.toml", "policy/tlog-policy-1", ALLOWED_SIGNERS] {
        finds(path, |bytes| bytes[7] ^= 1);
    }
}

#[test]
fn finds_a_change_in_what_is_signed() {
    finds("certs/release-1.der", |bytes| bytes[30] ^= 1);
    finds("certs/release-1.pem", |bytes| bytes[100] ^= 1);
    finds("crl/root-1/1.crl", |bytes| bytes[60] ^= 1);
    finds(RESULTS_SIGNATURE, |bytes| bytes[60] ^= 1);
}

#[test]
fn finds_a_change_in_the_log() {
    finds("log/1/checkpoint", |bytes| replace(bytes, "log/1\n", "log/1\n1"));
    finds("certs/bors-1.tlog-proof", |bytes| replace(bytes, "index ", "index 1"));
    finds("log/1/tile/0/", |bytes| bytes[8] ^= 1);
    finds("log/1/tile/entries/", |bytes| bytes[60] ^= 1);
}

#[test]
fn finds_a_page_of_something_else() {
    finds("index.html", |bytes| replace(bytes, "</h1>", "!</h1>"));
}

#[test]
fn finds_another_list_of_files() {
    finds("files.txt", |bytes| replace(bytes, "roster/1.cbor", "roster/2.cbor"));
}

#[test]
fn finds_a_change_in_the_record() {
    let changes: [fn(&mut Record); 10] = [
        |record| record.description += "!",
        |record| record.present.truncate(8),
        |record| record.reviews.truncate(8),
        |record| record.attendance.truncate(8),
        |record| record.outputs[0].fingerprint = Digest::of(b"another"),
        |record| record.keys[0].owner += "_2",
        |record| drop(record.facts.insert("door".into(), "open".into())),
        |record| record.tokens.truncate(1),
        |record| record.exemptions.push("a lint".into()),
        |record| record.exceptions.push(left_the_plan(record)),
    ];
    for change in changes {
        let changed = |path: &str, bytes: &mut Vec<u8>| {
            if path.starts_with(RECORD) {
                let mut bundle = Bundle::<Record>::decode(bytes).expect("a record");
                change(&mut bundle.body);
                *bytes = bundle.encode().expect("it encodes");
            }
        };
        let ended = catch_unwind(|| compare(&store(|_, _| ()), &store(changed)));
        assert!(ended.is_err(), "nobody finds what was changed in the record");
    }
}

fn left_the_plan(record: &Record) -> Exception {
    Exception {
        step: None,
        at: record.began,
        what: "the plan was left".into(),
    }
}

const EVENT: &str = "root-generation-1";
const RECORD: &str = "events/root-generation-1/record.cbor";
const RESULTS_SIGNATURE: &str = "events/root-generation-1/results.sig";
const ALLOWED_SIGNERS: &str = "events/root-generation-1/allowed_signers";
