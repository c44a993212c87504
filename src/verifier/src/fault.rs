//! Why a check could not be made, or did not pass: an error, a hint, an exit code.

use std::fmt;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use record::Digest;
use verifier::Finding;
use verifier::image::BadSigners;

/// An error with its exit code: 1 findings, 2 wrong usage, 3 what cannot be read, 4 what cannot be
/// written.
#[derive(Debug)]
pub struct Fault {
    code: u8,
    error: String,
    hint: Option<String>,
}

impl Fault {
    /// A command line that means nothing.
    pub fn usage(error: &clap::Error) -> Self {
        let text = error.to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        let text = text.split("\n\nFor more information").next().unwrap_or(text);
        let hint = "`ceremony-verify COMMAND --help` says what each takes";
        Self::new(2, text.trim_end(), Some(hint))
    }

    /// What was given does not suffice, or does not fit.
    pub fn wanted(what: &str, hint: &str) -> Self {
        Self::new(2, what, Some(hint))
    }

    /// A file that was given beside the one to be checked is not what it should be.
    pub fn damaged(name: &str, error: &record::Error) -> Self {
        let hint = error
            .hint()
            .unwrap_or_else(|| "give another path, or fetch the file again".into());
        Self::new(3, format!("{name}: {error}"), Some(&hint))
    }

    /// A folder in the place of an image.
    pub fn folder(path: &Path) -> Self {
        let what = format!("{} is a folder, and no image", path.display());
        Self::new(
            3,
            what,
            Some("name the image's file, or the disk that it was written to"),
        )
    }

    /// A file that says of nobody that they may sign.
    pub fn signers(path: &Path, bad: &BadSigners) -> Self {
        let hint = "a line is: name, options, key; `ssh-keygen` describes it under ALLOWED SIGNERS";
        let path = path.display();
        match bad {
            BadSigners::Roster(error) => Self::damaged(&path.to_string(), error),
            BadSigners::Line { line: 0, why } => Self::new(3, format!("{path}: {why}"), Some(hint)),
            BadSigners::Line { line, why } => Self::new(3, format!("line {line} of {path}: {why}"), Some(hint)),
        }
    }

    /// A store of the command line that cannot be listed.
    pub fn unlisted(path: &str, error: &io::Error) -> Self {
        let hint = match error.kind() {
            ErrorKind::NotADirectory => "nothing was checked; give the folder that holds the store",
            _ => "nothing was checked; give another path, or fetch the store again",
        };
        Self::new(3, format!("{path} cannot be read: {error}"), Some(hint))
    }

    /// A file of the command line that cannot be read.
    pub fn unread(path: &Path, error: &io::Error) -> Self {
        let hint = match error.kind() {
            ErrorKind::FileTooLarge => {
                "nothing was checked; no certificate, list, proof or checkpoint is that large: give another path"
            }
            ErrorKind::Other if path.is_dir() => "nothing was checked; it is a folder: give the file in it",
            ErrorKind::Other => "nothing was checked; put what it gives into a file, and give that",
            _ => "nothing was checked; give another path, or fetch the file again",
        };
        Self::new(3, cannot_be_read(path, error), Some(hint))
    }

    /// A file of the command line that is not what it should be.
    pub fn malformed(path: &Path, error: &x509::Error) -> Self {
        let hint = "nothing was checked; give another path, or fetch the file again";
        Self::new(3, cannot_be_read(path, error), Some(hint))
    }

    /// An address that did not answer all that it was asked.
    pub fn unanswered(what: &str) -> Self {
        let hint = "nothing follows from that, neither for the store nor against it; try again, or fetch a copy and check that";
        Self::new(
            4,
            format!("the address does not answer as it should: {what}"),
            Some(hint),
        )
    }

    /// A store without the root that is trusted.
    pub fn no_such_root(digest: &Digest) -> Self {
        let hint = "compare the fingerprint with its source, digit by digit; this store is not under that root";
        Self::new(
            1,
            format!("the store has no root with the SHA-256 fingerprint {digest}"),
            Some(hint),
        )
    }

    /// A store with a root, and none was given to check it from.
    pub fn no_root() -> Self {
        let hint = "give --root the newest root certificate, from a source that you trust";
        Self::new(
            2,
            "the store has a root, and it was not said which one is trusted",
            Some(hint),
        )
    }

    /// A file that is to be made is there already.
    pub fn exists(path: &Path) -> Self {
        let hint = "nothing was checked; give --out another path, or take the file away";
        Self::new(3, format!("{} is there already", path.display()), Some(hint))
    }

    /// A file that cannot be written.
    pub fn unwritten(path: &Path, error: &io::Error) -> Self {
        let what = format!("{} cannot be written: {error}", path.display());
        Self::new(4, what, Some("the store is in order; give --out another path"))
    }

    /// More stands than a bundle can hold.
    pub fn unencodable(error: &record::Error) -> Self {
        let hint = "the store is in order; what stands in it is too much for one file";
        Self::new(4, format!("standing.cbor cannot be made: {error}"), Some(hint))
    }

    /// Standard output takes nothing.
    pub fn lost(cause: &io::Error) -> Self {
        let hint = "the answer is lost: see that there is room where it goes, and check again";
        Self::new(4, format!("standard output cannot be written: {cause}"), Some(hint))
    }

    /// Something is wrong with what was checked.
    pub fn findings(findings: &[Finding]) -> Self {
        for (rule, hint) in ABOUT_THE_ROOT {
            if let Some(finding) = findings.iter().find(|finding| finding.rule == rule) {
                return Self::new(1, finding.what.as_str(), Some(hint));
            }
        }
        match findings.len() {
            1 => Self::new(1, "there is 1 finding", None),
            n => Self::new(1, format!("there are {n} findings"), None),
        }
    }

    fn new(code: u8, error: impl Into<String>, hint: Option<&str>) -> Self {
        let (error, hint) = (error.into(), hint.map(str::to_owned));
        Self { code, error, hint }
    }

    /// Says it on standard error.
    pub fn show(&self) -> ExitCode {
        let plain = record::text::message;
        let mut told = format!("ceremony-verify: error: {}\n", plain(&self.error));
        if let Some(hint) = &self.hint {
            told += &format!("ceremony-verify: hint: {}\n", plain(hint));
        }
        // Standard error may be closed, or full; the exit code still says what happened.
        let _ = io::stderr().write_all(told.as_bytes());
        ExitCode::from(self.code)
    }
}

fn cannot_be_read(path: &Path, error: &dyn fmt::Display) -> String {
    format!("{} cannot be read: {error}", path.display())
}

/// Findings that say that the wrong thing was asked, and what to ask instead.
const ABOUT_THE_ROOT: [(&str, &str); 3] = [
    ("rehearsal-refused", "say --rehearsal to check a rehearsal's store"),
    ("not-a-rehearsal", "leave out --rehearsal"),
    (
        "root-bad",
        "give --root the root certificate, such as root-1.pem, from a source that you trust",
    ),
];
