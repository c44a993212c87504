//! Why a command was refused, in the real program's words.

use std::fmt;

/// A command failed: its `Display` is the `data` beside `error_code` 1.
///
/// Texts marked (U) are ours: the real ones are not known.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// A quorum key was used or managed without an approval for just that.
    QuorumFailed,
    /// An admin service asks for a quorum and got no approval for just that.
    ApprovalRequired,
    /// Fewer valid approvals than the service or the key asks for.
    TooFewApprovals { approvals: usize, required: u8 },
    /// The token is spent or unknown here, or an approver's signature does not count.
    InvalidPair,
    /// The token file came back without signatures.
    NoSignatures,
    /// The token was approved too late, or used too late (U).
    TokenExpired,
    /// The registration token is not signed by the key to be registered.
    InvalidQuorumSignature,
    /// More approvals asked for than users could give.
    InvalidQuorumValue,
    /// One or both of a key's two quorum values are missing or below 2.
    QuorumValuesTooLow,
    /// An admin's second token for one service, while the first lives (U).
    TokenExists { service: String },
    /// The table of 1,024 tokens is full of living ones (U).
    TooManyTokens,
    /// A filter must select one key.
    KeysMatched { keys: usize },
    /// The attribute cannot be set to this, now or ever.
    AttributeRefused { name: String, value: String },
    /// Keys are made and used only where two HSMs hold them.
    TooFewHsms,
    /// The key has as many users as it can (U).
    TooManySharedUsers,
    /// A known defect of some versions: they cannot sign with an elliptic curve key (U).
    InvalidMechanism,
    /// Nobody is logged in (U).
    NotLoggedIn,
    /// Somebody is logged in already (U).
    AlreadyLoggedIn,
    /// No such user, or not this password (U).
    LoginFailed,
    /// Five wrong passwords (U).
    AccountLocked,
    /// The user has MFA: the password alone is not enough (U).
    MfaRequired,
    /// The user has no MFA (U).
    NoMfa,
    /// The MFA tokens are not all signed by the user's key (U).
    InvalidMfaSignature,
    /// MFA with one key for a user who approves with another (U).
    OtherQuorumKey,
    /// Approvals with one key for a user who has MFA with another (U).
    OtherMfaKey,
    /// Only over mTLS can it be demanded.
    NotOverMtls,
    /// The role, or the user, may not do this (U).
    NotAllowed { rule: &'static str },
    /// What the command names is not there, there already, or not of the right form (U).
    Invalid { what: String },
    /// The arguments are wrong: clap's own text.
    Usage { text: String },
    /// A password is to be typed at a terminal, and there is none; said without JSON (U).
    NoTerminal,
    /// The state of the stand-in cannot be read or written.
    Broken { text: String },
}

impl Refusal {
    pub fn invalid(what: impl Into<String>) -> Refusal {
        Refusal::Invalid { what: what.into() }
    }

    /// The same in other words, where the real ones are not known.
    pub fn otherwise(self) -> Refusal {
        match self {
            Refusal::KeysMatched { keys: 0 } => Refusal::invalid("No key matches the selection criteria."),
            Refusal::TokenExpired => Refusal::invalid("Token timeout"),
            Refusal::LoginFailed => Refusal::invalid("Authentication failure"),
            Refusal::AccountLocked => Refusal::invalid("User is locked out"),
            known => known,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::QuorumFailed => out.write_str("Quorum Failed"),
            Refusal::ApprovalRequired => out.write_str("Quorum approval is required for this operation"),
            Refusal::TooFewApprovals { approvals, required } => write!(
                out,
                "Too few quorum approvals: currently {approvals} approvals, but {required} approvals required"
            ),
            Refusal::InvalidPair => out.write_str("Invalid username-signature pair for quorum authorization"),
            Refusal::NoSignatures => out.write_str("No token signatures provided"),
            Refusal::TokenExpired => out.write_str("Quorum token has expired"),
            Refusal::InvalidQuorumSignature => out.write_str("InvalidQuorumSignature"),
            Refusal::InvalidQuorumValue => out.write_str("Invalid quorum value provided."),
            Refusal::QuorumValuesTooLow => {
                out.write_str("The manage key and use key quorum values must be set to a value greater than 1")
            }
            Refusal::TokenExists { service } => write!(out, "A quorum token for service {service} is active already"),
            Refusal::TooManyTokens => out.write_str("No room for another quorum token"),
            Refusal::KeysMatched { keys } => write!(
                out,
                "Key selection criteria matched {keys} keys. Refine selection criteria to select a single key."
            ),
            Refusal::AttributeRefused { name, value } => write!(
                out,
                "Attribute {name} cannot be set to the value {value} by the user for this operation"
            ),
            Refusal::TooFewHsms => out.write_str(
                "Cannot perform the requested key operation as the key must be available on at least 2 HSMs. \
                 Add an HSM to the cluster and try again.",
            ),
            Refusal::TooManySharedUsers => out.write_str("The key cannot be shared with more than 8 users"),
            Refusal::InvalidMechanism => out.write_str("Invalid mechanism"),
            Refusal::NotLoggedIn => out.write_str("Login is required for this operation"),
            Refusal::AlreadyLoggedIn => out.write_str("A user is logged in already; log out first"),
            Refusal::LoginFailed => out.write_str("Login failed: incorrect username, role or password"),
            Refusal::AccountLocked => out.write_str("Login failed: the account is locked"),
            Refusal::MfaRequired => {
                out.write_str("Login failed: MFA is enabled for the user; log in with mfa-token-sign")
            }
            Refusal::NoMfa => out.write_str("MFA is not enabled for the user"),
            Refusal::InvalidMfaSignature => out.write_str("The MFA tokens are not signed by the user's key"),
            Refusal::OtherQuorumKey => {
                out.write_str("Another key is registered for quorum; --change-quorum replaces it")
            }
            Refusal::OtherMfaKey => out.write_str("The key for quorum must be the user's MFA key"),
            Refusal::NotOverMtls => out.write_str(
                "Failed to set the mtls enforcement. Current connection must be mtls to set this enforcement.",
            ),
            Refusal::NotAllowed { rule } => out.write_str(rule),
            Refusal::Invalid { what } => out.write_str(what),
            Refusal::Usage { text } => out.write_str(text),
            Refusal::NoTerminal => out.write_str("Error: \"No such device or address (os error 6)\""),
            Refusal::Broken { text } => out.write_str(text),
        }
    }
}
