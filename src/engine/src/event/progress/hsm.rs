//! The HSM, as the journal knows it: who was there, and which command has no answer.

use record::Time;
use record::facts::HsmCheck;
use record::record::Exception;

use super::Progress;

/// The HSMs and their users, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The HSMs, by serial number, sorted.
    pub nodes: Vec<String>,
    /// The users, sorted; none where the HSM knows no users.
    pub users: Vec<String>,
}

/// The HSM as it was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// When.
    pub at: Time,
    /// What fell short.
    pub findings: Vec<String>,
}

/// A command that changes the HSM, and no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// The command, secrets blanked.
    pub command: String,
    /// Why there is no answer.
    pub cause: String,
}

impl Progress {
    pub(super) fn asked(&mut self, command: &str) {
        if changes(command) {
            // What is still here after a power cut was never answered.
            self.unanswered(command, "the run ended before an answer was written down");
        }
    }

    pub(super) fn unanswered(&mut self, command: &str, cause: &str) {
        if changes(command) {
            self.unanswered = Some(Unanswered {
                command: command.to_owned(),
                cause: cause.to_owned(),
            });
        }
    }

    pub(super) fn hsm(&mut self, at: Time, nodes: &[String], users: &[String]) {
        let known = Known {
            nodes: nodes.to_vec(),
            users: users.to_vec(),
        };
        self.users_before.get_or_insert_with(|| users.to_vec());
        if let Some(before) = self.hsm.replace(known) {
            let what = format!(
                "the HSMs were {} and are {}; the members present decided to go on with these",
                before.nodes.join(", "),
                nodes.join(", ")
            );
            self.exceptions.push(Exception { step: None, at, what });
        }
    }

    /// The last judgement counts. What an earlier one found was mended, or judged again: the record says that too.
    pub(super) fn judged(&mut self, at: Time, of: &str, findings: &[String]) {
        let now = Judged {
            at,
            findings: findings.to_vec(),
        };
        let Some(before) = self.checks.insert(of.to_owned(), now) else {
            return;
        };
        if !before.findings.is_empty() {
            let found = before.findings.join("; ");
            let what = format!("the HSM fell short at {of}, and was judged again later: {found}");
            let (step, at) = (None, before.at);
            self.exceptions.push(Exception { step, at, what });
        }
    }

    /// An event that ends before a good judgement leaves it at that: what was found is an exception of its own.
    pub(super) fn short_at_the_end(&mut self) {
        let of = HsmCheck::Begin.fact();
        let short = self.checks.get(of).filter(|judged| !judged.findings.is_empty());
        self.exceptions.extend(short.map(|judged| Exception {
            step: None,
            at: judged.at,
            what: format!("the HSM fell short at {of}: {}", judged.findings.join("; ")),
        }));
    }

    pub(super) fn read_back(&mut self, at: Time, command: &str, cause: &str, state: &[String]) {
        self.unanswered = None;
        let what = format!(
            "`{}` has no clear answer, so its outcome is unknown ({cause}); read back: {}",
            brief(command),
            state.join("; ")
        );
        self.exceptions.push(Exception { step: None, at, what });
    }
}

/// Whether a command makes something in the HSM: a key, a signature, a token. All others of an event ask, or open and
/// close a login.
fn changes(command: &str) -> bool {
    const MAKING: [&str; 5] = [
        "key generate-asymmetric-pair",
        "crypto sign",
        "quorum token-sign generate",
        "pkcs11 generate",
        "pkcs11 sign",
    ];
    let known = MAKING.iter().chain(&super::commands::COMMANDS);
    known.into_iter().any(|making| command.starts_with(making))
}

/// A command's words before its arguments.
fn brief(command: &str) -> String {
    let words = command.split_whitespace().take_while(|word| !word.starts_with('-'));
    words.take(3).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_without_an_answer_leaves_nothing_unknown() {
        let mut progress = Progress::default();
        progress.asked("key list --verbose");
        progress.unanswered("user list", "it ended");
        assert_eq!(progress.unanswered, None);
        progress.asked("crypto sign ecdsa --key-filter key-reference=0x1");
        assert!(progress.unanswered.is_some());
    }

    #[test]
    fn a_command_is_named_without_its_arguments() {
        assert_eq!(brief("crypto sign ecdsa --data-type raw"), "crypto sign ecdsa");
        assert_eq!(
            brief("pkcs11 sign CKM_ECDSA key root-1 0x1 [48 bytes]"),
            "pkcs11 sign CKM_ECDSA"
        );
        assert_eq!(brief("logout"), "logout");
    }
}
