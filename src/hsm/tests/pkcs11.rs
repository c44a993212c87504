//! The driver over a PKCS#11 token: SoftHSM2, and a second module where one is given (see the token crate's tests).

#[path = "common/mod.rs"]
mod observer;
#[path = "../../pkcs11/tests/common/mod.rs"]
mod token;

use std::{cell::RefCell, fs, rc::Rc};

use hsm::{
    Algorithm, Approval, Approved, Error, Exchange, Hsm, KeyInfo, KeyQuorum, KeySpec, Observer, Pkcs11Hsm,
    QuorumKeeper, Reply, Role, Secret, Service, Token, TokenName, Unobserved,
};
use observer::Notes;
use pkcs11::Error as TokenError;
use token::{LABEL, OFFICER, PIN, folder, judge, module, module_path, name, over_each_module};

#[test]
fn signs_with_a_key_made_here_and_openssl_agrees() {
    over_each_module("signs_with_a_key_made_here_and_openssl_agrees", || {
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
fn a_key_made_here_is_what_the_checks_demand() {
    over_each_module("a_key_made_here_is_what_the_checks_demand", || {
        let mut hsm = logged_in(Unobserved);
        let key = root(&mut hsm);
        assert_eq!(hsm::check_key_attributes(&key, Algorithm::P384), []);
        assert_eq!((key.owners(), key.shared_users()), (&[][..], &[][..]));
        assert_eq!(key.quorum(), KeyQuorum::default());
        assert!(
            key.stated().contains(&"extractable=false".to_owned()),
            "{:?}",
            key.stated()
        );
        let public = hsm.find_key("root-1-public").expect("a list").expect("the public key");
        assert!(
            !hsm::check_key_attributes(&public, Algorithm::P384).is_empty(),
            "a public key is no root key"
        );
    });
}

#[test]
fn signs_with_ed25519_where_the_module_offers_it_and_openssl_agrees() {
    over_each_module(
        "signs_with_ed25519_where_the_module_offers_it_and_openssl_agrees",
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
                assert!(!token::is_softhsm(), "SoftHSM2 offers it");
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
fn both_halves_have_an_id_that_is_no_other_keys() {
    over_each_module("both_halves_have_an_id_that_is_no_other_keys", || {
        let mut hsm = logged_in(Unobserved);
        let ids = ["root-1", "root-2"].map(|label| {
            let spec = KeySpec {
                id: None,
                ..spec(label)
            };
            let pair = hsm.generate_key_pair(&spec).expect("a key");
            assert_eq!(pair.private.attributes.id, pair.public.attributes.id);
            pair.private.attributes.id
        });
        assert!(!ids[0].is_empty() && ids[0] != ids[1], "{ids:?}");
    });
}

#[test]
fn says_that_nobody_but_the_console_counts_approvals() {
    over_each_module("says_that_nobody_but_the_console_counts_approvals", || {
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
    over_each_module("a_token_is_for_one_use_of_one_key_in_one_login", || {
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
    over_each_module("nothing_is_done_without_a_login", || {
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
    over_each_module("a_wrong_pin_is_a_typed_error_and_no_login", || {
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
fn the_observer_sees_every_call_and_no_pin() {
    over_each_module("the_observer_sees_every_call_and_no_pin", || {
        let notes = Rc::new(RefCell::new(Notes::default()));
        let mut hsm = logged_in(Rc::clone(&notes));
        let key = root(&mut hsm);
        let approved = approved(hsm.mint(Service::KeyUsage, Some(&key)).expect("a token"));
        hsm.sign_ecdsa(&key, b"to be signed", Some(&approved))
            .expect("a signature");
        hsm.logout().expect("logged out");
        let notes = notes.borrow();
        assert!(!format!("{:?}", notes.lines).contains(PIN), "{:?}", notes.lines);
        let before: Vec<&str> = notes
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix("before "))
            .collect();
        let reference = &key.reference;
        assert_eq!(
            before[..2],
            [
                "pkcs11 login test-token at test-token [secret]",
                "pkcs11 generate CKM_EC_KEY_PAIR_GEN secp384r1 key root-1 public root-1-public id 0x07",
            ]
        );
        assert_eq!(before[2], format!("console token key-usage key root-1 {reference}"));
        assert_eq!(
            before[3..],
            [
                format!(
                    "pkcs11 sign CKM_ECDSA key root-1 {reference} [12 bytes, sha256:0659a5bb8ea0422fce52c7aa211105989fc9c419af27e37c27b0f0845b95b208]"
                ),
                "pkcs11 logout".into(),
            ]
        );
        assert_eq!(notes.files.len(), 1, "the token's file, for a replay");
    });
}

#[test]
fn what_the_observer_stops_is_not_done() {
    over_each_module("what_the_observer_stops_is_not_done", || {
        let notes = Rc::new(RefCell::new(Notes::default()));
        let mut hsm = logged_in(Rc::clone(&notes));
        notes.borrow_mut().stop_before = true;
        let stopped = hsm.generate_key_pair(&spec("root-1")).expect_err("stopped");
        assert!(matches!(stopped, Error::Stopped { .. }), "{stopped:?}");
        notes.borrow_mut().stop_before = false;
        assert_eq!(hsm.keys().expect("a list"), []);
    });
}

#[test]
fn a_signature_that_could_not_be_written_down_comes_back() {
    over_each_module("a_signature_that_could_not_be_written_down_comes_back", || {
        let notes = Rc::new(RefCell::new(Notes::default()));
        let mut hsm = logged_in(Rc::clone(&notes));
        let key = root(&mut hsm);
        notes.borrow_mut().stop_after = true;
        let error = hsm
            .sign_ecdsa(&key, b"a", None)
            .expect_err("it could not be written down");
        assert!(error.outcome_unknown());
        let Error::Unrecorded { answer, .. } = error else {
            panic!("{error:?}")
        };
        assert!(answer.contains("\"signature\":\""), "{answer}");
    });
}

#[test]
fn a_key_has_the_same_reference_on_another_day() {
    over_each_module("a_key_has_the_same_reference_on_another_day", || {
        let mut hsm = logged_in(Unobserved);
        let key = root(&mut hsm);
        hsm.logout().expect("logged out");
        drop(hsm);
        let mut hsm = Pkcs11Hsm::open(&module_path(), &name(LABEL), Unobserved).expect("the token");
        hsm.login(LABEL, Role::CryptoUser, &Secret::new(PIN.into()))
            .expect("the PIN");
        make(&mut hsm, "another");
        let found = hsm.find_key("root-1").expect("a list").expect("the key");
        assert_eq!((&found.reference, found.attributes), (&key.reference, key.attributes));
    });
}

#[test]
fn a_label_is_one_keys_whichever_half() {
    over_each_module("a_label_is_one_keys_whichever_half", || {
        let mut hsm = logged_in(Unobserved);
        root(&mut hsm);
        for public_label in ["root-1", "root-2"] {
            let spec = KeySpec {
                public_label: public_label.into(),
                ..spec(if public_label == "root-1" {
                    "root-3"
                } else {
                    "root-1-public"
                })
            };
            let refused = hsm.generate_key_pair(&spec).expect_err("taken");
            assert!(
                matches!(
                    &refused,
                    Error::Token {
                        error: TokenError::KeyNotUnique { .. },
                        ..
                    }
                ),
                "{refused:?}"
            );
        }
        // As members' tools do: both halves with one label.
        let mut token = module().open(&name(LABEL)).expect("the token");
        token.generate(&pkcs11::NewKey::p384("twin", "twin")).expect("a key");
        let error = hsm.find_key("twin").expect_err("which half?");
        assert_eq!(
            error,
            Error::LabelNotUnique {
                label: "twin".into(),
                matched: 2
            }
        );
        assert_eq!(hsm.find_key("absent").expect("the whole list"), None);
    });
}

#[test]
fn a_root_key_is_neither_deleted_nor_changed() {
    over_each_module("a_root_key_is_neither_deleted_nor_changed", || {
        let mut hsm = logged_in(Unobserved);
        let key = root(&mut hsm);
        for refused in [
            hsm.delete_key(&key),
            hsm.set_attribute(&key, "extractable", "true", None),
            hsm.set_attribute(&key, "destroyable", "true", None),
        ] {
            let refused = refused.expect_err("a root key");
            assert!(
                matches!(
                    &refused,
                    Error::Token {
                        error: TokenError::Forbidden { .. },
                        ..
                    }
                ),
                "{refused:?}"
            );
        }
        assert_eq!(hsm.find_key("root-1").expect("a list"), Some(key));
    });
}

#[test]
fn a_recorded_event_is_replayed_without_the_token() {
    over_each_module("a_recorded_event_is_replayed_without_the_token", || {
        let tape = Rc::new(RefCell::new(Tape::default()));
        let mut hsm = opened(Rc::clone(&tape));
        let first = play(&mut hsm, PIN);
        let exchanges = tape.borrow().0.clone();
        drop(hsm);
        // The PIN stands in no recording, so any will do.
        let mut replayed = Pkcs11Hsm::replay(&name(LABEL), exchanges.clone(), Unobserved);
        assert_eq!(play(&mut replayed, "x"), first);
        let mut other = Pkcs11Hsm::replay(&name(LABEL), exchanges, Unobserved);
        let differs = other
            .login("somebody-else", Role::CryptoUser, &Secret::new("x".into()))
            .expect_err("differs");
        assert!(matches!(differs, Error::ReplayDiffers { number: 1, .. }), "{differs:?}");
    });
}

#[test]
fn an_absent_token_or_module_is_named() {
    over_each_module("an_absent_token_or_module_is_named", || {
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

/// Everything that came, as a replay wants it.
#[derive(Default)]
struct Tape(Vec<Exchange>);

impl Observer for Tape {
    fn before(&mut self, _: &str) -> Result<(), hsm::ObserverError> {
        Ok(())
    }
    fn after(&mut self, shown: &str, answer: &hsm::Answer<'_>) -> Result<(), hsm::ObserverError> {
        let reply = match answer {
            hsm::Answer::Came { text, files } => Ok(Reply {
                text: (*text).into(),
                files: files.to_vec(),
            }),
            hsm::Answer::Lost { error } => Err(error.to_string()),
        };
        self.0.push(Exchange {
            shown: shown.into(),
            reply,
        });
        Ok(())
    }
}

fn play(hsm: &mut Pkcs11Hsm, pin: &str) -> (KeyInfo, [u8; 32], [u8; 96]) {
    hsm.login(LABEL, Role::CryptoUser, &Secret::new(pin.into()))
        .expect("a login");
    let key = root(hsm);
    let token = hsm.mint(Service::KeyUsage, Some(&key)).expect("a token");
    let digest = *token.digest();
    let signature = hsm.sign_ecdsa(&key, b"a", Some(&approved(token))).expect("a signature");
    hsm.logout().expect("logged out");
    (key, digest, signature)
}

/// A fresh token behind the driver.
fn opened(observer: impl Observer + 'static) -> Pkcs11Hsm {
    let (officer, user) = (pkcs11::Pin::new(OFFICER), pkcs11::Pin::new(PIN));
    module()
        .initialise_token(LABEL, &officer, &user)
        .expect("a spare token");
    let label: TokenName = name(LABEL);
    Pkcs11Hsm::open(&module_path(), &label, observer).expect("the token")
}

fn logged_in(observer: impl Observer + 'static) -> Pkcs11Hsm {
    let mut hsm = opened(observer);
    hsm.login(LABEL, Role::CryptoUser, &Secret::new(PIN.into()))
        .expect("the PIN");
    hsm
}

fn root(hsm: &mut Pkcs11Hsm) -> KeyInfo {
    make(hsm, "root-1")
}

fn make(hsm: &mut Pkcs11Hsm, label: &str) -> KeyInfo {
    hsm.generate_key_pair(&spec(label)).expect("a key").private
}

fn spec(label: &str) -> KeySpec {
    KeySpec {
        algorithm: Algorithm::P384,
        label: label.into(),
        public_label: format!("{label}-public"),
        id: Some(vec![7]),
        shared_with: Vec::new(),
        quorum: None,
    }
}

/// Whether signatures verify is for those who know the members' keys.
fn approved(token: Token) -> Approved {
    let approval = Approval {
        user: "approver_member_1".into(),
        role: Role::CryptoUser,
        signature: vec![1; 256],
    };
    Approved::new(token, vec![approval]).expect("one approval")
}
