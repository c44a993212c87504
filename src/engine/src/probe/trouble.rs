//! What ends a question without an answer, and what ends the whole probe.

use std::path::PathBuf;

use super::said::Heard;
use crate::error::Error;

/// Why a question, or the whole probe, goes no further.
#[derive(Debug)]
pub enum Stop {
    /// This question stays unanswered.
    Question(Trouble),
    /// The probe ends; what is known so far is written.
    Probe(Error),
}

/// What went wrong below a question.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// The CLI could not be started.
    Start {
        /// Its path.
        program: PathBuf,
        /// The system's reason.
        why: String,
    },
    /// A file that the CLI should read or should have written.
    File {
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// More came than an answer may have.
    TooLong,
    /// JSON that is no answer.
    Malformed {
        /// It.
        text: String,
    },
    /// A command on the way to the question did not succeed.
    Refused {
        /// The command and what came.
        evidence: String,
    },
    /// An answer lacks what is needed to go on.
    Lacks {
        /// What.
        what: &'static str,
        /// In which answer.
        evidence: String,
    },
    /// The PKCS#11 module failed.
    Module {
        /// How.
        why: String,
    },
    /// A throw-away approval key could not be made or used.
    ApprovalKey {
        /// Why.
        why: String,
    },
}

impl Trouble {
    /// A command on the way that was not answered with yes.
    pub fn refused(heard: &Heard) -> Trouble {
        Trouble::Refused {
            evidence: heard.evidence(),
        }
    }

    /// An answer that lacks something.
    pub fn lacks(what: &'static str, heard: &Heard) -> Trouble {
        Trouble::Lacks {
            what,
            evidence: heard.evidence(),
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Start { program, why } => write!(f, "cannot start {}: {why}", program.display()),
            Self::File { name, why } => write!(f, "the file {name} between us and the CLI: {why}"),
            Self::TooLong => f.write_str("the CLI said more than a mebibyte"),
            Self::Malformed { text } => write!(f, "this is no answer: {text}"),
            Self::Refused { evidence } => write!(f, "a command on the way did not succeed: {evidence}"),
            Self::Lacks { what, evidence } => write!(f, "there is no {what} in the answer: {evidence}"),
            Self::Module { why } => write!(f, "the PKCS#11 module: {why}"),
            Self::ApprovalKey { why } => write!(f, "an approval key of the probe: {why}"),
        }
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Stop {
        Stop::Question(trouble)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Probe(error)
    }
}
