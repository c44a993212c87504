//! The time that approvals take: a token lives ten minutes, so what is signed is split into windows that fit.

use hsm::{Habits, Logout};
use record::plan::{Command, Inbound, Kind, Step, commands};

use super::show::initialises;

/// CloudHSM: a token lives 600 s from being minted.
pub const TOKEN_LIFE: u64 = 600;

/// How many tokens one window holds at most.
pub fn tokens_in_a_window(habits: Habits) -> usize {
    match habits.logout {
        Logout::AfterWindow => usize::try_from((TOKEN_LIFE - READ) / (TOUCH + SIGN)).unwrap_or(1),
        // Each login holds one use, so each token needs a window of its own.
        Logout::AfterEachUse => 1,
    }
}

/// The things that are signed in a window, from 1.
pub fn window<T>(all: &[T], habits: Habits, number: usize) -> &[T] {
    let mut windows = all.chunks(tokens_in_a_window(habits).max(1));
    windows.nth(number.saturating_sub(1)).unwrap_or_default()
}

/// How many windows a plan needs.
pub fn windows(inbound: &Inbound, habits: Habits) -> usize {
    signatures(inbound).div_ceil(tokens_in_a_window(habits))
}

/// The windows of a step's commands: one for each request.
pub fn windows_of_commands(inbound: &Inbound, habits: Habits, step: &Step) -> usize {
    requests(inbound, habits, step.id()).len()
}

/// The commands of a step to which members agree, request by request: one for each that admins approve, and one for as many
/// about keys as a window holds tokens.
pub fn requests(inbound: &Inbound, habits: Habits, step: &str) -> Vec<Vec<Command>> {
    let about_keys = |command: &Command| {
        let consent = command.consent.as_ref();
        consent.is_some_and(|consent| !consent.service.is_admins())
    };
    let commands: Vec<Command> = commands(inbound)
        .into_iter()
        .filter(|command| command.step == step && !command.remedy && command.consent.is_some())
        .collect();
    let together = commands.chunk_by(|one, next| about_keys(one) && about_keys(next));
    let most = tokens_in_a_window(habits).max(1);
    together
        .flat_map(|commands| commands.chunks(most).map(<[Command]>::to_vec))
        .collect()
}

/// Says how long the approvals take, or why the plan's time is too short for them.
pub fn fits(inbound: &Inbound, habits: Habits) -> Result<String, String> {
    let open = inbound.plan.closes.0.saturating_sub(inbound.plan.opens.0) / 60;
    let parts = parts(inbound, habits);
    let needed = parts.iter().fold(0, |sum: u64, part| sum.saturating_add(part.minutes));
    if needed > open {
        let said: Vec<&str> = parts.iter().map(|part| part.said.as_str()).collect();
        return Err(format!(
            "{}: {needed} minutes in all, and the event is open for {open} minutes",
            said.join("; ")
        ));
    }
    let approved = approvals(inbound, habits);
    Ok(match approved.is_empty() {
        true => "Nothing needs an approval under the quorum.".into(),
        false => approved.join(" "),
    })
}

/// What takes its time, whoever hurries.
struct Part {
    minutes: u64,
    said: String,
}

/// Signatures, commands and an initialisation, as far as the plan has them.
fn parts(inbound: &Inbound, habits: Habits) -> Vec<Part> {
    let of_step = |step: &Step| windows_of_commands(inbound, habits, step);
    let commands: usize = inbound.plan.step.iter().map(of_step).sum();
    let held = [
        windowed(
            signatures(inbound),
            ("signature", "signatures"),
            windows(inbound, habits),
        ),
        windowed(
            consents(inbound),
            ("command to the HSM", "commands to the HSM"),
            commands,
        ),
        initialises(inbound).then(|| Part {
            minutes: INITIALISATION,
            said: format!("the cluster's initialisation needs {INITIALISATION} minutes"),
        }),
    ];
    held.into_iter().flatten().collect()
}

/// So many things under so many windows, each as long as a token lives.
fn windowed(count: usize, (one, many): (&str, &str), windows: usize) -> Option<Part> {
    let things = match count {
        0 => return None,
        1 => format!("1 {one} needs"),
        n => format!("{n} {many} need"),
    };
    let held = match windows {
        1 => "1 window".to_owned(),
        n => format!("{n} windows"),
    };
    let each = u64::try_from(windows).unwrap_or(u64::MAX);
    Some(Part {
        minutes: each.saturating_mul(TOKEN_LIFE / 60),
        said: format!("{things} {held} of ten minutes"),
    })
}

