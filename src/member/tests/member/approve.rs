//! `approve`: everything derived again, every difference refused, each token signed once.

use record::messages::{ActionKind, Approval, ApprovalRequest};
use record::{Bytes, Digest};

use super::scene::event::{Event, derived, keys, request, typed, window, window_with};
use super::scene::judge::{rsa_verifies, ssh_verifies};
use super::scene::{PASSPHRASE, names, plan};

const STOP: &str = "approve nothing; tell the other members: the console asks for something that the plan does not say";

#[test]
fn openssl_verifies_each_token_and_ssh_keygen_the_approval() {
    let event = Event::present("approve", "member-1");
    let asked = request(&event);
    let page = event.approve("member-1", asked.clone()).good();
    for said in [
        "Your approval allows 8 signatures, and nothing else",
        "Each needs 5 members; you are one of them.",
        "root-1: 7 uses; its public key, SHA-256:",
        "bors-1: 1 use; its public key, SHA-256:",
        "boot unproven: nothing but the console's own word says what it runs",
        "age: 60 seconds ago by your clock; tokens live ten minutes",
        "8. Sign the revocation list 1 of bors-1",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
    assert!(page.contains(&derived()[3].digest().blocks()[0]), "{page}");
    let approval: Approval = event.answer("approval-1-member-1.cbor");
    let key = plan::registration("member-1");
    assert_eq!(approval.tokens.len(), 8);
    for (given, asked) in approval.tokens.iter().zip(&asked.tokens) {
        assert_eq!((given.token, given.action), (asked.token, asked.action.digest));
        rsa_verifies(&event.folder, &key.approval_key, &given.token.0, &given.signature);
    }
    let file = super::scene::read(&event.path("approval-request-1.cbor"));
    assert_eq!(
        (approval.plan, approval.request),
        (event.opening.plan, Digest::of(&file))
    );
    let (file, sig) = (
        event.out().join("approval-1-member-1.cbor"),
        event.out().join("approval-1-member-1.cbor.sig"),
    );
    ssh_verifies(&file, &sig, "approval@pki.rust-lang.org", "member-1", &key.ssh_key);
}

/// Asks for an approval of a request that differs in one thing, and leaves nothing behind.
#[track_caller]
fn refused(event: &Event, change: impl Fn(&mut ApprovalRequest), error: &str, hint: &str) {
    let before = (names(&event.out()), names(&event.home("member-1").join("made")));
    let mut asked = request(event);
    change(&mut asked);
    event.approve("member-1", asked).refused(1, error, hint);
    assert_eq!(
        (names(&event.out()), names(&event.home("member-1").join("made"))),
        before
    );
}

#[test]
fn refuses_another_plan_image_session_or_event() {
    let event = Event::present("approve-other", "member-1");
    let other = Digest::of(&plan::other());
    let error = format!("you have not reviewed the plan {other}");
    let hint = "you reviewed another plan; approve nothing, and ask who changed it and why it was not sent to you";
    refused(&event, |asked| asked.plan = other, &error, hint);

    let image = Digest::of(b"another image");
    let error = format!(
        "the console runs the binary {image}, not {}",
        event.opening.image.digest
    );
    let hint = "leave everything as it is, and compare the image with the other members: this console is not running \
                what you expect";
    refused(&event, |asked| asked.image.digest = image, &error, hint);

    let error = "the request is of another session of the console than the opening that you attended";
    let hint = "the console was started anew, or this file is of another run; ask what happened before you go on";
    refused(&event, |asked| asked.session = Bytes(vec![9; 16]), error, hint);

    let error = "the event is called 'another', but the plan that you reviewed calls it 'rehearsal-of-members'";
    refused(&event, |asked| asked.event = "another".into(), error, STOP);
}

#[test]
fn refuses_an_action_with_other_bytes_another_step_or_another_key() {
    let event = Event::present("approve-action", "member-1");
    let (asked, given) = (Digest::of(b"other bytes"), derived()[1].digest());
    let error = format!("'release-certificate' would sign {asked}, but the plan that you reviewed gives {given}");
    refused(&event, |request| request.tokens[1].action.digest = asked, &error, STOP);

    let error = "the step 'another-step' signs nothing in the plan that you reviewed";
    refused(
        &event,
        |request| request.tokens[1].action.step = "another-step".into(),
        error,
        STOP,
    );

    let error = "the token for 'release-certificate' is for the key 'bors-1', but 'root-1' signs it";
    refused(
        &event,
        |request| request.tokens[1].key = Some("bors-1".into()),
        error,
        STOP,
    );

    let error =
        "the token for 'release-certificate' is for the service 'key-management', which signs nothing of the plan";
    refused(
        &event,
        |request| request.tokens[1].service = "key-management".into(),
        error,
        STOP,
    );

    let error = "the token for 'release-certificate' is for the service 'key-usage', which signs nothing of the plan";
    refused(
        &event,
        |request| request.tokens[1].action.kind = ActionKind::Command,
        error,
        STOP,
    );
}

#[test]
fn refuses_a_token_that_is_not_its_data_or_comes_twice() {
    let event = Event::present("approve-token", "member-1");
    let error = "the token for 'release-certificate' is not the SHA-256 of the data that came with it";
    refused(
        &event,
        |request| request.tokens[1].token = Digest::of(b"another token"),
        error,
        STOP,
    );

    let error = "the token for 'release-certificate' is there for another action as well";
    let twice = |request: &mut ApprovalRequest| {
        request.tokens[1].token = request.tokens[0].token;
        request.tokens[1].approval_data = request.tokens[0].approval_data.clone();
    };
    refused(&event, twice, error, STOP);

    let error = "there are two tokens for 'root-certificate'";
    refused(
        &event,
        |request| request.tokens[1].action = request.tokens[0].action.clone(),
        error,
        STOP,
    );

    let hint = "do not answer; tell infra and the other members";
    refused(
        &event,
        |request| request.tokens.clear(),
        "the approval request asks for nothing",
        hint,
    );
}

#[test]
fn refuses_other_keys_than_the_plan_makes() {
    let event = Event::present("approve-keys", "member-1");
    let error = "the request has the keys bors-1, root-1, but the plan makes bors-1, console-1, root-1";
    refused(&event, |request| drop(request.keys.remove("console-1")), error, STOP);

    let error = "the key root-1 is the same as another key of the plan";
    let same = |request: &mut ApprovalRequest| {
        let bors = request.keys["bors-1"].clone();
        request.keys.insert("root-1".into(), bors);
    };
    refused(&event, same, error, STOP);

    // Another root key gives other bytes everywhere; the first difference is named.
    let mut asked = request(&event);
    asked.keys.insert("root-1".into(), plan::public_key());
    let ran = event.approve("member-1", asked);
    assert_eq!(ran.code, 1);
    let error = "ceremony-member: error: 'root-certificate' would sign ";
    assert!(ran.errors.starts_with(error), "{}", ran.errors);
}

#[test]
fn refuses_without_attendance() {
    let event = Event::new("approve-absent");
    event.review("member-1");
    let error = "you have not declared to be present at 'rehearsal-of-members'";
    let hint = "run attend --phase begin with the console's opening first";
    refused(&event, |_| {}, error, hint);
}

#[test]
fn a_wrong_passphrase_or_wrong_words_sign_nothing() {
    let event = Event::present("approve-words", "member-1");
    let before = (names(&event.out()), names(&event.home("member-1").join("made")));
    let digest = event.put("approval-request-1.cbor", request(&event));
    let act = |typed: &str| event.act("member-1", &["approve"], "approval-request-1.cbor", typed);
    let hint = "check the keyboard's layout and Caps Lock, and start again";
    let wrong = typed(&digest).replace(PASSPHRASE, "another");
    act(&wrong).refused(1, "this is not the passphrase of member-1's keys", hint);
    let ran = act(&typed(&event.opening.plan));
    assert!(
        ran.errors
            .contains("first and the last word of the request's digest; nothing was signed"),
        "{}",
        ran.errors
    );
    assert_eq!(ran.code, 1);
    let hint = "type the passphrase, then the words that are asked for, each on its own line";
    act(&format!("{PASSPHRASE}\n")).refused(3, "standard input ended before the answer", hint);
    assert_eq!(
        (names(&event.out()), names(&event.home("member-1").join("made"))),
        before
    );
    act(&typed(&digest)).good();
}

#[test]
fn refuses_a_changed_copy_of_the_reviewed_plan() {
    let event = Event::present("approve-copy", "member-1");
    let copy = event
        .home("member-1")
        .join(format!("reviewed/{}.cbor", event.opening.plan));
    std::fs::write(copy, plan::other()).expect("written");
    let error = format!("your copy of the reviewed plan {} was changed", event.opening.plan);
    let hint = "restore the home from your backup; do not review again in a hurry";
    event.approve("member-1", request(&event)).refused(3, &error, hint);
}

#[test]
fn refuses_the_same_actions_again_while_a_token_may_live() {
    let event = Event::present("approve-again", "member-1");
    event.approve("member-1", request(&event)).good();
    let error = "you approved 'root-certificate' for another token at 2026-11-22T10:00:00Z, which may live still";
    for (now, seconds) in [
        ("2026-11-22T10:00:00Z", 1_200),
        ("2026-11-22T10:19:59Z", 1),
        ("2026-11-22T09:30:00Z", 3_000),
    ] {
        let hint = format!(
            "ask why you are asked twice; approve no earlier than 2026-11-22T10:20:00Z, in {seconds} seconds, when no \
             token of then lives"
        );
        event
            .approve_at(now, "member-1", window(&event, 2))
            .refused(1, error, &hint);
    }
    assert!(!names(&event.out()).contains(&"approval-2-member-1.cbor".to_owned()));
    let page = event
        .approve_at("2026-11-22T10:20:00Z", "member-1", window(&event, 2))
        .good();
    assert!(page.contains("YOU APPROVED 8 OF THESE BEFORE"), "{page}");
    let said = "YOU APPROVED THIS AT: 2026-11-22T10:00:00Z";
    assert_eq!(page.matches(said).count(), 8, "{page}");
}

#[test]
fn refuses_other_keys_than_those_of_an_approval_whose_tokens_may_live() {
    let event = Event::present("approve-other-keys", "member-1");
    event.approve("member-1", request(&event)).good();
    let mut keys = keys().clone();
    let names: Vec<String> = keys.keys().cloned().collect();
    let values: Vec<_> = keys.values().rev().cloned().collect();
    keys.extend(names.into_iter().zip(values));
    let other = || window_with(&event, 2, &keys);
    let error = "the console names other keys than at 2026-11-22T10:00:00Z, when you approved for this plan; a token of \
                 then may live still";
    let hint = "keys that were made do not change: stop, and tell the others; approve no earlier than \
                2026-11-22T10:20:00Z, in 1200 seconds";
    event.approve("member-1", other()).refused(1, error, hint);
    event.approve_at("2026-11-22T10:20:00Z", "member-1", other()).good();
}

#[test]
fn one_action_among_new_ones_is_enough_to_refuse() {
    let event = Event::present("approve-one-again", "member-1");
    let mut first = request(&event);
    first.tokens.truncate(1);
    event.approve("member-1", first).good();
    let ran = event.approve("member-1", window(&event, 2));
    assert!(
        ran.errors.contains("you approved 'root-certificate' for another token"),
        "{}",
        ran.errors
    );
    let mut rest = window(&event, 2);
    rest.tokens.remove(0);
    event.approve("member-1", rest).good();
}

#[test]
fn the_very_same_request_gets_the_very_same_answer() {
    let event = Event::present("approve-same", "member-1");
    event.approve("member-1", request(&event)).good();
    let first = super::scene::read(&event.out().join("approval-1-member-1.cbor"));
    for end in ["cbor", "cbor.sig"] {
        std::fs::remove_file(event.out().join(format!("approval-1-member-1.{end}"))).expect("it was lost");
    }
    let page = event
        .approve_at("2026-11-22T10:01:00Z", "member-1", request(&event))
        .good();
    assert!(
        page.contains("YOU APPROVED THIS VERY REQUEST AT 2026-11-22T10:00:00Z"),
        "{page}"
    );
    assert_eq!(super::scene::read(&event.out().join("approval-1-member-1.cbor")), first);
}

/// It is the home that is damaged, and nobody's file that came.
#[test]
fn a_damaged_memory_is_the_homes() {
    let event = Event::present("approve-damaged", "member-1");
    event.approve("member-1", request(&event)).good();
    let made = event.home("member-1").join("made");
    let one = std::fs::read_dir(&made)
        .expect("a folder")
        .next()
        .expect("one")
        .expect("an entry")
        .path();
    std::fs::write(&one, b"\x81\x00").expect("damaged");
    let error = format!("{} is not as this program wrote it", one.display());
    event.approve("member-1", window(&event, 2)).refused(
        3,
        &error,
        "restore the home from your backup; what it remembered since then is lost, so tell infra before you sign",
    );
}

#[test]
fn refuses_to_approve_after_the_end() {
    let event = Event::present("approve-ended", "member-1");
    event.attend("member-1", "end");
    let error = "you said at 2026-11-22T10:00:00Z that you were present at the end; nothing is approved after it";
    refused(&event, |_| {}, error, STOP);
}

#[test]
fn an_old_request_is_shown_as_old() {
    let event = Event::present("approve-old", "member-1");
    let mut asked = request(&event);
    asked.at = record::Time::parse("2026-11-22T09:30:00Z").expect("a time");
    let page = event.approve("member-1", asked).good();
    assert!(
        page.contains("age: NOTE: 1800 seconds ago by your clock, and tokens live ten minutes"),
        "{page}"
    );
}
