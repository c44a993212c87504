//! Plain words of every type, from the committed vectors, and of hostile ones.

use std::collections::BTreeMap;

use serde_cbor::Value;

use super::*;
use crate::any::TYPES;
use crate::messages::{Refusal, Review};
use crate::{Bundle, Bytes, Digest, Signed, Time};

fn vector(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors");
    std::fs::read(format!("{folder}/{name}.cbor")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn shown(name: &str) -> Vec<String> {
    lines(&vector(name)).expect("it is shown")
}

#[test]
fn a_review_in_plain_words() {
    let expected = [
        "review: a member's word to have read and re-derived a plan",
        "REHEARSAL. Nothing in it is for real use.",
        "event: 2026-root",
        "member: member-1",
        "at: 2026-11-22T10:00:00Z",
        "plan:",
        "  c92d0a95 1a1bd046 0b7d5cfc fd192e10",
        "  3ab96563 0749b6e6 87610210 b60a52ea",
    ];
    assert_eq!(shown("review"), expected);
}

#[test]
fn keys_stand_as_type_and_fingerprint() {
    let page = shown("roster");
    assert!(
        page.contains(&"  key that approves: RSA-2048, SHA-256".to_owned()),
        "{page:#?}"
    );
    assert!(
        page.iter()
            .any(|line| line.starts_with("  SSH key: ssh-ed25519, SHA256:")),
        "{page:#?}"
    );
    let page = shown("approval-request");
    assert!(page.contains(&"  root-1: P-384, SHA-256".to_owned()), "{page:#?}");
}

#[test]
fn signed_bundles_inside_are_named_by_type_and_signer() {
    let page = shown("record").join("\n");
    for part in [
        "reviews, 1 of 1: review of member-1\n  SHA-256:\n    ",
        "\n  signed: by key SHA256:",
        "further signed words, 1 of 1: acknowledgement of member-1\n",
        "requests, 1 of 1: bundle of type approval-request, SHA-256\n",
        "quorum: 5 to manage, 5 to use\n",
        "checkpoint of the log: a checkpoint\n",
        "roster/2.cbor:\n    ",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn what_a_words_means_stands_beside_it() {
    let page = shown("attendance").join("\n");
    assert!(page.contains("when: begin (before the first step)"), "{page}");
    assert!(
        page.contains("kind: verity (the root hash of dm-verity of a booted image)"),
        "{page}"
    );
    let page = shown("image-manifest").join("\n");
    assert!(page.contains("kind: c12a7328-f81f-11d2-ba4b-00a0c93ec93b"), "{page}");
}

/// A new field must be given words.
#[test]
fn every_field_of_every_type_has_words() {
    fn walk(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Map(map) => {
                for (key, value) in map {
                    if let Value::Text(name) = key {
                        names.push(name.clone());
                    }
                    walk(value, names);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, names)),
            _ => {}
        }
    }
    // The envelope's, those of a signed bundle inside, and names that plan or HSM gave.
    let others = [
        "type",
        "version",
        "rehearsal",
        "body",
        "bundle",
        "root-1",
        "policy.toml",
        "standing.cbor",
        "clock",
        "roster/2.cbor",
    ];
    for kind in TYPES {
        let mut names = Vec::new();
        walk(&cbor::decode(&vector(kind.name)).expect("CBOR"), &mut names);
        for name in names.iter().filter(|name| !others.contains(&name.as_str())) {
            assert!(
                fields::FIELDS.iter().any(|field| field.0 == name),
                "{}: {name}",
                kind.name
            );
        }
    }
}

#[test]
fn no_line_is_wider_than_a_terminal_or_moves_its_cursor() {
    let hostile = "\u{1b}[2J\u{202e}\n".repeat(40) + &"x".repeat(500);
    let refusal = Refusal {
        event: hostile.clone(),
        plan: Digest::of(b""),
        session: Some(Bytes(vec![7; 3_000])),
        member: hostile.clone(),
        reason: hostile.clone(),
        at: Time(u64::MAX),
    };
    let bytes = Bundle::new(false, refusal).encode().expect("encodes");
    let mut pages: Vec<_> = TYPES.iter().map(|kind| shown(kind.name)).collect();
    pages.push(lines(&bytes).expect("it is shown"));
    for line in pages.iter().flatten() {
        assert!(
            line.chars().count() <= 80 && line.bytes().all(|b| (b' '..=b'~').contains(&b)),
            "{line}"
        );
    }
    let page = &pages[TYPES.len()];
    assert!(page.contains(&"Not of a rehearsal.".to_owned()));
    assert!(page.iter().any(|line| line.contains("why:")) && page.join("").contains("\\u{1b}[2J\\u{202e}"));
}

/// Whoever copies it from the screen has all of it.
#[test]
fn a_recipient_stands_in_one_piece() {
    let crate::AnyBundle::Recipient(mut word) = AnyBundle::decode(&vector("recipient")).expect("a recipient") else {
        panic!("another type");
    };
    let recipient = format!("age1tag1{}", "q".repeat(58));
    word.body.recipient.clone_from(&recipient);
    let page = lines(&word.encode().expect("encodes")).expect("it is shown");
    assert!(page.iter().any(|line| line.ends_with(&recipient)), "{page:#?}");
}

#[test]
fn a_hostile_bundle_inside_a_record_is_said_to_be_unreadable() {
    let crate::AnyBundle::Record(mut record) = AnyBundle::decode(&vector("record")).expect("a record") else {
        panic!("another type");
    };
    record.body.reviews = vec![Signed {
        bundle: Bytes(vec![0x81; 300]),
        signature: "\u{1b}[31m".into(),
        member: "\u{1b}[31m".into(),
    }];
    let page = lines(&record.encode().expect("encodes"))
        .expect("it is shown")
        .join("\n");
    assert!(page.contains("bundle that cannot be read of \\u{1b}[31m"), "{page}");
    assert!(page.contains("signed: none that can be read: "), "{page}");
}

#[test]
fn a_difference_is_said_by_fields_and_times_in_words() {
    let changed = |change: &dyn Fn(&mut Review)| {
        let mut review = Bundle::<Review>::decode(&vector("review")).expect("a review");
        change(&mut review.body);
        review.encode().expect("encodes")
    };
    let differ = |change: &dyn Fn(&mut Review)| {
        let all = crate::difference::all(&vector("review"), &changed(change), 10);
        all.iter().flat_map(difference).collect::<Vec<_>>()
    };
    let later = differ(&|review| review.at = Time(1_795_341_660));
    assert_eq!(later, ["at: 2026-11-22T10:00:00Z, then 2026-11-22T10:01:00Z"]);
    let hostile = differ(&|review| review.member = "\u{1b}[2J".into());
    assert_eq!(hostile, ["member: member-1, then \\u{1b}[2J"]);
    let compared = differ(&|review| review.compared = Some(true));
    assert_eq!(
        compared,
        ["compared what stands before the event with the public store: nothing, then true"]
    );
}

#[test]
fn of_a_text_every_line_that_differs_is_said_up_to_some() {
    let leaf = |text: String| crate::difference::Leaf::Octets(text.into_bytes());
    let differ = |first: String, second: String| {
        difference(&Difference {
            path: vec!["body".into(), "plan".into()],
            first: leaf(first),
            second: leaf(second),
        })
    };
    let text = |words: [&str; 4]| words.map(|word| word.to_owned() + "\n").concat();
    assert_eq!(
        differ(text(["event", "a", "owner", "b"]), text(["Event", "a", "Owner", "c"])),
        [
            "plan: line 1: event, then Event",
            "plan: line 3: owner, then Owner",
            "plan: line 4: b, then c"
        ]
    );
    assert_eq!(
        differ(text(["a", "b", "c", "d"]), text(["a", "x", "b", "c"])),
        [
            "plan: line 2 of the second: nothing, then x",
            "plan: line 4: d, then nothing"
        ]
    );
    let long = |word: &str| (0..30).map(|n| format!("{word} {n}\n")).collect::<String>();
    let said = differ(long("a"), long("b"));
    assert_eq!(said.len(), 21);
    assert_eq!(said[20], "plan: 10 more lines differ");
}

#[test]
fn names_that_nobody_knows_are_made_plain() {
    assert_eq!(in_words("at"), "at");
    assert_eq!(in_words("\u{1b}x"), "\\u{1b}x");
    let mut page = Page::default();
    page.fields(&BTreeMap::from([(Value::Text("\u{1b}x".into()), Value::Bool(true))]));
    assert_eq!(page.lines, ["\\u{1b}x: yes"]);
}

#[test]
fn what_is_no_bundle_is_not_shown() {
    assert!(lines(b"").is_err());
    let review = Bundle::<Review>::decode(&vector("review")).expect("a review");
    assert!(lines(&review.encode().expect("encodes")[1..]).is_err());
}
