//! A token's rules: which one, who may log in, what its keys are.

mod common;

use common::{LABEL, OFFICER, PIN, judge, logged_in, module, module_path, name, over_each_module, over_softhsm, token};
use pkcs11::{Class, Error, Kind, Mechanism, Module, NewKey, Pin};

#[test]
fn makes_finds_uses_and_destroys_a_p384_key() {
    over_each_module("makes_finds_uses_and_destroys_a_p384_key", || {
        let mut token = logged_in();
        let new = NewKey {
            id: Some(vec![1, 2, 3]),
            destroyable: true,
            ..NewKey::p384("root-1", "root-1-public")
        };
        let (public, private) = token.generate(&new).expect("a key");
        assert_eq!(
            (public.attributes.kind, private.attributes.kind),
            (Kind::P384, Kind::P384)
        );
        assert_eq!(private.attributes.id.as_deref(), Some(&[1, 2, 3][..]));
        let found = token.find("root-1", Class::Private).expect("the key");
        assert_eq!(found.label(), "root-1");
        let signature = token.sign_ecdsa(&found, &[7; 48]).expect("a signature");
        let public = token.find("root-1-public", Class::Public).expect("the public key");
        assert!(token.verify_ecdsa(&public, &[7; 48], &signature).expect("an answer"));
        assert!(!token.verify_ecdsa(&public, &[8; 48], &signature).expect("an answer"));
        token.destroy(&found).expect("it was made destroyable");
        assert_eq!(token.look("root-1", Class::Private), Ok(None));
        let absent = token.find("root-1", Class::Private).expect_err("it is gone");
        assert_eq!(absent.to_string(), "there is no key root-1");
    });
}
