//! The stages of an event, in order: one list, from the plan alone. The event counts by it, the dry run shows it, and the
//! paper is printed from it, so that they cannot disagree.

use hsm::Habits;
use record::messages::Phase;
use record::plan::{EventKey, Inbound, Step};

use crate::initialise;
use crate::plan::budget;

/// One stage, as it has a number on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Which one.
    pub at: At,
    /// Who acts: `members`, `console`, `engine`, or whom the plan names.
    pub who: String,
    /// What is done.
    pub title: String,
}

/// Which stage it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// Members review the plan.
    Review,
    /// Members say that they are present.
    Attend(Phase),
    /// A key is made or found, by its name.
    Key(String),
    /// A step of the plan, by its name, that is a stage by itself.
    Step(String),
    /// A part of a cluster's initialisation, from 0.
    Initialise(usize),
    /// The bytes that will be signed are written down.
    Freeze,
    /// Tokens are minted.
    Tokens,
    /// Members approve a window, from 1.
    Approve(usize),
    /// Members approve commands of a step, window by window, from 1.
    Consent(usize),
    /// A window's things are signed.
    Sign(usize),
    /// What was signed is written.
    Outputs,
    /// The record is written.
    Record,
    /// The results are signed with the console's key.
    Results,
}

/// All stages of an event in which nothing goes wrong.
pub fn list(inbound: &Inbound, habits: Habits) -> Vec<Stage> {
    let mut all = Vec::new();
    all.push(stage(
        At::Review,
        "members",
        "Review the plan, each on their own machine",
    ));
    all.push(stage(At::Attend(Phase::Begin), "members", "Say that you are present"));
    let steps = &inbound.plan.step;
    // What people say before anything else comes before the HSM is touched.
    let (peoples, rest) = steps.split_at(steps.iter().take_while(|step| is_peoples(step)).count());
    peoples.iter().for_each(|step| all.extend(of_step(step)));
    all.extend(inbound.keys().iter().map(of_key));
    let mut signs = false;
    for step in rest {
        match is_a_stage(step) {
            true => {
                all.extend(of_step(step));
                all.extend(approving(budget::windows_of_commands(inbound, habits, step)));
            }
            // Everything is signed together, where the first thing is.
            false if step.issuer().is_some() && !std::mem::replace(&mut signs, true) => {
                all.extend(signing(budget::windows(inbound, habits)));
            }
            false => {}
        }
    }
    all.push(stage(
        At::Attend(Phase::End),
        "members",
        "Say that you are still present",
    ));
    all.push(stage(At::Record, "console", "Write the record"));
    if inbound.console_key().is_some() {
        let title = "Sign what leaves the console with the console's key";
        all.push(stage(At::Results, "console", title));
    }
    all
}

/// How many there are.
pub fn count(inbound: &Inbound, habits: Habits) -> u32 {
    u32::try_from(list(inbound, habits).len()).unwrap_or(u32::MAX)
}

/// Where a stage is in the list, as seen from where the event is: the next one like it, or, where more windows are held
/// than were planned, the last one.
pub fn position(all: &[Stage], from: usize, at: &At) -> Option<usize> {
    let like = |stage: &Stage| match (&stage.at, at) {
        (At::Approve(_), At::Approve(_)) | (At::Sign(_), At::Sign(_)) | (At::Consent(_), At::Consent(_)) => true,
        (one, other) => one == other,
    };
    let ahead = all.iter().enumerate().skip(from).find(|(_, stage)| like(stage));
    ahead.map(|(n, _)| n).or_else(|| all.iter().rposition(like))
}

fn stage(at: At, who: &str, title: &str) -> Stage {
    Stage {
        at,
        who: who.to_owned(),
        title: title.to_owned(),
    }
}

fn of_key(key: &EventKey) -> Stage {
    let act = if key.made { "Make" } else { "Find" };
    let guard = if key.quorum.is_some() {
        ", guarded by the quorum"
    } else {
        ""
    };
    stage(
        At::Key(key.key.clone()),
        "console",
        &format!("{act} the key {}{guard}", key.key),
    )
}

fn of_step(step: &Step) -> Vec<Stage> {
    let at = At::Step(step.id().to_owned());
    match step {
        Step::Answer { who, .. } => vec![stage(at, who, "Answer a question")],
        // It shows its own parts in the place of the one.
        Step::InitialiseCluster { .. } => (0..)
            .zip(initialise::TITLES)
            .map(|(n, title)| stage(At::Initialise(n), "console", title))
            .collect(),
        step => vec![stage(at, "console", &step.title())],
    }
}

fn approving(windows: usize) -> impl Iterator<Item = Stage> {
    let one = |window| stage(At::Consent(window), "members", "Approve, each on their own device");
    (1..=windows).map(one)
}

fn signing(windows: usize) -> Vec<Stage> {
    let mut all = vec![
        stage(At::Freeze, "engine", "Freeze every byte that will be signed"),
        stage(At::Tokens, "engine", "Ask the HSM for one token for each signature"),
    ];
    for window in 1..=windows {
        all.push(stage(
            At::Approve(window),
            "members",
            "Approve, each on their own device",
        ));
        all.push(stage(At::Sign(window), "console", "Sign, one token for each signature"));
    }
    all.push(stage(At::Outputs, "console", "Write certificates and revocation lists"));
    all
}

/// Whether the step is a stage by itself: keys and signatures have theirs together.
pub fn is_a_stage(step: &Step) -> bool {
    !matches!(step, Step::MakeKey { .. }) && step.issuer().is_none()
}

/// Whether the step asks people and nothing else.
pub fn is_peoples(step: &Step) -> bool {
    matches!(step, Step::Answer { .. } | Step::PublishDocument { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_the_next_one_like_it_and_a_further_window_is_the_last() {
        let all = [signing(2), signing(1)].concat();
        assert_eq!(position(&all, 0, &At::Tokens), Some(1));
        assert_eq!(position(&all, 2, &At::Approve(7)), Some(2));
        assert_eq!(position(&all, 3, &At::Approve(7)), Some(4));
        assert_eq!(position(&all, 9, &At::Sign(1)), Some(10));
        assert_eq!(position(&all, 11, &At::Sign(1)), Some(10));
        assert_eq!(position(&all, 0, &At::Review), None);
    }
}
