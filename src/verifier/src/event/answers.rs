//! What people answered and what was looked at: each as a step of the plan asked for it, in the record as a fact.

use std::collections::BTreeMap;

use record::facts;
use record::journal::{Journal, What};
use record::plan::Step;
use record::text::{is_sentence, plain};

use super::Case;
use crate::finding::Findings;

/// Whether the plan asks for a fact of this name.
pub(super) fn asks_for(case: &Case<'_>, name: &str) -> bool {
    case.inbound
        .plan
        .step
        .iter()
        .any(|step| fact_of(step).as_deref() == Some(name))
}

/// Checks the facts of the plan's steps; says what was checked.
pub(super) fn check(case: &Case<'_>, findings: &mut Findings) -> Option<String> {
    let mut said = Vec::new();
    for step in &case.inbound.plan.step {
        let Some(name) = fact_of(step) else { continue };
        let Some(stated) = case.record.facts.get(&name) else {
            if case.aborted() {
                continue;
            }
            findings.add(
                case.file,
                "fact-missing",
                format!("the record does not have the fact '{name}'"),
            );
            continue;
        };
        findings.demand(case.aborted() || fits(step, stated), case.file, "answer-other", || {
            format!(
                "the fact '{name}' is '{}', which the plan does not allow",
                plain(stated, 120)
            )
        });
        said.push(format!("{name}: {}", plain(stated, 120)));
    }
    (!said.is_empty()).then(|| format!("what people answered and what was looked at: {}", said.join("; ")))
}

/// Whether the journal tells of the same answers and looks as the record.
pub(super) fn is_journalled(case: &Case<'_>, journal: &Journal) -> bool {
    let mut told = BTreeMap::new();
    for entry in &journal.entries {
        match &entry.what {
            What::Answered { step, answer } => drop(told.insert(facts::answer(step), answer.clone())),
            What::Checked { of, findings } => drop(told.insert(of.clone(), facts::judged(findings))),
            _ => {}
        }
    }
    let mut asked = case.inbound.plan.step.iter().filter_map(fact_of);
    asked.all(|name| told.get(&name) == case.record.facts.get(&name))
}

fn fact_of(step: &Step) -> Option<String> {
    match step {
        Step::Answer { id, .. } => Some(facts::answer(id)),
        Step::LookAtHsm { id, .. } => Some(facts::look(id)),
        _ => None,
    }
}

/// An answer is one of the choices, and the one with which the event goes on; nothing fell short at a look.
fn fits(step: &Step, stated: &str) -> bool {
    match step {
        Step::Answer { choices, proceed, .. } => {
            let chosen = match choices.is_empty() {
                true => is_sentence(stated),
                false => choices.iter().any(|choice| choice == stated),
            };
            chosen && proceed.as_ref().is_none_or(|proceed| proceed == stated)
        }
        _ => stated == facts::NOTHING_FALLS_SHORT,
    }
}
