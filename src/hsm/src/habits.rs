//! Habits: what the documents leave open about CloudHSM's CLI, as a probe on a throw-away cluster answered it.

use std::collections::BTreeMap;

/// How the CLI of this version behaves where no page says so, and what the driver does accordingly.
///
/// The default is what the documents suggest. Nothing here weakens a check; a wrong habit fails and does not mislead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// How a password reaches the CLI.
    pub passwords: Passwords,
    /// When a signing session ends. The driver only keeps this; whoever opens windows acts on it.
    pub logout: Logout,
    /// Do approvals name the approver's role: `{"username","role","signature"}`, as measured with 5.18, rather than
    /// `{"username","signature"}`, as the admin pages show?
    pub approval_role: bool,
    /// The word that turns a second factor off.
    pub mfa_off: MfaOff,
    /// Does `user change-mfa` ask for the user's password, twice, before it turns MFA on, as AWS's page on setting MFA up
    /// shows?
    pub mfa_password: bool,
}

/// How a password reaches the CLI. Either way by its standard input, never as an argument of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passwords {
    /// As a line of its own, after the command: the prompt reads standard input.
    #[default]
    Prompt,
    /// As `--password` in the line that is typed: the prompt reads the terminal, which the child does not have.
    Line,
}

/// When a signing session ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Logout {
    /// When the approved window is over.
    #[default]
    AfterWindow,
    /// After each signature, because its use spends the session's other tokens; a window then holds one token.
    AfterEachUse,
}

/// The word that turns a second factor off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MfaOff {
    /// `--deregister`, the published help.
    #[default]
    Deregister,
    /// `--disable`, the newer text.
    Disable,
}

impl Default for Habits {
    fn default() -> Habits {
        Habits {
            passwords: Passwords::Prompt,
            logout: Logout::AfterWindow,
            approval_role: true,
            mfa_off: MfaOff::Deregister,
            mfa_password: true,
        }
    }
}

impl Habits {
    /// From a probe's answers, each by its question's name. A question that was not answered, or whose answer is not
    /// one that needs another habit, leaves the default.
    pub fn from_answers(answers: &BTreeMap<String, String>) -> Habits {
        let is = |question: &str, answer: &str| answers.get(question).is_some_and(|given| given == answer);
        let mut habits = Habits::default();
        if is("password-prompt", "tty") {
            habits.passwords = Passwords::Line;
        }
        if is("mfa-off-word", "disable") {
            habits.mfa_off = MfaOff::Disable;
        }
        if is("approval-role", "refused") {
            habits.approval_role = false;
        }
        if is("use-voids-other-tokens", "yes") {
            habits.logout = Logout::AfterEachUse;
        }
        if is("mfa-password", "not-asked") {
            habits.mfa_password = false;
        }
        habits
    }

    /// The answers that make these habits; none for those that the documents suggest.
    pub fn answers(&self) -> BTreeMap<String, String> {
        let usual = Habits::default();
        let answers = [
            (self.passwords != usual.passwords, "password-prompt", "tty"),
            (self.mfa_off != usual.mfa_off, "mfa-off-word", "disable"),
            (self.approval_role != usual.approval_role, "approval-role", "refused"),
            (self.logout != usual.logout, "use-voids-other-tokens", "yes"),
            (self.mfa_password != usual.mfa_password, "mfa-password", "not-asked"),
        ];
        let given = answers.into_iter().filter(|(differs, ..)| *differs);
        given
            .map(|(_, question, answer)| (question.to_owned(), answer.to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_are_those_of_their_answers() {
        let every = Habits {
            passwords: Passwords::Line,
            logout: Logout::AfterEachUse,
            approval_role: false,
            mfa_off: MfaOff::Disable,
            mfa_password: false,
        };
        for habits in [Habits::default(), every] {
            assert_eq!(Habits::from_answers(&habits.answers()), habits);
        }
        assert!(Habits::default().answers().is_empty());
    }
}
