//! Who came, as the record tells it.

use super::*;
use crate::messages::{Image, ImageKind};
use crate::{Bytes, Digest, Signed};

fn entries(all: Vec<What>) -> Vec<Entry> {
    let entry = |(number, what)| Entry {
        number,
        previous: Digest::of(b""),
        at: Time(100 + number),
        what,
    };
    (0..).zip(all).map(entry).collect()
}

fn visit(member: &str, at: u64, came: bool) -> What {
    What::Console {
        account: member.into(),
        member: Some(member.into()),
        at: Time(at),
        came,
    }
}

fn present(member: &str, place: Place) -> What {
    let digest = Digest::of(b"");
    let kind = ImageKind::Binary;
    let body = Attendance {
        event: "e".into(),
        plan: digest,
        image: Image { kind, digest },
        session: Bytes(vec![1; 16]),
        member: member.into(),
        nonce: Bytes(vec![2; 16]),
        phase: Phase::Begin,
        place,
        at: Time(1),
    };
    What::Received {
        kind: "attendance".into(),
        signed: Signed {
            bundle: Bytes(Bundle::new(true, body).encode().expect("encodes")),
            signature: String::new(),
            member: member.into(),
        },
    }
}

fn resumed() -> What {
    let (kind, digest) = (ImageKind::Binary, Digest::of(b""));
    What::Resumed {
        image: Image { kind, digest },
        torn: 0,
    }
}

#[test]
fn an_event_without_such_consoles_states_nothing() {
    let all = entries(vec![present("member-1", Place::Remote)]);
    assert_eq!(consoles(&all), None);
    assert!(at_odds(&all).is_empty());
}

#[test]
fn who_came_is_told_with_the_first_login_and_the_last_end() {
    let all = entries(vec![
        What::Consoles,
        visit("member-1", 1, true),
        visit("member-2", 2, true),
        visit("member-1", 3, true),
        visit("member-1", 4, false),
        visit("member-1", 60, false),
        present("member-1", Place::Remote),
        present("member-2", Place::Remote),
    ]);
    assert_eq!(
        consoles(&all).as_deref(),
        Some(
            "member-1 from 1970-01-01T00:00:01Z to 1970-01-01T00:01:00Z, in 2 logins; member-2 from \
             1970-01-01T00:00:02Z on"
        )
    );
}

#[test]
fn a_stop_ends_every_console_between_the_last_entry_and_the_next_run() {
    let all = entries(vec![
        What::Consoles,
        visit("member-1", 1, true),
        resumed(),
        What::Consoles,
    ]);
    let told = consoles(&all).expect("a fact");
    assert!(
        told.starts_with(
            "member-1 from 1970-01-01T00:00:01Z until the engine stopped, between 1970-01-01T00:01:41Z and \
             1970-01-01T00:01:42Z;"
        ),
        "{told}"
    );
}

#[test]
fn who_comes_again_after_a_stop_is_there_until_they_leave() {
    let stopped = [What::Consoles, visit("member-1", 1, true), resumed(), What::Consoles];
    let with = |more: &[What]| {
        let told = consoles(&entries([&stopped, more].concat())).expect("a fact");
        told.split(';').next().unwrap_or_default().to_owned()
    };
    let again = visit("member-1", 103, true);
    assert_eq!(
        with(std::slice::from_ref(&again)),
        "member-1 from 1970-01-01T00:00:01Z on, in 2 logins"
    );
    assert_eq!(
        with(&[again, visit("member-1", 104, false)]),
        "member-1 from 1970-01-01T00:00:01Z to 1970-01-01T00:01:44Z, in 2 logins"
    );
    // The console of the first run is gone: nobody leaves it in the second.
    let left = with(&[visit("member-1", 104, false)]);
    assert!(left.contains("until the engine stopped, between"), "{left}");
}

#[test]
fn who_leaves_without_having_come_was_not_there() {
    let all = entries(vec![What::Consoles, visit("member-1", 1, false)]);
    assert_eq!(
        consoles(&all).as_deref(),
        Some("no member came by a console of their own")
    );
}

#[test]
fn where_no_more_logins_were_written_there_may_have_been_some() {
    let many = |count: usize| {
        let visits = (0..count).flat_map(|_| [visit("member-1", 1, true), visit("member-1", 2, false)]);
        [What::Consoles].into_iter().chain(visits).collect::<Vec<_>>()
    };
    let told = |all| consoles(&entries(all)).expect("a fact");
    let begin = "member-1 from 1970-01-01T00:00:01Z to 1970-01-01T00:00:02Z";
    assert!(told(many(CONSOLE_LOGINS - 1)).starts_with(&format!("{begin}, in 99 logins; ")));
    assert!(told(many(CONSOLE_LOGINS)).starts_with(&format!("{begin} or later, in 100 logins or more; ")));
    // The next run writes again when they come and go.
    let next = [many(CONSOLE_LOGINS), vec![resumed()], many(1)].concat();
    assert!(told(next).starts_with(&format!("{begin}, in 101 logins or more; ")));
}

#[test]
fn words_and_logins_that_do_not_fit_are_told() {
    let all = entries(vec![
        What::Consoles,
        visit("member-1", 1, true),
        present("member-2", Place::Remote),
        present("member-3", Place::Local),
    ]);
    assert_eq!(
        at_odds(&all),
        [
            "member-2 said to be remote and came by no console",
            "member-1 came by a console and did not say to be present"
        ]
    );
    assert!(consoles(&all).expect("a fact").ends_with(&at_odds(&all).join("; ")));
}

#[test]
fn whom_the_engine_refused_is_told_once_and_in_plain_characters() {
    let refused = || What::Console {
        account: "mallory\u{1b}[2J".into(),
        member: None,
        at: Time(1),
        came: true,
    };
    let all = entries(vec![What::Consoles, refused(), refused()]);
    assert_eq!(
        consoles(&all).as_deref(),
        Some("no member came by a console of their own; refused: mallory\\u{1b}[2J")
    );
}
