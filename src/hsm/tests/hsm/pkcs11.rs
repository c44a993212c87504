//! The driver over a PKCS#11 token: SoftHSM2, and a second module where one is given (see the token crate's tests).

mod fixture;
mod keys;
mod observed;

use std::fs;

use fixture::{approved, logged_in, make, opened, root, spec};
use hsm::{Algorithm, Error, Hsm, KeyQuorum, KeySpec, Pkcs11Hsm, QuorumKeeper, Role, Secret, Service, Unobserved};
use pkcs11::Error as TokenError;

use crate::token::{LABEL, PIN, folder, judge, module_path, name, over_each_module};

#[test]
fn signs_with_a_key_made_here_and_openssl_agrees() {
    over_each_module("pkcs11::signs_with_a_key_made_here_and_openssl_agrees", || {
        let mut hsm = logged_in(Unobserved);
        let key = root(&mut hsm);
        let public = hsm.find_key("root-1-public").expect("a list").expect("the public key");
        let spki = hsm.public_key_spki(&public).expect("the public key");
        let approved = approved(hsm.mint(Service::KeyUsage, Some(&key)).expect("a token"));
        let signature = hsm
            .sign_ecdsa(&key, b"to be signed", Some(&approved))
            .expect("a signature");
        assert!(
            hsm.verify_ecdsa(&public, b"to be signed", &signature)
                .expect("an answer")
        );
        let [message, der, file] = ["message", "spki.der", "signature"].map(|name| folder().join(name));
        fs::write(&message, "to be signed").expect("a file");
        fs::write(&der, &spki).expect("a file");
        let parsed = p384::ecdsa::Signature::from_slice(&signature).expect("r and s");
        fs::write(&file, parsed.to_der().as_bytes()).expect("a file");
        let [message, der, file] = [&message, &der, &file].map(|path| path.to_str().expect("UTF-8"));
        let (verified, said) = judge(
            "openssl",
            &[
                "dgst",
                "-sha384",
                "-verify",
                der,
                "-keyform",
                "DER",
                "-signature",
                file,
                message,
            ],
        );
        assert!(verified && said.contains("Verified OK"), "{said}");
    });
}

#[test]
fn signs_with_ed25519_where_the_module_offers_it_and_openssl_agrees() {
    over_each_module(
        "pkcs11::signs_with_ed25519_where_the_module_offers_it_and_openssl_agrees",
        || {
            let mut hsm = logged_in(Unobserved);
            let made = hsm.generate_key_pair(&KeySpec {
                algorithm: Algorithm::Ed25519,
                ..spec("log-1")
            });
            if let Err(Error::Token {
                error: TokenError::NotOffered { mechanism, .. },
                ..
            }) = &made
            {
                assert_eq!(*mechanism, "CKM_EC_EDWARDS_KEY_PAIR_GEN");
                assert!(!crate::token::is_softhsm(), "SoftHSM2 offers it");
                return;
            }
            let pair = made.expect("a key");
            assert_eq!(hsm::check_key_attributes(&pair.private, Algorithm::Ed25519), []);
            let other = hsm::check_key_attributes(&pair.private, Algorithm::P384);
            assert!(other.iter().any(|finding| finding.what == "curve"), "{other:?}");
            let spki = hsm.public_key_spki(&pair.public).expect("the public key");
            let approved = approved(hsm.mint(Service::KeyUsage, Some(&pair.private)).expect("a token"));
            let signature = hsm
                .sign_ed25519(&pair.private, b"a checkpoint", Some(&approved))
                .expect("a signature");
            let again = hsm
                .sign_ed25519(&pair.private, b"a checkpoint", Some(&approved))
                .expect_err("a token is for one signature");
            assert!(matches!(again, Error::BadToken { .. }), "{again}");
            hsm.sign_ecdsa(&pair.private, b"a checkpoint", None)
                .expect_err("an Ed25519 key signs no ECDSA");
            let [message, other, der, file] =
                ["message", "other", "spki.der", "signature"].map(|name| folder().join(name));
            fs::write(&message, "a checkpoint").expect("a file");
            fs::write(&other, "another").expect("a file");
            fs::write(&der, &spki).expect("a file");
            fs::write(&file, signature).expect("a file");
            let verify = |message: &std::path::Path| {
                let [message, der, file] = [message, &der, &file].map(|path| path.to_str().expect("UTF-8"));
                let key = [
                    "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", der, "-rawin",
                ];
                judge("openssl", &[&key[..], &["-in", message, "-sigfile", file]].concat())
            };
            let (verified, said) = verify(&message);
            assert!(verified && said.contains("Signature Verified Successfully"), "{said}");
            assert!(!verify(&other).0, "of another message");
        },
    );
}

