//! The formats on the outside: what docs/formats describes is what a real event writes, by a validator of others
//! (the crate cddl-cat, RFC 8610).

mod formats {
    pub mod changes;
    pub mod examples;
    pub mod journal;
    pub mod rare;
    pub mod staging;
    pub mod vectors;
}

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use cddl_cat::validate_cbor_bytes;
use formats::{changes, journal, rare, vectors};
use record::any::TYPES as ALL;
use record::messages::Attendance;
use record::published::{RecordEntry, RefusalEntry};
use record::record::Record;
use record::{Bundle, Digest, bundle, cbor};
use serde_cbor::Value;
use support::process::workspace;
use support::rehearsal;
use support::scratch::files_under;

#[test]
fn every_bundle_of_a_rehearsal_is_as_described() {
    let mut seen = BTreeSet::new();
    for (file, bytes) in bundles() {
        let kind = bundle::peek(&bytes).unwrap_or_else(|error| panic!("{file}: {error}")).0;
        valid("bundles", &kind, &bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        valid("bundles", "any-bundle", &bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        seen.insert(kind);
    }
    assert_eq!(
        seen,
        TYPES.map(str::to_owned).into(),
        "a rehearsal writes every type there is"
    );
}

#[test]
fn no_bundle_passes_for_another_type() {
    let vectors = vectors::all().into_iter().map(|(name, bytes)| (name.to_owned(), bytes));
    for (file, bytes) in one_of_each().into_iter().chain(vectors) {
        let kind = bundle::peek(&bytes).expect("a bundle").0;
        for other in ALL.iter().map(|one| one.name).filter(|other| *other != kind) {
            assert!(valid("bundles", other, &bytes).is_err(), "{file} passes for a {other}");
        }
    }
}

#[test]
fn what_a_rehearsal_writes_is_far_below_the_limits() {
    for (file, bytes) in bundles() {
        let kind = bundle::peek(&bytes).expect("a bundle").0;
        let limit = ALL.iter().find(|one| one.name == kind).expect("a type").limit;
        assert!(bytes.len() < limit / 4, "{file}: {} octets of {limit}", bytes.len());
        record::AnyBundle::decode(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

/// Vectors of the types that no event without deviations writes, with one thing changed at a time.
#[test]
fn a_changed_vector_is_not_as_described() {
    for (kind, bytes) in vectors::all() {
        let whole: Value = serde_cbor::from_slice(&bytes).expect("CBOR");
        for (what, changed) in changes::of(&whole) {
            let changed = cbor::encode(&changed).expect("CBOR");
            let taken = valid("bundles", kind, &changed).is_ok();
            let optional = OPTIONAL
                .iter()
                .any(|(of, field)| kind == *of && what == format!("the body lacks Text(\"{field}\")"));
            assert_eq!(taken, optional, "{kind}, taken although {what}");
            assert_eq!(
                record::AnyBundle::decode(&changed).is_ok(),
                optional,
                "{kind}, read although {what}"
            );
        }
    }
}

/// Fields of the vectors that may be left out.
const OPTIONAL: &[(&str, &str)] = &[
    ("image-manifest", "lock"),
    ("image-manifest", "revision"),
    ("image-manifest", "sbom"),
    ("image-manifest", "uki"),
    ("image-manifest", "verity-root"),
    ("record", "adopted"),
    ("record", "checkpoint"),
    ("record", "previous"),
    ("refusal", "session"),
    ("roster", "previous"),
];

#[test]
fn a_changed_bundle_is_not_as_described() {
    for (file, bytes) in one_of_each() {
        let kind = bundle::peek(&bytes).expect("a bundle").0;
        let whole: Value = serde_cbor::from_slice(&bytes).expect("CBOR");
        let changes = changes::of(&whole);
        assert!(changes.len() > 8, "{file}: {} changes", changes.len());
        for (what, changed) in changes {
            let changed = cbor::encode(&changed).expect("CBOR");
            let taken = valid("bundles", &kind, &changed).is_ok();
            assert!(
                !taken || is_the_first_events(&kind, &what),
                "{file} is taken although {what}"
            );
        }
    }
}

/// Nothing stands before the first event of all, and its record names neither a record before it nor a checkpoint.
fn is_the_first_events(kind: &str, what: &str) -> bool {
    let lacks = |field: &str| what == format!("the body lacks Text(\"{field}\")");
    match kind {
        "record" => lacks("previous") || lacks("checkpoint"),
        "review" => lacks("compared"),
        _ => false,
    }
}

#[test]
fn what_members_signed_is_as_described_inside_the_record() {
    let record = fs::read(rehearsal::plain().done().dir.join("outbound/record.cbor")).expect("the record");
    let record = Bundle::<Record>::decode(&record).expect("a record").body;
    let signed = [&record.reviews, &record.attendance, &record.approvals];
    for (signed, kind) in signed.into_iter().zip(["review", "attendance", "approval"]) {
        assert!(!signed.is_empty());
        for one in signed {
            valid("bundles", kind, &one.bundle).unwrap_or_else(|error| panic!("{kind} of {}: {error}", one.member));
        }
    }
    for request in &record.requests {
        valid("bundles", "approval-request", request).expect("as described");
    }
}

#[test]
fn what_no_rehearsal_writes_is_described_too() {
    let dir = &rehearsal::plain().done().dir;
    let record = fs::read(dir.join("outbound/record.cbor")).expect("the record");
    let record = Bundle::<Record>::decode(&record).expect("a record").body;
    for (what, bytes) in rare::records(&record) {
        valid("bundles", "record", &bytes).unwrap_or_else(|error| panic!("a record with {what}: {error}"));
    }
    for place in rare::PLACES {
        let mut attendance = Bundle::<Attendance>::decode(&record.attendance[0].bundle).expect("attendance");
        attendance.body.place = place;
        valid("bundles", "attendance", &attendance.encode().expect("CBOR")).expect("as described");
    }
}

#[test]
fn what_members_say_of_an_event_that_goes_otherwise_is_described_too() {
    for (kind, bytes) in rare::bundles() {
        valid("bundles", &kind, &bytes).unwrap_or_else(|error| panic!("{kind}: {error}"));
        valid("bundles", "any-bundle", &bytes).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let whole: Value = serde_cbor::from_slice(&bytes).expect("CBOR");
        for (what, changed) in changes::of(&whole) {
            let changed = cbor::encode(&changed).expect("CBOR");
            let taken = valid("bundles", &kind, &changed).is_ok();
            let optional = [("refusal", "session"), ("standing", "quorum")];
            let optional = optional
                .iter()
                .any(|(of, field)| kind == *of && what.ends_with(&format!("lacks Text(\"{field}\")")));
            assert!(!taken || optional, "{kind} is taken although {what}");
        }
    }
}

#[test]
fn every_entry_of_a_journal_is_as_described() {
    let one = rehearsal::plain().done();
    for event in [one.dir.clone(), one.first_event()] {
        let bytes = fs::read(event.join("bastion/journal")).expect("the journal");
        let frames = journal::frames(&bytes);
        assert!(frames.len() > 30, "{} entries", frames.len());
        for frame in frames {
            valid("journal", "journal-frame", frame).expect("as described");
        }
    }
}

#[test]
fn every_kind_of_journal_entry_is_described() {
    for what in journal::one_of_each_kind() {
        let entry = journal::entry(what);
        let bytes = cbor::encode(&entry).expect("CBOR");
        valid("journal", "entry", &bytes).unwrap_or_else(|error| panic!("{entry:?}: {error}"));
        let whole: Value = serde_cbor::from_slice(&bytes).expect("CBOR");
        for (what, changed) in changes::of_map("the entry", &whole) {
            let changed = cbor::encode(&changed).expect("CBOR");
            assert!(
                valid("journal", "entry", &changed).is_err(),
                "{entry:?} is taken although {what}"
            );
        }
    }
}

#[test]
fn what_the_log_says_of_the_record_is_as_described() {
    let rehearsal = rehearsal::plain().done();
    let event = rehearsal.event();
    let read = |path: &str| fs::read_to_string(event.join(path)).expect("a signature");
    let members = files_under(&event.join("countersignatures"));
    let member = |file: &PathBuf| {
        file.file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a member")
            .to_owned()
    };
    let signature = |file: &PathBuf| read(&format!("countersignatures/{}", file.display()));
    let entry = RecordEntry {
        event: event
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned(),
        record: Digest::of(&fs::read(event.join("record.cbor")).expect("the record")),
        countersignatures: members.iter().map(|file| (member(file), signature(file))).collect(),
        results: Some(read("results.sig")),
    };
    let payload = cbor::encode(&entry).expect("CBOR");
    valid("log", "record-entry", &payload).expect("as described");
    let whole: Value = serde_cbor::from_slice(&payload).expect("CBOR");
    for (what, changed) in changes::of_map("the entry", &whole) {
        let changed = cbor::encode(&changed).expect("CBOR");
        // An event without a key of the console's has none.
        let optional = what.ends_with("lacks Text(\"results\")");
        let taken = valid("log", "record-entry", &changed).is_ok();
        assert!(!taken || optional, "it is taken although {what}");
    }
    let refusal = RefusalEntry {
        refusal: b"a bundle"[..].into(),
        signature: read("results.sig"),
    };
    let refusal = cbor::encode(&refusal).expect("CBOR");
    valid("log", "refusal-entry", &refusal).expect("as described");
    valid("log", "record-entry", &refusal).expect_err("another entry");
    let tiles = rehearsal.store("log/1/tile/entries");
    let logged = |file: &PathBuf| {
        let tile = fs::read(tiles.join(file)).expect("a tile");
        tile.windows(payload.len()).any(|part| part == payload)
    };
    assert!(
        files_under(&tiles).iter().any(logged),
        "the log has this entry, byte for byte"
    );
}

#[test]
fn what_the_log_says_of_an_access_batch_is_as_described() {
    let entry = record::access::AccessEntry {
        batch: b"a batch".as_slice().into(),
        signature: "armour".into(),
        certificates: vec![b"DER".as_slice().into()],
    };
    let payload = cbor::encode(&entry).expect("CBOR");
    valid("log", "access-entry", &payload).expect("as described");
    let whole: Value = serde_cbor::from_slice(&payload).expect("CBOR");
    for (what, changed) in changes::of_map("the entry", &whole) {
        let changed = cbor::encode(&changed).expect("CBOR");
        assert!(
            valid("log", "access-entry", &changed).is_err(),
            "it is taken although {what}"
        );
    }
}

#[test]
fn what_the_log_says_of_a_signature_is_as_described() {
    let proof = fs::read_to_string(workspace().join("src/trust/tests/vectors/signature-entry.hex")).expect("a vector");
    let payload = record::digest::unhex(proof.trim()).expect("hexadecimal");
    valid("log", "signature-entry", &payload).expect("as described");
    let Value::Array(whole) = serde_cbor::from_slice(&payload).expect("CBOR") else {
        panic!("an array")
    };
    for place in 0..whole.len() {
        let mut fewer = whole.clone();
        fewer.remove(place);
        let mut other = whole.clone();
        other[place] = Value::Text("other".into());
        for changed in [fewer, other] {
            let changed = cbor::encode(&Value::Array(changed)).expect("CBOR");
            assert!(valid("log", "signature-entry", &changed).is_err(), "field {place}");
        }
    }
}

/// A page that is made again, from itself; as it should be it lies beside itself if it differs.
pub fn check_page(path: &std::path::Path, make: impl FnOnce(&str) -> String) {
    let page = fs::read_to_string(path).unwrap_or_default();
    let made = make(&page);
    if made != page {
        let left = path.with_extension("actual.md");
        fs::write(&left, made).expect("the page as it should be");
        panic!("an example in {} is not that of {}", path.display(), left.display());
    }
}

/// Hexadecimal, 32 octets a line.
pub fn rows(bytes: &[u8]) -> String {
    bytes.chunks(32).map(record::digest::hex).collect::<Vec<_>>().join("\n")
}

/// What the validator says of these bytes by a rule of `docs/formats/<file>.cddl`.
pub fn valid(file: &str, rule: &str, bytes: &[u8]) -> Result<(), String> {
    let read = |name: &str| {
        let path = workspace().join(format!("docs/formats/{name}.cddl"));
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let rules = format!("{}\n{}", read("common"), read(file));
    validate_cbor_bytes(rule, &rules, bytes).map_err(|error| format!("not a {rule}: {error}"))
}

/// Every bundle that a rehearsal leaves, by its file.
fn bundles() -> Vec<(String, Vec<u8>)> {
    let dir = &rehearsal::plain().done().dir;
    let files = files_under(dir)
        .into_iter()
        .filter(|file| file.extension().is_some_and(|end| end == "cbor"));
    files
        .map(|file| (file.display().to_string(), fs::read(dir.join(&file)).expect("a bundle")))
        .collect()
}

/// One bundle of each type.
fn one_of_each() -> Vec<(String, Vec<u8>)> {
    let kind = |bytes: &[u8]| bundle::peek(bytes).expect("a bundle").0;
    let by_kind: BTreeMap<_, _> = bundles().into_iter().map(|one| (kind(&one.1), one)).collect();
    assert_eq!(by_kind.len(), TYPES.len());
    by_kind.into_values().collect()
}

const TYPES: [&str; 15] = [
    "approval",
    "approval-request",
    "attendance",
    "hand-over",
    "key-answer",
    "key-request",
    "opening",
    "plan",
    "recipient",
    "record",
    "registration",
    "results",
    "review",
    "roster",
    "standing",
];
