//! A founding event, held by members at consoles of their own from the first review to the last signature of the record.

use record::facts;
use record::journal::What;
use record::screen::Shown;
use support::event::Event;

use super::account::menu;
use super::can_be_others;
use super::room::{Room, heard, uid};

#[test]
fn an_event_is_held_by_members_at_consoles_of_their_own_and_published() {
    if !can_be_others("an_event_is_held_by_members_at_consoles_of_their_own_and_published") {
        return;
    }
    let event = Event::planned();
    event.plan_with_a_log();
    let room = Room::of(event);
    let mut engine = room.engine("run");
    engine.play_to("review");
    let status = room.asks(1, "status").good();
    assert!(status.contains("You are member-1."), "{status}");
    assert!(
        status.contains("Of you review-member-1.cbor is awaited now"),
        "{status}"
    );
    let plan = room.asks(1, "plan").good();
    assert!(plan.contains("Who will be trusted, for what, and until when"), "{plan}");
    assert!(
        room.asks(1, "approvals")
            .good()
            .contains("Nothing is to be approved yet.")
    );
    room.answer(&mut engine, "review", 1..=5);
    by_a_medium(&room, "review-member-6");
    // Somebody who only looks.
    assert!(menu(&room, uid(7), "1\n3\nx\n7\n").good().contains("You are member-7."));
    engine.type_line("");
    engine.play_to("attendance-begin");
    room.answer(&mut engine, "attendance-begin", 1..=5);
    // One says to be elsewhere, whose files come on a medium.
    room.attends(6, "begin", &engine);
    by_a_medium(&room, "attendance-begin-member-6");
    engine.type_line("");
    let at_odds = engine.play_until(|shown| matches!(shown, Shown::Warning { text } if text.contains("member-6")));
    assert_eq!(
        at_odds,
        Shown::Warning {
            text: "member-6 said to be remote and came by no console".into()
        }
    );
    engine.play_to("approval-1");
    let asked = room.asks(2, "approvals").good();
    assert!(
        asked.contains("root-certificate (") && asked.contains("by the key root-1"),
        "{asked}"
    );
    assert!(asked.lines().all(|line| line.chars().count() <= 80), "{asked}");
    let how = room.asks(2, "sign").good();
    assert!(how.contains("approve approval-request-1.cbor --out OUT"), "{how}");
    assert!(how.contains("tokens live") || room.asks(2, "status").good().contains("tokens live"));
    room.answer(&mut engine, "approval-1", 1..=5);
    engine.type_line("");
    engine.play_to("attendance-end");
    // One more, whom nobody needs: it is taken until the record is made, and then the record has it.
    room.fetches(6, "approval-request-1.cbor");
    room.makes(6, "approve", "approval-request-1.cbor");
    let late = room.gives(6, "approval-1-member-6.cbor").good();
    assert!(late.starts_with("Taken: approval-1-member-6.cbor"), "{late}");
    room.answer(&mut engine, "attendance-end", 1..=5);
    engine.type_line("");
    engine.play_until(|shown| matches!(shown, Shown::Said { text } if text.contains("the consoles close")));
    let listed = room.asks(3, "list").good();
    assert!(
        listed.contains("record.cbor  (record)") && listed.contains("results.cbor  (results)"),
        "{listed}"
    );
    for member in 1..=5 {
        room.fetches(member, "record.cbor");
        room.makes(member, "countersign", "record.cbor");
        let name = format!("member-{member}.sig");
        let _ = room.gives(member, &name).good();
        heard(&mut engine, &format!("member-{member} gave {name}."));
        let kept = room.event.read(&format!("outbound/countersignatures/{name}"));
        assert_eq!(kept, room.event.read(&format!("away/{name}")));
    }
    engine.type_line("");
    engine.play_to_the_end();
    let _ = engine.end().good();
    assert!(!room.event.has("consoles/s"), "the socket is gone");
    is_told(&room);
    room.event.replays();
    is_published(&room);
}

/// Somebody brings a member's file, with its signature.
fn by_a_medium(room: &Room, stem: &str) {
    for end in ["cbor", "cbor.sig"] {
        let bytes = room.event.read(&format!("away/{stem}.{end}"));
        room.event.write(&format!("inbound/{stem}.{end}"), bytes);
    }
}

fn is_told(room: &Room) {
    let (record, journal) = (room.event.record(), room.event.journal());
    let approved: Vec<&str> = record.approvals.iter().map(|signed| signed.member.as_str()).collect();
    assert_eq!(approved.len(), 6, "{approved:?}");
    assert!(approved.contains(&"member-6"), "{approved:?}");
    let fact = &record.facts[facts::CONSOLES];
    for words in [
        "member-1 from 2026-11-22T10:0",
        "member-7 came by a console and did not say to be present",
        "member-6 from 2026-11-22T10:0",
    ] {
        assert!(fact.contains(words), "{words}: {fact}");
    }
    let opened = journal.iter().filter(|entry| entry.what == What::Consoles).count();
    let came = |wanted: bool| {
        let like = |what: &What| matches!(what, What::Console { came, .. } if *came == wanted);
        journal.iter().filter(|entry| like(&entry.what)).count()
    };
    assert_eq!(opened, 1);
    assert!(
        came(true) > 20 && came(true) == came(false),
        "{} {}",
        came(true),
        came(false)
    );
}

fn is_published(room: &Room) {
    let from = room.event.path("outbound/countersignatures");
    std::fs::rename(from, room.event.path("countersignatures")).expect("to the publisher");
    let _ = room.event.publish().good();
    let verified = room.event.verify();
    assert_eq!(verified.code, Some(0), "{}\n{}", verified.out, verified.err);
}
