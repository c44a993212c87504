//! A plan in plain words, for a person who does not know X.509: who will be trusted for what, until when, what could go
//! wrong, what comes into force, what people are asked, and how long it takes.

mod facts;
mod people;
mod risks;
mod trust;

use record::Time;
use record::plan::{Inbound, Kind, NEXT_LOG_POLICY, NEXT_POLICY, POLICY, Step};

use super::{budget, diff};
use crate::error::Error;
use hsm::Habits;

pub use facts::facts;
pub use people::of_step as question;

/// A part of what is shown: its title, and a paragraph a line.
pub struct Part {
    /// The title.
    pub title: &'static str,
    /// The paragraphs.
    pub lines: Vec<String>,
}

/// All parts, in the order in which people need them. Those with nothing to say are left out.
pub fn parts(inbound: &Inbound, habits: Habits, now: Time) -> Result<Vec<Part>, Error> {
    let derived = issue::derive::with_placeholder_keys(inbound, now)?;
    let part = |title, lines| Part { title, lines };
    let all = [
        part("What it is", about(inbound)),
        part(
            "Who will be trusted, for what, and until when",
            trust::trusted(inbound, &derived),
        ),
        part("What will not be trusted any more", trust::revoked(inbound)),
        part("What is done in the HSM", trust::in_the_hsm(inbound)),
        part("What comes into force", in_force(inbound)),
        part("What is published", trust::documents(inbound)),
        part("What people are asked", people::asked(inbound)),
        part("What could go wrong", risks::all(inbound)),
        part("How long it takes", budget::time(inbound, habits)),
        part("Every thing that is signed", facts::all(&derived, inbound)),
    ];
    Ok(all.into_iter().filter(|part| !part.lines.is_empty()).collect())
}

fn about(inbound: &Inbound) -> Vec<String> {
    let (plan, policy) = (&inbound.plan, &inbound.policy);
    let mut lines = vec![format!("{} ({})", plan.description, kind(inbound))];
    if plan.rehearsal {
        lines.push("This is a rehearsal: nothing that it makes is to be trusted.".into());
    }
    lines.push(format!(
        "It happens between {} and {} (UTC), or not at all.",
        plan.opens, plan.closes
    ));
    if !plan.deed().touches_the_hsm() {
        lines.push("The HSM is not touched: no key is made, used or shared.".into());
        lines.push(format!(
            "{} members must be there, and sign its record.",
            policy.needed(plan.kind)
        ));
        return lines;
    }
    let (m, n) = (inbound.people_needed(), policy.quorum.members);
    let owner = &plan.hsm.owner;
    let people = match (initialises(inbound), budget::approves(inbound)) {
        (true, _) => format!("All {n} members must be there."),
        (false, true) => format!("{m} of {n} members must approve."),
        (false, false) => format!("{m} of {n} members must be there. There is nothing to approve."),
    };
    lines.push(match plan.hsm.kind.has_users() {
        true => format!("{people} A key owner who is no member, {owner}, owns the keys."),
        false => format!("{people} The keys are in the token {owner}."),
    });
    lines.push(format!("The HSM is {}.", plan.hsm.kind.described()));
    lines.push(format!("Who counts the approvals: {}.", plan.hsm.kind.who_counts()));
    lines
}

/// Whether a cluster becomes the members' in this event.
pub fn initialises(inbound: &Inbound) -> bool {
    let initialises = |step: &Step| matches!(step, Step::InitialiseCluster { .. });
    inbound.plan.step.iter().any(initialises)
}

fn kind(inbound: &Inbound) -> String {
    match inbound.plan.of {
        Some(of) => format!("{} of a {of}", Kind::Drill),
        None => inbound.plan.kind.to_string(),
    }
}

/// What is in force after the event and was not before, with what differs.
fn in_force(inbound: &Inbound) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(next) = &inbound.next_policy {
        lines.push(format!(
            "Policy {} after policy {}:",
            next.version, inbound.policy.version
        ));
        lines.extend(diff::indented(diff::policies(
            &inbound.inputs[POLICY].0,
            &inbound.inputs[NEXT_POLICY].0,
        )));
    }
    if let Some(next) = &inbound.next_roster {
        lines.push(format!(
            "Roster {} after roster {}, appointed by: {}",
            next.number, inbound.roster.number, next.appointment
        ));
        lines.extend(diff::indented(diff::rosters(&inbound.roster, next)));
    }
    if inbound.plan.inputs.contains_key(NEXT_LOG_POLICY) {
        lines.push("A next log policy: other keys of logs or of their witnesses, or a log's end.".into());
    }
    if !lines.is_empty() {
        lines.push(format!(
            "{} members of roster {} must countersign the record: without that it does not count.",
            inbound.policy.quorum.threshold, inbound.roster.number
        ));
    }
    lines
}
