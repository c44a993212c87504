//! Logins and power: what the system wrote down during the event is in the record.

use support::event::Event;

/// `struct utmp` of glibc with a user process, or another kind.
fn utmp(kind: i16, user: &str, line: &str, at: u32) -> Vec<u8> {
    let mut record = vec![0; 384];
    record[..2].copy_from_slice(&kind.to_le_bytes());
    record[8..8 + line.len()].copy_from_slice(line.as_bytes());
    record[44..44 + user.len()].copy_from_slice(user.as_bytes());
    record[340..344].copy_from_slice(&at.to_le_bytes());
    record
}

fn held_with(wtmp: Option<&[u8]>) -> Event {
    let event = Event::planned();
    if let Some(bytes) = wtmp {
        event.write("wtmp", bytes);
    }
    let mut engine = event.engine_with("run", &["--logins", "wtmp"]);
    engine.play_to_the_end();
    let _ = engine.end().good();
    event
}

#[test]
fn who_logged_in_during_the_event_is_in_the_record() {
    // 2026-11-22T10:00:00Z, by `date -u -d TIME +%s`.
    let began = 1_795_341_600;
    let file = [
        utmp(7, "earlier", "tty1", began - 1),
        utmp(7, "operator", "tty2", began),
        utmp(2, "reboot", "~", began),
        utmp(7, "later", "tty3", began + 86_400),
    ]
    .concat();
    let event = held_with(Some(&file));
    let facts = event.record().facts;
    assert_eq!(facts["logins"], "2026-11-22T10:00:00Z 'operator' logged in on tty2");
    assert!(
        facts["power"].ends_with("; 2026-11-22T10:00:00Z the system was booted"),
        "{}",
        facts["power"]
    );
    event.replays();
}

#[test]
fn logins_that_cannot_be_read_are_said_to_be_unknown() {
    let event = held_with(None);
    assert_eq!(event.record().facts["logins"], "not known: wtmp is not there");
    let event = held_with(Some(&[7; 385]));
    let wanted = "not known: wtmp: its 385 octets are no whole records of 384";
    assert_eq!(event.record().facts["logins"], wanted);
}
