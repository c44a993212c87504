//! An engine that is killed while members are at their consoles: it goes on, and nothing of who came is lost or made up.

use record::facts;
use record::journal::What;
use record::screen::Shown;
use std::process::{Command, Stdio};

use super::account::of;
use super::can_be_others;
use super::room::{Room, heard, uid};

#[test]
fn an_event_goes_on_after_a_stop_with_members_at_their_consoles() {
    if !can_be_others("an_event_goes_on_after_a_stop_with_members_at_their_consoles") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    engine.play_to("review");
    room.answer(&mut engine, "review", 1..=2);
    let mut stays = Command::new(room.ceremony());
    stays
        .args(["console", "--socket", room.socket()])
        .current_dir(room.event.root());
    stays.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut stays = of(&mut stays, uid(8)).spawn().expect("it starts");
    heard(&mut engine, "member-8 came by a console");
    // It is shown at once, and written when the wait ends with it.
    let came = |what: &What| matches!(what, What::Console { member: Some(member), .. } if member == "member-8");
    for _ in 0..200 {
        match room.event.journal_count(came) {
            0 => std::thread::sleep(std::time::Duration::from_millis(50)),
            _ => break,
        }
    }
    engine.kill();
    assert!(room.event.has("consoles/s"), "nobody took it away");
    room.asks(1, "status").refuses(4, "no engine answers at consoles/s");
    let mut engine = room.engine("resume");
    engine.play_to("review");
    room.answer(&mut engine, "review", 3..=6);
    engine.type_line("");
    // What was awaited lies in the inbound folder from here on, as it always did.
    engine.play_until(|shown| matches!(shown, Shown::Said { text } if text.contains("the consoles close")));
    engine.type_line("");
    engine.play_to_the_end();
    let _ = engine.end().good();
    // It cannot ask any more, and ends when it tries.
    drop(stays.stdin.take());
    let _ = stays.wait().expect("it ends");
    let fact = &room.event.record().facts[facts::CONSOLES];
    // Who came again after the stop is there until they leave; it does not follow them.
    let first = fact.split(';').next().unwrap_or_default();
    assert!(
        first.starts_with("member-1 from ") && first.contains(" to ") && !first.contains("stopped"),
        "{fact}"
    );
    assert!(
        fact.contains("member-8 from ") && fact.contains(" until the engine stopped, between "),
        "{fact}"
    );
    let opened = room
        .event
        .journal()
        .iter()
        .filter(|entry| entry.what == What::Consoles)
        .count();
    assert_eq!(opened, 2, "each run says so");
    room.event.replays();
}

#[test]
fn a_stop_while_signatures_of_the_record_are_awaited_loses_none() {
    if !can_be_others("a_stop_while_signatures_of_the_record_are_awaited_loses_none") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    let closes = |shown: &Shown| matches!(shown, Shown::Said { text } if text.contains("the consoles close"));
    engine.play_to("review");
    room.answer(&mut engine, "review", 1..=6);
    engine.type_line("");
    engine.play_until(closes);
    room.fetches(1, "record.cbor");
    // Those who were present have their memory in the event's own folder.
    room.makes(1, "countersign", "record.cbor");
    let _ = room.gives(1, "member-1.sig").good();
    heard(&mut engine, "member-1 gave member-1.sig.");
    engine.kill();
    let mut engine = room.engine("resume");
    engine.play_until(closes);
    assert!(room.asks(1, "status").good().contains("You signed the record."));
    // The same once more is no harm.
    let _ = room.gives(1, "member-1.sig").good();
    engine.type_line("");
    engine.play_to_the_end();
    let _ = engine.end().good();
    room.event.replays();
}

#[test]
fn an_event_without_a_socket_has_nothing_of_all_this() {
    let event = support::event::Event::planned();
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    assert!(!event.journalled(|what| matches!(what, What::Consoles | What::Console { .. })));
    assert!(!event.record().facts.contains_key(facts::CONSOLES));
    assert!(!event.has("outbound/countersignatures"));
}
