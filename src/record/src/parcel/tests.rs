//! Parcels: what is packed comes out as it was, and what is not whole is refused.

use serde_cbor::Value;

use super::*;
use crate::messages::Review;
use crate::sshsig::ssh_key::PrivateKey;
use crate::sshsig::ssh_key::private::{Ed25519Keypair, KeypairData};
use crate::{Time, cbor};

const NAME: &str = "review-member-1.cbor";

fn review(rehearsal: bool) -> Vec<u8> {
    let review = Review {
        event: "2026-root".into(),
        plan: Digest::of(b"plan"),
        member: "member-1".into(),
        at: Time(5),
        compared: None,
    };
    Bundle::new(rehearsal, review).encode().expect("encodes")
}

fn sign(namespace: &str, octets: &[u8], seed: u8) -> Vec<u8> {
    let key = PrivateKey::new(KeypairData::from(Ed25519Keypair::from_seed(&[seed; 32])), "").expect("a key");
    sshsig::sign(&key, namespace, octets).expect("a signature").into_bytes()
}

fn signed(octets: &[u8]) -> Vec<u8> {
    sign(Review::NAMESPACE, octets, 1)
}

/// A parcel with one thing changed, encoded without a check.
fn changed(change: impl FnOnce(&mut Parcel)) -> Vec<u8> {
    let octets = pack(NAME, review(true), vec![(None, signed(&review(true)))]).expect("packed");
    let mut parcel = Bundle::<Parcel>::decode(&octets).expect("a parcel");
    change(&mut parcel.body);
    parcel.encode().expect("encodes")
}

fn refused(octets: &[u8]) -> String {
    AnyBundle::decode(octets).expect_err("refused").to_string()
}

#[test]
fn what_is_packed_becomes_its_files_again() {
    let review = review(true);
    let beside = vec![
        (Some("member-2".to_owned()), sign(Review::NAMESPACE, &review, 2)),
        (None, signed(&review)),
    ];
    let packed = pack(NAME, review.clone(), beside).expect("packed");
    let crossed = Crossed::open(&packed).expect("a parcel");
    assert_eq!(crossed.digest, Digest::of(&review), "people compare the bundle");
    assert_eq!(crossed.name.as_deref(), Some(NAME));
    let expected: Vec<(String, Vec<u8>)> = vec![
        ("x.cbor.sig".into(), signed(&review)),
        ("x.cbor.member-2.sig".into(), sign(Review::NAMESPACE, &review, 2)),
        ("x.cbor".into(), review),
    ];
    let files = crossed.files("x.cbor");
    let files: Vec<_> = files
        .into_iter()
        .map(|(name, octets)| (name, octets.to_vec()))
        .collect();
    assert_eq!(files, expected);
}

#[test]
fn the_same_signature_twice_is_one_and_two_of_one_member_are_refused() {
    let review = review(true);
    let one = || (Some("member-1".to_owned()), signed(&review));
    let once = pack(NAME, review.clone(), vec![one()]).expect("packed");
    assert_eq!(pack(NAME, review.clone(), vec![one(), one()]).expect("packed"), once);
    assert_eq!(join(NAME, review.clone(), vec![one(), one()]).expect("joined"), once);
    let other = (Some("member-1".to_owned()), sign(Review::NAMESPACE, &review, 2));
    let error = pack(NAME, review.clone(), vec![one(), other]).expect_err("two");
    assert!(error.to_string().contains("two are of one member"), "{error}");
}

#[test]
fn a_bundle_without_signatures_goes_as_it_is() {
    let review = review(true);
    assert_eq!(pack("any name", review.clone(), Vec::new()).expect("it goes"), review);
    let crossed = Crossed::open(&review).expect("a bundle");
    assert_eq!(crossed.files("x.cbor"), [("x.cbor".to_owned(), &review[..])]);
    assert_eq!(crossed.said()[1], "No signature is with it.");
}

#[test]
fn a_signature_alone_names_the_bundle_that_it_is_of() {
    let review = review(false);
    let packed = pack_alone(NAME, &review, None, signed(&review)).expect("packed");
    let crossed = Crossed::open(&packed).expect("a parcel");
    assert_eq!((crossed.digest, crossed.rehearsal), (Digest::of(&review), false));
    assert_eq!(
        crossed.files("member-1.sig"),
        [("member-1.sig".to_owned(), &signed(&review)[..])]
    );
    let said = "A signature alone, of no rehearsal. What it signs is called review-member-1.cbor, and is not with it.";
    assert_eq!(crossed.said()[0], said);
}

