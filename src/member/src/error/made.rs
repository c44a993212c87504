//! Errors of other crates as ours, made where they come up.

use std::path::PathBuf;

use super::Error;

impl Error {
    /// A bundle that cannot be taken.
    pub fn bundle(path: impl Into<PathBuf>) -> impl FnOnce(record::Error) -> Self {
        let path = path.into();
        |cause| Self::Bundle {
            path,
            cause: Box::new(cause),
        }
    }

    /// A bundle that the home kept, and that is damaged now: nobody else has it to fetch it from.
    pub fn kept(path: impl Into<PathBuf>) -> impl FnOnce(record::Error) -> Self {
        let path = path.into();
        |cause| match cause {
            record::Error::OtherMark { .. } => Self::bundle(path)(cause),
            _ => Self::DamagedMemory { path },
        }
    }

    /// What the plan has signed cannot be derived.
    pub fn derive(cause: issue::Error) -> Self {
        Self::Derive(Box::new(cause))
    }

    /// A bundle could not be written.
    pub fn encode(cause: record::Error) -> Self {
        Self::Encode(Box::new(cause))
    }

    /// A quote of what booted proves nothing.
    pub fn boot(cause: verifier::boot::BootError) -> Self {
        Self::Boot(Box::new(cause))
    }

    /// The same, of the quote itself.
    pub fn quote(cause: record::boot::QuoteError) -> Self {
        Self::boot(verifier::boot::BootError::Quote(Box::new(cause)))
    }

    /// A token did not do what it was asked.
    pub fn token(doing: &'static str) -> impl Fn(pkcs11::Error) -> Self {
        move |cause| Self::Token {
            doing,
            cause: Box::new(cause),
        }
    }

    /// An SSH signature could not be made.
    pub fn sign(cause: record::sshsig::SshsigError) -> Self {
        Self::Sign(Box::new(cause))
    }
}
