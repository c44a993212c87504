//! `acknowledge`: what went otherwise is read and known, in the session that was attended and in no other.

use record::messages::Acknowledgement;
use record::record::Exception;
use record::{Bytes, Time};

use super::scene::NOW;
use super::scene::event::Event;

fn exceptions() -> Vec<Exception> {
    let at = Time::parse("2026-11-22T09:59:30Z").expect("a time");
    let one = |step: Option<&str>, what: &str| Exception {
        step: step.map(str::to_owned),
        at,
        what: what.into(),
    };
    vec![
        one(None, "the engine was started again (0 torn octets in the journal)"),
        one(Some("root-certificate"), "no answer came \u{1b}[2J to the signing"),
    ]
}

#[test]
fn every_exception_is_shown_and_signed_by_its_digest() {
    let event = Event::present("acknowledge", "member-1");
    let page = event.acknowledge_at(NOW, "member-1", exceptions()).good();
    for said in [
        "1. at 2026-11-22T09:59:30Z, by the console's clock",
        "what happened: the engine was started again (0 torn octets in the journal)",
        "at the plan's step: root-certificate",
        "what happened: no answer came \\u{1b}[2J to the signing",
        "That you know of these, as they are told here; not that you approve of them.",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    let word: Acknowledgement = event.answer("acknowledgement-2-member-1.cbor");
    let digests: Vec<_> = exceptions().iter().map(|one| one.digest().expect("a digest")).collect();
    assert_eq!(word.exceptions, digests);
    assert_eq!(
        (word.session, word.member.as_str()),
        (event.opening.session.clone(), "member-1")
    );
}

#[test]
fn refuses_a_list_of_another_session_and_an_empty_one() {
    let mut event = Event::present("acknowledge-other", "member-1");
    event.acknowledge_at(NOW, "member-1", Vec::new()).refused(
        1,
        "the list of exceptions asks for nothing",
        "do not answer; tell infra and the other members",
    );
    event.opening.session = Bytes(vec![1; 16]);
    event.acknowledge_at(NOW, "member-1", exceptions()).refused(
        1,
        "the list of exceptions is of another session of the console than the opening that you attended",
        "the console was started anew, or this file is of another run; ask what happened before you go on",
    );
}

#[test]
fn who_was_not_there_acknowledges_nothing() {
    let event = Event::new("acknowledge-absent");
    event.review("member-1");
    event.acknowledge_at(NOW, "member-1", exceptions()).refused(
        1,
        "you have not declared to be present at 'rehearsal-of-members'",
        "run attend --phase begin with the console's opening first",
    );
}
