//! What an observer sees of a token, what it stops, and a recorded event without the token.

use std::{cell::RefCell, rc::Rc};

use hsm::{Error, Exchange, Hsm, KeyInfo, Observer, Pkcs11Hsm, Reply, Role, Secret, Service, Unobserved};

use super::fixture::{approved, logged_in, opened, root, spec};

use crate::common::Notes;
use crate::token::{LABEL, PIN, name, over_each_module};

#[test]
fn the_observer_sees_every_call_and_no_pin() {
    over_each_module("pkcs11::observed::the_observer_sees_every_call_and_no_pin", || {
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
    over_each_module("pkcs11::observed::what_the_observer_stops_is_not_done", || {
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
    over_each_module(
        "pkcs11::observed::a_signature_that_could_not_be_written_down_comes_back",
        || {
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
        },
    );
}

#[test]
fn a_recorded_event_is_replayed_without_the_token() {
    over_each_module(
        "pkcs11::observed::a_recorded_event_is_replayed_without_the_token",
        || {
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
        },
    );
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