/// Another program may pack anything; the scanner page saves it, and the console and the member's program refuse it.
#[test]
fn refuses_a_signature_that_is_not_of_the_bundle_with_it() {
    let octets = changed(|parcel| parcel.signatures[0].signature = String::from_utf8(signed(b"x")).expect("armour"));
    let error = Crossed::open(&octets).expect_err("refused").to_string();
    assert!(
        error.starts_with("the parcel is not good: a signature in it is not of its bundle: "),
        "{error}"
    );
    assert!(Crossed::take_apart(&octets).is_ok());
}

#[test]
fn refuses_to_pack_what_does_not_belong_together() {
    let review = review(true);
    let cases = [
        (
            NAME,
            signed(b"another file"),
            "the signature beside it is not of this bundle: ",
        ),
        (
            NAME,
            sign("bundle@pki.rust-lang.org", &review, 1),
            "the signature beside it is not of this bundle: ",
        ),
        (
            NAME,
            b"none".to_vec(),
            "the signature beside it is not of this bundle: ",
        ),
        (
            "x.cbor",
            signed(&review),
            "its bundle must be called review-member-1.cbor, not 'x.cbor'",
        ),
    ];
    for (name, signature, what) in cases {
        let together = pack(name, review.clone(), vec![(None, signature.clone())]).expect_err(what);
        let alone = pack_alone(name, &review, None, signature).expect_err(what);
        let misnamed = name != NAME;
        for (error, what, hint) in [
            (together, what.to_owned(), "or send the bundle alone (--alone)"),
            (
                alone,
                what.replace(" beside it", ""),
                "name with --of the bundle that it signs",
            ),
        ] {
            let said = format!("this cannot be sent with its signatures: {what}");
            assert!(error.to_string().starts_with(&said), "{error}");
            let hint = if misnamed {
                "give the file that name, review-member-1.cbor, "
            } else {
                hint
            };
            let given = error.hint().expect("a hint");
            assert!(given.contains(hint), "{given}");
        }
    }
}

#[test]
fn refuses_a_parcel_in_a_parcel_before_it_is_opened() {
    let mut octets = pack(NAME, review(true), vec![(None, signed(&review(true)))]).expect("packed");
    // As deep as its size allows: whoever followed each would run out of stack.
    for _ in 0..1_000 {
        octets = changed(|parcel| parcel.bundle = Contents::Here(Bytes(std::mem::take(&mut octets))));
        if octets.len() > Parcel::LIMIT / 2 {
            break;
        }
    }
    assert_eq!(refused(&octets), "the parcel is not good: a parcel lies in it");
    assert!(pack("parcel.cbor", octets, Vec::new()).is_err());
}

#[test]
fn refuses_what_is_not_one_whole() {
    type Change = fn(&mut Parcel);
    let cases: [(Change, &str); 12] = [
        (|parcel| parcel.signatures.clear(), "it has 0 signatures"),
        (
            |parcel| parcel.signatures = vec![parcel.signatures[0].clone(); 65],
            "it has 65 signatures",
        ),
        (
            |parcel| parcel.signatures.push(parcel.signatures[0].clone()),
            "its signatures are not in order, or two are of one member",
        ),
        (
            |parcel| parcel.signatures[0].member = Some("../x".into()),
            "a signature is of somebody who cannot be a member",
        ),
        (
            |parcel| parcel.signatures[0].signature = "none".into(),
            "a signature in it is none: ",
        ),
        (
            |parcel| {
                let other = sign("plan@pki.rust-lang.org", b"", 1);
                parcel.signatures[0].signature = String::from_utf8(other).expect("armour");
            },
            "a signature in it is for 'plan@pki.rust-lang.org'",
        ),
        (
            |parcel| parcel.bundle = Contents::Here(Bytes(vec![0x81])),
            "this is no CBOR of ours",
        ),
        (
            |parcel| parcel.bundle = Contents::Here(Bytes(review(false))),
            "the bundle lacks the rehearsal mark",
        ),
        (
            |parcel| parcel.name = "../review.cbor".into(),
            "its bundle must be called review-member-1.cbor, not '../review.cbor'",
        ),
        (
            |parcel| parcel.name = "\u{1b}[2J".into(),
            "its bundle must be called review-member-1.cbor, not '\\u{1b}[2J'",
        ),
        (
            |parcel| {
                parcel.bundle = Contents::Elsewhere(Digest::of(b""));
                parcel.name = "../record.cbor".into();
            },
            "its name is none that a bundle's file has",
        ),
        (
            |parcel| {
                parcel.bundle = Contents::Elsewhere(Digest::of(b""));
                let member = Some("member-2".to_owned());
                parcel.signatures.push(Signature {
                    member,
                    ..parcel.signatures[0].clone()
                });
            },
            "several signatures need their bundle with them",
        ),
    ];
    for (change, what) in cases {
        let said = refused(&changed(change));
        assert!(said.starts_with(&format!("the parcel is not good: {what}")), "{said}");
    }
}

