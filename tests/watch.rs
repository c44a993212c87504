//! Alerts: each member gets a message of their own over a mail server that we did not write, whatever else fails.

#[path = "watch/failing.rs"]
mod failing;
#[path = "watch/logs.rs"]
mod logs;
#[path = "watch/place.rs"]
mod place;
#[path = "watch/refused.rs"]
mod refused;
#[path = "watch/sink.rs"]
mod sink;
#[path = "watch/tls.rs"]
mod tls;

use place::{Place, login, wait_until};
use sink::Sink;

#[test]
fn each_member_gets_a_message_of_their_own_with_nobody_elses_address() {
    let test = "each_member_gets_a_message_of_their_own_with_nobody_elses_address";
    let place = Place::new("own");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 3, "");
    place.append("auth.log", &login("member-1"));
    let log = place.name("auth.log");
    let said = place.once(&["--console", &log]).expect(0);
    assert!(
        said.out.lines().chain(said.err.lines()).all(|line| line.len() <= 80),
        "{said}"
    );
    assert_eq!(sink.taken().len(), 3);
    for member in ["member-1", "member-2", "member-3"] {
        let own = sink.of(member).remove(0);
        assert_eq!(own.header("To"), format!("{member}@example.org"));
        assert_eq!(own.whole.matches("@example.org").count(), 1, "{}", own.whole);
        assert_eq!(own.header("Subject"), "[pki REHEARSAL] LOGIN at the console: member-1");
        assert_eq!(own.header("Auto-Submitted"), "auto-generated");
        assert!(own.header("Message-ID").ends_with("@pki.example.org>"), "{}", own.whole);
        assert!(
            own.text().contains("when:          2026-11-24T10:00:00Z (UTC)\r\n"),
            "{}",
            own.text()
        );
        assert!(own.text().lines().all(|line| line.len() <= 72), "{}", own.text());
        assert!(!own.whole.contains("192.0.2.7"), "no source address");
        assert_eq!(place.outcomes(member), ["accepted"]);
    }
    let sent = place.sent();
    assert!(
        sent.iter()
            .all(|one| one["answer"].as_str().expect("words").contains("2.0.0 taken"))
    );
    let digests: std::collections::BTreeSet<_> = sent.iter().map(|one| one["digest"].to_string()).collect();
    assert_eq!(digests.len(), 1, "the same was told to each");
    assert!(
        !std::fs::read_to_string(place.path("state/sent.jsonl"))
            .expect("a log")
            .contains('@')
    );
    // Nothing is told twice; what comes later is.
    place.once(&["--console", &log]).expect(0);
    assert_eq!(sink.taken().len(), 3);
    place.append("auth.log", &login("member-2"));
    place.once(&["--console", &log]).expect(0);
    assert_eq!(sink.taken().len(), 6);
}

#[test]
fn a_watch_follows_its_logs_over_rotation_and_a_kill_and_loses_nothing() {
    let test = "a_watch_follows_its_logs_over_rotation_and_a_kill_and_loses_nothing";
    let place = Place::new("kill");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 2, "messages-per-hour = 1000");
    move_up(&place);
    let log = place.name("auth.log");
    let mut told = Vec::new();
    for round in 0..4 {
        let running = place.start(&["--console", &log]);
        for number in 0..5 {
            let user = format!("u{round}-{number}");
            place.append("auth.log", &login(&user));
            told.push(user);
            std::thread::sleep(std::time::Duration::from_millis(150));
        }
        if round % 2 == 1 {
            std::fs::rename(place.path("auth.log"), place.path(&format!("auth.log.{round}"))).expect("a rotation");
        }
        // While messages are gathered, or written, or sent, or noted.
        std::thread::sleep(std::time::Duration::from_millis(4_300 + round * 250));
        running.kill();
    }
    let mut running = place.start(&["--console", &log]);
    for member in ["member-1", "member-2"] {
        wait_until(&format!("{member} is told of all: {}", seen(&place)), || {
            let all: String = sink.of(member).iter().map(|taken| taken.text().to_owned()).collect();
            told.iter()
                .all(|user| all.contains(&format!("LOGIN at the console: {user}\r\n")))
        });
    }
    assert!(running.is_running());
}

/// The settings' own lines stand before its tables.
fn move_up(place: &Place) {
    let text = std::fs::read_to_string(place.path("watch.toml")).expect("settings");
    let line = "messages-per-hour = 1000\n";
    let text = format!("{line}{}", text.replace(line, ""));
    std::fs::write(place.path("watch.toml"), text).expect("settings");
}

fn seen(place: &Place) -> String {
    std::fs::read_to_string(place.path("err")).unwrap_or_default()
}

#[test]
fn a_second_watch_over_one_state_is_refused() {
    let place = Place::new("second");
    place.settings(1, 1, "");
    let log = place.name("auth.log");
    let _running = place.start(&["--console", &log]);
    wait_until("it runs", || place.path("state/sent.jsonl").exists());
    let refused = place.once(&["--console", &log]).expect(1);
    assert!(refused.err.contains("another process is at work with"), "{refused}");
}
