//! Tokens: minted for one key and service, recomputed, approved by distinct users, and spent as files.

use hsm::{Approved, Error, Hsm, QuorumService, RegistrationToken, Role, Service, Token};

use crate::common::{Bench, answers, approval, pair, reply, reply_with, root};

const KEY: &str = "0x0000000000680006";

fn key_token() -> Token {
    Token::parse(answers("key-token.json").as_bytes(), Service::KeyUsage, Some(KEY)).unwrap()
}

#[test]
fn mints_a_token_for_one_key_whatever_the_answer_calls_the_path() {
    for answer in ["token-path.json", "token-filepath.json"] {
        let mut bench = Bench::new([reply_with(answer, "token.json", "key-token.json")]);
        let token = bench.hsm.mint(Service::KeyUsage, Some(&root())).unwrap();
        let line = "quorum token-sign generate --service key-usage --token token.json --filter key-reference=0x0000000000680006";
        assert_eq!(bench.lines(), [line]);
        assert_eq!((token.key_reference(), token.approval_data().len()), (Some(KEY), 80));
        assert_eq!(token, key_token());
        assert_eq!(bench.notes.borrow().files[0].bytes, token.file());
    }
}

#[test]
fn mints_a_token_for_an_admin_service() {
    let mut bench = Bench::new([reply_with("token-path.json", "token.json", "admin-token.json")]);
    let token = bench.hsm.mint(Service::Admin(QuorumService::User), None).unwrap();
    assert_eq!(
        bench.lines(),
        ["quorum token-sign generate --service user --token token.json"]
    );
    assert_eq!(token.key_reference(), None);
}

#[test]
fn a_service_without_its_key_is_not_asked_for() {
    let mut bench = Bench::new([]);
    let error = bench.hsm.mint(Service::KeyUsage, None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the token file is wrong: no key was given for the service key-usage"
    );
    bench
        .hsm
        .mint(Service::Admin(QuorumService::User), Some(&root()))
        .unwrap_err();
}

