//! The errors in words, and what a person can do about each.

use std::fmt;

use super::Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NowInProduction => write!(f, "--now is for rehearsals, and this is not one"),
            Self::RehearsalOnly => write!(f, "a log without witnesses is for rehearsals only"),
            Self::Read { path, cause } => write!(f, "{} cannot be read: {cause}", path.display()),
            Self::TooLarge { path, limit } => {
                write!(
                    f,
                    "{} has more than {limit} octets, so it is not what belongs here",
                    path.display()
                )
            }
            Self::Write { path, cause } => write!(f, "{} cannot be written: {cause}", path.display()),
            Self::Exists { path } => write!(f, "{} is there already", path.display()),
            Self::NotText { path } => write!(f, "{} is not text", path.display()),
            Self::CountersignatureName { path } => write!(f, "{} is not named like member-1.sig", path.display()),
            Self::Busy { path } => write!(f, "another process is at work with {}", path.display()),
            Self::Input(cause) => write!(f, "standard input cannot be read: {cause}"),
            Self::InputEnded => write!(f, "standard input ended before the passphrase"),
            Self::LineTooLong { limit } => write!(f, "a line of more than {limit} octets was typed"),
            Self::NoPassphrase => write!(f, "no passphrase was typed"),
            Self::PassphrasesDiffer => write!(f, "the two passphrases differ"),
            Self::WrongPassphrase { path } => write!(f, "this is not the passphrase of {}", path.display()),
            Self::DamagedKey { path, what } => write!(f, "{} is no log key: {what}", path.display()),
            Self::ForeignKey { path, found, expected } => {
                write!(f, "{} holds the key {found}, not {expected}", path.display())
            }
            Self::Key { doing, what } => write!(f, "{doing} failed: {what}"),
            Self::DamagedLedger { path, what } => {
                write!(f, "{} does not say what was signed: {what}", path.display())
            }
            Self::Bundle { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Findings(findings) => {
                let many = if findings.len() == 1 { "" } else { "s" };
                write!(f, "{} finding{many}; nothing was written", findings.len())
            }
            Self::KeyNotInPolicy { key } => write!(f, "the plan's log policy does not name the key {key}"),
            Self::WitnessesWanted => write!(f, "the plan's log policy asks for witnesses, and none can be reached"),
            Self::Published { event } => write!(f, "the event {event} is in the store already"),
            Self::OtherAppend { unfinished } => write!(f, "the append of {unfinished} was cut off"),
            Self::AppendChanged { event } => {
                write!(f, "the append of {event} was cut off, and its files were others then")
            }
            Self::CheckpointDiffers { published, signed } => {
                write!(
                    f,
                    "the store's checkpoint has {published}, the last one signed has {signed}"
                )
            }
            Self::OtherBytes { path } => write!(f, "{path} is in the store already, with other contents"),
            Self::Changed { path } => write!(f, "{path} changed in the store while it was being replaced"),
            Self::NotKept { path } => write!(f, "the store took {path} and does not have it"),
            Self::Path { path } => write!(f, "'{}' is no path in a store", record::text::plain(path, 100)),
            Self::Store { path, cause } => write!(f, "{path} in the store: {cause}"),
            Self::Log(cause) => write!(f, "the log refuses: {cause}"),
            Self::Page { path, what } => write!(f, "no page can be made of {path}: {what}"),
        }
    }
}

impl Error {
    /// What a person can do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NowInProduction => "leave --now away: the machine's clock counts",
            Self::RehearsalOnly => "add --rehearsal to make a rehearsal's log",
            Self::Read { .. } => "check the path",
            Self::Exists { .. } => "nothing is overwritten; name another place, or move that away",
            Self::CountersignatureName { .. } => "put nothing but the members' signatures of the record there",
            Self::Busy { .. } => "wait until it has ended; two publishers would fork the log",
            Self::InputEnded | Self::NoPassphrase => "give the passphrase as one line",
            Self::WrongPassphrase { .. } | Self::PassphrasesDiffer => "run the same command again",
            Self::ForeignKey { .. } => "bring back the key together with the .state file beside it",
            Self::DamagedLedger { .. } => "without it the log could fork: bring it back from where the key is kept",
            Self::Findings(_) => "correct what was found; each line above names file and rule",
            Self::KeyNotInPolicy { .. } => "publish with the log key that the reviewed plan names",
            Self::WitnessesWanted => "witnesses come with a later version; rehearsals say 'quorum none'",
            Self::OtherAppend { .. } => "run that append again first; it goes on where it was",
            Self::AppendChanged { .. } => "run it again with exactly the files of the first time",
            Self::CheckpointDiffers { .. } => "one of the two was rolled back: find out why before anything is signed",
            Self::OtherBytes { .. } => "published files never change; something else has this name",
            Self::Changed { .. } | Self::NotKept { .. } | Self::Store { .. } | Self::Write { .. } => {
                "when the cause is gone, run the same command again; it goes on where it was"
            }
            Self::Bundle { cause, .. } => return cause.hint(),
            _ => return None,
        };
        Some(hint.into())
    }
}
