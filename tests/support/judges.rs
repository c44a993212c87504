//! Judges that nobody here wrote. One that is absent makes a check skipped, said aloud and counted by tests/run.

use std::path::PathBuf;

use crate::process::{finish, profile_folder, workspace};
use crate::{Outcome, run};

pub use crate::skip::skip;

/// Runs `openssl`.
///
/// # Panics
/// If it cannot be started.
pub fn openssl(arguments: &[&str], input: &str) -> Outcome {
    run("openssl", arguments, input)
}

/// Runs `ssh-keygen`.
///
/// # Panics
/// If it cannot be started.
pub fn ssh_keygen(arguments: &[&str], input: &str) -> Outcome {
    run("ssh-keygen", arguments, input)
}

/// Runs `cargo` in the workspace, without network.
///
/// # Panics
/// If it cannot be started.
pub fn cargo(arguments: &[&str]) -> Outcome {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(cargo);
    command.current_dir(workspace()).args(arguments);
    finish(&mut command, "")
}

/// One of pkilint's programs.
#[must_use]
pub fn pkilint(program: &str) -> Option<PathBuf> {
    installed("pkilint", program)
}

/// moto's server: an S3 that nobody here wrote.
#[must_use]
pub fn moto_server() -> Option<PathBuf> {
    installed("moto", "moto_server")
}

/// A Python that has aiosmtpd: a mail server that nobody here wrote.
#[must_use]
pub fn aiosmtpd_python() -> Option<PathBuf> {
    let python = installed("aiosmtpd", "aiosmtpd")?.with_file_name("python3");
    python.is_file().then_some(python)
}

/// axe-core, which judges accessibility: its script, from the place under `target/` where tests/run unpacks it.
#[must_use]
pub fn axe() -> Option<String> {
    let file = profile_folder().parent()?.join("axe/package/axe.min.js");
    std::fs::read_to_string(file).ok()
}

/// A program that the system may have.
#[must_use]
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// A program from the place under `target/` where tests/run installs it, or from `PATH`.
fn installed(place: &str, program: &str) -> Option<PathBuf> {
    let target = profile_folder().parent().map(|target| target.join(place).join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = target.into_iter().chain(std::env::split_paths(&path));
    folders.map(|folder| folder.join(program)).find(|file| file.is_file())
}
