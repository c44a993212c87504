//! Why a chain does not hold.

use crate::encoding::hex;
use crate::{Error, KeyUsage, Name, Oid, Reason, Time};
use std::fmt;

/// The first thing found wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each variant is documented, and its message says what the fields are"
)]
pub enum ChainError {
    /// No certificate given, the root included, has the issuer's name and key identifier.
    NoIssuer { subject: Name, issuer: Name },
    /// The root given is not self-signed.
    NotARoot { subject: Name },
    /// A certificate's signature is not its issuer's.
    Signature { subject: Name, issuer: Name, error: Error },
    /// A CA's subjectKeyIdentifier is not the one of its key (RFC 7093 method 1).
    KeyId { subject: Name },
    /// Not valid yet: the certificate's date or the clock is off.
    NotYetValid { subject: Name, not_before: Time, at: Time },
    /// No longer valid: the certificate's date or the clock is off.
    Expired { subject: Name, not_after: Time, at: Time },
    /// It ends later than its issuer.
    OutlivesIssuer {
        subject: Name,
        not_after: Time,
        issuer_not_after: Time,
    },
    /// An issuer that is not a CA, by critical basicConstraints.
    NotACa { subject: Name },
    /// More CAs beneath an issuer than its pathLenConstraint allows.
    PathTooLong { subject: Name, path_len: u8, found: usize },
    /// keyUsage is absent or lacks this.
    KeyUsage { subject: Name, missing: KeyUsage },
    /// extendedKeyUsage lacks the purpose, or the leaf has none.
    Purpose { subject: Name, purpose: Oid },
    /// A critical extension that this verifier does not know, or a constraint that it does not apply.
    UnknownExtension { subject: Name, oid: Oid },
    /// An issuer has no CRL among those given, and the policy asks for one.
    NoCrl { issuer: Name },
    /// A CRL's signature is not its issuer's.
    CrlSignature { issuer: Name, number: u64, error: Error },
    /// A CRL that covers only some certificates or holds a critical extension that this verifier does not know.
    CrlScope { issuer: Name, number: u64, oid: Oid },
    /// An issuer's CRLs are from another time: too old, too new, or the clock is off.
    CrlNotCurrent {
        issuer: Name,
        this_update: Time,
        next_update: Time,
        at: Time,
    },
    /// The certificate is revoked.
    Revoked {
        subject: Name,
        serial: Vec<u8>,
        date: Time,
        reason: Option<Reason>,
    },
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ChainError::*;
        match self {
            NoIssuer { subject, issuer } => write!(f, "no certificate of the issuer ({issuer}) of {subject} was given"),
            NotARoot { subject } => {
                write!(f, "{subject} is given as the root and is not self-signed")
            }
            Signature { subject, issuer, error } => write!(f, "{subject} is not signed by {issuer}: {error}"),
            KeyId { subject } => {
                write!(f, "{subject} has another subjectKeyIdentifier than its key")
            }
            NotYetValid {
                subject,
                not_before,
                at,
            } => {
                write!(f, "{subject} is valid from {not_before}, the clock says {at}")
            }
            Expired { subject, not_after, at } => {
                write!(f, "{subject} was valid until {not_after}, the clock says {at}")
            }
            OutlivesIssuer {
                subject,
                not_after,
                issuer_not_after,
            } => {
                write!(f, "{subject} ends {not_after}, after its issuer ({issuer_not_after})")
            }
            NotACa { subject } => write!(f, "{subject} has issued a certificate and is not a CA"),
            PathTooLong {
                subject,
                path_len,
                found,
            } => {
                write!(f, "{subject} allows {path_len} CAs beneath it, the chain has {found}")
            }
            KeyUsage { subject, missing } => {
                write!(f, "the key usage of {subject} lacks {missing}")
            }
            Purpose { subject, purpose } => write!(f, "{subject} is not for the purpose {purpose}"),
            UnknownExtension { subject, oid } => {
                write!(f, "{subject} has extension {oid}, which is not supported")
            }
            NoCrl { issuer } => write!(f, "no crl of {issuer} was given"),
            CrlSignature { issuer, number, error } => {
                write!(f, "crl {number} of {issuer} is not signed by it: {error}")
            }
            CrlScope { issuer, number, oid } => write!(
                f,
                "crl {number} of {issuer} has extension {oid}, which is not supported"
            ),
            CrlNotCurrent {
                issuer,
                this_update,
                next_update,
                at,
            } => {
                write!(
                    f,
                    "the crl of {issuer} is for {this_update} to {next_update}, the clock says {at}"
                )
            }
            Revoked {
                subject,
                serial,
                date,
                reason,
            } => {
                let reason = reason.map_or("no reason given", Reason::name);
                write!(
                    f,
                    "{subject} (serial number {}) was revoked on {date}: {reason}",
                    hex(serial)
                )
            }
        }
    }
}

impl std::error::Error for ChainError {}

impl ChainError {
    /// What a person can do about it, where something can be done.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            ChainError::NotYetValid { .. } | ChainError::Expired { .. } => {
                Some("check the clock of this machine first")
            }
            ChainError::CrlNotCurrent { .. } => Some("check the clock of this machine, then fetch the newest crl"),
            ChainError::NoIssuer { .. } => Some("give the certificates between leaf and root"),
            ChainError::NoCrl { .. } => Some("give the newest crl of each issuer"),
            _ => None,
        }
    }
}
