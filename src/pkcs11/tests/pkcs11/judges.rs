//! What tools that we did not write say: openssl of signatures and public keys, pkcs11-tool of the private key.

use std::{fs, path::Path};

use pkcs11::{Class, Error, Mechanism, NewKey};

use crate::common::{
    LABEL, OFFICER, PIN, folder, judge, logged_in, module_path, over_each_module, over_second_module, over_softhsm,
};

#[test]
fn openssl_verifies_an_ecdsa_signature() {
    over_each_module("judges::openssl_verifies_an_ecdsa_signature", || {
        let mut token = logged_in();
        let (public, private) = token.generate(&NewKey::p384("root-1", "root-1-public")).expect("a key");
        let (message, digest) = (folder().join("message"), folder().join("digest"));
        fs::write(&message, "to be signed").expect("a file");
        openssl(&["dgst", "-sha384", "-binary", "-out", text(&digest), text(&message)]);
        let digest = fs::read(&digest).expect("a digest").try_into().expect("48 bytes");
        let signature = token.sign_ecdsa(&private, &digest).expect("a signature");
        let key = export(&token.public_key_spki(&public).expect("the public key"));
        let file = folder().join("signature");
        fs::write(&file, der(&signature)).expect("a file");
        let verify = [
            "dgst",
            "-sha384",
            "-verify",
            &key,
            "-signature",
            text(&file),
            text(&message),
        ];
        assert_eq!(openssl(&verify).trim(), "Verified OK");
        fs::write(&message, "something else").expect("a file");
        let (verified, said) = judge("openssl", &verify);
        assert!(!verified && said.contains("Verification failure"), "{said}");
    });
}

#[test]
fn openssl_verifies_an_ed25519_signature_where_the_module_offers_it() {
    over_each_module(
        "judges::openssl_verifies_an_ed25519_signature_where_the_module_offers_it",
        || {
            let mut token = logged_in();
            let offered = token.offers(Mechanism::EdwardsKeys).expect("an answer");
            assert!(offered || !crate::common::is_softhsm(), "SoftHSM2 offers it");
            let made = token.generate(&NewKey::ed25519("log-1", "log-1-public"));
            if !offered {
                assert!(matches!(made, Err(Error::NotOffered { .. })), "{made:?}");
                return;
            }
            let (public, private) = made.expect("a key");
            let signature = token.sign_eddsa(&private, b"a checkpoint").expect("a signature");
            let key = export(&token.public_key_spki(&public).expect("the public key"));
            let (message, file) = (folder().join("message"), folder().join("signature"));
            fs::write(&message, "a checkpoint").expect("a file");
            fs::write(&file, signature).expect("a file");
            let said = openssl(&[
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                &key,
                "-rawin",
                "-in",
                text(&message),
                "-sigfile",
                text(&file),
            ]);
            assert!(said.contains("Signature Verified Successfully"), "{said}");
        },
    );
}

#[test]
fn the_public_key_is_the_one_that_pkcs11_tool_reads() {
    over_softhsm("judges::the_public_key_is_the_one_that_pkcs11_tool_reads", || {
        let mut token = logged_in();
        let (public, _) = token.generate(&NewKey::p384("root-1", "root-1-public")).expect("a key");
        let spki = token.public_key_spki(&public).expect("the public key");
        let point: String = spki[23..].iter().map(|byte| format!("{byte:02x}")).collect();
        let (_, said) = tool(&["--list-objects", "--type", "pubkey"]);
        assert!(
            said.contains(&format!("EC_POINT:   046104{}", &point[2..])),
            "{point} is not in:\n{said}"
        );
    });
}

/// SoftHSM2 does not give it.
#[test]
fn the_tokens_own_spki_is_that_of_the_point() {
    over_second_module("judges::the_tokens_own_spki_is_that_of_the_point", || {
        let mut token = logged_in();
        let (public, private) = token.generate(&NewKey::p384("k", "k-public")).expect("a key");
        assert!(public.attributes.ec_point.is_some() && private.attributes.ec_point.is_none());
        let by_both = token.public_key_spki(&public).expect("point and SPKI agree");
        let by_spki = token.public_key_spki(&private).expect("the SPKI alone");
        assert_eq!(by_both, by_spki);
    });
}

#[test]
fn pkcs11_tool_cannot_bring_the_private_key_out() {
    over_each_module("judges::pkcs11_tool_cannot_bring_the_private_key_out", || {
        let mut token = logged_in();
        let new = NewKey {
            id: Some(vec![0x0a]),
            ..NewKey::p384("root-1", "root-1-public")
        };
        token.generate(&new).expect("a key");
        let (_, said) = tool(&["--list-objects", "--type", "privkey"]);
        for word in [
            "Private Key Object; EC",
            "sensitive",
            "always sensitive",
            "never extractable",
            "local",
        ] {
            assert!(said.contains(word), "{word} is not in:\n{said}");
        }
        assert!(
            !said.contains(" extractable\n") || said.contains("never extractable"),
            "{said}"
        );
        let stolen = folder().join("stolen");
        let (_, said) = tool(&[
            "--read-object",
            "--type",
            "privkey",
            "--label",
            "root-1",
            "-o",
            text(&stolen),
        ]);
        assert!(is_empty(&stolen), "it was read out: {said}");
        let (made, said) = tool(&[
            "--keygen",
            "--key-type",
            "AES:32",
            "--label",
            "wrapper",
            "--id",
            "77",
            "--usage-wrap",
        ]);
        assert!(made, "{said}");
        for mechanism in ["AES-KEY-WRAP-PAD", "AES-KEY-WRAP", "AES-CBC-PAD"] {
            let wrapped = folder().join("wrapped");
            let (done, said) = tool(&[
                "--wrap",
                "-m",
                mechanism,
                "--id",
                "77",
                "--application-id",
                "0a",
                "-o",
                text(&wrapped),
            ]);
            assert!(!done && is_empty(&wrapped), "{mechanism} wrapped it: {said}");
        }
        let (_, said) = tool(&["--delete-object", "--type", "privkey", "--label", "root-1"]);
        assert!(
            token.look("root-1", Class::Private).expect("a list").is_some(),
            "it was deleted: {said}"
        );
    });
}

