//! Keys: the exact command that makes one, the list read to its end, the export cross-checked, the signature's form.

use hsm::{
    Algorithm, Approved, Error, Hsm, KeyQuorum, KeySpec, Reply, Role, Service, Token, check_console_key, check_root_key,
};

use crate::common::{Bench, answers, approval, members, pair, reply, reply_with, root};

const FIVE: KeyQuorum = KeyQuorum { manage: 5, use_: 5 };

fn spec() -> KeySpec {
    KeySpec {
        algorithm: Algorithm::P384,
        label: "root-1".into(),
        public_label: "root-1-public".into(),
        id: Some(vec![0x35, 0x79]),
        shared_with: members(),
        quorum: Some(FIVE),
    }
}

#[test]
fn makes_a_quorum_key_with_everything_that_only_creation_can_set() {
    let mut bench = Bench::new([reply("key-pair.json")]);
    let pair = bench.hsm.generate_key_pair(&spec()).unwrap();
    assert_eq!(
        bench.lines(),
        [
            "key generate-asymmetric-pair ec --curve secp384r1 --public-label root-1-public --private-label root-1 \
          --public-attributes verify=true id=0x3579 \
          --private-attributes sign=true extractable=false destroyable=false modifiable=false id=0x3579 \
          --share-crypto-users member_1 member_2 member_3 member_4 member_5 member_6 member_7 member_8 member_9 \
          --manage-private-key-quorum-value 5 --use-private-key-quorum-value 5"
        ]
    );
    assert_eq!(check_root_key(&pair.private, "key_owner", &members(), FIVE), []);
    assert!(pair.public.is_public());
}

#[test]
fn makes_a_key_without_quorum() {
    let mut bench = Bench::new([reply("key-pair.json")]);
    bench
        .hsm
        .generate_key_pair(&KeySpec {
            id: None,
            shared_with: vec![],
            quorum: None,
            ..spec()
        })
        .unwrap();
    assert!(bench.lines()[0].ends_with(
        "--public-attributes verify=true --private-attributes sign=true extractable=false destroyable=false modifiable=false"
    ));
}

#[test]
fn ed25519_is_not_asked_for_and_the_error_says_why() {
    let mut bench = Bench::new([]);
    let made = bench.hsm.generate_key_pair(&KeySpec {
        algorithm: Algorithm::Ed25519,
        ..spec()
    });
    for error in [
        made.unwrap_err(),
        bench.hsm.sign_ed25519(&root(), b"abc", None).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "this HSM cannot use Ed25519 keys under a quorum");
        assert!(error.hint().unwrap().contains("without FIPS mode"));
        assert!(!error.outcome_unknown());
    }
    assert!(bench.lines().is_empty());
}

#[test]
fn another_key_than_was_asked_for_is_refused_and_odd_labels_are_not_sent() {
    let mut bench = Bench::new([reply("key-pair.json")]);
    let error = bench
        .hsm
        .generate_key_pair(&KeySpec {
            label: "root-2".into(),
            ..spec()
        })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the HSM answered for another key: asked for root-2, got root-1"
    );
    assert!(error.outcome_unknown());
    for label in [
        "",
        "root 1",
        "root\n1",
        "root\"1",
        "root;1",
        "wurzel-ä",
        "root-1-public",
        &"x".repeat(128),
    ] {
        let error = bench
            .hsm
            .generate_key_pair(&KeySpec {
                label: label.into(),
                ..spec()
            })
            .unwrap_err();
        assert_eq!(error, Error::BadArgument { value: label.into() });
    }
}

#[test]
fn a_key_is_found_on_a_later_page_and_its_absence_needs_the_whole_list() {
    let pages = || [reply("key-list-1.json"), reply("key-list-2.json")];
    let mut bench = Bench::new(pages().into_iter().chain(pages()).chain([reply("key-list-empty.json")]));
    assert_eq!(bench.hsm.find_key("root-1").unwrap(), Some(root()));
    assert_eq!(
        bench.lines(),
        [
            "key list --verbose --max-items 50",
            "key list --verbose --max-items 50 --starting-token 1"
        ]
    );
    assert_eq!(bench.hsm.find_key("root").unwrap(), None);
    assert_eq!(bench.hsm.find_key("root-1").unwrap(), None);
}

