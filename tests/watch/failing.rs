//! Mailboxes that refuse, servers that hang or are down: nobody else is silenced, and nothing is lost.

use std::fs;
use std::time::{Duration, Instant};

use super::place::{Place, login, wait_until};
use super::sink::Sink;

#[test]
fn failing_mailboxes_silence_nobody_and_get_theirs_when_they_are_back() {
    let test = "failing_mailboxes_silence_nobody_and_get_theirs_when_they_are_back";
    let place = Place::new("failing");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 5, "");
    sink.moods(&[
        ("member-1@example.org", "550 5.1.1 <member-1@example.org> is gone"),
        ("member-2@example.org", "hang"),
        ("member-3@example.org", "451 4.7.1 come later"),
    ]);
    place.append("auth.log", &login("member-1"));
    let log = place.name("auth.log");
    let begin = Instant::now();
    let failed = place.once(&["--console", &log]).expect(4);
    assert!(
        begin.elapsed() < Duration::from_secs(20),
        "bounded: {:?}",
        begin.elapsed()
    );
    assert!(
        failed
            .err
            .contains("messages to member-1, member-2, member-3 were not taken"),
        "{failed}"
    );
    assert!(failed.err.contains("hint: they are kept and tried again"), "{failed}");
    assert!(!failed.err.contains("@example.org"), "{failed}");
    let late = "message 1 to member-2 was not taken: the server did not answer in time";
    assert!(failed.err.contains(late), "{failed}");
    assert_eq!(sink.taken().len(), 2);
    let outcomes = ["refused", "failed", "failed", "accepted", "accepted"];
    for (number, outcome) in outcomes.iter().enumerate() {
        assert_eq!(
            place.outcomes(&format!("member-{}", number + 1)),
            [*outcome],
            "{number}"
        );
    }
    // The watch that goes on tells the others at once, and these when they can be told.
    let running = place.start(&["--console", &log]);
    place.append("auth.log", &login("member-2"));
    wait_until("the others are told", || {
        sink.of("member-4").len() == 2 && sink.of("member-5").len() == 2
    });
    sink.moods(&[]);
    for member in ["member-1", "member-2", "member-3"] {
        wait_until(&format!("{member} is told"), || sink.of(member).len() >= 2);
    }
    drop(running);
    let old = sink.of("member-1").into_iter().map(|taken| taken.header("Message-ID"));
    assert_eq!(old.collect::<std::collections::BTreeSet<_>>().len(), 2);
    place.once(&["--console", &log]).expect(0);
}

#[test]
fn what_came_while_the_server_was_down_is_sent_when_it_is_up() {
    let test = "what_came_while_the_server_was_down_is_sent_when_it_is_up";
    let place = Place::new("down");
    let Some(mut sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 2, "");
    sink.stop();
    let log = place.name("auth.log");
    let running = place.start(&["--console", &log]);
    // It is not there yet.
    place.append("auth.log", &login("member-1"));
    wait_until("it was tried", || !place.outcomes("member-1").is_empty());
    let first = &place.sent()[0];
    assert_eq!(first["outcome"], "failed");
    assert!(first["answer"].as_str().expect("words").contains("refused"), "{first}");
    // It ends, and another one goes on.
    running.kill();
    sink.start(&[]);
    place.once(&["--console", &log]).expect(0);
    for member in ["member-1", "member-2"] {
        assert_eq!(sink.of(member).len(), 1, "{member}");
    }
    let files = support::scratch::files_under(&place.path("state/spool"));
    assert!(files.is_empty(), "{files:?}");
}

#[test]
fn a_message_is_tried_again_while_the_watch_runs() {
    let test = "a_message_is_tried_again_while_the_watch_runs";
    let place = Place::new("again");
    let Some(mut sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "");
    sink.stop();
    let log = place.name("auth.log");
    place.append("auth.log", &login("member-1"));
    let _running = place.start(&["--console", &log]);
    wait_until("it was tried", || !place.outcomes("member-1").is_empty());
    sink.start(&[]);
    wait_until("it is sent", || sink.of("member-1").len() == 1);
    wait_until("it is logged", || {
        place.outcomes("member-1").last().is_some_and(|last| last == "accepted")
    });
}

#[test]
fn a_flood_of_failed_logins_is_one_message_that_counts() {
    let test = "a_flood_of_failed_logins_is_one_message_that_counts";
    let place = Place::new("flood");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "");
    let failed = login("member-1").replace("Accepted publickey", "Failed password");
    place.append("auth.log", &failed.repeat(5000));
    place.append("auth.log", &login("member-2"));
    place.once(&["--console", &place.name("auth.log")]).expect(0);
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    let subject = taken[0].header("Subject");
    assert_eq!(
        subject,
        "[pki REHEARSAL] LOGIN at the console: member-2 (and 5000 more)"
    );
    let text = taken[0].text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("4961 times failed login at the console: member-1; first"),
        "{text}"
    );
    assert!(taken[0].whole.len() < 20_000, "{} octets", taken[0].whole.len());
}

