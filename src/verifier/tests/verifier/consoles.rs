//! Consoles of members' own, and how a dishonest console would tell of who came.

use record::facts;
use record::journal::{Journal, What};
use record::{Digest, Time};
use verifier::{Finding, check_event};

use crate::common::event::{Left, journal, state_as, timed, write_at};
use crate::common::{EVENT, NOW};

/// The event with these entries behind the clock's.
fn left(told: &[What], state: bool) -> Left {
    let mut record = EVENT.record.clone();
    let whole = Journal::read(&journal(&record)).expect("reads").entries;
    let mut all: Vec<What> = whole.into_iter().map(|entry| entry.what).collect();
    let clock = all.iter().position(|what| *what == What::Clock).expect("the clock's");
    all.splice(clock + 1..=clock, told.iter().cloned());
    let bytes = write_at(timed(&record, all));
    if state {
        state_as(&mut record, &bytes);
    }
    record.journal_entries = Journal::read(&bytes).expect("reads").entries.len() as u64;
    record.journal = Digest::of(&bytes);
    EVENT.sign(&record, bytes)
}

fn findings(told: &[What]) -> Vec<Finding> {
    check_event(&left(told, true).files(), true, NOW)
        .err()
        .unwrap_or_default()
}

/// The one thing that is wrong with these entries.
fn wrong(told: &[What]) -> String {
    let found = findings(told);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].rule, "journal-console");
    found[0].what.clone()
}

/// When the event began, and, in its journal, the entries behind the clock's are written.
fn began() -> Time {
    EVENT.record.began
}

fn visit(member: Option<&str>, at: Time, came: bool) -> What {
    What::Console {
        account: "somebody".into(),
        member: member.map(str::to_owned),
        at,
        came,
    }
}

#[test]
fn who_came_and_left_in_office_is_as_it_should_be() {
    let member = Some("member-1");
    let told = [
        What::Consoles,
        visit(member, began(), true),
        visit(None, began(), true),
        visit(member, began(), true),
        visit(member, began(), false),
    ];
    let found = findings(&told);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn nobody_comes_before_the_consoles_are_opened_or_after_it_was_written() {
    let came = |at| visit(Some("member-1"), at, true);
    let early = wrong(&[came(began()), What::Consoles]);
    assert!(
        early.ends_with("nobody could come by a console of their own in this run"),
        "{early}"
    );
    for at in [Time(began().0 - 1), began().plus(1)] {
        let other = wrong(&[What::Consoles, came(at)]);
        assert!(
            other.contains(&format!("it tells of {at}, which is not between")),
            "{other}"
        );
    }
}

#[test]
fn only_members_in_office_come_and_only_who_came_leaves() {
    let nobody = wrong(&[What::Consoles, visit(Some("mallory"), began(), true)]);
    assert!(nobody.ends_with("mallory was not in office"), "{nobody}");
    let leaves = wrong(&[What::Consoles, visit(Some("member-1"), began(), false)]);
    assert!(
        leaves.ends_with("member-1 left more consoles than they came by"),
        "{leaves}"
    );
    let refused = wrong(&[What::Consoles, visit(None, began(), false)]);
    assert!(refused.ends_with("whoever was refused cannot leave"), "{refused}");
}

#[test]
fn a_record_that_is_silent_about_who_came_differs_from_its_journal() {
    let told = [What::Consoles, visit(Some("member-1"), began(), true)];
    let found = check_event(&left(&told, false).files(), true, NOW).expect_err("findings");
    let said = "journal and record tell of different clocks, logins, consoles, boots, ends or users";
    assert!(found.iter().any(|one| one.what == said), "{found:#?}");
    // And one that tells of consoles which the journal does not have.
    let claims = EVENT.left(|record| {
        record
            .facts
            .insert(facts::CONSOLES.into(), "member-1 from then on".into());
    });
    let found = check_event(&claims.files(), true, NOW).expect_err("findings");
    assert!(found.iter().any(|one| one.what == said), "{found:#?}");
}
