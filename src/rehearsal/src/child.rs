//! The one door to other programs: each call is a process; secrets and confirmations are lines of its standard input.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};

use crate::error::Error;
use crate::secrets::Secret;

/// One call of a program.
pub struct Call {
    /// The process to be.
    pub command: Command,
    /// Program and command, to name it by.
    pub name: String,
    lines: Vec<Line>,
}

enum Line {
    Secret(Secret),
    Plain(String),
}

impl Call {
    /// A call of `program` that people know as `<program> <what>`.
    pub fn new(program: &Path, what: &str) -> Self {
        let stem = program.file_stem().unwrap_or_default().to_string_lossy();
        Self {
            command: Command::new(program),
            name: format!("{stem} {what}"),
            lines: Vec::new(),
        }
    }

    /// Adds words to the command line: never a secret.
    pub fn words(mut self, words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(words);
        self
    }

    /// Adds an option with a path.
    pub fn path(mut self, option: &str, path: &Path) -> Self {
        self.command.arg(option).arg(path);
        self
    }

    /// Adds a secret to standard input.
    pub fn secret(mut self, secret: Secret) -> Self {
        self.lines.push(Line::Secret(secret));
        self
    }

    /// Adds a line to standard input.
    pub fn line(mut self, line: String) -> Self {
        self.lines.push(Line::Plain(line));
        self
    }

    /// The lines that it is given, but for the secrets.
    pub fn confirmed(&self) -> Vec<String> {
        let plain = self.lines.iter().filter_map(|line| match line {
            Line::Plain(text) => Some(text.clone()),
            Line::Secret(_) => None,
        });
        plain.collect()
    }

    /// Runs the program to its end. Comes back with what it printed.
    pub fn run(self) -> Result<String, Error> {
        let name = self.name.clone();
        let Output { status, stdout, stderr } = self.run_to_any_end()?;
        outcome(&name, status, &stderr)?;
        Ok(String::from_utf8_lossy(&stdout).into_owned())
    }

    /// Runs the program to its end, good or bad.
    pub fn run_to_any_end(mut self) -> Result<Output, Error> {
        let start = |cause| Error::Start {
            program: self.name.clone(),
            cause,
        };
        let command = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(start)?;
        if let Some(mut input) = child.stdin.take() {
            for line in &self.lines {
                let text = match line {
                    Line::Secret(secret) => secret.line(),
                    Line::Plain(text) => text,
                };
                // A program that has ended already says why by its exit code.
                let _ = input.write_all(text.as_bytes()).and_then(|()| input.write_all(b"\n"));
            }
        }
        child.wait_with_output().map_err(start)
    }
}

/// Whether a program ended well; if not, with its own words.
pub fn outcome(name: &str, status: ExitStatus, stderr: &[u8]) -> Result<(), Error> {
    match status.success() {
        true => Ok(()),
        false => Err(Error::Child {
            command: name.to_owned(),
            code: status.code().and_then(|code| u8::try_from(code).ok()),
            said: String::from_utf8_lossy(stderr).into_owned(),
            next: None,
        }),
    }
}
