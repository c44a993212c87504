//! The exit code of each error.

use verifier::image::Misfit;

use super::Error;

impl Error {
    /// The process's exit code: 1 refused, 2 wrong usage, 3 bad input, 4 another part failed.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NowInProduction
            | Self::HomeWanted
            | Self::NobodyThere
            | Self::SignatureOfWhat { .. }
            | Self::NoFileName { .. }
            | Self::NotAnId(_)
            | Self::StoreWanted
            | Self::ImageFiles { .. }
            | Self::SignersWanted
            | Self::RootWanted
            | Self::ApprovalKeyKeptFrom { .. } => 2,
            Self::Read { .. } | Self::FileTooLarge { .. } | Self::DamagedKey { .. } | Self::NotSetUp { .. } => 3,
            Self::DamagedMemory { .. } | Self::OtherHomeUnread { .. } => 3,
            Self::Input(_) | Self::InputEnded | Self::LineTooLong { .. } | Self::FileName { .. } => 3,
            Self::ReviewedDamaged { .. } | Self::BadKey { .. } | Self::NotARoot { .. } => 3,
            Self::Bundle { cause, .. } => bundle_code(cause),
            Self::Opening(cause) => cause.exit_code(),
            Self::Token { cause, .. } => token_code(cause),
            Self::SshPublicKey { .. } | Self::PinNoText | Self::SignersLine { .. } => 3,
            Self::Words { .. } | Self::NoCheckpoint { .. } | Self::Image(Misfit::Manifest { .. }) => 3,
            Self::TokenSignature { .. } | Self::SshTool { .. } | Self::SshRefused { .. } => 4,
            Self::Photograph { .. } | Self::ImageIsFolder { .. } => 3,
            Self::Camera(_) => 4,
            Self::Write { .. } | Self::Output(_) | Self::Key { .. } | Self::Encode(_) | Self::Sign(_) => 4,
            _ => 1,
        }
    }
}

/// A wrong PIN is refused, a wrong name is bad input; all else is the token.
fn token_code(cause: &pkcs11::Error) -> u8 {
    use pkcs11::Error::{BadKeyId, BadLabel, BadPin, BadTokenName, NoModule, WrongPin};
    match cause {
        WrongPin { .. } | BadPin => 1,
        BadTokenName { .. } | BadKeyId { .. } | BadLabel { .. } | NoModule { .. } => 3,
        _ => 4,
    }
}

/// A damaged bundle is bad input; a whole one that does not belong here is refused.
fn bundle_code(cause: &record::Error) -> u8 {
    use record::Error::{InputDigest, InputSet, Invalid, NoSuchMember, OtherMark, OwnerIsNoUser, Signature};
    match cause {
        OtherMark { .. } | Signature { .. } | NoSuchMember(_) => 1,
        Invalid { .. } | OwnerIsNoUser { .. } | InputDigest { .. } | InputSet { .. } => 1,
        _ => 3,
    }
}
