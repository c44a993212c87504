//! What can go wrong with an HSM: what it said, what the channel saw, and what we refuse to ask.

mod advice;
mod words;

use std::{path::PathBuf, time::Duration};

use crate::ObserverError;

/// One thing that went wrong. Texts from outside were made plain before they got here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A quorum key was used without approval.
    QuorumFailed,
    /// An admin operation needs a quorum's approval.
    ApprovalRequired,
    /// Fewer approvals than the quorum value.
    TooFewApprovals {
        /// Those counted.
        approvals: u64,
        /// Those needed.
        required: u64,
    },
    /// An approval does not verify, its user may not approve, or the token was used before.
    ApprovalRefused,
    /// The token file holds no approvals.
    NoSignatures,
    /// The signature over a registration token is wrong.
    RegistrationRefused,
    /// A quorum value exceeds the number of users who could approve.
    QuorumAboveUsers,
    /// A key's quorum values are not both above one.
    QuorumBelowTwo,
    /// A filter that must match one key matched several.
    SeveralKeys {
        /// How many.
        matched: u64,
    },
    /// An attribute cannot have this value now.
    AttributeForbidden {
        /// The attribute.
        name: String,
        /// The value asked for.
        value: String,
    },
    /// The key is on fewer than two HSMs.
    KeyNotAvailable {
        /// The CLI's words.
        text: String,
    },
    /// Enforcing mTLS needs a connection that is mTLS already.
    EnforcementNeedsMtls,
    /// The HSM is out of reach; login and tokens are gone.
    Disconnected {
        /// The command.
        shown: String,
        /// The CLI's words.
        text: String,
    },
    /// The HSM said no in words we do not know.
    Unknown {
        /// The words.
        text: String,
    },
    /// The CLI complained in plain text instead of answering.
    PlainText {
        /// The command.
        shown: String,
        /// The CLI's words.
        text: String,
    },
    /// The CLI did not understand the command and did nothing.
    Usage {
        /// The CLI's words.
        text: String,
    },
    /// The CLI was stopped while it should answer, as the terminal stops whoever reads it from the background.
    Suspended {
        /// The command.
        shown: String,
        /// What was printed meanwhile.
        text: String,
    },
    /// The CLI could not be started.
    Start {
        /// Its path.
        program: PathBuf,
        /// The system's reason.
        why: String,
    },
    /// The CLI ended without an answer.
    Ended {
        /// The command.
        shown: String,
        /// What it printed last.
        text: String,
    },
    /// No answer came in time.
    NoAnswer {
        /// The command.
        shown: String,
        /// How long we waited.
        waited: Duration,
        /// What was printed meanwhile.
        text: String,
    },
    /// An answer was longer than allowed.
    TooLong {
        /// The command.
        shown: String,
        /// The bound, in bytes.
        limit: usize,
    },
    /// An answer came that no command asked for; this command was not typed.
    Unasked {
        /// The command that was not typed.
        shown: String,
        /// What came.
        text: String,
    },
    /// An earlier command ended without a clear answer; this one was not typed.
    Broken {
        /// The command that was not typed.
        shown: String,
    },
    /// The work directory cannot be used.
    WorkDirectory {
        /// Its path.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// A file of the work directory could not be written or removed; the command was not typed.
    File {
        /// Its name.
        name: String,
        /// The system's reason.
        why: String,
    },
    /// An answer is not of the expected form.
    Malformed {
        /// The command.
        shown: String,
        /// What is wrong.
        why: String,
    },
    /// An answer is about something else than was asked.
    WrongAnswer {
        /// What differs.
        what: &'static str,
        /// What was asked.
        expected: String,
        /// What was answered.
        found: String,
    },
    /// The CLI said yes but left no file, or one of more than a mebibyte.
    MissingFile {
        /// The command.
        shown: String,
        /// The file's name.
        name: String,
    },
    /// A token file contradicts itself or what was asked.
    BadToken {
        /// What is wrong.
        why: String,
    },
    /// An exported public key is no P-384 key, or not the one that the HSM lists.
    BadPublicKey {
        /// What is wrong.
        why: String,
    },
    /// What is to prove the HSM's identity cannot be read.
    BadIdentity {
        /// Which certificate, request or description.
        what: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A trust anchor to be registered is not one certificate in PEM.
    BadTrustAnchor,
    /// Two keys have a label that should be one key's.
    LabelNotUnique {
        /// The label.
        label: String,
        /// How many keys have it.
        matched: usize,
    },
    /// One user approves twice.
    DuplicateApprover {
        /// The user.
        user: String,
    },
    /// Nobody approves.
    NoApprovals,
    /// Fewer HSMs than every operation on a key needs.
    TooFewNodes {
        /// How many there are.
        found: usize,
        /// How many there must be.
        least: usize,
    },
    /// The cluster's HSMs are not those of the start.
    ClusterChanged {
        /// Serial numbers that are gone.
        gone: Vec<String>,
        /// Serial numbers that are new.
        new: Vec<String>,
    },
    /// A word of a command would need quoting, whose rules are undocumented.
    BadArgument {
        /// The word.
        value: String,
    },
    /// A command is too long to be typed.
    LineTooLong {
        /// Its length in bytes.
        length: usize,
        /// The bound.
        limit: usize,
    },
    /// A file for a command is too large.
    FileTooLarge {
        /// Its name.
        name: String,
        /// Its length in bytes.
        length: usize,
        /// The bound.
        limit: usize,
    },
    /// A user name that CloudHSM would refuse or change.
    BadUserName {
        /// The name.
        name: String,
    },
    /// A password cannot be typed or would be refused.
    BadSecret {
        /// The rule.
        why: &'static str,
    },
    /// Somebody is logged in already.
    LoggedIn {
        /// Who.
        user: String,
    },
    /// A command was begun and waits for signatures; this one was not typed.
    Waiting {
        /// The command that was not typed.
        shown: String,
    },
    /// There is no command that waits for these signatures.
    NothingWaits,
    /// The observer stopped the command before it left.
    Stopped {
        /// The command.
        shown: String,
        /// The observer's reason.
        why: ObserverError,
    },
    /// The command was carried out, but the observer could not take down the answer.
    Unrecorded {
        /// The command.
        shown: String,
        /// The observer's reason.
        why: ObserverError,
        /// The answer, so that it is not lost.
        answer: String,
    },
    /// A dry run stops here.
    DryRun {
        /// The command that was shown and not run.
        shown: String,
    },
    /// A replayed event asks something else than the recorded one.
    ReplayDiffers {
        /// Which exchange, from 1.
        number: usize,
        /// The recorded command.
        recorded: String,
        /// The command now.
        found: String,
    },
    /// A replayed event asks more than the recorded one.
    ReplayEnded {
        /// Which exchange, from 1.
        number: usize,
        /// The command now.
        found: String,
    },
    /// In the recorded event no answer came here.
    ReplayedLoss {
        /// The command.
        shown: String,
        /// What was known then.
        text: String,
    },
    /// In the recorded event a PKCS#11 token refused here.
    ReplayedRefusal {
        /// What it said then.
        text: String,
    },
    /// A PKCS#11 token refused, or went away.
    Token {
        /// The call.
        shown: String,
        /// What it said.
        error: pkcs11::Error,
    },
    /// This kind of HSM has no such operation.
    Unsupported {
        /// The operation.
        operation: &'static str,
    },
}

impl std::error::Error for Error {}