#[test]
fn a_list_that_ends_early_turns_in_circles_or_names_no_reference_proves_nothing() {
    let page = |change: &dyn Fn(String) -> String| {
        Ok(Reply {
            text: change(answers("key-list-1.json")),
            files: vec![],
        })
    };
    let early = page(&|text| text.replace(r#", "next_token": "1""#, ""));
    let error = Bench::new([early]).hsm.find_key("x").unwrap_err().to_string();
    assert!(error.ends_with("is malformed: the list has 1 of 2 keys"), "{error}");
    let endless = page(&|text| text.replace(r#""total_key_count": 2"#, r#""total_key_count": 18446744073709551615"#));
    let mut bench = Bench::new(std::iter::repeat_n(endless, 20_001));
    assert!(matches!(bench.hsm.find_key("x"), Err(Error::Malformed { .. })));
    assert_eq!(bench.lines().len(), 20_000);
    let odd = page(&|text| text.replace("0x0000000000680005", "all"));
    assert!(
        Bench::new([odd])
            .hsm
            .find_key("x")
            .unwrap_err()
            .to_string()
            .contains("\"all\" is no key reference")
    );
    let injected = page(&|text| text.replace(r#""next_token": "1""#, r#""next_token": "1\nlogout""#));
    assert_eq!(
        Bench::new([injected]).hsm.find_key("x").unwrap_err(),
        Error::BadArgument {
            value: "1\nlogout".into()
        }
    );
}

#[test]
fn two_keys_of_one_label_are_an_error() {
    let first = answers("key-list-1.json").replace("root-1-public", "root-1");
    let mut bench = Bench::new([
        Ok(Reply {
            text: first,
            files: vec![],
        }),
        reply("key-list-2.json"),
    ]);
    let error = bench.hsm.find_key("root-1").unwrap_err();
    assert_eq!(error.to_string(), "2 keys have the label root-1");
}

fn export(pem: &str, key: &hsm::KeyInfo) -> Result<Vec<u8>, Error> {
    let mut bench = Bench::new([reply_with("key-file.json", "public-key.pem", pem)]);
    let spki = bench.hsm.public_key_spki(key);
    let line = "key generate-file --encoding pem --path public-key.pem --filter key-reference=0x0000000000680005";
    assert_eq!(bench.lines(), [line]);
    spki
}

#[test]
fn exports_a_public_key_that_openssl_made_and_the_hsm_lists_in_either_form() {
    let mut key = pair().public;
    let spki = export("public-key.pem", &key).unwrap();
    assert_eq!(spki.len(), 120);
    let path = format!("{}/tests/answers/public-key.pem", env!("CARGO_MANIFEST_DIR"));
    let openssl = std::process::Command::new("openssl")
        .args(["ec", "-pubin", "-outform", "DER", "-in", &path])
        .output();
    assert_eq!(spki, openssl.expect("openssl runs").stdout);
    key.attributes.ec_point.splice(0..0, [0x04, 0x61]);
    assert_eq!(export("public-key.pem", &key).unwrap(), spki);
}

#[test]
fn a_public_key_that_is_not_the_listed_one_or_not_p384_is_refused() {
    let mut key = pair().public;
    assert!(
        export("public-key-p256.pem", &key)
            .unwrap_err()
            .to_string()
            .contains("no P-384 key")
    );
    assert!(
        export("login.json", &key)
            .unwrap_err()
            .to_string()
            .contains("not one PEM block PUBLIC KEY")
    );
    *key.attributes.ec_point.last_mut().unwrap() ^= 1;
    let other = export("public-key.pem", &key).unwrap_err();
    assert_eq!(
        other.to_string(),
        "the exported public key is wrong: it is not the ec-point of 0x0000000000680005"
    );
    key.attributes.ec_point.pop();
    assert!(
        export("public-key.pem", &key)
            .unwrap_err()
            .to_string()
            .contains("is no uncompressed P-384 point")
    );
    let private = Bench::new([]).hsm.public_key_spki(&root()).unwrap_err();
    assert!(private.to_string().contains("0x0000000000680006 is a private-key"));
}

#[test]
fn signs_short_messages_in_the_line_and_shows_their_digest() {
    let mut bench = Bench::new([reply("signed.json")]);
    let raw = bench.hsm.sign_ecdsa(&root(), b"abc", None).unwrap();
    assert_eq!((raw[0], raw[95]), (0, 95));
    assert_eq!(
        bench.lines(),
        [
            "crypto sign ecdsa --key-filter key-reference=0x0000000000680006 --hash-function sha384 --data YWJj --data-type raw"
        ]
    );
    // The digest is FIPS 180-4's own example.
    assert_eq!(
        bench.only().shown(),
        "crypto sign ecdsa --key-filter key-reference=0x0000000000680006 --hash-function sha384 --data \
         [3 bytes, sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad] --data-type raw"
    );
}

#[test]
fn signs_long_messages_from_a_file_with_their_approvals() {
    let token = Token::parse(
        answers("key-token.json").as_bytes(),
        Service::KeyUsage,
        Some("0x0000000000680006"),
    )
    .unwrap();
    let approved = Approved::new(token, vec![approval("member_1", Role::CryptoUser)]).unwrap();
    let mut bench = Bench::new([reply("signed.json")]);
    bench.hsm.sign_ecdsa(&root(), &[0; 20_000], Some(&approved)).unwrap();
    assert_eq!(
        bench.lines(),
        [
            "crypto sign ecdsa --key-filter key-reference=0x0000000000680006 --hash-function sha384 --data-path data.bin \
          --data-type raw --approval approval.json"
        ]
    );
    let names: Vec<_> = bench.only().inputs().iter().map(|file| file.name.clone()).collect();
    assert_eq!(names, ["data.bin", "approval.json"]);
}

#[test]
fn a_signature_of_another_length_or_key_is_refused_and_may_have_been_made() {
    let mut bench = Bench::new([reply("signed-p256.json"), reply("signed.json")]);
    let short = bench.hsm.sign_ecdsa(&root(), b"abc", None).unwrap_err();
    assert!(
        short
            .to_string()
            .contains("the signature is not 96 bytes in base64: AAEC"),
        "{short}"
    );
    assert!(short.outcome_unknown());
    let other = bench.hsm.sign_ecdsa(&pair().public, b"abc", None).unwrap_err();
    assert!(matches!(&other, Error::WrongAnswer { what: "key", .. }) && other.outcome_unknown());
}

/// The root key with one field of its description changed.
fn changed(at: &str, value: serde_json::Value) -> hsm::KeyInfo {
    let answer: serde_json::Value = serde_json::from_str(&answers("key-pair.json")).unwrap();
    let mut key = answer["data"]["private_key"].clone();
    *key.pointer_mut(at).unwrap() = value;
    serde_json::from_value(key).unwrap()
}

#[test]
fn every_shortfall_of_a_root_key_is_a_finding() {
    let stranger = serde_json::json!([{"username": "stranger", "key-coverage": "full"}]);
    let two_owners = serde_json::json!([{"username": "key_owner", "key-coverage": "full"}, {"username": "x", "key-coverage": "full"}]);
    let cases = [
        (
            "/attributes/extractable",
            true.into(),
            "extractable: expected false, found true",
        ),
        (
            "/attributes/never-extractable",
            false.into(),
            "never-extractable: expected true, found false",
        ),
        (
            "/attributes/destroyable",
            true.into(),
            "destroyable: expected false, found true",
        ),
        (
            "/attributes/modifiable",
            true.into(),
            "modifiable: expected false, found true",
        ),
        ("/attributes/local", false.into(), "local: expected true, found false"),
        ("/attributes/sign", false.into(), "sign: expected true, found false"),
        ("/attributes/wrap", true.into(), "wrap: expected false, found true"),
        ("/attributes/unwrap", true.into(), "unwrap: expected false, found true"),
        ("/attributes/derive", true.into(), "derive: expected false, found true"),
        ("/attributes/token", false.into(), "token: expected true, found false"),
        (
            "/attributes/derive",
            serde_json::Value::Null,
            "derive: expected false, found nothing",
        ),
        (
            "/attributes/class",
            "public-key".into(),
            "class: expected private-key, found public-key",
        ),
        (
            "/attributes/curve",
            "secp256k1".into(),
            "curve: expected secp384r1, found secp256k1",
        ),
        (
            "/key-info/cluster-coverage",
            "inconsistent".into(),
            "cluster-coverage: expected full, found inconsistent",
        ),
        (
            "/key-info/key-owners",
            two_owners,
            "key-owners: expected key_owner, found key_owner x",
        ),
        (
            "/key-info/key-owners/0/key-coverage",
            "x".into(),
            "holders without full coverage: expected nobody, found key_owner",
        ),
        (
            "/key-info/key-quorum-values/manage-key-quorum-value",
            4.into(),
            "manage-key-quorum-value: expected 5, found 4",
        ),
        (
            "/key-info/key-quorum-values/use-key-quorum-value",
            0.into(),
            "use-key-quorum-value: expected 5, found 0",
        ),
        ("/key-info/shared-users", stranger, "member_9, found stranger"),
    ];
    for (at, value, expected) in cases {
        let findings = check_root_key(&changed(at, value), "key_owner", &members(), FIVE);
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(shown[0].ends_with(expected), "{shown:?}");
    }
    assert_eq!(check_root_key(&root(), "other", &members(), FIVE)[0].found, "key_owner");
    assert_eq!(check_root_key(&root(), "key_owner", &members()[..8], FIVE).len(), 2);
}

#[test]
fn a_console_key_has_no_quorum_and_no_sharers() {
    let found: Vec<_> = check_console_key(&root(), "key_owner")
        .into_iter()
        .map(|finding| finding.what)
        .collect();
    assert_eq!(
        found,
        [
            "shared-users",
            "shared-users, how many",
            "manage-key-quorum-value",
            "use-key-quorum-value"
        ]
    );
    let mut console =
        serde_json::from_str::<serde_json::Value>(&answers("key-pair.json")).unwrap()["data"]["private_key"].clone();
    console["key-info"]["shared-users"] = serde_json::json!([]);
    console["key-info"]["key-quorum-values"] =
        serde_json::json!({"manage-key-quorum-value": 0, "use-key-quorum-value": 0});
    assert_eq!(
        check_console_key(&serde_json::from_value(console).unwrap(), "key_owner"),
        []
    );
}
