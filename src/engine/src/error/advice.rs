//! What a person can do about it, and what a program is told.

use super::{Error, system};

impl Error {
    /// 1 refused, 2 wrong usage, 3 bad input, 4 the HSM failed (design, Names on the outside).
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            // Nothing is wrong with the file: we refuse to overwrite it.
            Self::File { cause, .. } if cause.kind() == std::io::ErrorKind::AlreadyExists => 1,
            Self::Elsewhere { cause, .. } => cause.exit_code(),
            Self::Usage { .. } => 2,
            Self::Hsm(hsm::Error::BadIdentity { .. }) => 3,
            Self::File { .. } | Self::Input { .. } | Self::Disk { .. } | Self::OtherPlan { .. } => 3,
            Self::Hsm(_)
            | Self::Camera(_)
            | Self::InEvent { .. }
            | Self::NotMade { .. }
            | Self::NotTheirs { .. }
            | Self::Mechanism { .. }
            | Self::NoEngine { .. }
            | Self::NextRefused { .. }
            | Self::NotSealed { .. }
            | Self::Shown { .. }
            | Self::ReadBack { .. } => 4,
            _ => 1,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File { act, path, cause } => return system::hint(act, path, cause.kind()),
            Self::Usage { hint, .. } => hint.clone(),
            Self::Elsewhere { hint, .. } => hint.clone().into_owned(),
            Self::Input { cause, .. } => return cause.hint(),
            Self::Issue(cause) => cause.hint().to_owned(),
            Self::Codes(cause) => cause.hint().to_owned(),
            Self::Camera(cause) => cause.hint().to_owned(),
            Self::Hsm(cause @ hsm::Error::Unrecorded { .. }) => {
                format!("{}; then go on with `ceremony resume`", cause.hint()?)
            }
            Self::Hsm(cause) if cause.outcome_unknown() => {
                "go on with `ceremony resume`: the journal knows what was done, and old tokens are gone".into()
            }
            Self::Hsm(cause) => hsm_hint(cause)?.to_owned(),
            Self::InEvent { cause } => match hsm_hint(cause) {
                Some(hint) => format!("{hint}; then go on with `ceremony resume`"),
                None => "go on with `ceremony resume`".into(),
            },
            Self::NotTheirs { .. } => "the HSM's audit log says who changed this user".into(),
            Self::NextRefused { .. } => {
                "if the tokens were not too old, one use spends all tokens of a login: say `use-voids-other-tokens = \
                 \"yes\"` under [answers] in a file, and go on with `ceremony resume --hsm-answers FILE`"
                    .into()
            }
            Self::Mechanism { .. } => {
                "nothing was signed: install the client's last version before 5.16, then go on with \
                                       `ceremony resume`; members approve again 20 minutes later"
                    .into()
            }
            Self::NotMade { shared: 0, .. } => {
                "nothing of it is in the HSM: mend what it complains of, then go on with `ceremony resume`".into()
            }
            Self::NotMade { shared, .. } => format!(
                "nothing of it is in the HSM; it was to be shared with {shared} users: if the HSM allows fewer, the roster \
                 and the owner must be others, in a new plan; else mend what it complains of and go on with `ceremony \
                 resume`"
            ),
            Self::HsmState { hint, .. } | Self::Disk { hint, .. } => (*hint).to_owned(),
            Self::QuorumShort { approved, threshold } => match threshold - approved {
                1 => "one more member approves, then press Enter".into(),
                n => format!("{} more members approve, then press Enter", number(n)),
            },
            Self::Short { found, needed, .. } => match needed - found {
                1 => "one more member answers, then press Enter".into(),
                n => format!("{} more members answer, then press Enter", number(n)),
            },
            Self::Offered { member, .. } => {
                format!(
                    "{member} makes the file again on their own machine; take the old one out of the inbound folder"
                )
            }
            Self::NoRecipient { .. } => "they hand in what `ceremony-member recipient` writes; or take all recipient bundles \
                                         out of the inbound folder, and passwords are typed at the console"
                .into(),
            Self::RecipientWrong => "nothing was drawn: find out who signed it in that member's name; take it out of the \
                                     inbound folder, they hand in another recipient bundle, then go on with `ceremony resume`"
                .into(),
            Self::NotSealed { .. } => "the HSM did not get that password; name the program with --seal, or mend what it \
                                       complains of, and call the same again, or `ceremony resume` where an event was \
                                       begun"
                .into(),
            Self::TokensExpired => "end this run and go on with `ceremony resume`: it mints new tokens".into(),
            Self::NotToGoOn { .. } => "`ceremony abort` ends the event in order, with a record".into(),
            Self::Undecided { .. } | Self::UndecidedCommand { .. } => {
                "`ceremony resume` asks; the members decide, and the record says so".into()
            }
            Self::Window { .. } => {
                "check the console's clock; else the plan needs other times, and another review".into()
            }
            Self::Consoles { hint, .. } => (*hint).to_owned(),
            Self::AtConsole { hint, .. } => return hint.clone(),
            Self::NoEngine { .. } => {
                "wait until the operator has opened the event; consoles are answered while `ceremony run --socket` runs".into()
            }
            Self::Shown { .. } => {
                "what came is not whole: take away what was written, see that there is room, and ask again".into()
            }
            Self::Busy { .. } => "wait for the other run, or end it".into(),
            Self::TooFewLeft { .. } => "the event ends in order, with a record".into(),
            Self::TooFewStay { .. } => {
                "more members who stay come and say that they are present, then press Enter".into()
            }
            Self::Uncompared => {
                "one member fetches the store, reviews with --store (and --root) into another folder, and hands in both \
                 files of that review, in the place of their first one if there is one; then press Enter"
                    .into()
            }
            Self::ClockWrong { .. } => "set the console's clock, and begin again".into(),
            Self::ClockBack { .. } => {
                "set the console's clock: the members must see one time from beginning to end".into()
            }
            Self::Begun { .. } => "go on with `ceremony resume`, or begin on an empty disk".into(),
            Self::OtherPlan { .. } => "bring the bundle that the event began with".into(),
            Self::Differs { .. } => {
                "these are not one event's plan, journal and record, or this is not the `ceremony` that carried it out"
                    .into()
            }
            Self::Refused { hint, .. } => hint.clone(),
            Self::ReadBack { .. } => "trust nothing on that disk: take another one".into(),
            Self::NoAnswer { .. } => "go on with `ceremony resume`".into(),
        })
    }
}

/// The HSM's own advice; and where the journal stopped a command, the HSM has none.
fn hsm_hint(cause: &hsm::Error) -> Option<&'static str> {
    match cause {
        hsm::Error::Stopped { .. } => Some("make room on the event's disk, or find out why it cannot be written to"),
        cause => cause.hint(),
    }
}

fn number(n: usize) -> String {
    let words = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    words.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}
