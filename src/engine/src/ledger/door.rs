//! The one door to the HSM: what is sent and what comes is in the journal.

use std::collections::BTreeMap;

use hsm::{Answer, Observer, ObserverError};
use record::Bytes;
use record::journal::{Entry, What};

use super::Shared;

/// The one door to the HSM: the journal is written before a command and after its answer.
pub struct Door(pub Shared);

impl Observer for Door {
    fn before(&mut self, shown: &str) -> Result<(), ObserverError> {
        tracing::info!(command = shown, "to the HSM");
        self.note(
            shown,
            What::Intent {
                command: shown.to_owned(),
            },
        )
    }

    fn after(&mut self, shown: &str, answer: &Answer<'_>) -> Result<(), ObserverError> {
        let what = match answer {
            Answer::Came { text, files } => self.answered(shown, text, files),
            Answer::Lost { error } => What::NoAnswer {
                command: shown.to_owned(),
                cause: error.to_string(),
            },
        };
        self.note(shown, what)
    }
}

impl Door {
    fn answered(&self, shown: &str, text: &str, files: &[hsm::File]) -> What {
        let command = shown.to_owned();
        match self.said_before(shown, text).filter(|_| files.is_empty()) {
            Some(entry) => What::Repeated { command, entry },
            None => {
                let files = files.iter().map(|file| (file.name.clone(), Bytes(file.bytes.clone())));
                What::Answer {
                    command,
                    answer: text.to_owned(),
                    files: files.collect::<BTreeMap<_, _>>(),
                }
            }
        }
    }

    /// The entry in which the same question got the same long answer, if its last answer was that.
    fn said_before(&self, shown: &str, text: &str) -> Option<u64> {
        if !changes_nothing(shown) || text.len() < REPEATED_FROM {
            return None;
        }
        let ledger = self.0.borrow();
        let answer = |entry: &&Entry| matches!(&entry.what, What::Answer { command, .. } if command == shown);
        let last = ledger.entries().iter().rev().find(answer)?;
        match &last.what {
            What::Answer { answer, files, .. } if answer == text && files.is_empty() => Some(last.number),
            _ => None,
        }
    }

    fn note(&self, shown: &str, what: What) -> Result<(), ObserverError> {
        let mut ledger = self.0.borrow_mut();
        let written = match changes_nothing(shown) {
            true => ledger.append(what),
            false => ledger.write(what),
        };
        written.map_err(|error| ObserverError(error.to_string()))
    }
}

/// A shorter answer, in octets, is written each time.
const REPEATED_FROM: usize = 256;

/// Commands after which, if the journal lost them, nothing would be other than the journal says: they ask, or what
/// they make dies with the login.
fn changes_nothing(shown: &str) -> bool {
    const ASKING: [&str; 14] = [
        "cluster hsm-info",
        "console token",
        "key generate-file",
        "key list",
        "login ",
        "logout",
        "pkcs11 list-keys",
        "pkcs11 login ",
        "pkcs11 logout",
        "pkcs11 public-key ",
        "pkcs11 token-info ",
        "quorum token-sign generate",
        "quorum token-sign list",
        "user list",
    ];
    ASKING.iter().any(|command| shown.starts_with(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_the_hsm_is_on_the_disk_before_it_is_sent() {
        for changing in [
            "key generate-asymmetric-pair ec",
            "crypto sign ecdsa",
            "user create",
            "key share",
            "quorum token-sign set-quorum-value",
            "user change-quorum token-sign register",
            "cluster activate",
            "pkcs11 generate CKM_EC_KEY_PAIR_GEN secp384r1",
            "pkcs11 sign CKM_ECDSA",
        ] {
            assert!(!changes_nothing(changing), "{changing}");
        }
        assert!(changes_nothing("key list --verbose") && changes_nothing("logout"));
    }
}
