//! What is right is accepted, and the answer says by what.

use trust::{Artifact, CrlPolicy, Question, Realm, RevocationLists};

use crate::support::{self, ARTIFACT, MADE, der::at, ssh};

#[test]
fn a_delegates_signature_is_accepted() {
    let world = support::rehearsal();
    let proof = world.proof_file(&[&world.release]).to_string();
    let verified = world.ask(1, &proof).unwrap();
    assert_eq!(verified.realm, Realm::Public);
    assert_eq!(verified.signer.common_name(), Some("Rust Rehearsal Release 1"));
    assert_eq!(verified.root_fingerprint, world.root.certificate.fingerprint());
    assert_eq!(verified.made.unwrap().0, MADE as i64);
    let place = verified.place.unwrap();
    assert_eq!(
        (place.origin.as_str(), place.index),
        ("pki.rust-lang.org/rehearsal/sig/1", 2)
    );
    let witnesses: Vec<_> = place.witnesses.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(witnesses, ["A", "C"]);
    let [link] = &verified.chain[..] else {
        panic!("one certificate")
    };
    assert_eq!(link.place.as_ref().unwrap().origin, "pki.rust-lang.org/rehearsal/log/1");
    assert_eq!(link.not_revoked_by, Some((7, at("2026-11-01T00:00:00Z"))));
}

#[test]
fn a_subkeys_signature_is_accepted_with_either_hash() {
    let world = support::production();
    let chain = [&world.subkey, &world.release];
    for hash in ["sha256", "sha512"] {
        let signature = ssh::sign(&world.subkey.key, &Artifact::of(ARTIFACT), hash, trust::NAMESPACE);
        let proof = world.with_signature(&chain, &signature, MADE).to_string();
        let verified = world.ask(6, &proof).unwrap();
        assert_eq!(verified.chain.len(), 2);
        assert_eq!(verified.chain[0].not_revoked_by, None, "the delegate gave no list");
    }
}

#[test]
fn the_callers_lists_count_as_those_in_the_file_do() {
    let world = support::production();
    let chain = [&world.subkey, &world.release];
    let proof = world.proof_file(&chain).to_string();
    let ask = |further: &[trust::Crl]| {
        let revocation = RevocationLists {
            policy: CrlPolicy::Required,
            further,
        };
        let question = Question {
            revocation,
            ..support::question(world.purpose(6))
        };
        trust::verify(&question, proof.as_bytes(), &world.anchors())
    };
    assert_eq!(
        ask(&[]).unwrap_err().to_string(),
        "the signer may not sign for this: no crl of CN=Rust Release 1 was given"
    );
    let lists = [world.crl(&world.release, &[])];
    assert_eq!(ask(&lists).unwrap().chain[0].not_revoked_by.unwrap().0, 7);
    let revoked = ask(&[world.crl(&world.release, &[3])]).unwrap_err().to_string();
    assert!(revoked.contains("revoked"), "{revoked}");
}

#[test]
fn a_file_is_hashed_as_it_arrives() {
    let mut hasher = trust::Hasher::default();
    ARTIFACT.chunks(5).for_each(|chunk| hasher.update(chunk));
    assert_eq!(hasher.finish(), Artifact::of(ARTIFACT));
}
