//! The errors of a record that is to be signed: what each says, and what helps.

use std::fmt;

use record::messages::Phase;

use super::DO_NOT_SIGN;
use crate::error::Error;

impl Error {
    pub(super) fn fmt_record(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RecordOfOtherPlan { record, plan } => {
                write!(f, "the record is of the plan {record}, and the plan named is {plan}")
            }
            Self::RecordWithoutPlan { plan } => {
                write!(
                    f,
                    "you were not present, and have not reviewed the record's plan {plan}"
                )
            }
            Self::NotPresent { member } => write!(f, "the record does not name {member} among those present"),
            Self::NotMine { what } => {
                let a = if what.starts_with('a') { "an" } else { "a" };
                write!(f, "the record holds {a} {what} in your name that you did not make here")
            }
            Self::Missing { phase: None } => write!(f, "the record lacks your review of the plan"),
            Self::Missing { phase: Some(phase) } => {
                let when = match phase {
                    Phase::Begin => "beginning",
                    Phase::End => "end",
                };
                write!(f, "the record lacks your word to be present at the {when}")
            }
            Self::ApprovalMissing { what, at } => write!(f, "the record lacks {what} that you gave at {at}"),
            Self::RecordDiffers { what } => write!(f, "the record is wrong: {what}"),
            Self::RecordWrong { findings } => {
                let said = |finding: &verifier::Finding| format!("{}: {}", finding.rule, finding.what);
                let said: Vec<_> = findings.iter().map(said).collect();
                write!(f, "the record is wrong: {}", said.join("\n"))
            }
            _ => self.fmt_image(f),
        }
    }

    pub(super) fn record_hint(&self) -> Option<String> {
        let hint = match self {
            Self::ApprovalMissing { .. } => {
                "do not sign; tell the others, and send your file again: the record must hold it"
            }
            Self::RecordOfOtherPlan { .. } => {
                "name the inbound bundle of that event; if there is no other, do not sign"
            }
            Self::RecordWithoutPlan { .. } => "name the event's inbound bundle with --plan",
            Self::NotPresent { .. } | Self::NotMine { .. } | Self::Missing { .. } => DO_NOT_SIGN,
            Self::RecordDiffers { .. } | Self::RecordWrong { .. } => DO_NOT_SIGN,
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
