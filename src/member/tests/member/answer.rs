//! `answer`: signatures that openssl verifies, for the right member, and not with the approval key in an event.

use record::messages::{KeyAnswer, KeyRequest, KeyToken, KeyUse};
use record::{Bytes, Digest};

use super::scene::event::Event;
use super::scene::judge::{rsa_verifies, ssh_verifies};
use super::scene::{PASSPHRASE, names, plan};

fn token(user: &str, key: KeyUse, data: &[u8]) -> KeyToken {
    let allows = "the HSM will take this key's signatures for this user, and for no other".into();
    KeyToken {
        user: user.into(),
        key,
        approval_data: Some(Bytes(data.to_vec())),
        token: Digest::of(data),
        allows,
    }
}

fn request() -> KeyRequest {
    KeyRequest {
        purpose: "to register your keys with the HSM".into(),
        roster: plan::inbound().plan.inputs["roster.cbor"].0,
        member: "member-1".into(),
        tokens: vec![
            token("approver_member_1", KeyUse::Approval, b"approver's data"),
            token("admin_member_1", KeyUse::Admin, b"admin's data"),
        ],
    }
}

fn answer(event: &Event, request: KeyRequest) -> super::scene::Ran {
    event.put("key-request-1-member-1.cbor", request);
    event.act(
        "member-1",
        &["answer"],
        "key-request-1-member-1.cbor",
        &format!("{PASSPHRASE}\n"),
    )
}

#[test]
fn openssl_verifies_each_signature_with_the_key_that_the_request_names() {
    let event = Event::new("answer");
    let page = answer(&event, request()).good();
    assert!(
        page.contains("1. Your approval key signs for the HSM user approver_member_1"),
        "{page}"
    );
    assert!(
        page.contains("which allows: the HSM will take this key's signatures"),
        "{page}"
    );
    let answer: KeyAnswer = event.answer("key-answer-1-member-1.cbor");
    let keys = plan::registration("member-1");
    for (n, key) in [(0, &keys.approval_key), (1, &keys.admin_key)] {
        rsa_verifies(&event.folder, key, &request().tokens[n].token.0, &answer.signatures[n]);
    }
    assert_eq!(
        answer.request,
        Digest::of(&super::scene::read(&event.path("key-request-1-member-1.cbor")))
    );
    let (file, sig) = (
        event.out().join("key-answer-1-member-1.cbor"),
        event.out().join("key-answer-1-member-1.cbor.sig"),
    );
    ssh_verifies(&file, &sig, "roster@pki.rust-lang.org", "member-1", &keys.ssh_key);
}

#[test]
fn refuses_a_request_to_another_member() {
    let event = Event::new("answer-other");
    let ran = answer(
        &event,
        KeyRequest {
            member: "member-2".into(),
            ..request()
        },
    );
    let hint = "infra mixed up the files; ask for the request to you";
    ran.refused(1, "the request is to member-2, and you are member-1", hint);
    assert!(names(&event.out()).is_empty());
}

#[test]
fn refuses_tokens_that_are_none_twice_or_not_their_data() {
    let event = Event::new("answer-tokens");
    let hint = "do not answer; tell infra and the other members";
    answer(
        &event,
        KeyRequest {
            tokens: Vec::new(),
            ..request()
        },
    )
    .refused(1, "the key request asks for nothing", hint);
    let mut twice = request();
    twice.tokens[1].approval_data = twice.tokens[0].approval_data.clone();
    twice.tokens[1].token = twice.tokens[0].token;
    answer(&event, twice).refused(1, "the request has the token for 'admin_member_1' twice", hint);
    let mut other = request();
    other.tokens[0].token = Digest::of(b"a quorum token");
    let error = "the token for 'approver_member_1' is not the SHA-256 of the data that came with it";
    let ran = answer(&event, other);
    assert!(ran.errors.contains(error), "{}", ran.errors);
    assert_eq!(ran.code, 1);
    assert!(names(&event.out()).is_empty());
}

#[test]
fn the_approval_key_registers_nothing_while_an_event_is_open() {
    let event = Event::present("answer-in-event", "member-1");
    let before = names(&event.out());
    let error = "the request asks for your approval key while you are present at 'rehearsal-of-members'";
    let hint = "during an event that key answers approval requests only; finish with attend --phase end first";
    answer(&event, request()).refused(1, error, hint);
    assert_eq!(names(&event.out()), before);
    let admin_only = KeyRequest {
        tokens: request().tokens.split_off(1),
        ..request()
    };
    answer(&event, admin_only).good();
    event.attend("member-1", "end");
    event.put("key-request-2-member-1.cbor", request());
    event
        .act(
            "member-1",
            &["answer"],
            "key-request-2-member-1.cbor",
            &format!("{PASSPHRASE}\n"),
        )
        .good();
}

#[test]
fn refuses_a_wrong_passphrase_and_leaves_nothing() {
    let event = Event::new("answer-passphrase");
    event.put("key-request-1-member-1.cbor", request());
    let ran = event.act("member-1", &["answer"], "key-request-1-member-1.cbor", "another\n");
    let hint = "check the keyboard's layout and Caps Lock, and start again";
    ran.refused(1, "this is not the passphrase of member-1's keys", hint);
    assert!(names(&event.out()).is_empty());
}

#[test]
fn refuses_a_file_that_is_not_named_as_a_request() {
    let event = Event::new("answer-name");
    event.put("something.cbor", request());
    let ran = event.act("member-1", &["answer"], "something.cbor", "");
    let error = format!(
        "the name of {} does not begin with 'key-request'",
        event.path("something.cbor").display()
    );
    ran.refused(
        3,
        &error,
        "keep the names that files come with; the answer is named after them",
    );
}
