//! What a record states by name: who counted the approvals, how the HSM was judged, and what follows from the journal.

mod consoles;
mod journalled;
mod left;
mod logins;

pub use consoles::{CONSOLE_LOGINS, CONSOLES, at_odds};
pub use journalled::{ABORTED, CLOCK, JOURNALLED, LOGINS, POWER, USERS, journalled};
pub use left::{LEFT, left};
pub use logins::{accounts, login};

/// Who counted the approvals: [`crate::plan::HsmKind::quorum_kept_by`].
pub const QUORUM_KEPT_BY: &str = "quorum-kept-by";

/// When the HSM as a whole was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HsmCheck {
    /// Before the first key was made.
    Begin,
    /// After the last signature, before the record was written.
    End,
}

impl HsmCheck {
    /// Both, in order.
    pub const BOTH: [Self; 2] = [Self::Begin, Self::End];

    /// The fact's name, and the journal's for the same check.
    #[must_use]
    pub fn fact(self) -> &'static str {
        match self {
            Self::Begin => "hsm-check-begin",
            Self::End => "hsm-check-end",
        }
    }
}

/// The name of a look at the HSM that a plan's step asks for: the fact's, and the journal's.
#[must_use]
pub fn look(step: &str) -> String {
    format!("look-{step}")
}

/// The name of the fact that people's answer at a step is.
#[must_use]
pub fn answer(step: &str) -> String {
    format!("answer-{step}")
}

/// What a check found, as the record states it.
#[must_use]
pub fn judged(findings: &[String]) -> String {
    match findings.is_empty() {
        true => NOTHING_FALLS_SHORT.to_owned(),
        false => findings.join("; "),
    }
}

/// The best that a check can say.
pub const NOTHING_FALLS_SHORT: &str = "nothing falls short";
