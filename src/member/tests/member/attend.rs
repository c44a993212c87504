//! `attend`: present for one plan, one image and one session.

use record::messages::{Attendance, Opening, Phase, Place};
use record::{Bytes, Digest, Time};

use super::scene::event::{Event, path, typed};
use super::scene::judge::ssh_verifies;
use super::scene::{names, plan};

const BEGIN: [&str; 5] = ["attend", "--phase", "begin", "--place", "remote"];
const END: [&str; 5] = ["attend", "--phase", "end", "--place", "remote"];

const OTHERS: &str =
    "ask all others which session they see; if yours was never theirs, say --new-opening at the beginning";

fn attend(event: &Event, command: &[&str], opening: Opening) -> super::scene::Ran {
    let digest = opening.image.digest;
    event.put("opening.cbor", opening);
    event.act("member-1", command, "opening.cbor", &typed(&digest))
}

#[test]
fn signs_presence_at_both_ends_with_fresh_nonces() {
    let event = Event::new("attend");
    event.review("member-1");
    let page = attend(&event, &BEGIN, event.opening.clone()).good();
    assert!(
        page.contains("you say: member-1 is present at the beginning, from afar"),
        "{page}"
    );
    assert!(page.contains("boot unproven"), "{page}");
    attend(&event, &END, event.opening.clone()).good();
    let begin: Attendance = event.answer("attendance-begin-member-1.cbor");
    let end: Attendance = event.answer("attendance-end-member-1.cbor");
    assert_eq!(
        (begin.phase, begin.place, begin.nonce.len()),
        (Phase::Begin, Place::Remote, 16)
    );
    assert_eq!(
        (begin.plan, &begin.image, &begin.session),
        (event.opening.plan, &event.opening.image, &event.opening.session)
    );
    assert_eq!(end.phase, Phase::End);
    assert_ne!(begin.nonce, end.nonce);
    let key = plan::registration("member-1").ssh_key;
    for name in ["attendance-begin-member-1.cbor", "attendance-end-member-1.cbor"] {
        let (file, sig) = (event.out().join(name), event.out().join(format!("{name}.sig")));
        ssh_verifies(&file, &sig, "attend@pki.rust-lang.org", "member-1", &key);
    }
}

#[test]
fn a_word_said_again_is_told_and_the_beginning_is_not_said_after_the_end() {
    let event = Event::present("attend-again", "member-1");
    let first: Attendance = event.answer("attendance-begin-member-1.cbor");
    for end in ["cbor", "cbor.sig"] {
        std::fs::remove_file(event.out().join(format!("attendance-begin-member-1.{end}"))).expect("taken away");
    }
    let page = attend(&event, &BEGIN, event.opening.clone()).good();
    let said = "YOU SAID THIS AT 2026-11-22T10:00:00Z\n";
    assert!(page.contains(said), "{page}");
    let second: Attendance = event.answer("attendance-begin-member-1.cbor");
    assert_ne!(first.nonce, second.nonce);
    let page = attend(&event, &END, event.opening.clone()).good();
    assert!(!page.contains("YOU SAID THIS"), "{page}");
    for command in [&BEGIN[..], &[&BEGIN[..], &["--new-opening"]].concat()] {
        let error = "you said at 2026-11-22T10:00:00Z that you are present at the end of 'rehearsal-of-members'";
        let hint = "its beginning is over; if the file of your word of the end was lost, say --phase end";
        attend(&event, command, event.opening.clone()).refused(1, error, hint);
    }
}

#[test]
fn refuses_a_plan_that_was_not_reviewed() {
    let event = Event::new("attend-unreviewed");
    let error = format!("you have not reviewed the plan {}", event.opening.plan);
    let hint = "review the plan first; if you did, name the right --home";
    attend(&event, &BEGIN, event.opening.clone()).refused(1, &error, hint);
    assert!(names(&event.out()).is_empty());
}

#[test]
fn refuses_another_image_than_the_member_knows() {
    let event = Event::new("attend-image");
    event.review("member-1");
    let expected = Digest::of(b"what auditors built");
    let hex = expected.hex();
    let command = [&BEGIN[..], &["--image", &hex]].concat();
    let ran = attend(&event, &command, event.opening.clone());
    let error = format!(
        "the console runs the binary {}, not {expected}",
        event.opening.image.digest
    );
    let hint = "leave everything as it is, and compare the image with the other members: this console is not running \
                what you expect";
    ran.refused(1, &error, hint);
    let hex = event.opening.image.digest.hex();
    let page = attend(
        &event,
        &[&BEGIN[..], &["--image", &hex]].concat(),
        event.opening.clone(),
    )
    .good();
    assert!(page.contains("compared with --image: yes, it is the same"), "{page}");
}

#[test]
fn refuses_another_session_or_image_at_the_end() {
    let event = Event::present("attend-end", "member-1");
    let session = Opening {
        session: Bytes(vec![1; 16]),
        ..event.opening.clone()
    };
    let error = "the opening is of another session of the console than the opening that you attended";
    attend(&event, &END, session).refused(1, error, OTHERS);
    let mut image = event.opening.clone();
    image.image.digest = Digest::of(b"another");
    let ran = attend(&event, &END, image);
    let error = format!(
        "the console runs the binary {}, not {}",
        Digest::of(b"another"),
        event.opening.image.digest
    );
    assert!(ran.errors.contains(&error), "{}", ran.errors);
    assert!(
        !names(&event.out())
            .iter()
            .any(|name| name.starts_with("attendance-end"))
    );
}

