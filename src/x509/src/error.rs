//! Why bytes were refused: each variant says what was found, and `hint` what to do about it.

use crate::{Algorithm, Oid};
use std::fmt;

/// A refusal of this crate's parsers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each variant is documented, and its message says what the fields are"
)]
pub enum Error {
    /// More bytes than an honest file of this kind has.
    TooLarge {
        what: &'static str,
        found: usize,
        limit: usize,
    },
    /// Not DER, or not of this structure.
    Malformed { what: &'static str, detail: String },
    /// Readable, but not the one canonical encoding of what it says.
    NotCanonical { what: &'static str },
    /// Not one PEM block with the expected label.
    Pem { what: &'static str, detail: String },
    /// Another version of the structure than RFC 5280 and RFC 2986 ask for.
    Version { what: &'static str, expected: &'static str },
    /// A serial number that RFC 5280 forbids.
    Serial { detail: &'static str },
    /// A certificate with issuerUniqueID or subjectUniqueID.
    UniqueId,
    /// notAfter lies before notBefore, or nextUpdate before thisUpdate.
    Validity { what: &'static str },
    /// One extension twice.
    DuplicateExtension { oid: Oid },
    /// More extensions than anybody honest has.
    TooManyExtensions { found: usize, limit: usize },
    /// An extension that the structure cannot be without.
    MissingExtension {
        what: &'static str,
        extension: &'static str,
    },
    /// An extension whose value is not what its standard says, or more than this crate supports.
    BadExtension { extension: &'static str, detail: String },
    /// A name outside the few forms that we issue and read.
    Name { detail: String },
    /// A time that is not written `2031-11-22T00:00:00Z`, or that cannot be written so.
    Time { found: String },
    /// An object identifier that is not in dotted form.
    Oid { found: String },
    /// A key of another algorithm, named.
    UnsupportedKey { found: String },
    /// A key of a supported algorithm that is not sound: not on the curve, of small order, in another form.
    UnsoundKey { algorithm: Algorithm, detail: &'static str },
    /// A signature algorithm other than ecdsa-with-SHA384 and Ed25519, or one with parameters.
    UnsupportedSignature { found: String },
    /// What is signed names another algorithm than the signature.
    AlgorithmMismatch {
        what: &'static str,
        inner: Algorithm,
        outer: Algorithm,
    },
    /// The key cannot have made a signature of this algorithm.
    WrongKey { key: Algorithm, signature: Algorithm },
    /// Bytes that are not a signature of this algorithm at all.
    MalformedSignature { algorithm: Algorithm },
    /// A well-formed signature that this key did not make over these bytes.
    BadSignature,
    /// revokedCertificates is present and empty, which RFC 5280 section 5.1.2.6 forbids.
    EmptyRevocationList,
    /// A CRL without nextUpdate: nobody could tell when it is stale.
    NoNextUpdate,
    /// One serial number twice in a CRL.
    DuplicateEntry { serial: String },
    /// A reason code that RFC 5280 does not define, or that has no place in a full CRL.
    Reason { code: u32 },
    /// The request's own signature fails: whoever made it did not show that they hold the key.
    CsrProofOfPossession,
    /// The request asks to become a CA; that is the plan's to decide.
    CsrAsksForCa,
    /// The request carries an extension; nothing is ever copied from a request.
    CsrExtension { oid: Oid },
    /// The request carries an attribute other than extensionRequest.
    CsrAttribute { oid: Oid },
    /// The request's subjectKeyIdentifier is not the one we would give its key.
    CsrKeyId,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::TooLarge { what, found, limit } => {
                write!(f, "the {what} has {found} bytes, the limit is {limit}")
            }
            Error::Malformed { what, detail } => write!(f, "the {what} cannot be read: {detail}"),
            Error::NotCanonical { what } => write!(f, "the {what} is not in canonical DER"),
            Error::Pem { what, detail } => {
                write!(f, "the {what} is not one block of PEM: {detail}")
            }
            Error::Version { what, expected } => {
                write!(f, "the {what} is not of version {expected}")
            }
            Error::Serial { detail } => write!(f, "the serial number {detail}"),
            Error::UniqueId => write!(f, "the certificate carries a unique identifier"),
            Error::Validity { what } => write!(f, "the {what} ends before it begins"),
            Error::DuplicateExtension { oid } => write!(f, "extension {oid} is present twice"),
            Error::TooManyExtensions { found, limit } => {
                write!(f, "there are {found} extensions, the limit is {limit}")
            }
            Error::MissingExtension { what, extension } => {
                write!(f, "the {what} has no {extension}")
            }
            Error::BadExtension { extension, detail } => {
                write!(f, "the extension {extension} is wrong: {detail}")
            }
            Error::Name { detail } => write!(f, "the name is refused: {detail}"),
            Error::Time { found } => write!(f, "{found:?} is not a time"),
            Error::Oid { found } => write!(f, "{found:?} is not an object identifier"),
            Error::UnsupportedKey { found } => write!(f, "the key is {found}"),
            Error::UnsoundKey { algorithm, detail } => {
                write!(f, "the {algorithm} key is not sound: {detail}")
            }
            Error::UnsupportedSignature { found } => {
                write!(f, "the signature algorithm is {found}")
            }
            Error::AlgorithmMismatch { what, inner, outer } => {
                write!(
                    f,
                    "the {what} names {inner} inside and {outer} outside as its signature's algorithm"
                )
            }
            Error::WrongKey { key, signature } => {
                write!(f, "a key of {key} cannot have made a signature of {signature}")
            }
            Error::MalformedSignature { algorithm } => {
                write!(f, "the signature is not in the form of {algorithm}")
            }
            Error::BadSignature => write!(f, "the signature does not verify"),
            Error::EmptyRevocationList => {
                write!(f, "the crl has an empty list of revoked certificates")
            }
            Error::NoNextUpdate => write!(f, "the crl does not say when the next one comes"),
            Error::DuplicateEntry { serial } => {
                write!(f, "the crl lists serial number {serial} twice")
            }
            Error::Reason { code } => write!(f, "the crl gives reason code {code}"),
            Error::CsrProofOfPossession => {
                write!(f, "the certificate request's own signature does not verify")
            }
            Error::CsrAsksForCa => write!(f, "the certificate request asks for a CA certificate"),
            Error::CsrExtension { oid } => {
                write!(f, "the certificate request asks for extension {oid}")
            }
            Error::CsrAttribute { oid } => {
                write!(f, "the certificate request carries attribute {oid}")
            }
            Error::CsrKeyId => write!(
                f,
                "the certificate request asks for another subjectKeyIdentifier than its key has"
            ),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// What a person can do about it, where something can be done.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Error::UnsupportedKey { .. } => Some("make a P-384 or an Ed25519 key"),
            Error::Pem { .. } => Some("give one PEM block without text around it, or DER"),
            Error::CsrProofOfPossession => Some("make the request again with the key that it is for"),
            Error::CsrAsksForCa | Error::CsrExtension { .. } | Error::CsrAttribute { .. } | Error::CsrKeyId => {
                Some("make the request without extensions and attributes; the plan decides them")
            }
            Error::Time { .. } => Some("write times as 2031-11-22T00:00:00Z"),
            Error::Name { .. } => Some("write names as CN=Rust Root 1, O=Rust Project"),
            _ => None,
        }
    }
}
