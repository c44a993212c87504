//! What can go wrong with an HSM: what it said, what the channel saw, and what we refuse to ask.

use std::{fmt, path::PathBuf, time::Duration};

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

impl Error {
    /// May the HSM have carried out the command although we cannot say so? Then nothing is retried, and people decide.
    pub fn outcome_unknown(&self) -> bool {
        use Error::*;
        if let Token { error, .. } = self {
            return error.outcome_unknown();
        }
        matches!(
            self,
            Disconnected { .. }
                | PlainText { .. }
                | Ended { .. }
                | NoAnswer { .. }
                | TooLong { .. }
                | Malformed { .. }
                | WrongAnswer { .. }
                | MissingFile { .. }
                | Unrecorded { .. }
                | ReplayedLoss { .. }
        )
    }

    /// What can be done about it, where something can.
    pub fn hint(&self) -> Option<&'static str> {
        use Error::*;
        Some(match self {
            Token { error, .. } => return error.hint(),
            Unknown { .. } => {
                "these are the HSM's own words: a wrong password counts, the fifth locks the account; after an expired token, resume"
            }
            QuorumFailed | ApprovalRequired | NoSignatures => "mint a token, have it approved, and give the approvals",
            TooFewApprovals { .. } => "more members approve while the token lives",
            ApprovalRefused => {
                "each approval counts once, for this token, in the login that minted it: mint a new token"
            }
            RegistrationRefused => "sign the token with the key being registered: RSA-2048, PKCS#1 v1.5, SHA-256",
            QuorumAboveUsers => "share the key with more users, or create the users first",
            SeveralKeys { .. } | LabelNotUnique { .. } => "a person compares the keys with the journal before going on",
            KeyNotAvailable { .. } | TooFewNodes { .. } => "wait until the cluster has its HSMs again",
            ClusterChanged { .. } => "freeze the cluster's membership for the length of the event",
            Disconnected { .. } | Ended { .. } => "log in again; all tokens of the old login are gone",
            NoAnswer { .. } => {
                "if the CLI asks for passwords at the terminal instead of standard input, it waits for ever"
            }
            Broken { .. } | Unasked { .. } => "log out or close the session, then read the state back",
            WorkDirectory { .. } => "make an empty directory with mode 700",
            Start { .. } => "check --hsm-cli",
            BadUserName { .. } => "1 to 31 of a-z, 0-9 and _",
            BadArgument { .. } => "letters, digits and . _ - = + / : only",
            BadTrustAnchor => "give a file with one block CERTIFICATE and nothing else; the HSM takes no DER",
            LoggedIn { .. } => "log out first",
            Waiting { .. } => "finish it with its signatures, or log out to give it up",
            NothingWaits => "the session it was made in is over: begin again",
            Unrecorded { .. } => "make room for the journal; the answer above must not get lost",
            BadIdentity { .. } => "bring what AWS describes of a cluster that is not initialised, and the roots in PEM",
            _ => return None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Error::*;
        match self {
            QuorumFailed => write!(f, "the HSM refused: this key needs its quorum's approval"),
            ApprovalRequired => write!(f, "the HSM refused: this operation needs the admins' approval"),
            TooFewApprovals { approvals, required } => write!(f, "the quorum has {approvals} of {required} approvals"),
            ApprovalRefused => write!(
                f,
                "the HSM refused an approval: wrong user, wrong signature, or a used token"
            ),
            NoSignatures => write!(f, "the HSM refused: the token file holds no approvals"),
            RegistrationRefused => write!(f, "the HSM refused the signature over the registration token"),
            QuorumAboveUsers => write!(
                f,
                "the HSM refused: the quorum value exceeds the users who could approve"
            ),
            QuorumBelowTwo => write!(f, "the HSM refused: a key's two quorum values are both above 1"),
            SeveralKeys { matched } => write!(f, "the filter matched {matched} keys instead of one"),
            AttributeForbidden { name, value } => write!(f, "attribute {name} cannot be set to {value}"),
            KeyNotAvailable { text } => write!(f, "the key is on fewer than two HSMs: {text}"),
            EnforcementNeedsMtls => write!(f, "mTLS can be enforced only over an mTLS connection"),
            Disconnected { shown, text } => write!(f, "the HSM is disconnected, at `{shown}`: {text}"),
            Unknown { text } => write!(f, "the HSM refused in unknown words: {text}"),
            PlainText { shown, text } => write!(f, "the CLI complained at `{shown}`: {text}"),
            Start { program, why } => write!(f, "cannot start {}: {why}", program.display()),
            Ended { shown, text } => write!(f, "the CLI ended without an answer to `{shown}`; it printed: {text:?}"),
            NoAnswer { shown, waited, text } => {
                write!(
                    f,
                    "no answer to `{shown}` within {:.1} s; printed meanwhile: {text:?}",
                    waited.as_secs_f32()
                )
            }
            TooLong { shown, limit } => write!(f, "the answer to `{shown}` is longer than {limit} bytes"),
            Unasked { shown, text } => write!(f, "`{shown}` was not typed: the CLI said something unasked: {text}"),
            Broken { shown } => write!(f, "`{shown}` was not typed: an earlier command has no clear answer"),
            WorkDirectory { path, why } => write!(f, "cannot use the work directory {}: {why}", path.display()),
            File { name, why } => write!(f, "cannot prepare the file {name}: {why}"),
            Malformed { shown, why } => write!(f, "the answer to `{shown}` is malformed: {why}"),
            WrongAnswer { what, expected, found } => write!(
                f,
                "the HSM answered for another {what}: asked for {expected}, got {found}"
            ),
            MissingFile { shown, name } => write!(f, "`{shown}` succeeded but left no usable file {name}"),
            BadToken { why } => write!(f, "the token file is wrong: {why}"),
            BadIdentity { what, why } => write!(f, "{what} cannot be read: {why}"),
            BadPublicKey { why } => write!(f, "the exported public key is wrong: {why}"),
            BadTrustAnchor => write!(f, "the trust anchor is not one certificate in PEM"),
            LabelNotUnique { label, matched } => write!(f, "{matched} keys have the label {label}"),
            DuplicateApprover { user } => write!(f, "{user} approves twice"),
            NoApprovals => write!(f, "there are no approvals"),
            TooFewNodes { found, least } => {
                write!(f, "the cluster has {found} HSMs, and every use of a key needs {least}")
            }
            ClusterChanged { gone, new } => {
                write!(
                    f,
                    "the cluster changed since the start: gone {}, new {}",
                    list(gone),
                    list(new)
                )
            }
            BadArgument { value } => write!(f, "the word {value:?} cannot stand in a command"),
            LineTooLong { length, limit } => write!(f, "the command has {length} bytes and may have {limit}"),
            BadUserName { name } => write!(f, "{name:?} is no user name"),
            BadSecret { why } => write!(f, "the password cannot be used: {why}"),
            Waiting { shown } => write!(f, "`{shown}` was not typed: a command before it waits for signatures"),
            NothingWaits => write!(f, "no command waits for these signatures"),
            LoggedIn { user } => write!(f, "{user} is logged in"),
            Stopped { shown, why } => write!(f, "`{shown}` was not typed: {why}"),
            Unrecorded { shown, why, answer } => {
                write!(
                    f,
                    "`{shown}` was carried out but not recorded: {why}; the answer was: {answer}"
                )
            }
            DryRun { shown } => write!(f, "dry run: `{shown}` was not typed"),
            ReplayDiffers {
                number,
                recorded,
                found,
            } => {
                write!(f, "exchange {number} differs: recorded `{recorded}`, now `{found}`")
            }
            ReplayEnded { number, found } => write!(f, "exchange {number} was never recorded: `{found}`"),
            ReplayedLoss { shown, text } => write!(f, "no answer was recorded for `{shown}`: {text}"),
            Token { shown, error } => write!(f, "{error}, at `{shown}`"),
            Unsupported { operation } => write!(f, "this HSM cannot {operation}"),
        }
    }
}

impl std::error::Error for Error {}

fn list(serials: &[String]) -> String {
    match serials.is_empty() {
        true => "none".into(),
        false => serials.join(" "),
    }
}
