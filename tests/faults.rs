//! Every fault of the stand-in at every command of the founding event: people do what the hints say, and at the end the
//! record is right, the journal is whole, and nothing was signed twice unless people decided so.
//!
//! By default each fault comes once at each kind of command, in the middle of its uses; `tests/run --full` runs each
//! fault at each single command.

#[path = "faults/case.rs"]
mod case;
#[path = "faults/ends.rs"]
mod ends;
#[path = "faults/table.rs"]
mod table;

use std::panic::catch_unwind;

use case::{Case, commands, play};

/// Each kind of command once, with the n-th use of it in the middle.
fn sample(fault: &str) -> Vec<Case> {
    commands()
        .iter()
        .map(|(command, uses)| Case::new(fault, command, uses.div_ceil(2)))
        .collect()
}

/// Every single command.
fn all(fault: &str) -> Vec<Case> {
    let each = |(command, uses): &(String, u32)| {
        let command = command.clone();
        (1..=*uses)
            .map(move |nth| Case::new(fault, &command, nth))
            .collect::<Vec<_>>()
    };
    commands().iter().flat_map(each).collect()
}

fn play_all(cases: Vec<Case>) {
    let count = cases.len();
    assert!(count > 8, "an event has more kinds of commands than {count}");
    let failed: Vec<_> = cases
        .into_iter()
        .filter(|case| catch_unwind(|| play(case)).is_err())
        .collect();
    assert!(failed.is_empty(), "{} of {count}: {failed:#?}", failed.len());
}

macro_rules! faults {
    ($($sample:ident $all:ident: $fault:literal,)*) => {
        $(
            #[test]
            fn $sample() {
                play_all(sample($fault));
            }

            #[test]
            #[ignore = "exhaustive: tests/run --full"]
            fn $all() {
                play_all(all($fault));
            }
        )*

        #[test]
        fn every_fault_of_the_stand_in_is_played() {
            let told = support::run(support::ours("cloudhsm-standin"), ["standin", "fault", "--help"], "").expect(0).out;
            let offered = told.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split_once(':'));
            let offered: Vec<_> = offered.map(|(fault, _)| fault.to_owned()).collect();
            let missing: Vec<_> = offered.iter().filter(|fault| ![$($fault),*].contains(&fault.as_str())).collect();
            assert!(offered.len() >= 8 && missing.is_empty(), "{missing:?} of {offered:?}");
        }
    };
}

faults! {
    ends_well_when_the_cli_dies_before_a_command
        ends_well_when_the_cli_dies_before_any_command: "die-before",
    ends_well_when_the_cli_dies_after_a_command
        ends_well_when_the_cli_dies_after_any_command: "die-after",
    ends_well_when_the_connection_is_lost
        ends_well_when_the_connection_is_lost_at_any_command: "disconnect",
    ends_well_when_the_cli_complains_in_plain_text
        ends_well_when_the_cli_complains_in_plain_text_at_any_command: "plain-text-error",
    ends_well_when_an_answer_is_lost
        ends_well_when_any_answer_is_lost: "answer-lost",
    ends_well_when_the_hsm_does_it_and_says_no
        ends_well_when_the_hsm_does_anything_and_says_no: "says-no",
    ends_well_when_tokens_expire_at_a_command
        ends_well_when_tokens_expire_at_any_command: "expire",
    ends_well_when_a_command_takes_long
        ends_well_when_any_command_takes_long: "slow",
    ends_well_when_an_hsm_is_lost
        ends_well_when_an_hsm_is_lost_at_any_command: "node-lost",
    ends_well_when_an_hsm_joins
        ends_well_when_an_hsm_joins_at_any_command: "node-joins",
}
