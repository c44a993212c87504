//! The errors in words.

use std::fmt;

use super::Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { what } => f.write_str(what),
            Self::NowInProduction => write!(f, "--now is for rehearsals, and this is not one"),
            Self::RehearsalOnly => write!(f, "a log without witnesses is for rehearsals only"),
            Self::Read { path, cause } => write!(f, "{} cannot be read: {cause}", path.display()),
            Self::NotAFile { path } if path.is_dir() => write!(f, "{} is a folder, not a file", path.display()),
            Self::NotAFile { path } => write!(f, "{} is no ordinary file", path.display()),
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
            Self::TwoCountersignatures { path } => {
                write!(f, "{} is another signature of one member beside theirs", path.display())
            }
            Self::Busy { path } => write!(f, "another process is at work with {}", path.display()),
            Self::Output { kind } => write!(f, "standard output cannot be written: {kind}"),
            Self::Input(cause) => write!(f, "standard input cannot be read: {cause}"),
            Self::InputEnded => write!(f, "standard input ended before the passphrase"),
            Self::LineTooLong { limit } => write!(f, "a line of more than {limit} octets was typed"),
            Self::NoPassphrase => write!(f, "no passphrase was typed"),
            Self::PassphrasesDiffer => write!(f, "the two passphrases differ"),
            Self::WrongPassphrase { path } => write!(f, "this is not the passphrase of {}", path.display()),
            Self::DamagedKey { path, what } => write!(f, "{} is no log key: {what}", path.display()),
            Self::DamagedSigner { path, what } => write!(f, "{} signs no batch: {what}", path.display()),
            Self::ForeignKey { path, found, expected } => {
                write!(f, "{} holds the key {found}, not {expected}", path.display())
            }
            Self::Key { doing, what } => write!(f, "{doing} failed: {what}"),
            Self::DamagedLedger { path, what } => {
                write!(f, "{} does not say what was signed: {what}", path.display())
            }
            Self::Certificate { path, what } => write!(f, "{} is no certificate: {what}", path.display()),
            Self::Batch { path, what } => write!(f, "{} is no batch of signatures: {what}", path.display()),
            Self::OtherLog { found, wanted } => write!(f, "the key is that of the log {found}, not of {wanted}"),
            Self::NotAScanner { path, what } => write!(f, "{} is not the scanner page: {what}", path.display()),
            Self::NothingStands => write!(f, "the store has no event whose delegates could have issued it"),
            Self::Bundle { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Findings(findings) => {
                let many = if findings.len() == 1 { "" } else { "s" };
                write!(f, "{} finding{many}; nothing was written", findings.len())
            }
            Self::KeyNotInPolicy { key } => write!(f, "the plan's log policy does not name the key {key}"),
            Self::Frozen { log } => write!(f, "the log policy has frozen {log}: nothing is added to it any more"),
            Self::NotFinal { log, found, last } => {
                write!(
                    f,
                    "{log} ended with {last} entries, and the store's has {found}, or others"
                )
            }
            Self::Unfinished { name } => write!(f, "the publication {name} was signed and is not published"),
            Self::EmptyLog { log } => write!(f, "the store has no entry of {log}"),
            Self::Token { token, cause } => write!(f, "the token {}: {cause}", record::text::plain(token, 40)),
            Self::WitnessesFew { quorum, of } => write!(f, "{quorum} of {of} witnesses make no quorum here"),
            Self::WitnessesShort { cause } => write!(f, "the checkpoint is not published: {cause}"),
            Self::WitnessAhead { witness, theirs, ours } => {
                write!(
                    f,
                    "the witness {witness} has seen {theirs} entries of this log, and {ours} are known here"
                )
            }
            Self::WitnessForked {
                witness,
                size,
                theirs,
                ours,
            } => {
                write!(
                    f,
                    "the witness {witness} has seen another log of {size} entries, root {theirs} and not {ours}"
                )
            }
            Self::Published { event } => write!(f, "the event {event} is in the store already"),
            Self::Claimed { by, path } => write!(f, "{path}: {by} is staged after the same checkpoint"),
            Self::LedgerChanged { path } => write!(f, "{} changed while it was being replaced", path.display()),
            Self::StagingLost { path, what } => write!(f, "{path}: the publication that was signed {what}"),
            Self::TooMuch { octets, limit } => write!(f, "{octets} octets are to be published, and {limit} can be"),
            Self::CheckpointDiffers { published, signed } => {
                write!(
                    f,
                    "the store's checkpoint has {published}, the last one signed has {signed}"
                )
            }
            Self::OtherBytes { path } => write!(f, "{path} is in the store already, with other contents"),
            Self::Changed { path } => write!(f, "{path} changed in the store while it was being replaced"),
            Self::NotKept { path } => write!(f, "the store took {path} and does not have it"),
            Self::Unconditional { path, what } => write!(f, "the store does not keep its word: {path}: {what}"),
            Self::Path { path } => write!(f, "'{}' is no path in a store", record::text::plain(path, 100)),
            Self::Store { path, cause } => write!(f, "{path} in the store: {cause}"),
            Self::Log(cause) => write!(f, "the log refuses: {cause}"),
            Self::LogLine { path, line: 0, what } => write!(f, "{}, at its end: {what}", path.display()),
            Self::LogLine { path, line, what } => write!(f, "{}, line {line}: {what}", path.display()),
            Self::Signer { what } => write!(f, "the batch was not signed: {what}"),
            Self::Settings { path, what } => write!(f, "{}: {what}", path.display()),
            Self::WatchState { path, what } => {
                write!(f, "{} does not say what was watched: {what}", path.display())
            }
            Self::Mailboxes { missing, others } => {
                let named = |title: &str, members: &[String]| match members {
                    [] => String::new(),
                    members => format!("{title}: {}", members.join(", ")),
                };
                let all = [
                    named("in office without a mailbox", missing),
                    named("with a mailbox and not in office", others),
                ];
                write!(
                    f,
                    "{}",
                    all.iter()
                        .filter(|one| !one.is_empty())
                        .cloned()
                        .collect::<Vec<_>>()
                        .join("; ")
                )
            }
            Self::RehearsalDiffers => write!(f, "of store and settings one is a rehearsal's, and one is not"),
            Self::Mail { what } => write!(f, "mail cannot be set up: {what}"),
            Self::Undelivered { members } => write!(f, "messages to {} were not taken", members.join(", ")),
            Self::Page { path, what } => write!(f, "no page can be made of {path}: {what}"),
        }
    }
}
