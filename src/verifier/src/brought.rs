//! What an event brings to the store besides what it makes: rules that come into force, and documents.

use record::plan::{Inbound, LOG_POLICY, NEXT_LOG_POLICY, NEXT_POLICY, NEXT_ROSTER, POLICY, ROSTER, Step};
use record::record::Record;
use record::{Bytes, facts};

use crate::CheckedEvent;
use crate::layout::Rules;

/// Rosters, policies and log policies: those that the record adopts, and before them, in the first event of all, those
/// by which it is held. The policy comes first: the rest is read by it.
#[must_use]
pub fn rules(event: &CheckedEvent) -> Vec<(Rules, &Bytes)> {
    rules_of(&event.inbound, &event.record)
}

/// The same of a plan and its record.
#[must_use]
pub fn rules_of<'a>(inbound: &'a Inbound, record: &Record) -> Vec<(Rules, &'a Bytes)> {
    let first = [
        (Rules::Policy(inbound.policy.version), POLICY),
        (Rules::LogPolicy(1), LOG_POLICY),
        (Rules::Roster(inbound.roster.number), ROSTER),
    ];
    let first = first.into_iter().filter(|_| inbound.standing.is_none());
    let adopted = record.adopted.keys().filter_map(|path| {
        let rules = Rules::of(path)?;
        let input = match rules {
            Rules::Roster(_) => NEXT_ROSTER,
            Rules::Policy(_) => NEXT_POLICY,
            Rules::LogPolicy(_) => NEXT_LOG_POLICY,
        };
        Some((rules, input))
    });
    let all = first.chain(adopted);
    all.filter_map(|(rules, input)| Some((rules, inbound.inputs.get(input)?)))
        .collect()
}

/// The documents that the event publishes, by their names under `docs/`, in the plan's order; none of an event that was
/// ended before its plan was carried out.
#[must_use]
pub fn documents(event: &CheckedEvent) -> Vec<(&str, &Bytes)> {
    documents_of(&event.inbound, &event.record)
}

/// The same of a plan and its record.
#[must_use]
pub fn documents_of<'a>(inbound: &'a Inbound, record: &Record) -> Vec<(&'a str, &'a Bytes)> {
    if record.facts.contains_key(facts::ABORTED) {
        return Vec::new();
    }
    let steps = inbound.plan.step.iter().filter_map(|step| match step {
        Step::PublishDocument { input, name, .. } => Some((name.as_str(), inbound.inputs.get(input)?)),
        _ => None,
    });
    steps.collect()
}
