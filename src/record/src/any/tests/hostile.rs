//! Every way in which a file of any type is not strictly what it says: one table, held against all types.

use std::collections::BTreeMap;

use serde_cbor::Value;

use super::*;
use crate::cbor;

/// One thing done to good octets; what the refusal says, or begins with.
type Case = (&'static str, fn(&[u8]) -> Vec<u8>, &'static str);

const FOREIGN: &str = "this is no CBOR of ours";
const EMPTY: &str = "the file is empty";
const NOT_CANONICAL: &str = "the CBOR is not in its deterministic form (RFC 8949, section 4.2.1)";
const NO_BUNDLE: &str = "not a bundle that can be read: ";

const CASES: &[Case] = &[
    ("an octet behind it", |good| [good, &[0]].concat(), NO_BUNDLE),
    ("another bundle behind it", |good| [good, good].concat(), NO_BUNDLE),
    ("cut by one octet", |good| good[..good.len() - 1].to_vec(), NO_BUNDLE),
    ("empty", |_| Vec::new(), NO_BUNDLE),
    ("a duplicate key", duplicated, NO_BUNDLE),
    ("keys out of order", unsorted, NOT_CANONICAL),
    ("a map without a length", indefinite, NOT_CANONICAL),
    (
        "a version in two octets",
        |good| replaced(good, b"gversion\x01", b"gversion\x18\x01"),
        NOT_CANONICAL,
    ),
    (
        "a tag around it",
        |good| [&[0xd9, 0xd9, 0xf7], good].concat(),
        NOT_CANONICAL,
    ),
    (
        "a tag around its version",
        |good| replaced(good, b"gversion\x01", b"gversion\xc1\x01"),
        NOT_CANONICAL,
    ),
    (
        "a float as its version",
        |good| replaced(good, b"gversion\x01", b"gversion\xf9\x3c\x00"),
        NO_BUNDLE,
    ),
    (
        "an unknown field in the envelope",
        |good| envelope(good, |map| put(map, "more", Value::Integer(1))),
        NO_BUNDLE,
    ),
    (
        "an unknown field in the body",
        |good| body(good, |map| put(map, "more", Value::Integer(1))),
        NO_BUNDLE,
    ),
    (
        "a float in the body",
        |good| body(good, |map| put(map, "more", Value::Float(1.5))),
        NO_BUNDLE,
    ),
    (
        "a body that is a list",
        |good| envelope(good, |map| put(map, "body", Value::Array(vec![]))),
        NO_BUNDLE,
    ),
    (
        "no mark",
        |good| envelope(good, |map| drop(map.remove(&Value::Text("rehearsal".into())))),
        NO_BUNDLE,
    ),
    (
        "null as a field left out",
        |good| body(good, null_for_each_missing),
        NO_BUNDLE,
    ),
];

#[test]
fn every_type_refuses_what_is_not_strictly_it() {
    for (kind, good) in vectors() {
        for (what, change, said) in CASES {
            let bytes = change(&good);
            assert_ne!(bytes, good, "{}: {what} changes something", kind.name);
            let error = AnyBundle::decode(&bytes).expect_err(what).to_string();
            let also = error.starts_with(NO_BUNDLE) || [NOT_CANONICAL, FOREIGN, EMPTY].contains(&error.as_str());
            assert!(
                error.starts_with(said) || (*said == NO_BUNDLE && also),
                "{}, {what}: {error}",
                kind.name
            );
        }
    }
}

#[test]
fn every_type_refuses_another_version_by_name() {
    for (kind, good) in vectors() {
        let bytes = envelope(&good, |map| put(map, "version", Value::Integer(2)));
        let error = AnyBundle::decode(&bytes).expect_err("version 2");
        assert_eq!(
            error.to_string(),
            format!("a '{}' bundle of version 2 is not known here", kind.name)
        );
    }
}

#[test]
fn every_type_refuses_more_octets_than_it_has() {
    for (kind, good) in vectors() {
        // In a field that no type has, so that only the size can be what is refused first.
        let bytes = body(&good, |map| put(map, "more", Value::Bytes(vec![0; kind.limit])));
        let error = AnyBundle::decode(&bytes).expect_err("too large").to_string();
        assert_eq!(
            error,
            format!("{} octets are too many; at most {} are read", bytes.len(), kind.limit)
        );
    }
}

