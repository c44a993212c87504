//! Faults: what goes wrong, at which command, once.

use serde::{Deserialize, Serialize};

use crate::state::Cluster;

/// An order that something goes wrong at the n-th such command from now.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A command's words, or [`ANY`].
    pub command: String,
    /// 1 is the next one.
    pub nth: u32,
    pub deed: Deed,
    /// For [`Deed::Slow`].
    pub seconds: u64,
}

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Debug, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// The process is gone; the command had no effect
    DieBefore,
    /// The process is gone; the command had its effect, and nobody heard of it
    DieAfter,
    /// The connection is gone, and with it login and tokens; the command had no effect
    Disconnect,
    /// All tokens of the session expire just before the command
    Expire,
    /// An error without JSON; the command had no effect and the login stays
    PlainTextError,
    /// The command had its effect; then the connection is gone, instead of an answer
    AnswerLost,
    /// The command had its effect, and the answer is an error in words that nobody knows
    SaysNo,
    /// The command takes long
    Slow,
    /// An HSM is lost just before the command has its effect
    NodeLost,
    /// An HSM joins while the command has its effect, and misses what the command changes of users and trust anchors
    NodeJoins,
}

impl Cluster {
    /// Counts a command; what was ordered for this one, at most one thing, is taken off the list.
    pub fn take_fault(&mut self, command: &str) -> Option<Fault> {
        let matching = |fault: &Fault| fault.command == command || fault.command == ANY;
        let due = self.faults.iter().position(|fault| matching(fault) && fault.nth <= 1);
        let taken = due.map(|index| self.faults.remove(index));
        for fault in self.faults.iter_mut().filter(|fault| matching(fault)) {
            fault.nth = fault.nth.saturating_sub(1).max(1);
        }
        taken
    }
}

/// Every command counts.
pub const ANY: &str = "any";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_once_and_at_the_nth_command() {
        let mut cluster = Cluster::new(3);
        let fault = |command: &str, nth| Fault {
            command: command.into(),
            nth,
            deed: Deed::Expire,
            seconds: 0,
        };
        cluster.faults = vec![fault("login", 2), fault(ANY, 3)];
        let mut fires = |command| cluster.take_fault(command).is_some();
        assert_eq!(
            [fires("login"), fires("logout"), fires("login"), fires("login")],
            [false, false, true, true]
        );
        assert!(!fires("login"));
    }
}
