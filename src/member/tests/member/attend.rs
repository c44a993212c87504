//! `attend`: present for one plan, one image and one session.

use record::messages::{Attendance, Opening, Phase, Place};
use record::{Bytes, Digest};

use super::scene::event::{Event, path, typed};
use super::scene::judge::ssh_verifies;
use super::scene::{names, plan};

const BEGIN: [&str; 5] = ["attend", "--phase", "begin", "--place", "remote"];
const END: [&str; 5] = ["attend", "--phase", "end", "--place", "remote"];

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
    let hint = "the console was started anew, or this file is of another run; ask what happened before you go on";
    attend(&event, &END, session).refused(1, error, hint);
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
