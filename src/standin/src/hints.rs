//! What can be done about what broke.

use std::io::{Error, ErrorKind};

use crate::error::Broken;

impl Broken {
    /// Every error has one.
    pub fn hint(&self) -> &'static str {
        match self {
            Broken::File { source, .. } => about_file(source),
            Broken::Order { hint, .. } => hint,
            Broken::NotACluster { .. } => "name a folder that is absent or empty in CLOUDHSM_STANDIN_DIR",
            Broken::Exists { .. } => "use it as it is, or name another folder in CLOUDHSM_STANDIN_DIR",
            Broken::State { .. } | Broken::Senseless { .. } | Broken::TooLarge { .. } => {
                "restore the folder from a copy, or undo what was changed by hand"
            }
            Broken::Version { .. } => "use the stand-in that made it, or make a new cluster in another folder",
            Broken::Full => "delete keys or users, with their long labels and lists; the state is as it was",
            Broken::StateGone { .. } => {
                "bring the file back from a copy; for a new cluster, name another folder, or empty this one"
            }
            Broken::KeyThere { .. } => "the state is older than its keys: bring back the one that belongs to them",
            Broken::NotSealed { .. } => "make a new cluster, in a folder that is absent or empty",
            Broken::NoSealKey { .. } => {
                "bring the file back to that place; without it the private keys are lost, and only a new cluster helps"
            }
            Broken::NotASealKey { .. } => "a seal key is a line of 64 hexadecimal digits; `standin init` makes one",
            Broken::WrongSealKey { .. } => {
                "each cluster has its own: bring back the one that `standin init` made for it"
            }
            Broken::Damaged { .. } => "restore the folder from a copy; the other keys still work",
            Broken::Token(error) => error
                .hint()
                .unwrap_or("look at the token with its own tool, then try again"),
            Broken::Line { .. } => "connect again; the server has what was answered, and may have the last command",
            Broken::Listen { .. } => "choose an address of this machine, and a port that nobody else serves",
            Broken::Console(_) => "give the program a standard input and output that stay open until it ends",
            Broken::Randomness => "try again; a system without randomness makes no keys",
        }
    }
}

fn about_file(source: &Error) -> &'static str {
    match source.kind() {
        ErrorKind::NotFound => "see that the folders above it are there, and that nobody moved it away",
        ErrorKind::PermissionDenied => "a cluster's folder is its owner's alone: be that user, or name another folder",
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            "something else has that name: move it away, or name another place"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk; the last state is whole",
        _ => "a cluster is a folder of regular files that one user may read and write: see what is there",
    }
}
