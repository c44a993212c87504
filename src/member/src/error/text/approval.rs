//! The errors of approval requests: what each says, and what helps.

use std::fmt;

use super::STOP;
use crate::error::Error;

impl Error {
    pub(super) fn fmt_approval(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherService { service, step } => {
                write!(
                    f,
                    "the token for '{step}' is for the service '{service}', which signs nothing of the plan"
                )
            }
            Self::NotPlanned { step } => write!(f, "the step '{step}' signs nothing in the plan that you reviewed"),
            Self::OtherBytes { step, derived, asked } => {
                write!(
                    f,
                    "'{step}' would sign {asked}, but the plan that you reviewed gives {derived}"
                )
            }
            Self::OtherCommand { step, asked } => write!(
                f,
                "'{step}' would have the HSM do {asked}, which is no command that the plan means"
            ),
            Self::OtherIssuer { step, issuer, asked } => {
                write!(
                    f,
                    "the token for '{step}' is for the key '{asked}', but '{issuer}' signs it"
                )
            }
            Self::TokenNotItsData { of } => {
                write!(
                    f,
                    "the token for '{of}' is not the SHA-256 of the data that came with it"
                )
            }
            Self::TokenTwice { step } => write!(f, "the token for '{step}' is there for another action as well"),
            Self::ActionTwice { step } => write!(f, "there are two tokens for '{step}'"),
            Self::ApprovedLately { step, at, .. } => {
                write!(
                    f,
                    "you approved '{step}' for another token at {at}, which may live still"
                )
            }
            Self::OtherKeysLately { at, .. } => write!(
                f,
                "the console names other keys than at {at}, when you approved for this plan; a token of then may live still"
            ),
            Self::Ended { at } => write!(
                f,
                "you said at {at} that you were present at the end; nothing is approved after it"
            ),
            _ => self.fmt_boot(f),
        }
    }

    pub(super) fn approval_hint(&self) -> Option<String> {
        if let Self::ApprovedLately { free, now, .. } = self {
            return Some(format!(
                "ask why you are asked twice; approve no earlier than {free}, in {} seconds, when no token of then lives",
                free.0.saturating_sub(now.0)
            ));
        }
        if let Self::OtherKeysLately { free, now, .. } = self {
            return Some(format!(
                "keys that were made do not change: stop, and tell the others; approve no earlier than {free}, in {} seconds",
                free.0.saturating_sub(now.0)
            ));
        }
        let hint = match self {
            Self::Ended { .. } => STOP,
            Self::OtherService { .. }
            | Self::NotPlanned { .. }
            | Self::OtherBytes { .. }
            | Self::OtherCommand { .. }
            | Self::OtherIssuer { .. } => STOP,
            Self::TokenNotItsData { .. } | Self::TokenTwice { .. } | Self::ActionTwice { .. } => STOP,
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
