//! All types, from the committed vectors: what is taken, what is refused and with which words, names, signers.

mod hostile;
mod names;

use super::*;

/// The committed vector of a type.
fn vector(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors");
    std::fs::read(format!("{folder}/{name}.cbor")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn vectors() -> impl Iterator<Item = (&'static Type, Vec<u8>)> {
    TYPES.iter().map(|kind| (kind, vector(kind.name)))
}

#[test]
fn every_type_is_known_by_its_name_and_survives_the_way_back() {
    for (kind, bytes) in vectors() {
        let bundle = AnyBundle::decode(&bytes).expect("it is read");
        assert_eq!(bundle.kind(), kind);
        assert_eq!(bundle.encode().expect("encodes"), bytes);
        assert!(bundle.rehearsal());
        let error = bundle.demand_mark(false).expect_err("marked");
        assert_eq!(error.to_string(), "the bundle carries the rehearsal mark");
    }
}

#[test]
fn an_envelope_alone_says_the_type_and_any_other_is_refused() {
    for (kind, bytes) in vectors() {
        assert_eq!(Type::of(&bytes).expect("its envelope is read"), kind);
    }
    let review = |version: u32, octets: usize| {
        let body = "x".repeat(octets);
        let envelope = serde_json::json!({ "type": "review", "version": version, "rehearsal": true, "body": body });
        crate::cbor::encode(&envelope).expect("encodes")
    };
    let mut longer = review(1, 5);
    longer.push(0);
    // A map's head in two octets says the same in another encoding.
    let other = [&[0xb8, 4], &review(1, 5)[1..]].concat();
    for (bytes, said) in [
        (review(2, 5), "a 'review' bundle of version 2 is not known here"),
        (review(1, 70_000), "octets are too many; at most 65536 are read"),
        (longer, "not a bundle that can be read: trailing data"),
        (other, "the CBOR is not in its deterministic form"),
        (vec![7; 100], "not a bundle that can be read: "),
        (Vec::new(), "not a bundle that can be read: "),
    ] {
        let error = Type::of(&bytes).expect_err("no bundle of ours").to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn no_two_types_share_a_name() {
    for (n, kind) in TYPES.iter().enumerate() {
        assert!(!TYPES[..n].iter().any(|other| other.name == kind.name), "{}", kind.name);
    }
}

#[test]
fn refuses_a_type_that_is_not_known_and_makes_it_plain() {
    let bytes = crate::cbor::encode(&serde_cbor::Value::Map(
        [
            ("type", serde_cbor::Value::Text("\u{1b}[2Jnovel".into())),
            ("version", serde_cbor::Value::Integer(1)),
            ("rehearsal", serde_cbor::Value::Bool(true)),
            ("body", serde_cbor::Value::Map(Default::default())),
        ]
        .map(|(key, value)| (serde_cbor::Value::Text(key.into()), value))
        .into(),
    ))
    .expect("encodes");
    let error = AnyBundle::decode(&bytes).expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "a bundle of type '\\u{1b}[2Jnovel' is not known here"
    );
    assert!(error.hint().is_some());
}

#[test]
fn what_needs_no_signature_says_why() {
    let mut nobody = Vec::new();
    for (kind, bytes) in vectors() {
        match AnyBundle::decode(&bytes).expect("it is read").signer() {
            Signer::Nobody(why) => {
                assert!(!why.is_empty());
                nobody.push(kind.name);
            }
            Signer::Member(member) => assert_eq!(member, "member-1"),
            Signer::Itself { member, key } => {
                assert_eq!((kind.name, member), ("registration", "member-1"));
                assert!(key.starts_with("ssh-ed25519 "));
            }
            Signer::Predecessors => assert_eq!(kind.name, "roster"),
            Signer::Present(present) => assert_eq!((kind.name, present), ("record", &["member-1".to_owned()][..])),
            Signer::Members => assert_eq!(kind.name, "image-manifest"),
            Signer::Console => assert_eq!(kind.name, "results"),
        }
    }
    let expected = [
        "plan",
        "standing",
        "key-request",
        "opening",
        "approval-request",
        "exceptions",
        "hand-over",
        "parcel",
        "access-console",
        "access-hsm",
    ];
    assert_eq!(nobody, expected);
}

#[test]
fn of_an_event_that_ended_early_all_in_office_may_sign() {
    let AnyBundle::Record(mut record) = AnyBundle::decode(&vector("record")).expect("a record") else {
        panic!("another type");
    };
    record.body.facts.insert(crate::facts::ABORTED.into(), "why".into());
    assert_eq!(AnyBundle::Record(record).signer(), Signer::Members);
}
