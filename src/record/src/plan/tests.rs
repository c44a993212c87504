//! The founding event's own template and policy, and each rule for plans and policies by breaking it in them.

mod allowed;
mod inputs;
mod plans;
mod policies;

use std::collections::BTreeMap;

use super::*;
use crate::Policy;

#[test]
fn takes_the_template_under_its_policy() {
    let plan = Plan::parse(filled().as_bytes()).expect("a plan");
    assert_eq!(rules::follows(&inbound(plan.clone(), POLICY_TEXT)), Ok(()));
    assert_eq!(
        plan.made_keys()
            .map(|(_, key, quorum)| (key, quorum))
            .collect::<Vec<_>>(),
        [("root-1", true), ("bors-1", true), ("console-1", false)]
    );
}

/// The template, filled in with fixed values.
fn filled() -> String {
    let mut serial = 0x10;
    let fill = |(n, part): (usize, &str)| match (n % 2, part) {
        (0, text) => text.to_owned(),
        (_, "event") => "2026-founding".into(),
        (_, "rehearsal") => "true".into(),
        (_, "opens") => "2026-11-22T00:00:00Z".into(),
        (_, "closes") => "2026-11-23T00:00:00Z".into(),
        (_, "opens+400d") => "2027-12-27T00:00:00Z".into(),
        (_, "serial") => {
            serial += 1;
            format!("{serial:02x}").repeat(16)
        }
        _ => "00".repeat(32),
    };
    first_of_all(PLAN).split('@').enumerate().map(fill).collect()
}

/// The template of the first event of all, without documents: none of its conditions holds, and its lists are empty.
fn first_of_all(template: &str) -> String {
    let (mut rest, mut out) = (template, String::new());
    while let Some((before, after)) = rest.split_once("#@ ") {
        out += before;
        (_, rest) = after.split_once("#@ end\n").expect("its end");
    }
    out + rest
}

/// The plan under a policy, with a roster of nobody, and nothing before it.
fn inbound(plan: Plan, policy: &str) -> Inbound {
    Inbound {
        digest: Digest::of(b"plan"),
        plan,
        policy: Policy::parse(policy.as_bytes()).expect("a policy"),
        roster: crate::Roster {
            number: 1,
            previous: None,
            appointment: String::new(),
            members: Vec::new(),
        },
        standing: None,
        next_policy: None,
        next_roster: None,
        inputs: BTreeMap::new(),
    }
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    text.replacen(from, to, 1)
}

const PLAN: &str = include_str!("../../../../ceremony-scripts/root-generation/plan.toml");
const POLICY_TEXT: &str = include_str!("../../../../ceremony-scripts/root-generation/policy.toml");
