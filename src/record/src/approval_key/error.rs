//! Why an approval key or its signature was refused.

use std::fmt;

use super::{BITS, RSA_ENCRYPTION};

/// Why a key is no approval key, or a signature none of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApprovalKeyError {
    /// More bytes than any key that could be named here.
    TooLong {
        /// Bytes given.
        bytes: usize,
    },
    /// Not a SubjectPublicKeyInfo with an RSA key.
    Malformed,
    /// A key, but in another encoding of it than the one that `openssl` writes.
    OtherSpelling,
    /// A key of another algorithm.
    Algorithm {
        /// The algorithm's object identifier.
        oid: String,
    },
    /// A modulus of another size.
    Bits {
        /// Its bits.
        bits: u32,
    },
    /// Another public exponent.
    Exponent {
        /// The exponent, in hexadecimal.
        hex: String,
    },
    /// A modulus that no two primes give: it is even.
    EvenModulus,
    /// A signature of another length than the modulus.
    SignatureLength {
        /// Bytes given.
        bytes: usize,
    },
    /// The signature does not fit key and token.
    BadSignature,
}

impl fmt::Display for ApprovalKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(f, "{bytes} bytes are too many for an approval key"),
            Self::Malformed => write!(f, "not a SubjectPublicKeyInfo with an RSA key"),
            Self::OtherSpelling => write!(f, "the approval key is not encoded as openssl writes it"),
            Self::Algorithm { oid } => write!(f, "the approval key has algorithm {oid}, not RSA ({RSA_ENCRYPTION})"),
            Self::Bits { bits } => write!(f, "the approval key has {bits} bits, not {BITS}"),
            Self::Exponent { hex } => write!(f, "the approval key has exponent 0x{hex}, not 0x010001"),
            Self::EvenModulus => write!(f, "the approval key has an even modulus"),
            Self::SignatureLength { bytes } => {
                write!(f, "the token's signature has {bytes} bytes, not {}", BITS / 8)
            }
            Self::BadSignature => write!(f, "the signature does not fit the approval key and the token"),
        }
    }
}

impl std::error::Error for ApprovalKeyError {}
