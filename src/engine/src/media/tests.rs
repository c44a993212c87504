//! What is whole and what is not, and how it is written: on octets alone, and in folders of one test's own.

use std::collections::BTreeMap;
use std::fs;

use record::messages::{Opening, Review};
use record::sshsig::{self, namespace, ssh_key};
use record::{Body, Bundle, Digest, Time};
use ssh_key::PrivateKey;
use ssh_key::private::{Ed25519Keypair, KeypairData};

use super::*;

type Files = BTreeMap<String, Vec<u8>>;
type Change<'a> = &'a dyn Fn(&mut Files);

fn review(rehearsal: bool, member: &str) -> Vec<u8> {
    let review = Review {
        event: "e".into(),
        plan: Digest::of(b"plan"),
        member: member.into(),
        at: Time(5),
        compared: None,
    };
    Bundle::new(rehearsal, review).encode().expect("encodes")
}

fn opening() -> Vec<u8> {
    let image = record::messages::Image {
        kind: record::messages::ImageKind::Binary,
        digest: Digest::of(b"x"),
    };
    let opening = Opening {
        event: "e".into(),
        plan: Digest::of(b"plan"),
        image,
        session: vec![0; 16].into(),
        at: Time(5),
    };
    Bundle::new(true, opening).encode().expect("encodes")
}

fn signature(namespace: &str, bytes: &[u8]) -> Vec<u8> {
    let key = PrivateKey::new(KeypairData::from(Ed25519Keypair::from_seed(&[1; 32])), "").expect("a key");
    sshsig::sign(&key, namespace, bytes).expect("a signature").into_bytes()
}

fn good() -> Files {
    let bundle = review(true, "member-1");
    Files::from([
        ("review-member-1.cbor.sig".into(), signature(Review::NAMESPACE, &bundle)),
        ("review-member-1.cbor".into(), bundle),
    ])
}

fn sifted(files: Files) -> (Vec<String>, Vec<(String, String)>) {
    let sifted = sift::sift(files, Maker::Outside, true);
    let passed = sifted.passed.into_iter().map(|one| (one.name, one.why));
    (sifted.taken.into_iter().map(|one| one.name).collect(), passed.collect())
}

#[test]
fn a_bundle_is_taken_behind_its_signature() {
    let (taken, passed) = sifted(good());
    assert_eq!(taken, ["review-member-1.cbor.sig", "review-member-1.cbor"]);
    assert!(passed.is_empty());
}

/// What is done to good files, and why the bundle is passed over; what lies beside it is passed over too.
#[test]
fn what_is_not_whole_known_or_awaited_is_passed_over_with_the_reason() {
    let name = "review-member-1.cbor";
    let cases: [(Change<'_>, &str); 9] = [
        (
            &|files| drop(files.remove("review-member-1.cbor.sig")),
            "there is no good review-member-1.cbor.sig beside it",
        ),
        (
            &|files| drop(files.insert(name.into(), review(false, "member-1"))),
            "the bundle lacks the rehearsal mark",
        ),
        (
            &|files| drop(files.insert(name.into(), review(true, "member-2"))),
            "what it holds must be called review-member-2.cbor",
        ),
        (
            &|files| drop(files.insert(name.into(), opening())),
            "the console itself makes bundles of type 'opening'",
        ),
        (
            &|files| files.get_mut(name).expect("it").push(0),
            "not a bundle that can be read: trailing data",
        ),
        (
            &|files| drop(files.insert(name.into(), b"PK\x03\x04 an archive".to_vec())),
            "this is no CBOR of ours",
        ),
        (
            &|files| drop(files.insert(format!("{name}.sig"), signature(namespace::PLAN, b"x"))),
            "there is no good review-member-1.cbor.sig beside it",
        ),
        (
            &|files| drop(files.insert(format!("{name}.sig"), signature(Review::NAMESPACE, b"x"))),
            "there is no good review-member-1.cbor.sig beside it",
        ),
        (
            &|files| drop(files.insert(format!("{name}.sig"), b"-----BEGIN SSH SIGNATURE-----\n".to_vec())),
            "there is no good review-member-1.cbor.sig beside it",
        ),
    ];
    for (change, why) in cases {
        let mut files = good();
        change(&mut files);
        let (taken, passed) = sifted(files);
        assert!(taken.is_empty(), "{why}");
        let of_the_bundle = passed.iter().find(|one| one.0 == name).expect("it is named");
        assert!(of_the_bundle.1.starts_with(why), "{}", of_the_bundle.1);
    }
}

#[test]
fn signatures_without_their_bundle_or_for_something_else_are_passed_over() {
    let mut files = good();
    files.insert("plan.cbor.sig".into(), signature(namespace::PLAN, b"x"));
    files.insert(
        "review-member-1.cbor.member-2.sig".into(),
        signature(namespace::RECORD, b"x"),
    );
    files.insert(
        "review-member-1.cbor.member-3.sig".into(),
        signature(Review::NAMESPACE, b"another review"),
    );
    let (taken, mut passed) = sifted(files);
    assert_eq!(taken.len(), 2);
    let foreign = passed.remove(1);
    assert_eq!(foreign.0, "review-member-1.cbor.member-3.sig");
    assert!(foreign.1.starts_with("it is not of this file: "), "{}", foreign.1);
    let other = "it is for 'record@pki.rust-lang.org', not for 'review@pki.rust-lang.org'";
    let expected = [
        ("review-member-1.cbor.member-2.sig".to_owned(), other.to_owned()),
        ("plan.cbor.sig".into(), "its bundle is not there".into()),
    ];
    assert_eq!(passed, expected);
}

#[test]
fn what_is_not_the_consoles_is_not_taken_out() {
    let files = [good(), Files::from([("opening.cbor".into(), opening())])]
        .into_iter()
        .flatten()
        .collect();
    let sifted = sift::sift(files, Maker::Console, true);
    let taken: Vec<_> = sifted
        .taken
        .iter()
        .map(|one| (one.name.as_str(), one.what.as_str()))
        .collect();
    assert_eq!(taken, [("opening.cbor", "opening")]);
    assert_eq!(
        sifted.passed[0].why,
        "the console does not make bundles of type 'review'"
    );
}

#[test]
fn the_same_octets_are_fine_and_others_stop_all_before_anything_is_written() {
    let folder = std::env::temp_dir().join(format!("ceremony-media-write-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).expect("a folder");
    let taken = sift::sift(good(), Maker::Outside, true).taken;
    let there = |name: &str| folder.join(name);
    assert_eq!(write::not_there_yet(&folder, &taken).expect("free").len(), 2);
    write::new_and_read_back(&there(&taken[0].name), &taken[0].bytes).expect("written");
    assert_eq!(write::not_there_yet(&folder, &taken).expect("the same").len(), 1);
    let refused = || {
        let error = write::not_there_yet(&folder, &taken).expect_err("others");
        assert_eq!(error.exit_code(), 1);
        assert!(error.hint().expect("a hint").starts_with("nothing is ever overwritten"));
    };
    for other in [&b"others"[..], b"", &[0; 5_000]] {
        fs::write(there(&taken[1].name), other).expect("another");
        refused();
        assert_eq!(fs::read(there(&taken[1].name)).expect("it stays"), other);
    }
    fs::remove_file(there(&taken[1].name)).expect("removed");
    std::os::unix::fs::symlink("/nowhere", there(&taken[1].name)).expect("a link");
    refused();
    fs::remove_dir_all(&folder).expect("removed");
}
