//! A member whose clock is wrong: nothing is signed that the console would refuse for good.

use record::messages::{Approval, Refusal};
use record::record::Exception;
use record::{Bytes, Digest, Signed, Time};

use super::countersign::held::{record, signed};
use super::scene::event::{Event, path, request, typed, window};
use super::scene::{PASSPHRASE, ids, names, plan, read, run, two_words};

/// Six minutes before the console's request and opening.
const BEHIND: &str = "2026-11-22T09:54:00Z";
/// Twenty minutes after.
const AHEAD: &str = "2026-11-22T10:20:00Z";
/// When the clock was set right.
const RIGHT: &str = "2026-11-22T10:01:00Z";
const HINT: &str = "set this machine's clock and time zone right, and start again; if they are right, tell the others that the \
                    other clock is wrong";

fn error(now: &str, what: &str, at: &str) -> String {
    format!("your clock says {now}, and {what} is of {at}; nothing was signed")
}

#[test]
fn a_clock_that_is_behind_approves_nothing_until_it_is_right() {
    let event = Event::present("clock-approve", "member-1");
    let mut asked = request(&event);
    asked.at = Time::parse("2026-11-22T10:00:00Z").expect("a time");
    let before = names(&event.out());
    event.approve_at(BEHIND, "member-1", asked.clone()).refused(
        1,
        &error(BEHIND, "the console's request", "2026-11-22T10:00:00Z"),
        HINT,
    );
    assert_eq!(names(&event.out()), before);
    event.approve_at("2026-11-22T09:55:00Z", "member-1", asked).good();
}

#[test]
fn a_clock_that_is_behind_is_told_where_somebody_is_present_and_acknowledges() {
    let event = Event::new("clock-attend");
    event.review("member-1");
    let command = ["attend", "--phase", "begin", "--place", "local"];
    let at_the_end = ["attend", "--phase", "end", "--place", "local"];
    let image = typed(&event.opening.image.digest);
    event
        .act_at("2026-11-22T09:52:59Z", "member-1", &command, "opening.cbor", &image)
        .refused(
            1,
            &error("2026-11-22T09:52:59Z", "the console's opening", "2026-11-22T09:58:00Z"),
            HINT,
        );
    event.attend("member-1", "begin");
    event
        .act_at("2026-11-22T09:52:59Z", "member-1", &at_the_end, "opening.cbor", &image)
        .refused(
            1,
            &error("2026-11-22T09:52:59Z", "the console's opening", "2026-11-22T09:58:00Z"),
            HINT,
        );
    let exception = Exception {
        step: None,
        at: Time::parse("2026-11-22T10:00:00Z").expect("a time"),
        what: "the engine was started again".into(),
    };
    event.acknowledge_at(BEHIND, "member-1", vec![exception]).refused(
        1,
        &error(BEHIND, "an exception at the console", "2026-11-22T10:00:00Z"),
        HINT,
    );
}

/// The console refuses a time of the future, and the same tokens get no other signatures.
#[test]
fn an_approval_by_a_clock_that_was_ahead_is_given_again_with_the_time_of_now() {
    let event = Event::new("clock-ahead");
    for id in ids().take(6) {
        event.review(&id);
        event.attend(&id, "begin");
        let at = if id == "member-1" { AHEAD } else { RIGHT };
        event.approve_at(at, &id, request(&event)).good();
    }
    let first: Approval = event.answer("approval-1-member-1.cbor");
    let ahead = signed(&event, "approval-1", "member-1");
    let lose = || {
        for end in ["cbor", "cbor.sig"] {
            std::fs::remove_file(event.out().join(format!("approval-1-member-1.{end}"))).expect("refused");
        }
    };
    lose();
    let page = event.approve_at(RIGHT, "member-1", request(&event)).good();
    for said in [
        format!("YOU APPROVED THIS VERY REQUEST AT {AHEAD}"),
        "answer is written again with the time of now.".to_owned(),
    ] {
        assert!(
            page.split_whitespace().collect::<Vec<_>>().join(" ").contains(&said),
            "{page}"
        );
    }
    let second: Approval = event.answer("approval-1-member-1.cbor");
    assert_eq!(second.at.to_string(), RIGHT);
    assert_eq!(second.tokens, first.tokens, "no token gets another signature");
    // From then on it is that one, also when the false time has come; and it alone counts for later windows.
    let right = read(&event.out().join("approval-1-member-1.cbor"));
    for later in ["2026-11-22T10:03:00Z", "2026-11-22T10:21:00Z"] {
        lose();
        event.approve_at(later, "member-1", request(&event)).good();
        assert_eq!(read(&event.out().join("approval-1-member-1.cbor")), right, "{later}");
    }

    for id in ids().take(6) {
        event.attend(&id, "end");
    }
    let good = record(&event);
    let countersign = |record, name: &str| {
        let digest = event.put(name, record);
        event.act_at(
            "2026-11-22T10:50:00Z",
            "member-1",
            &["countersign"],
            name,
            &typed(&digest),
        )
    };
    let mut without = good.clone();
    without.approvals.retain(|one: &Signed| one.member != "member-1");
    let refused = countersign(without, "without.cbor");
    assert!(
        refused
            .errors
            .contains("the record lacks the approval that you gave at"),
        "{}",
        refused.errors
    );
    assert!(good.approvals.iter().all(|one| one.bundle != ahead.bundle));
    countersign(good, "record.cbor").good();
}

