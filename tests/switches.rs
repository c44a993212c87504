//! Every question that only real hardware can answer, each way: what must be different then, and that the founding event
//! ends with a record that is right, or stops with a reason and nothing half-made.

#[path = "switches/event.rs"]
mod event;
#[path = "switches/table.rs"]
mod table;

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use crate::questions::questions;
use crate::run;
use table::{Row, rows};

#[test]
fn every_question_has_a_row_and_every_answer_an_event() {
    let (questions, rows) = (questions(), rows());
    let asked: BTreeSet<_> = questions.iter().map(|question| &question.name).collect();
    let told: BTreeSet<_> = rows.iter().map(|row| &row.name).collect();
    assert_eq!(
        asked, told,
        "each question of src/hsm/questions.toml has its row in tests/switches/table.toml"
    );
    for question in questions {
        let row = rows.iter().find(|row| row.name == question.name).expect("a row");
        let events: BTreeSet<_> = row.event.keys().collect();
        assert_eq!(
            events,
            question.values[1..].iter().collect(),
            "{}, {}: the other answers' events",
            question.name,
            question.question
        );
        let seen: BTreeSet<_> = row
            .scenario
            .steps
            .iter()
            .filter_map(|step| step.when.as_ref())
            .collect();
        let values = question.values.iter().collect();
        assert!(
            seen == values || row.not_seen_here.is_some(),
            "{}: what is seen under each",
            question.name
        );
    }
}

/// The pair behaves differently: what is written down for one answer happens under it, and not under another.
#[test]
fn each_answer_behaves_as_the_table_says_and_unlike_the_others() {
    let failed: Vec<_> = rows()
        .iter()
        .filter(|row| row.not_seen_here.is_none())
        .flat_map(differs)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

fn differs(row: &Row) -> Vec<String> {
    let question = questions()
        .into_iter()
        .find(|question| question.name == row.name)
        .expect("a question");
    let mut failed = Vec::new();
    for value in &question.values {
        let plays = |when: &str, over| {
            let switch = format!("{}={value}", row.name);
            catch_unwind(|| run::play_over(&row.scenario, over, &[switch], Some(when))).is_ok()
        };
        let overs = &row.scenario.over;
        failed.extend(
            overs
                .iter()
                .filter(|over| !plays(value, **over))
                .map(|over| format!("{}={value}, {over:?}", row.name)),
        );
        for other in question.values.iter().filter(|other| *other != value) {
            if overs.iter().all(|over| plays(other, *over)) {
                failed.push(format!("{}={value} behaves as {other}", row.name));
            }
        }
    }
    failed
}

#[test]
fn the_founding_event_ends_well_or_stops_with_a_reason_under_each_answer() {
    let rows = rows();
    let failed: Vec<_> = rows
        .iter()
        .flat_map(|row| {
            row.event
                .iter()
                .map(|(value, comes)| (format!("{}={value}", row.name), comes))
        })
        .filter(|(switch, comes)| catch_unwind(|| event::hold(switch, comes)).is_err())
        .map(|(switch, _)| switch)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
