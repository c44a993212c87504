//! What can stop a publication: findings, a log that would fork, files that are not what they should be.

mod hint;
mod text;

use std::io;
use std::path::PathBuf;

use verifier::Finding;

/// Why nothing, or not everything, was published.
#[derive(Debug)]
pub enum Error {
    /// The command line is not one of ours.
    Usage { what: String },
    /// `--now` outside a rehearsal.
    NowInProduction,
    /// A log without witnesses outside a rehearsal.
    RehearsalOnly,
    /// A file of the local machine cannot be read.
    Read { path: PathBuf, cause: io::Error },
    /// A folder, a pipe or a device where a file belongs.
    NotAFile { path: PathBuf },
    /// A file is larger than any of its kind.
    TooLarge { path: PathBuf, limit: usize },
    /// A file of the local machine cannot be written.
    Write { path: PathBuf, cause: io::Error },
    /// Something new has the name of something that is there.
    Exists { path: PathBuf },
    /// A signature file that is not text.
    NotText { path: PathBuf },
    /// A file among the countersignatures that is not named for a member.
    CountersignatureName { path: PathBuf },
    /// A second signature of one member, and not the same.
    TwoCountersignatures { path: PathBuf },
    /// Another process is at it.
    Busy { path: PathBuf },
    /// Standard output took not all that was to be shown.
    Output { kind: io::ErrorKind },
    /// Standard input cannot be read.
    Input(io::Error),
    /// Standard input ended before the passphrase.
    InputEnded,
    /// A line of standard input is longer than any passphrase.
    LineTooLong { limit: usize },
    /// An empty passphrase.
    NoPassphrase,
    /// Typed twice, not the same.
    PassphrasesDiffer,
    /// The passphrase does not open the log key.
    WrongPassphrase { path: PathBuf },
    /// A key file that is not one.
    DamagedKey { path: PathBuf, what: String },
    /// A file is no sealed key of a delegate.
    DamagedSigner { path: PathBuf, what: String },
    /// The key in the file is not the one that was made with what lies beside it.
    ForeignKey {
        path: PathBuf,
        found: String,
        expected: String,
    },
    /// No key could be made or sealed.
    Key { doing: &'static str, what: String },
    /// What the log key's keeper remembers cannot be read.
    DamagedLedger { path: PathBuf, what: String },
    /// A certificate that cannot be read.
    Certificate { path: PathBuf, what: String },
    /// A batch of signatures that cannot be read.
    Batch { path: PathBuf, what: String },
    /// The key is of another of the store's logs.
    OtherLog { found: String, wanted: String },
    /// A file that is not the scanner page.
    NotAScanner { path: PathBuf, what: &'static str },
    /// A store in which no event was published yet.
    NothingStands,
    /// A bundle that cannot be taken.
    Bundle { path: PathBuf, cause: Box<record::Error> },
    /// The verifier found something wrong in the event.
    Findings(Vec<Finding>),
    /// The plan's log policy does not name this log's key.
    KeyNotInPolicy { key: String },
    /// The log policy has frozen this key's log.
    Frozen { log: String },
    /// A frozen log is not in the store as it ended.
    NotFinal { log: String, found: u64, last: u64 },
    /// What the old key's memory says was cut off, and is not published.
    Unfinished { name: String },
    /// A log in which nothing is published cannot end.
    EmptyLog { log: String },
    /// A token that refuses.
    Token { token: String, cause: Box<pkcs11::Error> },
    /// A quorum that the witnesses named cannot make, or fewer than two of three outside a rehearsal.
    WitnessesFew { quorum: usize, of: usize },
    /// Too few witnesses cosigned.
    WitnessesShort { cause: tlog::Error },
    /// A witness has seen a checkpoint of this log beyond what is remembered here.
    WitnessAhead { witness: String, theirs: u64, ours: u64 },
    /// A witness has seen a checkpoint of this log's key with another tree.
    WitnessForked {
        witness: String,
        size: u64,
        theirs: String,
        ours: String,
    },
    /// The event is in the store already.
    Published { event: String },
    /// Another publication after the same checkpoint is staged, by another publisher or with other files.
    Claimed { by: String, path: String },
    /// What was remembered beside the key changed after it was read.
    LedgerChanged { path: PathBuf },
    /// A publication was signed, and what was staged of it is not there.
    StagingLost { path: String, what: String },
    /// More than can be staged at once.
    TooMuch { octets: usize, limit: usize },
    /// The checkpoint in the store is not the last one that was signed.
    CheckpointDiffers { published: String, signed: String },
    /// A file of the store that never changes would change.
    OtherBytes { path: String },
    /// A file of the store changed while it was being replaced.
    Changed { path: String },
    /// The store said that a file was written, and has another or none.
    NotKept { path: String },
    /// A store that replaces files that it must not replace.
    Unconditional { path: String, what: &'static str },
    /// A path that no file of a store has.
    Path { path: String },
    /// The store cannot be read or written.
    Store { path: String, cause: io::Error },
    /// The log refuses.
    Log(tlog::Error),
    /// A line of a raw log that looks like an access and cannot be read; line 0 is the file's end.
    LogLine {
        path: PathBuf,
        line: u64,
        what: &'static str,
    },
    /// The token or the key that should sign a batch does not.
    Signer { what: String },
    /// A watch's settings, or a file that they name, that cannot be meant.
    Settings { path: PathBuf, what: String },
    /// What a watch remembers cannot be read.
    WatchState { path: PathBuf, what: String },
    /// Members in office to whom no message would go, and mailboxes of nobody.
    Mailboxes { missing: Vec<String>, others: Vec<String> },
    /// The store is a rehearsal's and the settings are not, or the other way round.
    RehearsalDiffers,
    /// Mail cannot be set up.
    Mail { what: String },
    /// Members whose messages no server took.
    Undelivered { members: Vec<String> },
    /// A page cannot be made, for something is wrong with a file it tells of.
    Page { path: String, what: String },
}

impl From<tlog::Error> for Error {
    fn from(error: tlog::Error) -> Self {
        Self::Log(error)
    }
}

impl Error {
    /// The process's exit code: 1 refused, 2 wrong usage, 3 bad input, 4 another part failed.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } | Self::NowInProduction => 2,
            Self::Read { .. } | Self::NotAFile { .. } | Self::TooLarge { .. } => 3,
            Self::TwoCountersignatures { .. } => 3,
            Self::NotText { .. } | Self::CountersignatureName { .. } | Self::NotAScanner { .. } => 3,
            Self::Input(_) | Self::InputEnded | Self::LineTooLong { .. } => 3,
            Self::DamagedKey { .. }
            | Self::DamagedSigner { .. }
            | Self::DamagedLedger { .. }
            | Self::LogLine { .. } => 3,
            Self::Bundle { cause, .. } if matches!(**cause, record::Error::OtherMark { .. }) => 1,
            Self::Bundle { .. } | Self::Batch { .. } => 3,
            Self::WitnessesShort { .. } | Self::Token { .. } | Self::Signer { .. } => 4,
            Self::Output { .. } | Self::Write { .. } | Self::Key { .. } | Self::Store { .. } | Self::NotKept { .. } => {
                4
            }
            Self::TooMuch { .. } | Self::Settings { .. } | Self::WatchState { .. } | Self::Mail { .. } => 3,
            Self::Undelivered { .. } => 4,
            Self::Unconditional { .. } => 4,
            _ => 1,
        }
    }
}
