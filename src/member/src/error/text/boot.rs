//! The errors of what proves the boot: what each says, and what helps.

use std::fmt;

use crate::error::Error;

impl Error {
    pub(super) fn fmt_boot(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boot(cause) => write!(f, "the quote of what booted is bad: {cause}"),
            Self::OtherManifest { manifest: None, image } => {
                write!(f, "the console runs {image}, and the manifest names no root hash")
            }
            Self::OtherManifest {
                manifest: Some(manifest),
                image,
            } => write!(f, "the console runs {image}, and the manifest is of {manifest}"),
            Self::NoQuote => write!(f, "you named an attestation key, and no quote by such a key came"),
            Self::OtherAttestationKey {
                expected,
                found,
                named: true,
            } => write!(f, "the quote is by {found}, and you named {expected}"),
            Self::OtherAttestationKey { expected, found, .. } => {
                write!(f, "the quote is by {found}, and the last time it was {expected}")
            }
            _ => self.fmt_record(f),
        }
    }

    pub(super) fn boot_hint(&self) -> Option<String> {
        if let Self::Boot(cause) = self {
            return Some(cause.hint().to_owned());
        }
        let hint = match self {
            Self::OtherManifest { .. } => {
                "name the manifest of the event's image; if this is it, sign nothing and tell the others"
            }
            Self::NoQuote => {
                "ask why the console proves nothing of its boot; without --attestation-key it counts as unproven"
            }
            Self::OtherAttestationKey { named: true, .. } => {
                "sign nothing; compare the key's name with all others: this is not the console that you know"
            }
            Self::OtherAttestationKey { .. } => {
                "ask infra whether the console has another TPM; if so, name it with --attestation-key"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