/// Its folder's file cannot be replaced; a disk that is full, or mounted for reading, does the same.
#[test]
fn a_state_that_cannot_be_written_silences_nobody_and_is_no_flood() {
    let test = "a_state_that_cannot_be_written_silences_nobody_and_is_no_flood";
    let place = Place::new("unwritten");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "");
    let log = place.name("auth.log");
    // Where the new state would be written first.
    std::fs::create_dir_all(place.path("state/state.json.new")).expect("a folder");
    let mut running = place.start(&["--console", &log]);
    place.append("auth.log", &login("member-1"));
    wait_until("it is told", || sink.of("member-1").len() == 1);
    place.append("auth.log", &login("member-2"));
    wait_until("so is the next", || sink.of("member-1").len() == 2);
    assert!(running.is_running());
    let said = std::fs::read_to_string(place.path("err")).expect("words");
    assert_eq!(said.matches("it goes on, and tells again").count(), 1, "{said}");
    std::fs::remove_dir(place.path("state/state.json.new")).expect("the folder");
    wait_until("it remembers", || place.path("state/state.json").exists());
    running.kill();
    place.once(&["--console", &log]).expect(0);
    assert_eq!(sink.of("member-1").len(), 2, "nothing is told twice");
}

#[test]
fn a_message_that_cannot_be_read_holds_up_none_and_too_many_are_given_up_from_the_oldest_on() {
    let test = "a_message_that_cannot_be_read_holds_up_none_and_too_many_are_given_up_from_the_oldest_on";
    let place = Place::new("damaged");
    let Some(mut sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "");
    sink.stop();
    let log = place.name("auth.log");
    place.append("auth.log", &login("member-1"));
    let _ = place.once(&["--console", &log]).expect(4);
    let spool = place.path("state/spool/member-1");
    let letter = fs::read(spool.join("0000000001.json")).expect("a message");
    sink.start(&[]);
    // The oldest is damaged; somebody has no mailbox any more.
    fs::write(spool.join("0000000001.json"), "no message").expect("written");
    fs::write(spool.join("0000000002.json"), &letter).expect("written");
    let other = place.path("state/spool/member-9");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("0000000000.json"), &letter).expect("written");
    let left = place.once(&["--console", &log]).expect(4);
    assert!(
        left.err.contains("member-1: ") && left.err.contains("0000000001.json"),
        "{left}"
    );
    let waits = "messages wait for member-9, who has no mailbox in the settings";
    assert!(left.err.contains(waits), "{left}");
    assert_eq!(sink.of("member-1").len(), 1);
    // A thousand after it: it is the one that goes.
    for number in 3..1003 {
        fs::write(spool.join(format!("{number:010}.json")), &letter).expect("written");
    }
    sink.stop();
    let given_up = place.once(&["--console", &log]).expect(4);
    assert!(
        given_up
            .err
            .contains("message 1 to member-1 is given up: there are too many"),
        "{given_up}"
    );
    let kept = fs::read_dir(&spool).expect("a folder").count();
    assert_eq!((kept, spool.join("0000000001.json").exists()), (1000, false));
    assert!(other.join("0000000000.json").exists());
}

#[test]
fn a_spool_that_cannot_be_written_silences_nobody() {
    let test = "a_spool_that_cannot_be_written_silences_nobody";
    let place = Place::new("unspooled");
    let Some(mut sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 2, "");
    let log = place.name("auth.log");
    place.append("auth.log", &login("member-1"));
    // Where the first message would be written.
    let in_the_way = place.path("state/spool/member-1/0000000001.json.new");
    fs::create_dir_all(&in_the_way).expect("a folder");
    let sent = place.once(&["--console", &log]).expect(0);
    let warned = "it is sent, and lost if this ends before it is taken";
    assert_eq!(sent.err.matches(warned).count(), 1, "{sent}");
    for member in ["member-1", "member-2"] {
        assert_eq!(sink.of(member).len(), 1, "{member}");
        assert_eq!(place.outcomes(member), ["accepted"]);
    }
    // Nobody takes it: then it is lost, and that is said.
    place.append("auth.log", &login("member-2"));
    fs::rename(&in_the_way, in_the_way.with_file_name("0000000002.json.new")).expect("moved");
    sink.stop();
    let lost = place.once(&["--console", &log]).expect(4);
    assert!(lost.err.contains(warned), "{lost}");
    assert!(
        lost.err.contains("messages to member-1, member-2 were not taken"),
        "{lost}"
    );
}
