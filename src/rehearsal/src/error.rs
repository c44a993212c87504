//! Why a rehearsal stopped, and with which exit code.

use std::path::{Path, PathBuf};

/// Why a rehearsal stopped.
#[derive(Debug)]
pub enum Error {
    /// The words of the call do not fit together.
    Usage {
        /// What does not fit.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A place that must be new is there.
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    File {
        /// What was tried: `read`, `write`, ...
        act: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// What a rehearsal left cannot be gone on with.
    Memory {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A program that a rehearsal drives is not there.
    NoBinary {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The programs could not be built.
    Build {
        /// What cargo came to.
        outcome: String,
    },
    /// A program cannot be started or spoken to.
    Start {
        /// Its name.
        program: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A program ended with an error of its own.
    Child {
        /// Its name and its command.
        command: String,
        /// Its exit code; none if a signal ended it.
        code: Option<u8>,
        /// What it said on standard error.
        said: String,
        /// What a person can do about it.
        next: Option<String>,
    },
    /// The engine said something that is no event.
    Garbled {
        /// The line, made plain.
        line: String,
    },
    /// The power was cut, as ordered.
    PowerCut {
        /// Where.
        place: String,
        /// The rehearsal's folder.
        out: PathBuf,
    },
    /// The place of the power cut never came.
    NeverCut {
        /// Where.
        place: String,
        /// The rehearsal's folder.
        out: PathBuf,
    },
    /// The root in the store is not the one that the event made.
    OtherRoot {
        /// The store's.
        path: PathBuf,
    },
    /// The record in the store is not the one that the event made.
    OtherRecord {
        /// The store's.
        path: PathBuf,
    },
    /// Standard input ended where Enter was awaited.
    Left {
        /// The rehearsal's folder.
        out: PathBuf,
    },
    /// A key or a request could not be made.
    Key {
        /// Whose.
        name: String,
        /// Why.
        what: String,
    },
}

impl Error {
    /// An error of the file system.
    pub fn file(act: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |cause| Self::File {
            act,
            path: path.to_owned(),
            cause,
        }
    }

    /// 1 refused, 2 wrong usage, 3 bad input, 4 another part failed; a program's own code is passed on.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            Self::Exists { .. } | Self::NeverCut { .. } | Self::Left { .. } => 1,
            Self::OtherRoot { .. } | Self::OtherRecord { .. } => 1,
            Self::File { .. } | Self::Memory { .. } => 3,
            Self::Child { code, .. } => code.unwrap_or(4),
            Self::NoBinary { .. } | Self::Build { .. } | Self::Start { .. } | Self::Garbled { .. } => 4,
            Self::PowerCut { .. } | Self::Key { .. } => 4,
        }
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Usage { hint, .. } => hint.clone(),
            Self::Exists { path } => {
                format!(
                    "name another folder with --out, or move {} away; nothing is ever overwritten",
                    path.display()
                )
            }
            Self::Memory { .. } => "begin a new rehearsal".into(),
            Self::NoBinary { .. } => {
                "build all of them with `cargo build --release`, or run `cargo run --release -p rehearsal`".into()
            }
            Self::Build { .. } => "cargo's own words are above".into(),
            Self::PowerCut { out, .. } => format!("the power is back: `rehearsal --resume --out {}`", out.display()),
            Self::NeverCut { out, .. } => {
                format!(
                    "the event is over; `rehearsal --resume --out {}` does the rest",
                    out.display()
                )
            }
            Self::Child { next: Some(next), .. } => next.clone(),
            Self::Left { out } => {
                format!("`rehearsal --resume --out {}` goes on from there", out.display())
            }
            _ => return None,
        })
    }

    /// What a program said for itself, to be passed on.
    pub fn passed_on(&self) -> Vec<String> {
        let Self::Child { said, .. } = self else {
            return Vec::new();
        };
        let lines = || said.lines().map(|line| record::text::plain(line, 400));
        let own: Vec<_> = lines()
            .filter(|line| line.contains(": error: ") || line.contains(": hint: "))
            .collect();
        match own.is_empty() {
            true => lines().collect(),
            false => own,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Usage { what, .. } => f.write_str(what),
            Self::Exists { path } => write!(f, "{} exists", path.display()),
            Self::File { act, path, cause } => write!(f, "cannot {act} {}: {cause}", path.display()),
            Self::Memory { path, what } => write!(f, "{}: {what}", path.display()),
            Self::NoBinary { path } => write!(f, "the program {} is not there", path.display()),
            Self::Build { outcome } => write!(f, "the programs cannot be built: {outcome}"),
            Self::Start { program, cause } => write!(f, "cannot speak to {program}: {cause}"),
            Self::Child {
                command,
                code: Some(code),
                ..
            } => write!(f, "`{command}` ended with exit code {code}"),
            Self::Child {
                command, code: None, ..
            } => write!(f, "`{command}` was killed"),
            Self::Garbled { line } => write!(f, "the engine said '{line}', which is no event"),
            Self::PowerCut { place, .. } => write!(f, "the power was cut at {place}, as ordered"),
            Self::NeverCut { place, .. } => write!(f, "the power was never cut: {place} did not come"),
            Self::OtherRoot { path } => write!(f, "{} is not the root that the event made", path.display()),
            Self::OtherRecord { path } => write!(f, "{} is not the record that the event made", path.display()),
            Self::Left { .. } => f.write_str("standard input ended where Enter was awaited"),
            Self::Key { name, what } => write!(f, "no key for {name}: {what}"),
        }
    }
}

impl std::error::Error for Error {}
