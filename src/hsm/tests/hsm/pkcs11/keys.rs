//! Keys in a token: made, named, found again, and not to be changed.

use hsm::{Algorithm, Error, Hsm, KeyQuorum, KeySpec, Pkcs11Hsm, Role, Secret, Service, Unobserved};
use pkcs11::Error as TokenError;

use super::fixture::{logged_in, make, root, spec};

use crate::token::{LABEL, PIN, judge, module, module_path, name, over_each_module};

#[test]
fn a_key_made_here_is_what_the_checks_demand() {
    over_each_module("pkcs11::keys::a_key_made_here_is_what_the_checks_demand", || {
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
fn both_halves_have_an_id_that_is_no_other_keys() {
    over_each_module("pkcs11::keys::both_halves_have_an_id_that_is_no_other_keys", || {
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
fn a_key_has_the_same_reference_on_another_day() {
    over_each_module("pkcs11::keys::a_key_has_the_same_reference_on_another_day", || {
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
    over_each_module("pkcs11::keys::a_label_is_one_keys_whichever_half", || {
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
                        error: TokenError::KeyThere { .. },
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

/// Made by another tool. Nothing signs with it, and no pair gets its label.
#[test]
fn a_secret_key_is_listed_for_what_it_is_and_its_label_is_taken() {
    over_each_module(
        "pkcs11::keys::a_secret_key_is_listed_for_what_it_is_and_its_label_is_taken",
        || {
            let mut hsm = logged_in(Unobserved);
            let module = module_path();
            let module = module.to_str().expect("UTF-8");
            let token = ["--module", module, "--token-label", LABEL, "--login", "--pin", PIN];
            let made = ["--keygen", "--key-type", "AES:32", "--usage-wrap", "--label", "root-1"];
            let (done, said) = judge("pkcs11-tool", &[&token[..], &made].concat());
            assert!(done, "{said}");
            let found = hsm.find_key("root-1").expect("a list").expect("the secret key");
            assert_eq!(
                (found.attributes.class.as_str(), found.is_public()),
                ("secret-key", false)
            );
            assert_ne!(hsm::check_key_attributes(&found, Algorithm::P384), []);
            let absent = hsm.mint(Service::KeyUsage, Some(&found)).expect_err("no private key");
            assert_eq!(told(&absent), Some(&TokenError::KeyAbsent { label: "root-1".into() }));
            let taken = hsm.generate_key_pair(&spec("root-1")).expect_err("the label is taken");
            assert!(matches!(told(&taken), Some(TokenError::KeyThere { .. })), "{taken:?}");
        },
    );
}

/// What the token said.
fn told(error: &Error) -> Option<&TokenError> {
    match error {
        Error::Token { error, .. } => Some(error),
        _ => None,
    }
}

#[test]
fn a_root_key_is_neither_deleted_nor_changed() {
    over_each_module("pkcs11::keys::a_root_key_is_neither_deleted_nor_changed", || {
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