#[test]
fn a_refusal_by_a_clock_that_was_ahead_is_given_again_with_the_time_of_now() {
    let event = Event::new("clock-refuse");
    let refuse = |now: &str, out: &str| {
        let (file, out) = (event.path("plan.cbor"), event.path(out));
        let arguments = [
            "--now",
            now,
            "refuse",
            path(&file),
            "--reason",
            "No.",
            "--out",
            path(&out),
        ];
        let words = format!("{PASSPHRASE}\n{}\n", two_words(&Digest::of(plan::bundle())));
        let page = run(&event.home("member-1"), &arguments, &words).good();
        let bytes = Bytes(read(&out.join("refusal-member-1.cbor")));
        let refusal = record::Bundle::<Refusal>::decode(&bytes).expect("a refusal").body;
        (page, refusal.at.to_string(), bytes)
    };
    let (_, at, _) = refuse(AHEAD, "first");
    assert_eq!(at, AHEAD);
    let (page, at, right) = refuse(RIGHT, "second");
    assert_eq!(at, RIGHT);
    assert!(page.contains(&format!("YOU REFUSED THIS BEFORE, AT {AHEAD}")), "{page}");
    let (page, _, again) = refuse("2026-11-22T10:02:00Z", "third");
    assert_eq!(again, right, "{page}");
}

/// The clock of now is the wrong one, and the refusal stays what it was.
#[test]
fn a_clock_that_lost_its_battery_mends_no_refusal() {
    let event = Event::new("clock-battery");
    event.review("member-1");
    let refuse = |now: &str, out: &str| {
        let (file, out) = (event.path("plan.cbor"), event.path(out));
        let arguments = ["--now", now, "refuse", path(&file), "--out", path(&out)];
        let arguments = [&arguments[..], &["--reason", "No."]].concat();
        let words = format!("{PASSPHRASE}\n{}\n", two_words(&Digest::of(plan::bundle())));
        run(&event.home("member-1"), &arguments, &words).good();
        read(&out.join("refusal-member-1.cbor"))
    };
    let right = refuse("2026-11-22T10:40:00Z", "first");
    // Years behind, and behind the member's own review.
    assert_eq!(refuse("2020-01-01T00:00:00Z", "second"), right);
    assert_eq!(refuse("2026-11-22T08:00:00Z", "third"), right);
    assert_eq!(refuse("2026-11-22T10:45:00Z", "fourth"), right);
}

/// What was answered by a clock that was ahead keeps nobody from a later window.
#[test]
fn a_mended_approval_alone_counts_for_later_windows() {
    let event = Event::present("clock-windows", "member-1");
    let first = request(&event);
    event.approve_at(AHEAD_FAR, "member-1", first.clone()).good();
    let second = || {
        for end in ["cbor", "cbor.sig"] {
            let _ = std::fs::remove_file(event.out().join(format!("approval-1-member-1.{end}")));
        }
        window(&event, 2)
    };
    let refused = event.approve_at("2026-11-22T10:21:30Z", "member-1", second());
    assert!(refused.errors.contains("approve no earlier than"), "{}", refused.errors);
    event.approve_at(RIGHT, "member-1", first).good();
    event.approve_at("2026-11-22T10:21:30Z", "member-1", second()).good();
}

/// An hour and a half after.
const AHEAD_FAR: &str = "2026-11-22T11:30:00Z";
