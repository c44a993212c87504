//! Tokens: ten minutes, one use, one login. The HSM holds it, and the event goes on with new ones.

use base64ct::{Base64, Encoding as _};
use record::Digest;
use record::record::Fate;
use serde_json::{Value, json};
use support::event::{Event, SIGN, is_decision};

use crate::OWN_WORDS;

#[test]
fn an_expired_token_is_refused_by_the_hsm_and_new_ones_are_minted() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("approval-1");
    engine.members_answer("approval-1", Some("outbound/approval-request-1.cbor"));
    event.standin(&["clock", "--advance", "601"]);
    engine.type_line("");
    engine.play_to_the_end();
    engine.end().refuses(
        4,
        "the HSM refused in unknown words: Quorum token has expired",
        Some(OWN_WORDS),
    );
    assert!(!event.has("bastion/outputs") && !event.has("outbound/record.cbor"));

    // The words are not the contract's: whether a signature exists is for people to decide.
    decides_to_sign(&event);
    event.results_are_as_frozen();
    event.replays();
    event.judge_results();
    let fates: Vec<_> = event
        .record()
        .tokens
        .iter()
        .map(|token| (token.window, token.fate))
        .collect();
    assert_eq!(
        fates,
        [
            vec![(1, Fate::Unknown)],
            vec![(1, Fate::Unused); 7],
            vec![(2, Fate::Used); 8]
        ]
        .concat()
    );
}

#[test]
fn tokens_that_expire_between_two_signatures_are_minted_anew_for_the_rest() {
    let (event, ended) = Event::held_until(SIGN, 4, "expire");
    ended.refuses(
        4,
        "the HSM refused in unknown words: Quorum token has expired",
        Some(OWN_WORDS),
    );
    decides_to_sign(&event);
    let fates: Vec<_> = event
        .record()
        .tokens
        .iter()
        .map(|token| (token.window, token.fate))
        .collect();
    let wanted = [
        vec![(1, Fate::Used); 3],
        vec![(1, Fate::Unknown)],
        vec![(1, Fate::Unused); 4],
        vec![(2, Fate::Used); 5],
    ]
    .concat();
    assert_eq!(fates, wanted);
}

#[test]
fn the_hsm_refuses_a_token_that_was_used() {
    let (event, key) = with_keys();
    let answers = signs_twice(&event, &key, &Event::APPROVERS);
    assert_eq!(answers[0]["error_code"], 0, "{answers:?}");
    assert_eq!(
        answers[1],
        refusal("Invalid username-signature pair for quorum authorization")
    );
}

#[test]
fn the_hsm_refuses_four_approvals_and_one_member_twice() {
    let (event, key) = with_keys();
    let few = refusal("Too few quorum approvals: currently 4 approvals, but 5 approvals required");
    assert_eq!(signs_twice(&event, &key, &Event::APPROVERS[..4])[0], few);
    let twice = ["member-1", "member-2", "member-3", "member-4", "member-4"];
    assert_eq!(signs_twice(&event, &key, &twice)[0], few);
}

#[test]
fn the_hsm_refuses_a_token_of_another_login() {
    let (event, key) = with_keys();
    assert_eq!(event.owner().ask(&mint(&key))["error_code"], 0);
    approve(&event, &Event::APPROVERS);
    let answer = event.owner().ask(&sign(&key));
    assert_eq!(
        answer,
        refusal("Invalid username-signature pair for quorum authorization")
    );
}

fn decides_to_sign(event: &Event) {
    let mut engine = event.resume();
    engine.play_until(is_decision);
    engine.type_line("sign again");
    engine.play_to_the_end();
    let _ = engine.end().good();
}

/// An event whose keys are made, and the root key's reference.
fn with_keys() -> (Event, String) {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to("approval-1");
    engine.kill();
    let request: record::messages::ApprovalRequest =
        record::Bundle::decode_marked(&event.read("outbound/approval-request-1.cbor"), true).expect("the request");
    let key = request.tokens[0]
        .key_reference
        .clone()
        .expect("the root key's reference");
    (event, key)
}

/// Mints a token, has it approved by these members, and signs with it twice, in one login.
fn signs_twice(event: &Event, key: &str, approvers: &[&str]) -> Vec<Value> {
    let mut session = event.owner();
    let minted = session.ask(&mint(key));
    assert_eq!(minted["error_code"], 0, "{minted}");
    approve(event, approvers);
    vec![session.ask(&sign(key)), session.ask(&sign(key))]
}

/// Adds the members' signatures to the token's file.
fn approve(event: &Event, approvers: &[&str]) {
    let mut file: Value = serde_json::from_slice(&event.read("token.json")).expect("the token's file");
    let decoded = Base64::decode_vec(file["token"].as_str().expect("a token")).expect("base64");
    let token = Digest(decoded.try_into().expect("32 octets"));
    let approval = |member: &&str| {
        let signature = Base64::encode_string(&event.rsa(member, &token));
        json!({ "username": member.replace('-', "_"), "role": "crypto-user", "signature": signature })
    };
    file["signatures"] = approvers.iter().map(approval).collect();
    event.write("approved.json", file.to_string());
}

fn mint(key: &str) -> String {
    format!("quorum token-sign generate --service key-usage --token token.json --filter key-reference={key}")
}

fn sign(key: &str) -> String {
    format!(
        "crypto sign ecdsa --key-filter key-reference={key} --hash-function sha384 --data AAAA --data-type raw \
         --approval approved.json"
    )
}

fn refusal(text: &str) -> Value {
    json!({ "error_code": 1, "data": text })
}