/// The time that the event takes: tokens, members, touches, windows, and about how many minutes in all.
pub fn time(inbound: &Inbound, habits: Habits) -> Vec<String> {
    let (signatures, windows, consents) = (signatures(inbound), windows(inbound, habits), consents(inbound));
    let mut lines = approvals(inbound, habits);
    let touches = signatures + windows + 2 * consents;
    if touches > 0 {
        lines.push(format!(
            "Each member who approves touches their device {touches} times for that: once for each token, and once more for \
             each list of what was approved."
        ));
    }
    lines.push(format!(
        "Each member signs {OTHERWISE} times besides: the review before the event, at the beginning, at the end, and the record."
    ));
    if initialises(inbound) {
        lines.push(
            "Each member types a password at the console, and answers for both their keys: see the script of \
             cluster-initialisation."
                .into(),
        );
    }
    let asked = inbound
        .plan
        .step
        .iter()
        .filter(|step| matches!(step, Step::Answer { .. }))
        .count();
    let initialising = if initialises(inbound) { INITIALISATION } else { 0 };
    let people = BEGINNING_AND_END + 10 * windows + CONSENT * consents + 2 * asked;
    let minutes = initialising.saturating_add(u64::try_from(people).unwrap_or(u64::MAX));
    lines.push(format!(
        "Count on about {minutes} minutes in all, if nothing goes wrong."
    ));
    if matches!(inbound.plan.deed(), Kind::HsmMaintenance | Kind::ConsoleMaintenance) {
        lines.push("The work itself, at AWS or on the console, comes on top of that.".into());
    }
    lines
}

/// Whether anything needs members' approval.
pub fn approves(inbound: &Inbound) -> bool {
    signatures(inbound) + consents(inbound) > 0
}

/// What needs approvals, and in how many windows.
fn approvals(inbound: &Inbound, habits: Habits) -> Vec<String> {
    let (signatures, consents) = (signatures(inbound), consents(inbound));
    let mut lines = Vec::new();
    let members = inbound.people_needed();
    if signatures > 0 {
        let count = match windows(inbound, habits) {
            1 => "1 window".to_owned(),
            n => format!("{n} windows"),
        };
        lines.push(match signatures {
            1 => format!(
                "1 signature under the quorum needs 1 window of ten minutes, with 1 token; {members} members approve."
            ),
            _ => format!(
                "{signatures} signatures under the quorum need {count} of ten minutes, with at most {} tokens each; in \
                 each, {members} members approve.",
                tokens_in_a_window(habits).min(signatures)
            ),
        });
    }
    if consents > 0 {
        lines.push(format!(
            "{consents} commands to the HSM need a token each, mostly one after the other: the HSM has one such token at a time. \
             {members} members approve each."
        ));
    }
    lines
}

/// Commands that need members' consent.
fn consents(inbound: &Inbound) -> usize {
    let all = commands(inbound);
    all.iter()
        .filter(|command| command.consent.is_some() && !command.remedy)
        .count()
}

fn signatures(inbound: &Inbound) -> usize {
    inbound.plan.step.iter().filter_map(Step::issuer).count()
}

/// Seconds in which a request reaches the members, is read, and their answers come back.
const READ: u64 = 240;
/// Seconds for each token: members touch their own devices at the same time.
const TOUCH: u64 = 6;
/// Seconds for each signature on a slow HSM, with the looks before it.
const SIGN: u64 = 4;
/// Minutes that a command to which members consent usually takes: a request to them, and their answers back.
const CONSENT: usize = 5;
/// Minutes for opening, reading aloud, attendance twice, record and results.
const BEGINNING_AND_END: usize = 45;
/// Minutes for a cluster's initialisation: nine people, one after the other.
const INITIALISATION: u64 = 120;
/// Signatures of each member that are no approvals.
const OTHERWISE: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_for_each_use_makes_a_window_for_each_token() {
        let slow = Habits {
            logout: Logout::AfterEachUse,
            ..Habits::default()
        };
        assert_eq!(tokens_in_a_window(slow), 1);
        assert_eq!(tokens_in_a_window(Habits::default()), 36);
    }
}
