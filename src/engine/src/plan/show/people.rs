//! What people are asked in the event.

use record::plan::{Inbound, Step};

/// Every question of the plan, with the answers that there are.
pub fn asked(inbound: &Inbound) -> Vec<String> {
    inbound.plan.step.iter().filter_map(question).collect()
}

/// The question of one step, if it asks one.
pub fn of_step(inbound: &Inbound, id: &str) -> Option<String> {
    inbound.plan.step.iter().find(|step| step.id() == id).and_then(question)
}

fn question(step: &Step) -> Option<String> {
    let Step::Answer {
        who,
        question,
        choices,
        proceed,
        ..
    } = step
    else {
        return None;
    };
    let answers = match (choices.as_slice(), proceed) {
        ([], _) => "They answer in their own words.".to_owned(),
        (choices, None) => format!("Answers: {}.", choices.join(", ")),
        (choices, Some(proceed)) => format!(
            "Answers: {}. With anything but '{proceed}' the event ends in order.",
            choices.join(", ")
        ),
    };
    Some(format!(
        "Of {who}: {question} {answers} The answer stands in the record."
    ))
}
