//! What was sent, and what was not: one JSON object a line, appended and synced.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use record::Time;
use serde::Serialize;

use super::letter::Letter;
use crate::error::Error;
use crate::files;

/// The log of what was sent.
pub struct Sent {
    path: PathBuf,
    file: Mutex<File>,
}

/// One attempt. There is no address in it, and no text but the subject.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attempt<'a> {
    /// When it ended.
    pub time: String,
    /// To whom.
    pub member: &'a str,
    /// The message's number.
    pub message: u64,
    /// Its identifier, before the `@`.
    pub id: String,
    /// Its subject.
    pub subject: &'a str,
    /// SHA-256 of subject, line end, and text.
    pub digest: String,
    /// Which attempt it was since this process began, from 1.
    pub attempt: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// What the server said, or what happened.
    pub answer: &'a str,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The server has it.
    Accepted,
    /// The server refused it for good; it is tried again all the same, for mailboxes come back.
    Refused,
    /// It was not taken, and is tried again.
    Failed,
    /// There were too many before it; it is not tried again.
    Dropped,
}

impl Sent {
    /// Opens the log, and makes it if need be.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |cause| Error::Write {
            path: path.to_owned(),
            cause,
        };
        let mut options = OpenOptions::new();
        let file = options
            .create(true)
            .read(true)
            .append(true)
            .mode(files::PRIVATE)
            .open(path);
        let mut file = file.map_err(failed)?;
        end_line(&mut file).map_err(failed)?;
        files::sync_folder_of(path)?;
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(file),
        })
    }

    /// Logs an attempt. On return it is on the disk.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn log(&self, attempt: &Attempt<'_>) -> Result<(), Error> {
        let line = serde_json::to_string(attempt).expect("text is JSON") + "\n";
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        written.map_err(|cause| Error::Write {
            path: self.path.clone(),
            cause,
        })
    }
}

impl<'a> Attempt<'a> {
    /// One of this letter.
    pub fn of(letter: &'a Letter, member: &'a str, (attempt, now): (u32, Time)) -> Self {
        Self {
            time: now.to_string(),
            member,
            message: letter.number,
            id: letter.id(member),
            subject: &letter.subject,
            digest: letter.digest().hex(),
            attempt,
            outcome: Outcome::Accepted,
            answer: "",
        }
    }
}

/// A crash may have left half a line, which stays a line of its own.
fn end_line(file: &mut File) -> std::io::Result<()> {
    use std::os::unix::fs::FileExt as _;
    let length = file.metadata()?.len();
    let mut last = [b'\n'];
    if length > 0 {
        file.read_exact_at(&mut last, length - 1)?;
    }
    match last == [b'\n'] {
        true => Ok(()),
        false => file.write_all(b"\n").and_then(|()| file.sync_data()),
    }
}