#[test]
fn refuses_the_end_without_the_beginning() {
    let event = Event::new("attend-late");
    event.review("member-1");
    let error = "you have not declared to be present at 'rehearsal-of-members'";
    let hint = "run attend --phase begin with the console's opening first";
    attend(&event, &END, event.opening.clone()).refused(1, error, hint);
}

#[test]
fn refuses_to_begin_when_the_event_is_not_open_or_my_term_is_over_by_my_clock() {
    let event = Event::new("attend-clock");
    event.review("member-1");
    let at = |now| {
        let (opening, out, home) = (event.path("opening.cbor"), event.out(), event.home("member-1"));
        let arguments = [
            &["--now", now, BEGIN[0], path(&opening)],
            &BEGIN[1..],
            &["--out", path(&out)],
        ]
        .concat();
        super::scene::run(&home, &arguments, "")
    };
    let hint = "check this machine's clock and time zone; if they are right, it is not the time for this";
    let error = "the event is open from 2026-11-22T09:00:00Z until 2026-11-22T12:00:00Z, and your clock says \
                 2026-11-23T10:00:00Z";
    at("2026-11-23T10:00:00Z").refused(1, error, hint);
    let error = "your term is from 2026-01-01T00:00:00Z until 2028-06-30T00:00:00Z, and 2029-01-01T00:00:00Z is \
                 outside it";
    at("2029-01-01T00:00:00Z").refused(1, error, hint);
}

#[test]
fn refuses_an_opening_that_cannot_be_of_this_event_and_hour() {
    let event = Event::new("attend-opening");
    event.review("member-1");
    let at = |time: &str| Opening {
        at: Time::parse(time).expect("a time"),
        ..event.opening.clone()
    };
    let hint = "ask for the console's own file of the opening";
    let short = Opening {
        session: Bytes(vec![1; 15]),
        ..event.opening.clone()
    };
    attend(&event, &BEGIN, short).refused(1, "the opening's session has 15 octets, not 16", hint);
    let error = "the event is open from 2026-11-22T09:00:00Z until 2026-11-22T12:00:00Z, but was opened at \
                 2026-11-22T08:59:59Z";
    attend(&event, &BEGIN, at("2026-11-22T08:59:59Z")).refused(1, error, hint);
    let error = "your clock says 2026-11-22T10:00:00Z, and the console's opening is of 2026-11-22T10:05:01Z; nothing was \
                 signed";
    let hint = "set this machine's clock and time zone right, and start again; if they are right, tell the others that \
                the other clock is wrong";
    attend(&event, &BEGIN, at("2026-11-22T10:05:01Z")).refused(1, error, hint);
    let error = "the event was opened at 2026-11-22T09:00:00Z, but your clock says 2026-11-22T10:00:01Z";
    let hint = "check this machine's clock; if the console was stopped for so long, and all others see this opening, \
                say --new-opening";
    event.put("opening.cbor", at("2026-11-22T09:00:00Z"));
    let image = typed(&event.opening.image.digest);
    event
        .act_at("2026-11-22T10:00:01Z", "member-1", &BEGIN, "opening.cbor", &image)
        .refused(1, error, hint);
    assert!(names(&event.home("member-1").join("attended")).is_empty());
    assert_eq!(
        names(&event.out()),
        ["review-member-1.cbor", "review-member-1.cbor.sig"]
    );
    attend(&event, &BEGIN, at("2026-11-22T09:00:00Z")).good();
}

#[test]
fn a_false_opening_locks_nobody_out() {
    let event = Event::new("attend-false");
    event.review("member-1");
    let other = Opening {
        session: Bytes(vec![1; 16]),
        ..event.opening.clone()
    };
    let page = attend(&event, &BEGIN, other).good();
    assert!(
        page.contains("the console's session: 01010101 01010101 01010101 01010101"),
        "{page}"
    );
    for end in ["cbor", "cbor.sig"] {
        std::fs::remove_file(event.out().join(format!("attendance-begin-member-1.{end}"))).expect("taken away");
    }
    let error = "the opening is of another session of the console than the opening that you attended";
    attend(&event, &BEGIN, event.opening.clone()).refused(1, error, OTHERS);
    let anew = [&BEGIN[..], &["--new-opening"]].concat();
    let page = attend(&event, &anew, event.opening.clone()).good();
    for said in [
        "THIS IS A NEW OPENING: you attended another one of this event",
        "its session: 01010101 01010101 01010101 01010101",
        "the console's session: 5e5e5e5e 5e5e5e5e 5e5e5e5e 5e5e5e5e",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
    attend(&event, &END, event.opening.clone()).good();
}

#[test]
fn an_event_has_one_plan_that_is_attended() {
    let event = Event::present("attend-plans", "member-1");
    std::fs::write(event.path("plan.cbor"), plan::other()).expect("written");
    let other = Digest::of(&plan::other());
    for end in ["cbor", "cbor.sig"] {
        std::fs::remove_file(event.out().join(format!("review-member-1.{end}"))).expect("taken away");
        std::fs::remove_file(event.out().join(format!("attendance-begin-member-1.{end}"))).expect("taken away");
    }
    let page = event.act("member-1", &["review"], "plan.cbor", &typed(&other)).good();
    let [first, second] = event.opening.plan.blocks();
    let said = format!("YOU REVIEWED ANOTHER PLAN FOR THIS EVENT\n  that plan, SHA-256:\n    {first}\n    {second}");
    assert!(page.contains(&said), "{page}");
    let opening = Opening {
        plan: other,
        ..event.opening.clone()
    };
    let error = format!(
        "you attend 'rehearsal-of-members' with another plan, {}",
        event.opening.plan
    );
    let hint = "an event has one plan; if it was called off and planned anew, that plan needs another event name";
    attend(&event, &BEGIN, opening).refused(1, &error, hint);
}
