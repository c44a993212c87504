//! The WebAssembly: built by cargo, the same wherever it is built.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::Error;

/// Builds it; comes back with its path. Cargo shows its progress on standard error.
pub fn build() -> Result<PathBuf, Error> {
    demand_target()?;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let workspace = workspace.canonicalize().unwrap_or(workspace);
    let mut build = cargo();
    build
        .current_dir(&workspace)
        .args(["build", "-p", "ceremony-scanner", "--lib", "--target", TARGET])
        .args(["--profile", PROFILE, "--message-format", "json-render-diagnostics"])
        // Added to what .cargo/config.toml says; these would replace it.
        .args(["--config", &flags(&workspace)])
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let output = build.output().map_err(not_started("cargo"))?;
    match output.status.success() {
        true => find(&String::from_utf8_lossy(&output.stdout)).ok_or(Error::NoWasm),
        false => Err(Error::Build { status: output.status }),
    }
}

/// Panics name source files: by names that are the same on every machine.
fn flags(workspace: &Path) -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let named = home.map(|home| format!("--remap-path-prefix={}=/cargo", home.display()));
    let ours = format!("--remap-path-prefix={}=/pki-bastion", workspace.display());
    let flags: Vec<String> = named
        .into_iter()
        .chain([ours])
        .map(|flag| format!("{flag:?}"))
        .collect();
    format!("target.{TARGET}.rustflags=[{}]", flags.join(","))
}

/// Adds the target where rustup can.
fn demand_target() -> Result<(), Error> {
    if has_target()? {
        return Ok(());
    }
    eprintln!("Adding the target {TARGET} to the compiler, by rustup.");
    let mut rustup = Command::new("rustup");
    let _ = rustup.args(["target", "add", TARGET]).stdin(Stdio::null()).status();
    match has_target()? {
        true => Ok(()),
        false => Err(Error::NoTarget),
    }
}

fn has_target() -> Result<bool, Error> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    let told = rustc.output().map_err(not_started("rustc"))?;
    let folder = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    Ok(Path::new(&folder).is_dir())
}

/// The file among what cargo says that it made, one JSON object a line.
fn find(told: &str) -> Option<PathBuf> {
    let messages = told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let files = messages
        .filter(|message| message["reason"] == "compiler-artifact")
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default());
    let paths = files.filter_map(|file| file.as_str().map(PathBuf::from));
    paths.into_iter().find(|path| path.ends_with("scanner.wasm"))
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn not_started(program: &str) -> impl FnOnce(std::io::Error) -> Error {
    let program = program.to_owned();
    move |cause| Error::Start { program, cause }
}

const TARGET: &str = "wasm32-unknown-unknown";
/// What looks at pictures is optimised in it, and the rest compiles soon.
const PROFILE: &str = "release";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_wasm_among_what_cargo_says_that_it_made() {
        let told = r#"{"reason":"compiler-artifact","filenames":["/t/librecord.rlib"]}
            {"reason":"compiler-artifact","filenames":["/t/scanner.wasm","/t/libscanner.rlib"]}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(find(told), Some(PathBuf::from("/t/scanner.wasm")));
        assert_eq!(find("{\"reason\":\"build-finished\"}\nno JSON"), None);
    }

    #[test]
    fn folders_of_this_machine_are_named_alike_on_every_machine() {
        let flags = flags(Path::new("/home/me/pki \"bastion\""));
        assert!(
            flags.starts_with("target.wasm32-unknown-unknown.rustflags=[\"--remap-path-prefix="),
            "{flags}"
        );
        let ours = r#""--remap-path-prefix=/home/me/pki \"bastion\"=/pki-bastion"]"#;
        assert!(flags.ends_with(ours), "{flags}");
    }
}
