//! RSA-2048, a member's approvals: made or found in a token, signing digests, judged by `openssl`.

use std::fs;

use pkcs11::{Class, Error, Key, KeyName, Kind, NewKey, Pin, Token};

use crate::common::{LABEL, PIN, folder, judge, logged_in, module_path, over_each_module, over_softhsm};

#[test]
fn openssl_verifies_a_signature_over_a_digest() {
    over_each_module("rsa::openssl_verifies_a_signature_over_a_digest", || {
        let mut token = logged_in();
        let (public, private) = token.generate(&NewKey::rsa2048("approval", "approval")).expect("a key");
        assert_eq!(
            (public.attributes.kind, private.attributes.kind),
            (Kind::Rsa2048, Kind::Rsa2048)
        );
        let spki = token.public_key_spki(&private).expect("of the private half");
        assert_eq!(spki, token.public_key_spki(&public).expect("of the public half"));
        judged(&mut token, &private);
    });
}

/// SoftHSM2 keeps the rule of CKA_ALWAYS_AUTHENTICATE: without the PIN before each, it signs nothing.
#[test]
fn a_key_that_wants_its_pin_for_each_signature_gets_it() {
    over_softhsm("rsa::a_key_that_wants_its_pin_for_each_signature_gets_it", || {
        let mut token = logged_in();
        let module = module_path();
        let (good, said) = judge(
            "pkcs11-tool",
            &[
                "--module",
                module.to_str().expect("UTF-8"),
                "--token-label",
                LABEL,
                "--login",
                "--pin",
                PIN,
                "--keypairgen",
                "--key-type",
                "RSA:2048",
                "--id",
                "02",
                "--label",
                "SIGN key",
                "--always-auth",
            ],
        );
        assert!(good, "{said}");
        let key = token
            .named(&"id:02".parse().expect("a name"), Class::Private)
            .expect("the key");
        assert_eq!(key.attributes.flag("always-authenticate"), Some(true));
        judged(&mut token, &key);
        judged(&mut token, &key);
        let refused = token
            .sign_rsa_sha256(&key, &[7; 32], &Pin::new("0000-0000"))
            .expect_err("another PIN");
        assert_eq!(refused, Error::WrongPin { last_try: false });
    });
}

#[test]
fn a_key_is_found_by_its_label_and_by_its_id_and_two_are_told() {
    over_each_module(
        "rsa::a_key_is_found_by_its_label_and_by_its_id_and_two_are_told",
        || {
            let mut token = logged_in();
            let new = |label: &str| NewKey {
                id: Some(vec![2]),
                ..NewKey::rsa2048(label, label)
            };
            let (_, made) = token.generate(&new("one")).expect("a key");
            for name in ["one", "id:02"] {
                let name: KeyName = name.parse().expect("a name");
                assert_eq!(token.named(&name, Class::Private).expect("the key").label(), "one");
            }
            assert_eq!(KeyName::of(&made.attributes).to_string(), "id:02");
            let absent = token.named(&"id:03".parse().expect("a name"), Class::Private);
            assert_eq!(absent.expect_err("none").to_string(), "there is no key id:03");
            token.generate(&new("two")).expect("a key");
            let two = token.named(&"id:02".parse().expect("a name"), Class::Private);
            assert_eq!(
                two.expect_err("two").to_string(),
                "2 keys of one class have the label id:02"
            );
        },
    );
}

/// `openssl` verifies what was signed, over the message whose digest it is.
fn judged(token: &mut Token, key: &Key) {
    let [message, digest, spki, file] = ["message", "digest", "spki.der", "signature"].map(|name| folder().join(name));
    let text = |path: &std::path::Path| path.to_str().expect("UTF-8").to_owned();
    fs::write(&message, "approval data").expect("a file");
    let made = judge(
        "openssl",
        &["dgst", "-sha256", "-binary", "-out", &text(&digest), &text(&message)],
    );
    assert!(made.0, "{}", made.1);
    let digest: [u8; 32] = fs::read(&digest).expect("a digest").try_into().expect("32 octets");
    let signature = token
        .sign_rsa_sha256(key, &digest, &Pin::new(PIN))
        .expect("a signature");
    fs::write(&spki, token.public_key_spki(key).expect("the public key")).expect("a file");
    fs::write(&file, signature).expect("a file");
    let verify = |message: &std::path::Path| {
        let (spki, file, message) = (text(&spki), text(&file), text(message));
        judge(
            "openssl",
            &[
                "dgst",
                "-sha256",
                "-verify",
                &spki,
                "-keyform",
                "DER",
                "-signature",
                &file,
                &message,
            ],
        )
    };
    let (good, said) = verify(&message);
    assert!(good && said.contains("Verified OK"), "{said}");
    fs::write(&message, "something else").expect("a file");
    assert!(!verify(&message).0, "any message verifies");
}
