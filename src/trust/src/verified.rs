//! What a yes says.

use std::fmt;

use x509::{Name, Oid, Time};

/// A file that is signed for the purpose that was asked for, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whose root it is.
    pub realm: Realm,
    /// The purpose.
    pub purpose: Oid,
    /// The subject of the signer's certificate.
    pub signer: Name,
    /// SHA-256 over the signer's certificate.
    pub signer_fingerprint: [u8; 32],
    /// SHA-256 over the root's certificate.
    pub root_fingerprint: [u8; 32],
    /// When the signature was made, as its signer says and the log keeps it; none where no log was asked.
    pub made: Option<Time>,
    /// Where the signature is logged; none where no log was asked.
    pub place: Option<Place>,
    /// The certificates from the signer upward, without the root.
    pub chain: Vec<Link>,
}

/// One certificate of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its subject.
    pub subject: Name,
    /// Where it is logged; none where no log was asked.
    pub place: Option<Place>,
    /// Number and date of the list of its issuer that does not revoke it; none where no list was given.
    pub not_revoked_by: Option<(u64, Time)>,
}

/// An entry of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The log's origin.
    pub origin: String,
    /// The entry's number, from 0.
    pub index: u64,
    /// The witnesses that cosigned: name in the log policy, seconds since 1970.
    pub witnesses: Vec<(String, u64)>,
}

/// Whose roots they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Realm {
    /// The Rust Project's.
    Public,
    /// A private registry's, by its name.
    Private(String),
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("the Rust Project"),
            Self::Private(name) => write!(f, "the private registry '{name}'"),
        }
    }
}
