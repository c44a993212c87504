//! Every type of bundle in its namespace, with every kind of key, against `ssh-keygen` both ways.

use super::super::*;
use super::bench::{Bench, hsm};
use super::fido::Token;
use crate::any::{TYPES, Type};

/// The committed example of each type.
fn bundles() -> impl Iterator<Item = (&'static Type, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors");
    TYPES.iter().map(move |kind| {
        let path = format!("{folder}/{}.cbor", kind.name);
        (
            kind,
            std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}")),
        )
    })
}

fn allow(bench: &Bench, key: &SshKey, namespace: &str) {
    let line = allowed_signers_line("signer", key, &[namespace], None, None).unwrap();
    bench.write("allowed_signers", line.as_bytes());
}

/// A namespace of ours that is another.
fn another(namespace: &str) -> &'static str {
    namespace::ALL.into_iter().find(|other| *other != namespace).unwrap()
}

#[test]
fn every_type_has_one_of_our_namespaces() {
    for kind in TYPES {
        assert!(namespace::ALL.contains(&kind.namespace), "{}", kind.name);
    }
}

/// Also of the types that several sign, and of none that the console signs or nobody.
#[test]
fn what_members_sign_is_in_a_namespace_of_members() {
    use crate::any::Signer;
    for (kind, bytes) in bundles() {
        let bundle = crate::AnyBundle::decode(&bytes).unwrap();
        let by_members = !matches!(bundle.signer(), Signer::Nobody(_) | Signer::Console);
        if by_members {
            assert!(namespace::OF_MEMBERS.contains(&kind.namespace), "{}", kind.name);
        }
    }
    assert!(!namespace::OF_MEMBERS.contains(&namespace::BUNDLE), "the console's");
    assert!(!namespace::OF_MEMBERS.contains(&namespace::PLAN), "nobody's");
}

#[test]
fn what_ssh_keygen_signs_is_good_for_its_type_alone() {
    for algorithm in ["ed25519", "ecdsa"] {
        let bench = Bench::new();
        let key = bench.generate(algorithm, "a");
        for (kind, bytes) in bundles() {
            let armored = bench.sign("a", kind.namespace, &bytes, "sha512");
            assert!(verify(&key, kind.namespace, &bytes, &armored).is_ok(), "{}", kind.name);
            let elsewhere = verify(&key, another(kind.namespace), &bytes, &armored);
            assert!(
                matches!(elsewhere, Err(SshsigError::OtherNamespace { .. })),
                "{}",
                kind.name
            );
            let claimed = claim(&armored).unwrap();
            assert_eq!(
                (claimed.key, claimed.namespace),
                (key.fingerprint(), kind.namespace.to_owned())
            );
        }
    }
}

#[test]
fn what_members_sign_with_us_is_good_for_ssh_keygen() {
    for algorithm in ["ed25519", "ecdsa"] {
        let bench = Bench::new();
        let key = bench.generate(algorithm, "a");
        for (kind, bytes) in bundles() {
            let armored = sign(&bench.private("a"), kind.namespace, &bytes).unwrap();
            allow(&bench, &key, kind.namespace);
            bench.verify("signer", kind.namespace, &bytes, &armored, None).unwrap();
            bench
                .verify("signer", another(kind.namespace), &bytes, &armored, None)
                .unwrap_err();
        }
    }
}

/// `ssh-keygen -Y verify` does not ask for the touch; we do.
#[test]
fn a_fido_key_must_be_touched_for_every_type() {
    let bench = Bench::new();
    for token in [Token::ed25519("ssh:"), Token::p256("ssh:")] {
        let key = token.key().unwrap();
        for (kind, bytes) in bundles() {
            allow(&bench, &key, kind.namespace);
            let theirs = |armored: &str| bench.verify("signer", kind.namespace, &bytes, armored, None);
            let ours = |armored: &str| verify(&key, kind.namespace, &bytes, armored.as_bytes());
            let touched = token.sign_for(kind.namespace, &bytes, 0x01);
            theirs(&touched).unwrap();
            assert_eq!(ours(&touched), Ok(Verified { fido_counter: Some(7) }), "{}", kind.name);
            let untouched = token.sign_for(kind.namespace, &bytes, 0x00);
            theirs(&untouched).unwrap();
            assert_eq!(
                ours(&untouched),
                Err(SshsigError::NotTouched { flags: 0 }),
                "{}",
                kind.name
            );
        }
    }
}

/// The console's key is in an HSM: what that gives is assembled, for every type that leaves the console.
#[test]
fn what_the_hsm_signs_is_good_for_ssh_keygen() {
    let bench = Bench::new();
    for (kind, bytes) in bundles().filter(|(kind, _)| kind.namespace == namespace::BUNDLE) {
        let (key, raw) = hsm(1, &to_be_signed(kind.namespace, &bytes));
        let armored = assemble_p384(&key, kind.namespace, &bytes, &raw).unwrap();
        allow(&bench, &key, kind.namespace);
        bench.verify("signer", kind.namespace, &bytes, &armored, None).unwrap();
        bench
            .verify("signer", kind.namespace, b"another", &armored, None)
            .unwrap_err();
    }
}

#[test]
fn a_claim_is_read_strictly_and_proves_nothing() {
    let bench = Bench::new();
    let key = bench.generate("ed25519", "a");
    let armored = sign(&bench.private("a"), namespace::PLAN, b"one").unwrap();
    assert_eq!(claim(armored.as_bytes()).unwrap().key, key.fingerprint());
    assert!(verify(&key, namespace::PLAN, b"two", armored.as_bytes()).is_err());
    let twice = armored.repeat(2);
    for bad in [&b""[..], b"-----BEGIN SSH SIGNATURE-----\n", twice.as_bytes()] {
        assert!(claim(bad).is_err());
    }
}
