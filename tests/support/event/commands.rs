//! The programs, each run to its end with the lines that it reads.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use record::{Digest, words};

use super::Event;

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ended {
    /// The text after `NAME: error: ` on standard error, up to the hint.
    #[must_use]
    pub fn error(&self) -> &str {
        let (_, error) = self
            .err
            .split_once(": error: ")
            .unwrap_or_else(|| panic!("no error: {self:?}"));
        let end = error
            .find("\nceremony: hint: ")
            .or_else(|| error.find("\nceremony-member: hint: "));
        error[..end.unwrap_or(error.len())].trim_end()
    }

    /// The text after `NAME: hint: ` on standard error.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.err.split_once(": hint: ").map(|(_, hint)| hint.trim_end())
    }

    /// Demands one exact error, hint and exit code.
    pub fn refuses(&self, code: i32, error: &str, hint: Option<&str>) {
        assert_eq!(
            (self.error(), self.hint(), self.code),
            (error, hint, Some(code)),
            "{}",
            self.err
        );
    }

    /// Demands success.
    #[must_use]
    pub fn good(self) -> Self {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self
    }
}

impl Event {
    /// `ceremony`, without anything on standard input.
    #[must_use]
    pub fn ceremony(&self, arguments: &[&str]) -> Ended {
        run(self.command("ceremony").args(arguments), "")
    }

    /// The same with one more variable in its environment.
    #[must_use]
    pub fn ceremony_with(&self, arguments: &[&str], (name, value): (&str, &str)) -> Ended {
        run(self.command("ceremony").args(arguments).env(name, value), "")
    }

    /// `ceremony plan pack` of the event's plan, now; the bundle goes to `packed.cbor`.
    #[must_use]
    pub fn pack(&self) -> Ended {
        self.ceremony(&[
            "--now",
            Self::NOW,
            "plan",
            "pack",
            "plan.toml",
            "--inputs",
            "inputs",
            "--out",
            "packed.cbor",
        ])
    }

    /// A member's own program, with the passphrase and then the lines given.
    #[must_use]
    pub fn member(&self, id: &str, arguments: &[&str], lines: &str) -> Ended {
        let home = format!("members/{id}");
        let mut command = self.command("ceremony-member");
        command.args(["--home", &home, "--now", &self.now()]).args(arguments);
        run(&mut command, &format!("{PASSPHRASE}\n{lines}\n"))
    }

    /// An order to the cluster: `["fault", "--command", ...]`.
    pub fn standin(&self, order: &[&str]) {
        let _ = run(self.command("cloudhsm-standin").arg("standin").args(order), "").good();
    }

    pub(super) fn command(&self, program: &str) -> Command {
        command(&self.programs, program, self.root())
    }
}

/// A program of ours in a folder that has its cluster in `cluster`.
pub fn command(programs: &Path, program: &str, folder: &Path) -> Command {
    let mut command = Command::new(programs.join(program));
    command.current_dir(folder);
    command.env("CLOUDHSM_STANDIN_DIR", folder.join("cluster"));
    command.env("CLOUDHSM_STANDIN_SYNC", "off");
    command
}

/// Runs a program to its end.
pub fn run(command: &mut Command, input: &str) -> Ended {
    let program = command.get_program().to_owned();
    let failed = |e: std::io::Error| -> ! { panic!("{}: {e}", program.display()) };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| failed(e));
    if let Some(mut stdin) = child.stdin.take() {
        // A program that refuses early does not read all of it.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().unwrap_or_else(|e| failed(e));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended {
        code: output.status.code(),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

/// The first word of a digest and its checksum word, as members type them.
pub fn first_and_last(digest: &Digest) -> String {
    let words = words::to_words(&digest.0);
    format!("{} {}", words[0], words[32])
}

/// Every member's passphrase.
pub const PASSPHRASE: &str = "correct horse battery staple";
