//! What members read.

use record::access::{ConsoleAccess, ConsoleWhat, HsmAccess, Mfa};

use super::*;
use crate::watch::budget::{Budget, Counts};

fn allowed(alerts: Vec<Alert>) -> Allowed {
    Allowed {
        alerts,
        counts: Counts::default(),
    }
}

fn key(role: &str) -> Alert {
    Alert::Hsm(HsmAccess {
        time: Time(1_795_305_600),
        hsm: "hsm-1".into(),
        sequence: Some(7),
        operation: "CN_GENERATE_KEY_PAIR".into(),
        done: true,
        user: Some("root_owner".into()),
        role: Some(role.into()),
        mfa: Mfa::No,
    })
}

#[test]
fn says_what_who_when_where_by_which_role_and_with_which_second_factor() {
    let letter = Letter::write(&allowed(vec![key("infra")]), &Calendar::default(), (1, Time(0)), false);
    assert_eq!(
        letter.subject,
        "[pki] KEY CHANGE in the HSM: CN_GENERATE_KEY_PAIR by root_owner"
    );
    for line in [
        "1. KEY CHANGE in the HSM: CN_GENERATE_KEY_PAIR by root_owner",
        "   when:          2026-11-22T00:00:00Z (UTC)",
        "   HSM:           hsm-1, number 7 of its log",
        "   operation:     CN_GENERATE_KEY_PAIR, done",
        "   HSM user:      root_owner",
        "   IAM role:      infra (the last call before it; no proof)",
        "   second factor: NO",
    ] {
        assert!(
            letter.text.lines().any(|found| found == line),
            "{line}:\n{}",
            letter.text
        );
    }
    assert!(!letter.text.contains("planned:"), "nothing is known of plans");
}

#[test]
fn no_line_is_longer_than_72_columns_and_nothing_is_a_header_of_its_own() {
    let hostile = format!("{}\r\nBcc: somebody@example.org \u{202e}\u{e9}", "x".repeat(300));
    let mut alerts = vec![key(&hostile)];
    alerts.push(Alert::Console(ConsoleAccess {
        time: Time(0),
        user: Some(hostile),
        what: ConsoleWhat::Login,
    }));
    for letter in [
        Letter::write(&allowed(alerts.clone()), &Calendar::default(), (1, Time(0)), true),
        Letter::write(
            &allowed(vec![alerts.remove(1)]),
            &Calendar::default(),
            (1, Time(0)),
            false,
        ),
    ] {
        let fits = |line: &str| line.len() <= COLUMNS && line.bytes().all(|octet| (b' '..=b'~').contains(&octet));
        assert!(letter.text.lines().all(fits), "{}", letter.text);
        assert!(letter.subject.len() <= 140 && letter.subject.bytes().all(|octet| (b' '..=b'~').contains(&octet)));
        assert!(!letter.text.contains("\nBcc"), "{}", letter.text);
    }
}

#[test]
fn a_rehearsal_says_so_first() {
    let letter = Letter::write(&allowed(vec![key("infra")]), &Calendar::default(), (1, Time(0)), true);
    assert!(letter.subject.starts_with("[pki REHEARSAL] "), "{}", letter.subject);
    assert!(letter.text.starts_with("THIS IS A REHEARSAL. "), "{}", letter.text);
}

#[test]
fn what_is_counted_is_told_with_its_first_and_last_moment() {
    let mut budget = Budget::default();
    let many = budget.allow(vec![key("infra"); 45], 9, Time(1)).expect("a message");
    let letter = Letter::write(&many, &Calendar::default(), (1, Time(0)), false);
    assert!(letter.subject.ends_with(" (and 44 more)"), "{}", letter.subject);
    let text = letter.text.replace("\n   ", " ");
    let counted = "5 times KEY CHANGE in the HSM: CN_GENERATE_KEY_PAIR by root_owner; first 2026-11-22T00:00:00Z, last";
    assert!(text.contains(counted), "{}", letter.text);
}

#[test]
fn an_identifier_is_a_members_own_and_stays_the_same() {
    let letter = Letter::write(&allowed(vec![key("infra")]), &Calendar::default(), (1, Time(0)), false);
    assert_eq!(letter.id("member-1"), letter.id("member-1"));
    assert_ne!(letter.id("member-1"), letter.id("member-2"));
}
