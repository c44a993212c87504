//! What a person can do about each error: no kind of error goes without.

use std::io::{self, ErrorKind};

use super::Error;

impl Error {
    /// What a person can do.
    #[must_use]
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::Usage { .. } => "`ceremony-publish help` lists the commands, `help COMMAND` its options",
            Self::NowInProduction => "leave --now away: the machine's clock counts",
            Self::RehearsalOnly => "name witnesses with --witness; or add --rehearsal, for a rehearsal's log",
            Self::Read { cause, .. } => reading(cause),
            Self::NotAFile { path } if path.is_dir() => "name a file in it",
            Self::NotAFile { .. } => "name a regular file; pipes and devices are not read",
            Self::TooLarge { .. } => "check the path: another file was named",
            Self::Write { cause, .. } => writing(cause),
            Self::Exists { .. } => "nothing is overwritten; name another place, or move that away",
            Self::NotText { .. } => "fetch it again: it begins with -----BEGIN SSH SIGNATURE-----",
            Self::CountersignatureName { .. } => "put nothing but the members' signatures of the record there",
            Self::TwoCountersignatures { .. } => {
                "put one signature of each member there: that of the record you publish"
            }
            Self::Busy { .. } => "wait until it has ended; two publishers would fork the log",
            Self::Output { .. } => {
                "what was to be done is done, and only the words are lost: `ceremony-verify` checks it"
            }
            Self::Input(_) => "run the same command again, with the passphrase on standard input",
            Self::InputEnded | Self::NoPassphrase => "give the passphrase as one line",
            Self::LineTooLong { .. } => "give the passphrase alone, as one line",
            Self::WrongPassphrase { .. } | Self::PassphrasesDiffer => "run the same command again",
            Self::DamagedKey { .. } => "name the file that `init` wrote, or bring it back from its copy",
            Self::DamagedSigner { .. } => {
                "name the delegate's own key: PKCS#8 or OpenSSH's form, sealed with a passphrase"
            }
            Self::ForeignKey { .. } => "bring back the key together with the .state file beside it",
            Self::Key { .. } => "nothing was written; run the same command again",
            Self::DamagedLedger { .. } => "without it the log could fork: bring it back from where the key is kept",
            Self::Bundle { cause, .. } => return cause.hint().unwrap_or_else(|| OTHER_BUNDLE.into()),
            Self::Certificate { .. } => "name an X.509 certificate, in PEM or DER",
            Self::Batch { .. } => "take the batch as the signing service wrote it; nothing was logged",
            Self::OtherLog { .. } => "name the key of that log with --log-key",
            Self::NotAScanner { .. } => "name the page that `scanner-page` of this version made",
            Self::NothingStands => "append the events of the store first",
            Self::Findings(findings) if findings.iter().all(|one| one.rule == "countersignatures-short") => {
                "the record is open until they have signed: put their signatures with the others, and append again"
            }
            Self::Findings(_) => "correct what was found; each line above names file and rule",
            Self::KeyNotInPolicy { .. } => "publish with the log key that the reviewed plan names",
            Self::Frozen { .. } => "publish with the key of the log after it",
            Self::NotFinal { .. } => "bring the frozen log's files back from a copy of the store; keep what you find",
            Self::Unfinished { .. } => "`ceremony-publish resume` ends it without the key's secret; then do this again",
            Self::EmptyLog { .. } => "a log ends with its last entry; look whether this is the whole store",
            Self::Token { cause, .. } => return cause.hint().map_or_else(|| OTHER_TOKEN.into(), Into::into),
            Self::WitnessesFew { .. } => {
                "name at least three with --witness, and --quorum 2 or more; a rehearsal may do with less"
            }
            Self::WitnessesShort { .. } => {
                "when more witnesses can be reached, run the same command again; what was cosigned is kept"
            }
            Self::WitnessAhead { .. } | Self::WitnessForked { .. } => {
                "sign nothing: find out who else used the log's key, or what was rolled back, store or ledger"
            }
            Self::Published { .. } => "nothing is left to do; `ceremony-verify store` checks it",
            Self::Claimed { .. } => {
                "one that was cut off: run it again with exactly its files; another publisher's: let it end there"
            }
            Self::LedgerChanged { .. } => "find out who else writes it: two publishers would fork the log",
            Self::StagingLost { .. } => {
                "nothing else can be published before it: bring it back from a copy of the store"
            }
            Self::TooMuch { .. } => "publish it in several parts",
            Self::CheckpointDiffers { .. } => "one of the two was rolled back: find out why before anything is signed",
            Self::OtherBytes { .. } => "published files never change; something else has this name",
            Self::Changed { .. } => "find out who else writes there, then run the same command again; it goes on",
            Self::NotKept { .. } => "check the disk or service, then run the same command again; it goes on",
            Self::Unconditional { .. } => "take a service that honours If-None-Match and If-Match on PutObject",
            Self::Path { .. } => "take the results as the console wrote them",
            Self::Store { cause, .. } => writing(cause),
            Self::Log(_) => "compare log/1 of the store with a copy, then run the same command again; it goes on",
            Self::LogLine { .. } => {
                "look at that line; with --keep-unread it is published as a gap, and nothing else of it"
            }
            Self::Signer { .. } => "check the key's file, or the token, its label and the PIN",
            Self::Settings { .. } => "correct the file: docs/guides/alerts.md has one; nothing was watched",
            Self::WatchState { .. } => "bring it back, or move it away: all that the logs have is then told again",
            Self::Mailboxes { .. } => "make the mailboxes those of the members in office",
            Self::RehearsalDiffers => "name the store that the settings are for, or set `rehearsal` in them",
            Self::Mail { .. } => "check the server's name, and that --ca is a certificate in PEM",
            Self::Undelivered { .. } => {
                "they are kept and tried again by the next run; sent.jsonl says what the server answered"
            }
            Self::Page { .. } => "bring that file back from a copy of the store, and run the same command again",
        };
        hint.into()
    }
}

/// By what the system said of a file that was to be read.
fn reading(cause: &io::Error) -> &'static str {
    match cause.kind() {
        ErrorKind::PermissionDenied => "let this user read it, or run this as its owner",
        ErrorKind::NotADirectory => "a folder belongs there: name one",
        ErrorKind::NotFound => "check the path",
        _ => "check the disk, then run the same command again",
    }
}

/// By what the system said of a file that was to be written. `init` takes back what it made; `append` goes on.
fn writing(cause: &io::Error) -> &'static str {
    match cause.kind() {
        ErrorKind::PermissionDenied => "let this user write there, then run the same command again",
        ErrorKind::ReadOnlyFilesystem => "mount it for writing, then run the same command again",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room there, then run the same command again",
        ErrorKind::NotFound => "make the folder that it belongs in, then run the same command again",
        ErrorKind::NotADirectory => "a file is where a folder belongs: move it away, then run the same command again",
        _ => "when the cause is gone, run the same command again",
    }
}

const OTHER_TOKEN: &str = "check module, token and label, then run the same command again";
const OTHER_BUNDLE: &str = "name the results.cbor that the console wrote";