#[test]
fn says_that_nobody_but_the_console_counts_approvals() {
    over_each_module("pkcs11::says_that_nobody_but_the_console_counts_approvals", || {
        let mut hsm = opened(Unobserved);
        assert_eq!((hsm.quorum_keeper(), hsm.least_nodes()), (QuorumKeeper::Login, 1));
        let nodes = hsm.nodes().expect("the token");
        assert_eq!(nodes.len(), 1);
        assert!(!nodes[0].serial_number.is_empty());
        hsm.login(LABEL, Role::CryptoUser, &Secret::new(PIN.into()))
            .expect("the PIN");
        let quorum = Some(KeyQuorum { manage: 5, use_: 5 });
        let refused = hsm
            .generate_key_pair(&KeySpec {
                quorum,
                ..spec("root-1")
            })
            .expect_err("no quorum here");
        assert_eq!(
            refused.to_string(),
            "this HSM cannot make a key with quorum values or shares"
        );
        let shared_with = vec!["approver_member_1".into()];
        hsm.generate_key_pair(&KeySpec {
            shared_with,
            ..spec("root-1")
        })
        .expect_err("no shares here");
        assert!(matches!(hsm.users(), Err(Error::Unsupported { .. })));
        assert!(matches!(hsm.quorum_values(), Err(Error::Unsupported { .. })));
        assert_eq!(hsm.keys().expect("a list"), [], "nothing was made");
    });
}

#[test]
fn a_token_is_for_one_use_of_one_key_in_one_login() {
    over_each_module("pkcs11::a_token_is_for_one_use_of_one_key_in_one_login", || {
        let mut hsm = logged_in(Unobserved);
        let (key, other) = (root(&mut hsm), make(&mut hsm, "root-2"));
        let minted = hsm.mint(Service::KeyUsage, Some(&key)).expect("a token");
        assert_eq!(minted.approval_data().len(), 80);
        let first = approved(minted);
        let refused = hsm.sign_ecdsa(&other, b"a", Some(&first)).expect_err("another key's");
        assert!(matches!(refused, Error::BadToken { .. }), "{refused:?}");
        hsm.sign_ecdsa(&key, b"a", Some(&first)).expect("once");
        let refused = hsm.sign_ecdsa(&key, b"a", Some(&first)).expect_err("not twice");
        assert_eq!(refused.to_string(), "the token file is wrong: it was spent before");
        let old = approved(hsm.mint(Service::KeyUsage, Some(&key)).expect("a token"));
        hsm.logout().expect("logged out");
        hsm.login(LABEL, Role::CryptoUser, &Secret::new(PIN.into()))
            .expect("logged in again");
        let refused = hsm.sign_ecdsa(&key, b"a", Some(&old)).expect_err("of another login");
        assert_eq!(refused.to_string(), "the token file is wrong: it is not of this login");
        let one = hsm.mint(Service::KeyUsage, Some(&key)).expect("a token");
        let two = hsm.mint(Service::KeyUsage, Some(&key)).expect("a token");
        assert_ne!(one.digest(), two.digest());
    });
}

#[test]
fn nothing_is_done_without_a_login() {
    over_each_module("pkcs11::nothing_is_done_without_a_login", || {
        let mut hsm = logged_in(Unobserved);
        let key = root(&mut hsm);
        let again = hsm.login(LABEL, Role::CryptoUser, &Secret::new(PIN.into()));
        assert_eq!(again, Err(Error::LoggedIn { user: LABEL.into() }));
        hsm.logout().expect("logged out");
        let refused = hsm.sign_ecdsa(&key, b"a", None).expect_err("nobody is logged in");
        assert!(
            refused.to_string().starts_with("nobody is logged in at the token"),
            "{refused}"
        );
        assert!(hsm.mint(Service::KeyUsage, Some(&key)).is_err());
        assert!(hsm.keys().is_err());
        assert!(hsm.logout().is_err());
    });
}

#[test]
fn a_wrong_pin_is_a_typed_error_and_no_login() {
    over_each_module("pkcs11::a_wrong_pin_is_a_typed_error_and_no_login", || {
        let mut hsm = opened(Unobserved);
        let wrong = hsm
            .login(LABEL, Role::CryptoUser, &Secret::new("0000-0000".into()))
            .expect_err("wrong");
        assert!(
            matches!(
                &wrong,
                Error::Token {
                    error: TokenError::WrongPin { .. },
                    ..
                }
            ),
            "{wrong:?}"
        );
        assert!(!wrong.outcome_unknown());
        assert!(wrong.hint().expect("a hint").contains("each wrong PIN counts"));
        hsm.login(LABEL, Role::CryptoUser, &Secret::new(PIN.into()))
            .expect("the right one");
    });
}

#[test]
fn an_absent_token_or_module_is_named() {
    over_each_module("pkcs11::an_absent_token_or_module_is_named", || {
        drop(opened(Unobserved));
        let absent = Pkcs11Hsm::open(&module_path(), &name("another"), Unobserved)
            .err()
            .expect("absent");
        assert!(
            absent.to_string().contains("there is no token another; there are: "),
            "{absent}"
        );
        let none = Pkcs11Hsm::open("/nowhere.so".as_ref(), &name(LABEL), Unobserved)
            .err()
            .expect("absent");
        assert!(
            none.to_string().starts_with("no PKCS#11 module at /nowhere.so"),
            "{none}"
        );
        assert!(none.hint().is_some());
    });
}
