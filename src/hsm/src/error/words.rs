//! Errors in words: lower case, one line, values included.

use std::fmt;

use super::Error;

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
            Usage { text } => write!(f, "the CLI did not understand the command: {text}"),
            Suspended { shown, text } => {
                write!(
                    f,
                    "the CLI was stopped at `{shown}`, as by the terminal; printed meanwhile: {text:?}"
                )
            }
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
            FileTooLarge { name, length, limit } => {
                write!(f, "the file {name} has {length} bytes and may have {limit}")
            }
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
            // Journal and record have these very words.
            ReplayedLoss { text, .. } | ReplayedRefusal { text } => f.write_str(text),
            Token { shown, error } => write!(f, "{error}, at `{shown}`"),
            Unsupported { operation } => write!(f, "this HSM cannot {operation}"),
        }
    }
}

fn list(serials: &[String]) -> String {
    match serials.is_empty() {
        true => "none".into(),
        false => serials.join(" "),
    }
}