#[test]
fn every_type_refuses_a_deep_nest_in_any_field() {
    for (kind, good) in vectors() {
        let Value::Map(fields) = cbor::decode::<Value>(&good).expect("CBOR") else {
            panic!("a map")
        };
        let Value::Map(fields) = &fields[&text("body")] else {
            panic!("a map")
        };
        for key in fields.keys() {
            for nest in [&[0x81][..], &[0xa1, 0x00], &[0x9f], &[0xbf, 0x00], &[0xc1]] {
                let hole = body(&good, |map| drop(map.insert(key.clone(), Value::Bytes(MARK.to_vec()))));
                let deep = replaced(
                    &hole,
                    &[&[0x48], MARK].concat(),
                    &[nest.repeat(60_000).as_slice(), &[0]].concat(),
                );
                let error = AnyBundle::decode(&deep).expect_err("too deep").to_string();
                let words = "not a bundle that can be read: nested more than 12 deep";
                assert_eq!(error, words, "{}: {key:?}", kind.name);
            }
        }
    }
}

/// A head says how much follows; nothing is made ready for more than is there.
#[test]
fn every_type_refuses_huge_lengths_that_are_not_there() {
    for (kind, good) in vectors() {
        for head in [0x5b, 0x7b, 0x9b, 0xbb] {
            for length in [[0xff; 8], [0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff]] {
                let hole = envelope(&good, |map| put(map, "body", Value::Bytes(MARK.to_vec())));
                let huge = replaced(&hole, &[&[0x48], MARK].concat(), &[&[head][..], &length].concat());
                let error = AnyBundle::decode(&huge).expect_err("huge").to_string();
                assert!(error.starts_with(NO_BUNDLE), "{}: {error}", kind.name);
            }
        }
    }
}

#[test]
fn every_type_refuses_every_cut_and_shows_every_changed_octet() {
    for (kind, good) in vectors() {
        let read = AnyBundle::decode(&good).expect("it is read");
        // The long ones at each third place: they hold the short ones.
        let step = if good.len() > 1_000 { 3 } else { 1 };
        for n in (0..good.len()).step_by(step) {
            assert!(AnyBundle::decode(&good[..n]).is_err(), "{} cut at {n}", kind.name);
            let mut changed = good.clone();
            changed[n] ^= 0x20;
            if let Ok(other) = AnyBundle::decode(&changed) {
                assert_ne!(other, read, "{}: octet {n}", kind.name);
            }
        }
    }
}

type Map = BTreeMap<Value, Value>;

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn put(map: &mut Map, key: &str, value: Value) {
    map.insert(text(key), value);
}

fn envelope(good: &[u8], change: impl FnOnce(&mut Map)) -> Vec<u8> {
    let Value::Map(mut map) = cbor::decode(good).expect("CBOR") else {
        panic!("a map")
    };
    change(&mut map);
    cbor::encode(&Value::Map(map)).expect("encodes")
}

fn body(good: &[u8], change: impl FnOnce(&mut Map)) -> Vec<u8> {
    envelope(good, |map| match map.get_mut(&text("body")) {
        Some(Value::Map(body)) => change(body),
        _ => panic!("a body"),
    })
}

/// Serde reads null as a field that is left out; our one encoding does not have it.
fn null_for_each_missing(map: &mut Map) {
    for field in [
        "compared",
        "session",
        "previous",
        "checkpoint",
        "adopted",
        "verity-root",
    ] {
        map.entry(text(field)).or_insert(Value::Null);
    }
}

fn replaced(good: &[u8], what: &[u8], with: &[u8]) -> Vec<u8> {
    // The envelope's own field comes last, behind all that may look like it.
    let at = good
        .windows(what.len())
        .rposition(|part| part == what)
        .expect("it is there");
    [&good[..at], with, &good[at + what.len()..]].concat()
}

/// The envelope's last pair once more; the head counts five.
fn duplicated(good: &[u8]) -> Vec<u8> {
    [&[0xa5], &good[1..], b"irehearsal\xf5".as_slice()].concat()
}

/// The envelope's last two pairs in each other's place.
fn unsorted(good: &[u8]) -> Vec<u8> {
    let version = b"gversion\x01";
    let rest = good
        .strip_suffix(b"irehearsal\xf5")
        .and_then(|rest| rest.strip_suffix(version))
        .expect("the two");
    [rest, b"irehearsal\xf5", version].concat()
}

fn indefinite(good: &[u8]) -> Vec<u8> {
    [&[0xbf], &good[1..], &[0xff]].concat()
}

const MARK: &[u8] = b"\x00a hole\x00";
