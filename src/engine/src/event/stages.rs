//! The stages of an event that have a number on screen: fixed ones, and those that follow from the plan's steps.

use hsm::Habits;
use record::plan::{Inbound, Kind, Step};

use crate::initialise;
use crate::plan::budget;

/// How many there are.
pub fn count(inbound: &Inbound, habits: Habits) -> u32 {
    let windows = budget::windows(inbound, habits);
    let signing = match issues(inbound) {
        true => OF_SIGNING + IN_A_WINDOW * windows,
        false => 0,
    };
    let own = inbound.plan.step.iter().filter(|step| is_a_stage(step)).count();
    let signed = usize::from(inbound.console_key().is_some());
    let initialises = inbound.plan.deed() == Kind::ClusterInitialisation;
    // The initialisation shows its own steps in the place of the one.
    let own = own
        + if initialises {
            initialise::STEPS_IN_AN_EVENT as usize - 1
        } else {
            0
        };
    u32::try_from(ALWAYS + inbound.keys().len() + own + signing + signed).unwrap_or(u32::MAX)
}

/// Whether the plan has anything signed.
pub fn issues(inbound: &Inbound) -> bool {
    inbound.plan.step.iter().any(|step| step.issuer().is_some())
}

/// Whether the step is a stage by itself: keys and signatures have theirs together.
pub fn is_a_stage(step: &Step) -> bool {
    !matches!(step, Step::MakeKey { .. }) && step.issuer().is_none()
}

/// Whether the step asks people and nothing else.
pub fn is_peoples(step: &Step) -> bool {
    matches!(step, Step::Answer { .. } | Step::PublishDocument { .. })
}

/// Review, attendance twice, record.
const ALWAYS: usize = 4;
/// Freeze, tokens, outputs.
const OF_SIGNING: usize = 3;
/// Members approve, the console signs.
const IN_A_WINDOW: usize = 2;
