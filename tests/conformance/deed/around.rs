//! What happens around the HSM, and lines as they are typed.

use serde::Deserialize;

/// What can be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum AroundDeed {
    /// An order to the stand-in: `["clock", "--advance", "601"]`.
    Standin(Vec<String>),
    /// The session's process ends without a word.
    HangUp,
    /// A line as it is typed; `{q}` is a key's reference, `{q.public}` that of its other half, `<t>` a token's file.
    Line(String),
    /// A command in single-command mode, as that user.
    Single { user: String, line: String },
    /// Lines into a process of their own, to its end; it shows `out`, `err` and `code`.
    Feed(Vec<String>),
    /// The same for a command in single-command mode.
    Run { user: String, line: String },
    /// Members sign each entry of a registration's file with that RSA key; its public half goes to `<KEY.pub>`.
    SignFile { file: String, key: String },
    /// A file of the scenario; it shows `text`.
    File(String),
}
