//! What broke beneath; why a command was refused is in `refusal`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

pub use crate::refusal::Refusal;
use crate::state_file::VERSION;

/// The stand-in itself cannot go on.
#[derive(Debug)]
pub enum Broken {
    /// A file of the state folder cannot be read, written or locked.
    File { path: PathBuf, source: std::io::Error },
    /// The folder holds other things than a cluster.
    NotACluster { path: PathBuf },
    /// The state file does not parse.
    State { path: PathBuf, source: serde_json::Error },
    /// A file of the state has another version's form.
    Version { path: PathBuf, version: u64 },
    /// A number of the state file is one that no command could have made.
    Senseless { path: PathBuf, field: &'static str },
    /// The state file is larger than any that was written.
    TooLarge { path: PathBuf },
    /// The command would make the state larger than can be read again; it had no effect.
    Full,
    /// There are private keys, and nothing says whose they are.
    StateGone { path: PathBuf },
    /// A new key's file is there already, and is another key's.
    KeyThere { path: PathBuf },
    /// A cluster is in the folder already.
    Exists { path: PathBuf },
    /// An order to the stand-in itself makes no sense.
    Order { text: String, hint: &'static str },
    /// Nothing says where the folder's private keys are and what seals them.
    NotSealed { path: PathBuf },
    /// The seal key's file is not there.
    NoSealKey { path: PathBuf },
    /// The file is no seal key at all.
    NotASealKey { path: PathBuf },
    /// A seal key, but another one.
    WrongSealKey { path: PathBuf },
    /// A sealed file does not open with the key that sealed it.
    Damaged { path: PathBuf },
    /// The PKCS#11 token that keeps the keys failed, or does not hold this one.
    Token(pkcs11::Error),
    /// The line between server and client is lost, or speaks another language.
    Line { text: String },
    /// The address cannot be served.
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    /// Standard input or output failed.
    Console(std::io::Error),
    /// The system gives no randomness.
    Randomness,
}

impl Broken {
    pub fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Broken {
        Broken::File {
            path: path.into(),
            source,
        }
    }

    pub fn line(why: impl fmt::Display) -> Broken {
        Broken::Line { text: why.to_string() }
    }

    pub fn order(text: impl Into<String>, hint: &'static str) -> Broken {
        let text = text.into();
        Broken::Order { text, hint }
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Broken::Exists { .. } => 1,
            Broken::Order { .. } => 2,
            Broken::NotACluster { .. }
            | Broken::State { .. }
            | Broken::Version { .. }
            | Broken::Senseless { .. }
            | Broken::TooLarge { .. }
            | Broken::Full
            | Broken::StateGone { .. }
            | Broken::KeyThere { .. }
            | Broken::NotSealed { .. }
            | Broken::NoSealKey { .. }
            | Broken::NotASealKey { .. }
            | Broken::WrongSealKey { .. }
            | Broken::Damaged { .. } => 3,
            Broken::File { .. }
            | Broken::Token(_)
            | Broken::Line { .. }
            | Broken::Listen { .. }
            | Broken::Console(_)
            | Broken::Randomness => 4,
        }
    }

    /// Error and hint, as standard error says them.
    pub fn told(&self) -> String {
        let hint = self.hint();
        format!("cloudhsm-standin: error: {self}\ncloudhsm-standin: hint: {hint}")
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::File { path, source } => write!(out, "{}: {source}", path.display()),
            Broken::NotACluster { path } => write!(out, "{} holds something other than a cluster", path.display()),
            Broken::State { path, source } => write!(out, "{} does not parse: {source}", path.display()),
            Broken::Version { path, version } => {
                write!(
                    out,
                    "{} has another version's form: {version}, not {VERSION}",
                    path.display()
                )
            }
            Broken::Senseless { path, field } => write!(out, "{} is damaged: {field} makes no sense", path.display()),
            Broken::TooLarge { path } => write!(out, "{} is damaged: it is larger than 16 MiB", path.display()),
            Broken::Full => out.write_str("the cluster's state would be larger than 16 MiB; nothing was changed"),
            Broken::StateGone { path } => write!(out, "{} is missing, and there are private keys", path.display()),
            Broken::KeyThere { path } => write!(out, "{} is there already, and is another key's", path.display()),
            Broken::Exists { path } => write!(out, "{} holds a cluster already", path.display()),
            Broken::Order { text, .. } => out.write_str(text),
            Broken::NotSealed { path } => {
                write!(out, "{} is missing: nothing says what seals the keys", path.display())
            }
            Broken::NoSealKey { path } => write!(out, "the seal key {} is missing", path.display()),
            Broken::NotASealKey { path } => write!(out, "{} is not a seal key", path.display()),
            Broken::WrongSealKey { path } => write!(out, "{} is not the key that seals this cluster", path.display()),
            Broken::Damaged { path } => {
                write!(out, "{} is damaged: it does not open with the seal key", path.display())
            }
            Broken::Token(error) => write!(out, "the keys' token: {error}"),
            Broken::Line { text } => write!(out, "the line is lost: {text}"),
            Broken::Listen { address, source } => write!(out, "{address} cannot be served: {source}"),
            Broken::Console(source) => write!(out, "standard input or output: {source}"),
            Broken::Randomness => out.write_str("the system gives no randomness"),
        }
    }
}

impl std::error::Error for Broken {}

impl From<Broken> for Refusal {
    fn from(broken: Broken) -> Refusal {
        Refusal::Broken {
            text: broken.to_string(),
        }
    }
}