#[test]
fn a_token_file_that_contradicts_itself_or_the_request_is_refused() {
    let good = answers("key-token.json");
    let data = serde_json::from_str::<serde_json::Value>(&good).unwrap()["approval_data"]
        .as_str()
        .unwrap()
        .to_owned();
    let cases = [
        (good.replace("\"2.0\"", "\"3.0\""), "version \"3.0\" is not 2.0"),
        (
            good.replace("key-usage", "key-management"),
            "it is for the service Some(\"key-management\"), not key-usage",
        ),
        (
            good.replace("\"service\":\"key-usage\",", ""),
            "it is for the service None, not key-usage",
        ),
        (
            good.replace("680006", "680007"),
            "it is for the key Some(\"0x0000000000680007\")",
        ),
        (
            good.replace("\"signatures\":[]", "\"signatures\":[{}]"),
            "a fresh token has 1 signatures",
        ),
        (
            good.replace(&data, &data.replacen("AAEAAwAAAAc", "AAEAAwAAAAg", 1)),
            "token is not the SHA-256 of approval_data",
        ),
        (good.replace(&data, "*"), "approval_data is not base64"),
        ("[]".into(), "it is not made of objects"),
        (good.replace("\"token\"", "\"hash\""), "missing field `token`"),
    ];
    for (file, expected) in cases {
        let error = Token::parse(file.as_bytes(), Service::KeyUsage, Some(KEY))
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_yes_without_a_file_is_an_error() {
    let mut bench = Bench::new([reply("token-path.json")]);
    let error = bench.hsm.mint(Service::Admin(QuorumService::Quorum), None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`quorum token-sign generate --service quorum --token token.json` succeeded but left no usable file token.json"
    );
}

#[test]
fn one_user_approves_once() {
    let twice = Approved::new(
        key_token(),
        vec![
            approval("member_1", Role::CryptoUser),
            approval("member_2", Role::CryptoUser),
            approval("MEMBER_1", Role::CryptoUser),
        ],
    );
    assert_eq!(twice.unwrap_err().to_string(), "MEMBER_1 approves twice");
    assert_eq!(Approved::new(key_token(), vec![]).unwrap_err(), Error::NoApprovals);
}

#[test]
fn approvals_go_into_the_file_that_the_hsm_wrote() {
    let approved = Approved::new(
        key_token(),
        vec![
            approval("member_1", Role::CryptoUser),
            approval("member_2", Role::CryptoUser),
        ],
    )
    .unwrap();
    let (before, after): (serde_json::Value, serde_json::Value) = (
        serde_json::from_slice(approved.token().file()).unwrap(),
        serde_json::from_slice(&approved.file()).unwrap(),
    );
    for field in ["version", "service", "key_reference", "approval_data", "token"] {
        assert_eq!(before[field], after[field]);
    }
    let first = &after["signatures"][0];
    assert_eq!(
        (&first["username"], &first["role"]),
        (&"member_1".into(), &"crypto-user".into())
    );
    assert_eq!(first["signature"].as_str().unwrap().len(), 344);
    assert_eq!(after["signatures"].as_array().unwrap().len(), 2);
}

#[test]
fn an_approved_token_is_spent_only_on_what_it_is_for() {
    let mut bench = Bench::new([]);
    let approved = Approved::new(key_token(), vec![approval("member_1", Role::CryptoUser)]).unwrap();
    let user = bench
        .hsm
        .delete_user("member_1", Role::Admin, Some(&approved))
        .unwrap_err();
    assert_eq!(
        user.to_string(),
        "the token file is wrong: it is for key-usage of 0x0000000000680006, not user"
    );
    bench
        .hsm
        .set_quorum_value(QuorumService::User, 5, Some(&approved))
        .unwrap_err();
    let other_key = pair().public;
    assert!(matches!(
        bench.hsm.sign_ecdsa(&other_key, b"x", Some(&approved)),
        Err(Error::BadToken { .. })
    ));
}

#[test]
fn an_admin_operation_carries_its_approvals() {
    let token = Token::parse(
        answers("admin-token.json").as_bytes(),
        Service::Admin(QuorumService::User),
        None,
    )
    .unwrap();
    let approved = Approved::new(token, vec![approval("member_2", Role::Admin)]).unwrap();
    let mut bench = Bench::new([reply("user-changed.json")]);
    bench.hsm.delete_user("member_1", Role::Admin, Some(&approved)).unwrap();
    assert_eq!(
        bench.lines(),
        ["user delete --username member_1 --role admin --approval approval.json"]
    );
    assert_eq!(bench.only().inputs()[0].bytes, approved.file());
    assert_eq!(bench.notes.borrow().files[0].bytes, approved.file());
}

#[test]
fn registers_an_approval_key() {
    let token = "registration-token-5.18.json";
    let mut bench = Bench::new([
        reply_with("token-path.json", "token.json", token),
        reply("login-without-role.json"),
    ]);
    let token = bench.hsm.registration_token().unwrap();
    assert_eq!(&token.tokens()[0].digest, key_token().digest());
    assert_eq!(
        token.tokens()[0].approval_data.as_deref(),
        Some(key_token().approval_data())
    );
    bench.hsm.register_approval_key("PEM", &token, &[vec![1; 256]]).unwrap();
    assert_eq!(
        bench.lines(),
        [
            "quorum token-sign generate --service registration --token token.json",
            "user change-quorum token-sign register --public-key approval-key.pem --signed-token token.json",
        ]
    );
    let script = bench.script.borrow();
    assert_eq!(script.asked[1].inputs()[0].bytes, b"PEM");
    let signed: serde_json::Value = serde_json::from_slice(&script.asked[1].inputs()[1].bytes).unwrap();
    assert_eq!(signed["tokens"][0]["signed"], signed["signatures"][0]["signature"]);
    assert_eq!(signed["tokens"][0]["signed"].as_str().unwrap().len(), 344);
    assert_eq!(signed["signatures"][0]["username"], "member_1");
}

#[test]
fn registration_tokens_are_read_both_ways_and_refused_when_inconsistent() {
    let plain = RegistrationToken::parse(answers("registration-token.json").as_bytes()).unwrap();
    let digest = plain.tokens()[0].digest;
    let mut file: serde_json::Value = serde_json::from_slice(plain.file()).unwrap();
    let parse = |file: &serde_json::Value| RegistrationToken::parse(&serde_json::to_vec(file).unwrap());
    // The data itself in place of its digest.
    file["tokens"][0]["unsigned"] = file["tokens"][0]["approval_data"].clone();
    assert_eq!(parse(&file).unwrap().tokens()[0].digest, digest);
    file["tokens"][0]["unsigned"] = "AAAA".into();
    assert_eq!(
        parse(&file).unwrap_err().to_string(),
        "the token file is wrong: unsigned does not belong to approval_data"
    );
    file["tokens"] = serde_json::json!([]);
    assert_eq!(
        parse(&file).unwrap_err().to_string(),
        "the token file is wrong: it has 0 entries"
    );
    let count = plain.signed_file(&[]).unwrap_err();
    assert_eq!(count.to_string(), "the token file is wrong: 0 signatures for 1 entries");
}

#[test]
fn lists_and_deletes_tokens() {
    let mut bench = Bench::new([
        reply("token-list.json"),
        reply("tokens-deleted.json"),
        reply("tokens-deleted.json"),
    ]);
    let tokens = bench.hsm.list_tokens().unwrap();
    assert_eq!(
        (tokens[0].approvals_required, tokens[0].token_timeout_seconds),
        (Some(2), Some(397))
    );
    assert_eq!(
        (tokens[1].key_reference.as_deref(), tokens[1].minimum_token_count),
        (Some(KEY), Some(3))
    );
    bench.hsm.delete_tokens(false).unwrap();
    bench.hsm.delete_tokens(true).unwrap();
    assert_eq!(
        bench.lines(),
        [
            "quorum token-sign list",
            "quorum token-sign delete --scope user",
            "quorum token-sign delete --scope all"
        ]
    );
}
