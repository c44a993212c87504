//! `answer`: signatures that openssl verifies, for the right member, and not with the approval key in an event.

use record::messages::{KeyAnswer, KeyRequest, KeyToken, KeyUse};
use record::{Bytes, Digest};

use super::scene::event::{Event, typed};
use super::scene::judge::{rsa_verifies, ssh_verifies};
use super::scene::{names, plan, read};

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
            token("member_1", KeyUse::Approval, b"approver's data"),
            token("admin_member_1", KeyUse::Admin, b"admin's data"),
        ],
    }
}

fn answer(event: &Event, request: KeyRequest) -> super::scene::Ran {
    answer_round(event, 1, request)
}

fn answer_round(event: &Event, round: u32, request: KeyRequest) -> super::scene::Ran {
    let name = format!("key-request-{round}-member-1.cbor");
    let digest = event.put(&name, request);
    event.act("member-1", &["answer"], &name, &typed(&digest))
}

#[test]
fn openssl_verifies_each_signature_with_the_key_that_the_request_names() {
    let event = Event::new("answer");
    let page = answer(&event, request()).good();
    assert!(
        page.contains("1. Your approval key signs for the HSM user member_1"),
        "{page}"
    );
    assert!(
        page.contains("the console says that this allows: the HSM will take this key's"),
        "{page}"
    );
    assert!(
        page.contains("signatures that it asks for: 1 by your approval key, 1 by your admin key\n"),
        "{page}"
    );
    assert!(!page.contains("NO DATA CAME"), "{page}");
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
    let hint = "infra mixed up the files, or this is another member's --home";
    ran.refused(1, "this is for member-2, and you are member-1", hint);
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
    let error = "the token for 'member_1' is not the SHA-256 of the data that came with it";
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
    answer_round(&event, 2, request()).good();
}

#[test]
fn the_approval_key_registers_once_and_answers_the_same_request_alike() {
    let event = Event::new("answer-once");
    answer(&event, request()).good();
    let mut later = request();
    later.tokens[0] = token("member_1", KeyUse::Approval, b"a quorum token in disguise");
    let hint = "it registers once: for a cluster that is set up anew make new keys, with setup and another --home; if the \
                members saw that a stop lost the registration, answer with --again";
    let before = Digest::of(&read(&event.path("key-request-1-member-1.cbor")));
    let error = format!("your approval key was registered before, by the request {before}");
    answer_round(&event, 2, later).refused(1, &error, hint);
    assert_eq!(names(&event.out()).len(), 2);
    let admin_only = KeyRequest {
        tokens: request().tokens.split_off(1),
        ..request()
    };
    answer_round(&event, 3, admin_only).good();
    let first: KeyAnswer = event.answer("key-answer-1-member-1.cbor");
    answer_round(&event, 4, request()).good();
    assert_eq!(event.answer::<KeyAnswer>("key-answer-4-member-1.cbor"), first);
}

#[test]
fn refuses_an_hsm_user_who_is_not_the_member() {
    let event = Event::new("answer-user");
    let hint = "do not answer; tell infra and the other members";
    let mut other = request();
    other.tokens[0].user = "member_2".into();
    let error = "the request asks your approval key to sign for the HSM user 'member_2'; yours is 'member_1'";
    answer(&event, other).refused(1, error, hint);
    let mut exchanged = request();
    exchanged.tokens[1].key = KeyUse::Approval;
    let error = "the request asks your approval key to sign for the HSM user 'admin_member_1'; yours is 'member_1'";
    answer(&event, exchanged).refused(1, error, hint);
    let mut owner = request();
    owner.tokens[1].user = "root_owner".into();
    let error = "the request asks your admin key to sign for the HSM user 'root_owner'; yours is 'admin_member_1'";
    answer(&event, owner).refused(1, error, hint);
    assert!(names(&event.out()).is_empty());
}

#[test]
fn a_token_without_data_is_said_aloud() {
    let event = Event::new("answer-opaque");
    let mut opaque = request();
    opaque.tokens[0].approval_data = None;
    let page = answer(&event, opaque).good();
    assert!(
        page.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains("; 1 of them without data: a login has one such for each HSM"),
        "{page}"
    );
    assert!(
        page.contains("NO DATA CAME WITH IT: these octets may be anything, a quorum token too"),
        "{page}"
    );
}

#[test]
fn wrong_words_sign_nothing_and_remember_nothing() {
    let event = Event::new("answer-words");
    event.put("key-request-1-member-1.cbor", request());
    let wrong = typed(&Digest::of(b"another request"));
    let ran = event.act("member-1", &["answer"], "key-request-1-member-1.cbor", &wrong);
    assert_eq!(ran.code, 1);
    assert!(
        ran.errors.contains("word of the request's digest; nothing was signed"),
        "{}",
        ran.errors
    );
    assert!(names(&event.out()).is_empty());
    assert_eq!(names(&event.home("member-1").join("made")).len(), 1, "the registration");
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
