//! What can stop the making of to-be-signed bytes.

use std::fmt;

use crate::lint::Finding;

/// Which of the two builders is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builder {
    /// The one whose bytes are signed (x509-cert).
    First,
    /// The one that only checks the first (rcgen).
    Second,
}

/// A finding that nothing excuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What the lint found.
    pub finding: Finding,
    /// The owner of an exemption that was meant for it, and why that exemption does not count.
    pub void: Option<(String, &'static str)>,
}

/// The two builders do not mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The field, in words: `serial`, `key usage`, `entry 2 reason`, `extension 1.3.6.1.4.1.32473.1`.
    pub field: String,
    /// What the first builder wrote there.
    pub first: String,
    /// What the second builder wrote there.
    pub second: String,
}

/// Why no bytes were frozen. Nothing has been signed, and no key is needed to get here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A builder cannot write what the specification asks for.
    Unbuildable {
        /// Which builder refused.
        builder: Builder,
        /// The field that it could not write.
        field: &'static str,
        /// Its reason.
        reason: String,
    },
    /// What a builder wrote is not what the strict parser accepts.
    Unreadable {
        /// Whose bytes they are.
        builder: Builder,
        /// The parser's reason.
        reason: x509::Error,
    },
    /// The builders wrote different things.
    Disagreement(Disagreement),
    /// Lints found something, and no exemption in force covers it.
    Lint(Vec<Refused>),
    /// The plan asks for something that cannot be derived.
    Plan(String),
    /// A PKCS#10 request is refused.
    Request {
        /// The input's name.
        input: String,
        /// Why.
        reason: x509::Error,
    },
    /// The HSM's signature is not one over these bytes.
    Signature {
        /// The plan's step.
        step: String,
        /// What is wrong with it.
        reason: x509::Error,
    },
}

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Error::Unbuildable { .. } | Error::Unreadable { .. } => "correct the plan; nothing has been signed",
            Error::Disagreement(_) => {
                "stop the event and report this: one of the two builders is wrong, and nothing has been signed"
            }
            Error::Lint(_) => "correct the plan, or have two people write an exemption that names the lint and ends",
            Error::Plan(_) => "correct the plan; nothing has been signed",
            Error::Request { .. } => "ask the delegate's keeper for a new request, made with the key alone",
            Error::Signature { .. } => "stop the event: the HSM did not sign with the key that it names",
        }
    }
}

impl fmt::Display for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Builder::First => "the first builder",
            Builder::Second => "the second builder",
        })
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.finding)?;
        match &self.void {
            Some((owner, fault)) => write!(f, " (the exemption of {owner:?} {fault})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Disagreement { field, first, second } = self;
        write!(
            f,
            "the builders disagree on the {field}: first {first}, second {second}"
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unbuildable { builder, field, reason } => write!(f, "{builder} cannot write the {field}: {reason}"),
            Error::Unreadable { builder, reason } => {
                write!(f, "{builder} wrote bytes that cannot be read back: {reason}")
            }
            Error::Disagreement(disagreement) => disagreement.fmt(f),
            Error::Lint(refused) => {
                let each: Vec<_> = refused.iter().map(Refused::to_string).collect();
                write!(f, "lint: {}", each.join("; "))
            }
            Error::Plan(what) => f.write_str(what),
            Error::Request { input, reason } => write!(f, "the request {input} is refused: {reason}"),
            Error::Signature { step, reason } => write!(f, "the signature for {step} is not good: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