#[test]
fn a_bundle_is_here_or_elsewhere_and_not_both() {
    let both = Value::Map(
        [
            ("here", Value::Bytes(vec![0])),
            ("elsewhere", Value::Bytes(vec![0; 32])),
        ]
        .map(|(key, value)| (Value::Text(key.into()), value))
        .into(),
    );
    let Value::Map(mut envelope) = cbor::decode(&changed(|_| ())).expect("CBOR") else {
        panic!("a map");
    };
    let Some(Value::Map(body)) = envelope.get_mut(&Value::Text("body".into())) else {
        panic!("a body");
    };
    body.insert(Value::Text("bundle".into()), both);
    let octets = cbor::encode(&Value::Map(envelope)).expect("encodes");
    assert!(refused(&octets).starts_with("not a bundle that can be read: "));
}

#[test]
fn signatures_are_known_by_their_names() {
    for (file, expected) in [
        ("x.cbor.sig", Some(None)),
        ("x.cbor.member-1.sig", Some(Some("member-1"))),
        ("x.cbor", None),
        ("x.cbor.", None),
        ("x.cbor..sig", None),
        ("x.cbor.A.sig", None),
        ("y.cbor.sig", None),
        ("x.cborsig", None),
    ] {
        assert_eq!(whose("x.cbor", file), expected, "{file}");
        if let Some(member) = expected {
            assert_eq!(signature_file("x.cbor", member), file);
        }
    }
    assert_eq!(signer("x.cbor", "x.cbor.member-1.sig"), Some("member-1"));
    assert_eq!(signer("x.cbor", "member-1.sig"), Some("member-1"));
    assert_eq!(signer("x.cbor", "x.cbor.sig"), None);
}

/// Whoever reads a file refuses one whose name is that of another type: so it gets no such name.
#[test]
fn what_came_gets_no_name_that_another_type_has() {
    let crossed = Crossed::open(&review(true)).expect("a bundle");
    for free in [
        "x.cbor",
        "review-member-1.cbor",
        "my-record.cbor",
        "records.cbor",
        "folder",
    ] {
        assert!(crossed.demand_out(free).is_ok(), "{free}");
    }
    for (taken, other) in [
        ("attendance-begin-member-1.cbor", "attendance"),
        ("record.cbor", "record"),
        ("approval-request-1.cbor", "approval-request"),
        ("review-member-1.cbor.sig", "signature"),
    ] {
        let refused = crossed.demand_out(taken).expect_err(taken);
        let said = format!("a bundle of type 'review' came, and {taken} is the name of a '{other}'");
        assert_eq!(refused.to_string(), said);
        assert!(
            refused
                .hint()
                .is_some_and(|hint| hint.starts_with("nothing was written: "))
        );
    }
    let octets = review(true);
    let signature = sign("review@pki.rust-lang.org", &octets, 1);
    let alone = pack_alone("review-member-1.cbor", &octets, None, signature).expect("packed");
    let crossed = Crossed::open(&alone).expect("a signature");
    assert!(crossed.demand_out("review-member-1.cbor.sig").is_ok());
    let refused = crossed.demand_out("record.cbor").expect_err("no signature's name");
    assert_eq!(
        refused.to_string(),
        "a signature came alone, and record.cbor is no name of one"
    );
}

#[test]
fn nobody_signs_a_plan() {
    let plan = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/plan.cbor")).expect("a vector");
    let signature = sign("review@pki.rust-lang.org", &plan, 1);
    let refused = pack_alone("plan.cbor", &plan, None, signature).expect_err("of nobody");
    assert_eq!(
        refused.to_string(),
        "this cannot be sent with its signatures: nobody signs a bundle of type 'plan': members sign its digest in their \
         reviews"
    );
}
