//! What a no says: what is wrong, and why that matters.

use std::fmt;

use x509::{ChainError, Oid, Time};

use crate::file::FileError;
use crate::sshsig::SshsigError;

/// Why a file must not be used.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Refused {
    /// What lies beside the artifact is no proof file.
    File(FileError),
    /// No anchor is for this purpose.
    UnknownPurpose {
        /// The purpose.
        purpose: Oid,
    },
    /// The signer's chain does not lead to a root of the purpose, or not now.
    Chain(ChainError),
    /// The certificates in the file are not the chain, in its order and without the root.
    NotTheChain,
    /// A certificate of a rehearsal.
    Rehearsal {
        /// Its subject.
        subject: String,
    },
    /// A revocation list of nobody in the chain.
    StrangeList {
        /// Whose it is.
        issuer: String,
    },
    /// The signer is there to issue certificates, and for nothing else.
    MayNotSign {
        /// Its subject.
        subject: String,
    },
    /// The signature is not the signer's, or not of this file.
    Signature(SshsigError),
    /// Something has no proof that it is logged.
    NoProof {
        /// What has none.
        what: String,
    },
    /// A proof has something beside it that does not belong there, or lacks the time.
    Extra {
        /// Of what it is the proof.
        what: String,
    },
    /// A proof is from a log of something else, or of somebody else.
    OtherLog {
        /// What should be in the log.
        what: String,
        /// The log's origin.
        origin: String,
        /// What stands before the number in the origin of a log of these.
        series: &'static str,
    },
    /// A log that is believed does not have it.
    Log {
        /// What should be in the log.
        what: String,
        /// What the proof comes to.
        error: tlog::Error,
    },
    /// The signature says that it was made when its signer could not.
    Made {
        /// When it says.
        made: Time,
        /// From when on the signer's certificate is valid.
        not_before: Time,
        /// Until when.
        not_after: Time,
        /// The clock.
        now: Time,
    },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "the proof file cannot be read: {error}"),
            Self::UnknownPurpose { purpose } => write!(f, "no root that is trusted here is for the purpose {purpose}"),
            Self::Chain(error) => write!(f, "the signer may not sign for this: {error}"),
            Self::NotTheChain => f.write_str(
                "the certificates are not the signer's and its issuers', each once and in order, without the root",
            ),
            Self::Rehearsal { subject } => write!(f, "'{subject}' is a rehearsal's: nothing under it may be relied on"),
            Self::StrangeList { issuer } => write!(f, "a revocation list is of '{issuer}', who issued none of these"),
            Self::MayNotSign { subject } => write!(f, "'{subject}' may issue certificates, and sign nothing else"),
            Self::Signature(error) => error.fmt(f),
            Self::NoProof { what } => write!(f, "nothing shows that {what} is in the public log"),
            Self::Extra { what } => write!(f, "what stands beside the log's proof of {what} does not belong there"),
            Self::OtherLog { what, origin, series } => {
                write!(
                    f,
                    "the proof of {what} is from the log '{origin}', not from one of its own, {series}/<n>"
                )
            }
            Self::Log { what, error } => write!(f, "nothing shows that {what} is in the public log: {error}"),
            Self::Made {
                made,
                not_before,
                not_after,
                now,
            } => write!(
                f,
                "the signature says it was made at {made}; its signer is valid from {not_before} to {not_after}, and it is {now}"
            ),
        }
    }
}

impl std::error::Error for Refused {}

impl From<FileError> for Refused {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<ChainError> for Refused {
    fn from(error: ChainError) -> Self {
        Self::Chain(error)
    }
}

impl From<SshsigError> for Refused {
    fn from(error: SshsigError) -> Self {
        Self::Signature(error)
    }
}
