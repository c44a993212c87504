//! The driver of `cloudhsm-cli`: each method of [`Hsm`] as commands, and each command through one door.

mod door;
mod implementation;
mod keys;
mod mfa;
mod mtls;
mod quorum;
mod sharing;
mod signing;
mod users;

use crate::{Channel, Habits, MfaToken, Observer};

/// An AWS CloudHSM cluster, reached through its CLI.
///
/// One user is logged in at a time, on a session of its own. Passwords go by the CLI's standard input only. Nothing is
/// tried twice.
pub struct CloudHsm {
    channel: Box<dyn Channel>,
    observer: Box<dyn Observer>,
    logged_in: Option<String>,
    waiting: Option<Waiting>,
    habits: Habits,
}

/// The first half of a command, whose second half the members' signatures are for.
struct Waiting {
    shown: String,
    token: MfaToken,
    /// A login, rather than a change of somebody's second factor.
    login: bool,
}

impl CloudHsm {
    /// Drives the CLI behind `channel`; `observer` sees every command before and after.
    pub fn new(channel: impl Channel + 'static, observer: impl Observer + 'static) -> CloudHsm {
        CloudHsm {
            channel: Box::new(channel),
            observer: Box::new(observer),
            logged_in: None,
            waiting: None,
            habits: Habits::default(),
        }
    }

    /// The same with other habits of the CLI than the documents suggest.
    pub fn with_habits(mut self, habits: Habits) -> CloudHsm {
        self.habits = habits;
        self
    }

    /// The CLI's habits, as they were given.
    pub fn habits(&self) -> Habits {
        self.habits
    }
}
