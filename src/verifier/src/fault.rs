//! Why a check could not be made, or did not pass: an error, a hint, an exit code.

use std::path::Path;
use std::process::ExitCode;

use verifier::Finding;

/// An error with its exit code: 1 findings, 2 wrong usage, 3 what cannot be read.
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
        let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_owned();
        Self {
            code: 2,
            error: text,
            hint: None,
        }
    }

    /// A file or folder of the command line that cannot be read.
    pub fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Self {
        let error = format!("{} cannot be read: {error}", path.display());
        Self {
            code: 3,
            error,
            hint: Some("nothing was checked; give another path, or fetch the file again".into()),
        }
    }

    /// Something is wrong with what was checked.
    pub fn findings(findings: &[Finding]) -> Self {
        let refused = |rule| {
            findings
                .iter()
                .find(|finding| finding.rule == rule)
                .map(|finding| finding.what.clone())
        };
        if let Some(error) = refused("rehearsal-refused") {
            return Self {
                code: 1,
                error,
                hint: Some("say --rehearsal to check a rehearsal's store".into()),
            };
        }
        if let Some(error) = refused("not-a-rehearsal") {
            return Self {
                code: 1,
                error,
                hint: Some("leave out --rehearsal".into()),
            };
        }
        let error = match findings.len() {
            1 => "there is 1 finding".to_owned(),
            n => format!("there are {n} findings"),
        };
        Self {
            code: 1,
            error,
            hint: None,
        }
    }

    /// Says it on standard error.
    pub fn show(&self) -> ExitCode {
        eprintln!("ceremony-verify: error: {}", self.error);
        if let Some(hint) = &self.hint {
            eprintln!("ceremony-verify: hint: {hint}");
        }
        ExitCode::from(self.code)
    }
}
