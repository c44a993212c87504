//! Why a chain of others was refused.

use crate::{Error, Oid, Time};
use std::fmt;

/// What is wrong with the chain; certificates are numbered from the root, which is 1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each variant is documented, and its message says what the fields are"
)]
pub enum ForeignError {
    /// No certificate above the leaf, or more than anybody honest has.
    Length { found: usize },
    /// The chain leads to another root.
    OtherRoot { found: [u8; 32], expected: [u8; 32] },
    /// One certificate cannot be taken.
    Certificate { number: usize, cause: Error },
    /// An extension that nobody here knows, and that must be known.
    Critical { number: usize, oid: Oid },
    /// A certificate is not valid at that time.
    Dates {
        number: usize,
        from: Time,
        until: Time,
        at: Time,
    },
    /// A certificate names another issuer than the one above it.
    OtherIssuer { number: usize },
    /// The one above it did not sign it.
    Signature { number: usize, cause: Error },
    /// A certificate above the leaf is no CA's.
    NotCa { number: usize },
    /// A key that may not sign what it signed.
    Usage { number: usize },
    /// More CAs below it than it allows.
    PathLength { number: usize, most: u8 },
    /// The leaf is a CA's.
    LeafIsCa { number: usize },
}

impl fmt::Display for ForeignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found } => write!(f, "the chain has {found} certificates above the signer's"),
            Self::OtherRoot { found, expected } => {
                write!(f, "the chain's root is {}, not {}", hex(found), hex(expected))
            }
            Self::Certificate { number, cause } => write!(f, "certificate {number} of the chain: {cause}"),
            Self::Critical { number, oid } => {
                write!(f, "certificate {number} of the chain has the critical extension {oid}")
            }
            Self::Dates {
                number,
                from,
                until,
                at,
            } => {
                write!(
                    f,
                    "certificate {number} of the chain is valid from {from} to {until}, and not at {at}"
                )
            }
            Self::OtherIssuer { number } => {
                write!(
                    f,
                    "certificate {number} of the chain names another issuer than the one above it"
                )
            }
            Self::Signature { number, cause } => {
                write!(
                    f,
                    "certificate {number} of the chain is not signed by the one above it: {cause}"
                )
            }
            Self::NotCa { number } => write!(f, "certificate {number} of the chain is no CA's"),
            Self::Usage { number } => write!(f, "the key of certificate {number} of the chain may not sign so"),
            Self::PathLength { number, most } => {
                write!(
                    f,
                    "certificate {number} of the chain allows {most} CAs below it, and there are more"
                )
            }
            Self::LeafIsCa { number } => write!(f, "certificate {number} of the chain, the signer's, is a CA's"),
        }
    }
}

impl std::error::Error for ForeignError {}

fn hex(bytes: &[u8; 32]) -> String {
    crate::encoding::hex(bytes)
}
