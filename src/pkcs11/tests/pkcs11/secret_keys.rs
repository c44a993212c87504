//! Secret keys, which other tools make: seen, and taken for no half of a pair.

use pkcs11::{Class, Error, Key, NewKey};

use crate::common::{LABEL, PIN, judge, logged_in, module_path, over_each_module};

#[test]
fn a_secret_key_is_listed_apart_from_the_pairs() {
    over_each_module("secret_keys::a_secret_key_is_listed_apart_from_the_pairs", || {
        let mut token = logged_in();
        token.generate(&NewKey::p384("root-1", "root-1-public")).expect("a key");
        assert_eq!(token.secret_keys(), Ok(Vec::new()));
        make_aes("wrapper");
        let found = token.secret_keys().expect("a list");
        assert_eq!(found.iter().map(Key::label).collect::<Vec<_>>(), ["wrapper"]);
        let attributes = &found[0].attributes;
        assert_eq!(attributes.class.as_str(), "secret-key");
        assert_eq!(
            (attributes.flag("wrap"), attributes.flag("unwrap")),
            (Some(true), Some(true))
        );
        let pairs = token.keys().expect("a list");
        let labels: Vec<_> = pairs.iter().map(Key::label).collect();
        assert_eq!(labels, ["root-1-public", "root-1"]);
    });
}

#[test]
fn a_secret_key_is_no_half_of_a_pair_whatever_its_label_and_signs_nothing() {
    over_each_module(
        "secret_keys::a_secret_key_is_no_half_of_a_pair_whatever_its_label_and_signs_nothing",
        || {
            let mut token = logged_in();
            make_aes("root-1");
            for class in [Class::Public, Class::Private] {
                assert_eq!(token.look("root-1", class), Ok(None));
            }
            let (_, private) = token.generate(&NewKey::p384("root-1", "root-1-public")).expect("a key");
            let found = token.find("root-1", Class::Private).expect("the private key");
            assert_eq!(found, private);
            let secret = token.find("root-1", Class::Secret).expect("the secret key");
            let wrong = Error::AttributeWrong {
                label: "root-1".into(),
                attribute: "class",
                expected: "private-key".into(),
                found: "secret-key".into(),
            };
            assert_eq!(token.sign_ecdsa(&secret, &[7; 48]), Err(wrong));
            token.public_key_spki(&secret).expect_err("it has no public half");
        },
    );
}

/// One that wraps and unwraps, made by pkcs11-tool.
fn make_aes(label: &str) {
    let module = module_path();
    let module = module.to_str().expect("UTF-8");
    let made = ["--keygen", "--key-type", "AES:32", "--usage-wrap", "--label", label];
    let token = ["--module", module, "--token-label", LABEL, "--login", "--pin", PIN];
    let (done, said) = judge("pkcs11-tool", &[&token[..], &made].concat());
    assert!(done, "{said}");
}
