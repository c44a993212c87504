//! Why a key, a signature or an `allowed_signers` line was refused.

use std::fmt;

/// What does not fit, with what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SshsigError {
    /// A key line or an armoured signature longer than any that we take.
    TooLong {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A key line with a line break or another control character in it.
    NotOneLine,
    /// A key of an algorithm that is not among ours.
    Algorithm {
        /// Its name, made plain.
        name: String,
    },
    /// No armour of a signature at all.
    NoSignature,
    /// Not the encoding of a key or of a signature.
    Malformed {
        /// What ssh-key says of it.
        reason: ssh_key::Error,
    },
    /// A key or a signature in another spelling than OpenSSH's own.
    OtherSpelling,
    /// A public key that is no point of its curve, in compressed form, or of small order.
    BadPoint {
        /// The key's algorithm.
        algorithm: &'static str,
    },
    /// A FIDO key made for something else than SSH.
    Application {
        /// The application it was made for, made plain.
        application: String,
    },
    /// Bytes that are not the one DER form of this algorithm's SubjectPublicKeyInfo.
    NotSpki {
        /// The algorithm asked for.
        algorithm: &'static str,
    },
    /// SSHSIG of another version than 1.
    Version {
        /// The version found.
        found: u32,
    },
    /// Something in the reserved field, which is to be empty.
    Reserved {
        /// Its length.
        bytes: usize,
    },
    /// A signature by another key.
    OtherKey {
        /// Fingerprint of the key asked for.
        expected: String,
        /// Fingerprint of the key inside the signature.
        found: String,
    },
    /// A signature made for something else.
    OtherNamespace {
        /// The namespace asked for.
        expected: String,
        /// The namespace found, made plain.
        found: String,
    },
    /// A signature of another algorithm than its key.
    OtherAlgorithm {
        /// The key's algorithm.
        expected: &'static str,
        /// The signature's, made plain.
        found: String,
    },
    /// The signature does not fit key and message.
    BadSignature,
    /// A FIDO key's signature for which nobody touched the token.
    NotTouched {
        /// The flags found.
        flags: u8,
    },
    /// Nothing is signed without a namespace.
    NoNamespace,
    /// The key cannot sign here.
    CannotSign {
        /// What ssh-key says of it.
        reason: ssh_key::Error,
    },
    /// An HSM's `r` and `s` for a key that is not P-384.
    NotP384 {
        /// The key's algorithm.
        algorithm: &'static str,
    },
    /// A name that `allowed_signers` would read as something else.
    Name {
        /// The name, made plain.
        name: String,
    },
}

impl fmt::Display for SshsigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes, limit } => write!(f, "{bytes} bytes are more than the {limit} allowed"),
            Self::NotOneLine => write!(f, "the key is not one line of text"),
            Self::Algorithm { name } => write!(f, "SSH keys of algorithm '{name}' are not accepted"),
            Self::NoSignature => {
                write!(f, "this is no signature: it has no line -----BEGIN SSH SIGNATURE-----")
            }
            // It quotes what it read.
            Self::Malformed { reason } => write!(f, "not in OpenSSH's form: {}", plain(&reason.to_string())),
            Self::OtherSpelling => write!(f, "not byte for byte as OpenSSH writes it"),
            Self::BadPoint { algorithm } => write!(f, "the {algorithm} key is not a usable point of its curve"),
            Self::Application { application } => {
                write!(
                    f,
                    "the FIDO key was made for '{application}', not for 'ssh:' or a name that begins so"
                )
            }
            Self::NotSpki { algorithm } => write!(f, "not the SubjectPublicKeyInfo of an {algorithm} key"),
            Self::Version { found } => write!(f, "SSHSIG version {found}, not 1"),
            Self::Reserved { bytes } => write!(f, "the signature's reserved field has {bytes} bytes, not 0"),
            Self::OtherKey { expected, found } => write!(f, "signed by key {found}, not by {expected}"),
            Self::OtherNamespace { expected, found } => write!(f, "signed for '{found}', not for '{expected}'"),
            Self::OtherAlgorithm { expected, found } => write!(f, "a signature of '{found}' by an {expected} key"),
            Self::BadSignature => write!(f, "the signature does not fit the key and what is signed"),
            Self::NotTouched { flags } => {
                write!(
                    f,
                    "nobody touched the FIDO key for this signature (flags 0x{flags:02x})"
                )
            }
            Self::NoNamespace => write!(f, "no namespace given"),
            Self::CannotSign { reason } => write!(f, "the SSH key cannot sign: {reason}"),
            Self::NotP384 { algorithm } => write!(f, "the key is {algorithm}, not ecdsa-sha2-nistp384"),
            Self::Name { name } => write!(f, "'{name}' cannot stand in allowed_signers"),
        }
    }
}

impl std::error::Error for SshsigError {}

impl SshsigError {
    pub(super) fn cannot_sign(reason: ssh_key::Error) -> Self {
        Self::CannotSign { reason }
    }
}

/// Text from outside: what a terminal would act on, or show from right to left, as codes; of bounded length.
pub(super) fn plain(text: &str) -> String {
    crate::text::plain(text, MAX_SHOWN)
}

const MAX_SHOWN: usize = 128;
