//! The time that approvals take: a token lives ten minutes, so what is signed is split into windows that fit.

use hsm::{Habits, Logout};
use record::plan::{Inbound, Step};

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

/// How many windows a plan needs.
pub fn windows(inbound: &Inbound, habits: Habits) -> usize {
    signatures(inbound).div_ceil(tokens_in_a_window(habits))
}

/// Says how long the approvals take, or why the plan's time is too short for them.
pub fn fits(inbound: &Inbound, habits: Habits) -> Result<String, String> {
    let (signatures, windows) = (signatures(inbound), windows(inbound, habits));
    let minutes = u64::try_from(windows)
        .unwrap_or(u64::MAX)
        .saturating_mul(TOKEN_LIFE / 60);
    let open = inbound.plan.closes.0.saturating_sub(inbound.plan.opens.0) / 60;
    if minutes > open {
        return Err(format!(
            "{signatures} signatures need {windows} windows of ten minutes, and the event is open for {open} minutes"
        ));
    }
    let count = match windows {
        1 => "1 window".to_owned(),
        n => format!("{n} windows"),
    };
    Ok(format!(
        "{signatures} signatures under the quorum need {count} of ten minutes, with at most {} tokens each; in each, {} \
         members approve.",
        tokens_in_a_window(habits).min(signatures),
        inbound.policy.quorum.threshold
    ))
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
