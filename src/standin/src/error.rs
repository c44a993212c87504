//! What broke beneath; why a command was refused is in `refusal`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

pub use crate::refusal::Refusal;

/// The stand-in itself cannot go on.
#[derive(Debug)]
pub enum Broken {
    /// A file of the state folder cannot be read, written or locked.
    File { path: PathBuf, source: std::io::Error },
    /// The folder holds other things than a cluster.
    NotACluster { path: PathBuf },
    /// The state file does not parse.
    State { path: PathBuf, source: serde_json::Error },
    /// A cluster is in the folder already.
    Exists { path: PathBuf },
    /// An order to the stand-in itself makes no sense.
    Order { text: String },
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

    pub fn order(text: impl Into<String>) -> Broken {
        Broken::Order { text: text.into() }
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Broken::Exists { .. } => 1,
            Broken::Order { .. } => 2,
            Broken::NotACluster { .. }
            | Broken::State { .. }
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

    /// What can be done about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Broken::NotSealed { .. } => "make a new cluster, in a folder that is absent or empty",
            Broken::NoSealKey { .. } => {
                "bring the file back to that place; without it the private keys are lost, and only a new cluster helps"
            }
            Broken::NotASealKey { .. } => "a seal key is a line of 64 hexadecimal digits; `standin init` makes one",
            Broken::WrongSealKey { .. } => {
                "each cluster has its own: bring back the one that `standin init` made for it"
            }
            Broken::Damaged { .. } => "restore the folder from a copy; the other keys still work",
            Broken::Token(error) => return error.hint(),
            Broken::Listen { .. } => "choose an address of this machine, and a port that nobody else serves",
            _ => return None,
        })
    }

    /// Error and hint, as standard error says them.
    pub fn told(&self) -> String {
        let hint = self
            .hint()
            .map_or(String::new(), |hint| format!("\ncloudhsm-standin: hint: {hint}"));
        format!("cloudhsm-standin: error: {self}{hint}")
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::File { path, source } => write!(out, "{}: {source}", path.display()),
            Broken::NotACluster { path } => write!(out, "{} holds something other than a cluster", path.display()),
            Broken::State { path, source } => write!(out, "{} does not parse: {source}", path.display()),
            Broken::Exists { path } => write!(out, "{} holds a cluster already", path.display()),
            Broken::Order { text } => out.write_str(text),
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