#[test]
fn a_label_that_two_keys_have_is_an_error_and_no_choice() {
    over_softhsm("judges::a_label_that_two_keys_have_is_an_error_and_no_choice", || {
        let mut token = logged_in();
        token.generate(&NewKey::p384("root-1", "root-1-public")).expect("a key");
        let (made, said) = tool(&["--keypairgen", "--key-type", "EC:secp384r1", "--label", "root-1"]);
        assert!(made, "{said}");
        let error = token.find("root-1", Class::Private).expect_err("which of them?");
        assert_eq!(
            error,
            Error::KeyNotUnique {
                label: "root-1".into(),
                matched: 2
            }
        );
        assert!(error.hint().expect("a hint").contains("a person compares"), "{error:?}");
    });
}

#[test]
fn keys_of_other_kinds_are_seen_and_not_exported() {
    over_softhsm("judges::keys_of_other_kinds_are_seen_and_not_exported", || {
        let token = logged_in();
        let (made, said) = tool(&["--keypairgen", "--key-type", "EC:prime256v1", "--label", "p256"]);
        assert!(made, "{said}");
        let key = token.find("p256", Class::Public).expect("the key");
        let error = token.public_key_spki(&key).expect_err("not P-384");
        assert_eq!(
            error.to_string(),
            "the token's public key is wrong: p256: it is neither P-384 nor Ed25519 nor RSA-2048"
        );
    });
}

#[test]
fn a_mechanism_that_the_token_does_not_offer_is_refused_by_name() {
    over_softhsm(
        "judges::a_mechanism_that_the_token_does_not_offer_is_refused_by_name",
        || {
            let config = std::env::var("SOFTHSM2_CONF").expect("the test's own");
            let fewer =
                fs::read_to_string(&config).expect("a configuration") + "slots.mechanisms = CKM_EC_KEY_PAIR_GEN\n";
            fs::write(&config, fewer).expect("a configuration");
            let mut token = logged_in();
            let (_, key) = token.generate(&NewKey::p384("k", "k-public")).expect("a key");
            let error = token.sign_ecdsa(&key, &[1; 48]).expect_err("not offered");
            assert_eq!(error.to_string(), format!("the token {LABEL} does not offer CKM_ECDSA"));
            assert!(error.hint().expect("a hint").contains("FIPS"), "{error:?}");
        },
    );
}

#[test]
fn softhsm_agrees_that_the_token_is_initialised() {
    over_softhsm("judges::softhsm_agrees_that_the_token_is_initialised", || {
        let _ = logged_in();
        let (_, said) = judge("softhsm2-util", &["--show-slots"]);
        assert!(said.contains("Label:            test-token"), "{said}");
        let (_, said) = judge(
            "pkcs11-tool",
            &[
                "--module",
                text(&module_path()),
                "--login",
                "--login-type",
                "so",
                "--so-pin",
                OFFICER,
                "--token-label",
                LABEL,
                "-O",
            ],
        );
        assert!(!said.contains("CKR_PIN_INCORRECT"), "{said}");
    });
}

fn openssl(arguments: &[&str]) -> String {
    let (done, said) = judge("openssl", arguments);
    assert!(done, "openssl {arguments:?}: {said}");
    said
}

/// pkcs11-tool, logged in as the user.
fn tool(arguments: &[&str]) -> (bool, String) {
    let module = module_path();
    let login = [
        "--module",
        text(&module),
        "--token-label",
        LABEL,
        "--login",
        "--pin",
        PIN,
    ];
    judge("pkcs11-tool", &[&login, arguments].concat())
}

fn export(spki: &[u8]) -> String {
    let (der, pem) = (folder().join("spki.der"), folder().join("spki.pem"));
    fs::write(&der, spki).expect("a file");
    openssl(&[
        "pkey",
        "-pubin",
        "-inform",
        "DER",
        "-in",
        text(&der),
        "-out",
        text(&pem),
    ]);
    text(&pem).to_owned()
}

fn is_empty(file: &Path) -> bool {
    fs::metadata(file).map_or(true, |metadata| metadata.len() == 0)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// ECDSA-Sig-Value of r and s, which openssl wants.
fn der(signature: &[u8; 96]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let short: Vec<u8> = half.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign = if short[0] >= 0x80 { vec![0] } else { vec![] };
        [&[0x02, (sign.len() + short.len()) as u8][..], &sign, &short].concat()
    };
    let both = [integer(&signature[..48]), integer(&signature[48..])].concat();
    [&[0x30, both.len() as u8][..], &both].concat()
}
