//! What an error leaves open, and what can be done about it.

use super::Error;

impl Error {
    /// May the HSM have carried out the command although we cannot say so? Then nothing is retried, and people decide.
    pub fn outcome_unknown(&self) -> bool {
        use Error::*;
        if let Token { error, .. } = self {
            return error.outcome_unknown();
        }
        if let ReplayedLoss { shown, text } = self {
            return !was_never_sent(shown, text);
        }
        matches!(
            self,
            Disconnected { .. }
                | PlainText { .. }
                | Ended { .. }
                | NoAnswer { .. }
                | Suspended { .. }
                | TooLong { .. }
                | Malformed { .. }
                | WrongAnswer { .. }
                | MissingFile { .. }
                | Unrecorded { .. }
        )
    }

    /// What can be done about it, where something can.
    pub fn hint(&self) -> Option<&'static str> {
        use Error::*;
        Some(match self {
            Token { error, .. } => return error.hint(),
            // A known issue of AWS's list, by its title.
            Unknown { text } if text.to_lowercase().contains("invalid mechanism") => {
                "the CLI's versions from 5.16 on are known for this: use another one that was probed"
            }
            // Nobody asked on standard input, so the password was taken for a command.
            Unknown { text } | Usage { text } | PlainText { text, .. } if is_password_as_command(text) => {
                "if the CLI asks for passwords at the terminal, give --hsm-answers a file in which `ceremony hsm probe`, or \
                 you under [answers], said password-prompt = \"tty\""
            }
            // The prompt for a signed file came first, and took the password for its name.
            Unknown { text } if text.starts_with("[secret]: ") => {
                "if the CLI asks for no password before it turns a second factor on, give --hsm-answers a file in which \
                 `ceremony hsm probe`, or you under [answers], said mfa-password = \"not-asked\""
            }
            Unknown { .. } => "these are the HSM's own words: a wrong password counts, the fifth locks the account",
            QuorumFailed | ApprovalRequired | NoSignatures => "mint a token, have it approved, and give the approvals",
            TooFewApprovals { .. } => "more members approve while the token lives",
            ApprovalRefused => {
                "each approval counts once, for this token, in the login that minted it: mint a new token; if none is \
                 ever taken, `ceremony hsm probe` finds out why (approval-role), and --hsm-answers takes its file"
            }
            RegistrationRefused => "sign the token with the key being registered: RSA-2048, PKCS#1 v1.5, SHA-256",
            QuorumAboveUsers => "share the key with more users, or create the users first",
            SeveralKeys { .. } | LabelNotUnique { .. } => "a person compares the keys with the journal before going on",
            KeyNotAvailable { .. } | TooFewNodes { .. } => "wait until the cluster has its HSMs again",
            ClusterChanged { .. } => "freeze the cluster's membership for the length of the event",
            Disconnected { .. } | Ended { .. } => "log in again; all tokens of the old login are gone",
            Usage { .. } => "nothing was done: this version's commands differ from those we know; probe it",
            NoAnswer { .. } | Suspended { .. } => {
                "if the CLI asks for passwords at the terminal instead of standard input, it waits for ever: --hsm-answers says so"
            }
            PlainText { text, .. } if ["tty", "terminal", "os error 6"].iter().any(|word| text.contains(word)) => {
                "if the CLI asks for passwords at the terminal, they go in the line it reads: --hsm-answers says so"
            }
            Broken { .. } | Unasked { .. } => "log out or close the session, then read the state back",
            WorkDirectory { .. } => "make an empty directory with mode 700",
            Start { .. } => "check --hsm-cli",
            BadSecret { .. } => {
                "choose another one; where an account has it already, `user change-password` gives it another"
            }
            BadUserName { .. } => "1 to 31 of a-z, 0-9 and _",
            BadArgument { .. } => "letters, digits and . _ - = + / : only",
            BadTrustAnchor => "give a file with one block CERTIFICATE and nothing else; the HSM takes no DER",
            LoggedIn { .. } => "log out first",
            Waiting { .. } => "finish it with its signatures, or log out to give it up",
            NothingWaits => "the session it was made in is over: begin again",
            Unrecorded { .. } => "make room for the journal; the answer above must not get lost",
            BadIdentity { .. } => "bring what AWS describes of a cluster that is not initialised, and the roots in PEM",
            Unsupported { operation } if operation.contains("Ed25519") => {
                "CloudHSM documents Ed25519 without FIPS mode only, and for no quorum: use P-384, or a PKCS#11 module that offers it"
            }
            _ => return None,
        })
    }
}

/// A recorded loss is known by its words. These are those of a command that was shown and then not typed.
fn was_never_sent(shown: &str, text: &str) -> bool {
    const NEVER: [&str; 4] = [
        "cannot start ",
        "cannot use the work directory ",
        "cannot prepare the file ",
        "no command waits for these signatures",
    ];
    text.starts_with(&format!("`{shown}` was not typed: ")) || NEVER.iter().any(|words| text.starts_with(words))
}

fn is_password_as_command(text: &str) -> bool {
    text.contains("unrecognized subcommand") && text.contains("[secret]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_loss_leaves_open_what_the_loss_itself_did() {
        let (shown, text) = ("key list".to_owned(), "x".to_owned());
        let losses = [
            Error::Disconnected {
                shown: shown.clone(),
                text: text.clone(),
            },
            Error::PlainText {
                shown: shown.clone(),
                text: text.clone(),
            },
            Error::Ended {
                shown: shown.clone(),
                text: text.clone(),
            },
            Error::NoAnswer {
                shown: shown.clone(),
                waited: std::time::Duration::from_secs(1),
                text: text.clone(),
            },
            Error::Suspended {
                shown: shown.clone(),
                text: text.clone(),
            },
            Error::TooLong {
                shown: shown.clone(),
                limit: 1,
            },
            Error::Unasked {
                shown: shown.clone(),
                text: text.clone(),
            },
            Error::Broken { shown: shown.clone() },
            Error::Waiting { shown: shown.clone() },
            Error::NothingWaits,
            Error::Start {
                program: "cli".into(),
                why: text.clone(),
            },
            Error::WorkDirectory {
                path: "work".into(),
                why: text.clone(),
            },
            Error::File {
                name: "approval.json".into(),
                why: text,
            },
        ];
        for loss in losses {
            let text = loss.to_string();
            let replayed = Error::ReplayedLoss {
                shown: shown.clone(),
                text: text.clone(),
            };
            assert_eq!(replayed.to_string(), text, "the journal's words");
            assert_eq!(replayed.outcome_unknown(), loss.outcome_unknown(), "{text}");
        }
    }
}
