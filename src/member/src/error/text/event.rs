//! The errors of a plan, its review and the word to be present: what each says, and what helps.

use std::fmt;

use record::messages::ImageKind;

use super::STOP;
use crate::error::Error;

impl Error {
    pub(super) fn fmt_event(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReviewed { plan, .. } => write!(f, "you have not reviewed the plan {plan}"),
            Self::ReviewedDamaged { plan } => write!(f, "your copy of the reviewed plan {plan} was changed"),
            Self::OtherEvent { planned, found } => {
                write!(
                    f,
                    "the event is called '{found}', but the plan that you reviewed calls it '{planned}'"
                )
            }
            Self::Refused { event, at } => write!(f, "you refused '{event}' with this plan at {at}"),
            Self::RefusePlan { plan } => write!(f, "you have not reviewed the plan {plan}"),
            Self::Reason { letters } => write!(
                f,
                "a reason has 1 to 300 printable characters of ASCII and no space around them; yours has {letters}, or others"
            ),
            Self::NotAttended { event } => write!(f, "you have not declared to be present at '{event}'"),
            Self::OtherImage { expected, found, kind } => {
                let what = match kind {
                    ImageKind::Verity => "image",
                    ImageKind::Binary => "binary",
                };
                write!(f, "the console runs the {what} {found}, not {expected}")
            }
            Self::OtherPlanAttended { event, plan } => {
                write!(f, "you attend '{event}' with another plan, {plan}")
            }
            Self::SessionSize { octets } => write!(f, "the opening's session has {octets} octets, not 16"),
            Self::OpeningOutside { at, opens, closes } => {
                write!(
                    f,
                    "the event is open from {opens} until {closes}, but was opened at {at}"
                )
            }
            Self::EndSaid { event, at } => {
                write!(f, "you said at {at} that you are present at the end of '{event}'")
            }
            Self::OpeningAge { at, now } => {
                write!(f, "the event was opened at {at}, but your clock says {now}")
            }
            Self::OtherSession { doing } => {
                write!(
                    f,
                    "the {doing} is of another session of the console than the opening that you attended"
                )
            }
            Self::OtherKeys { planned, found } => {
                write!(f, "the request has the keys {found}, but the plan makes {planned}")
            }
            Self::BadKey { key, cause } => write!(f, "the public key of {key} is none: {cause}"),
            Self::SameKeyTwice { key } => write!(f, "the key {key} is the same as another key of the plan"),
            Self::StoreWanted => write!(
                f,
                "the plan builds on what earlier events made, and nothing was said to compare it with"
            ),
            Self::RootWanted => write!(f, "the store has a root, and none was named that you trust"),
            Self::NotARoot { path, cause } => write!(f, "{} is no certificate: {cause}", path.display()),
            Self::StoreUnsound { first } => write!(f, "your copy of the store does not hold: {first}"),
            Self::LogPolicy { what } => write!(f, "the next log policy: {what}"),
            Self::StandingDiffers { what } => {
                write!(
                    f,
                    "what stands before the event is not what your copy of the store has: {what} differ"
                )
            }
            Self::NotItsCertificates { key } => {
                write!(
                    f,
                    "the key {key} stands since an earlier event, and is another one than in its certificate"
                )
            }
            _ => self.fmt_approval(f),
        }
    }

    pub(super) fn event_hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotReviewed { reviewed: 0, .. } => "review the plan first; if you did, name the right --home",
            Self::NotReviewed { .. } => {
                "you reviewed another plan; approve nothing, and ask who changed it and why it was not sent to you"
            }
            Self::ReviewedDamaged { .. } => "restore the home from your backup; do not review again in a hurry",
            Self::Refused { .. } => {
                "a refusal stands; to write the same one again, leave out --reason; whoever asks you can be shown it"
            }
            Self::RefusePlan { .. } => "refuse the plan's own bundle; that needs no review",
            Self::Reason { .. } => "say it in one plain sentence",
            Self::EndSaid { .. } => {
                "its beginning is over; if the file of your word of the end was lost, say --phase end"
            }
            Self::NotAttended { .. } => "run attend --phase begin with the console's opening first",
            Self::OtherImage { .. } => {
                "leave everything as it is, and compare the image with the other members: this console is not \
                 running what you expect"
            }
            Self::OtherSession { doing: "opening" } => {
                "ask all others which session they see; if yours was never theirs, say --new-opening at the beginning"
            }
            Self::OtherSession { .. } => {
                "the console was started anew, or this file is of another run; ask what happened before you go on"
            }
            Self::OpeningAge { .. } => {
                "check this machine's clock; if the console was stopped for so long, and all others see this opening, say \
                 --new-opening"
            }
            Self::OpeningOutside { .. } | Self::SessionSize { .. } => "ask for the console's own file of the opening",
            Self::OtherPlanAttended { .. } => {
                "an event has one plan; if it was called off and planned anew, that plan needs another event name"
            }
            Self::OtherEvent { .. }
            | Self::OtherKeys { .. }
            | Self::BadKey { .. }
            | Self::SameKeyTwice { .. }
            | Self::NotItsCertificates { .. } => STOP,
            Self::StoreWanted => {
                "fetch the public store and say --store DIR --root FILE; or --without-store, and ask who compared"
            }
            Self::RootWanted => "say --root FILE, with a root that came to you from elsewhere",
            Self::NotARoot { .. } => "say --root FILE with the root's certificate, which came to you from elsewhere",
            Self::StoreUnsound { .. } => {
                "fetch the store anew, and `ceremony-verify store` it; tell the others if it stays so"
            }
            Self::LogPolicy { .. } => "do not sign: ask infra for the log policy that `ceremony-publish` writes",
            Self::StandingDiffers { .. } => {
                "do not sign: fetch the store anew, and ask infra for a plan made on what stands in it"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
