//! The other binaries: beside this one, and built first when cargo runs this one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Error;

/// The programs that a rehearsal drives.
pub struct Binaries {
    /// The engine.
    pub ceremony: PathBuf,
    /// What seals passwords to members: the engine finds it beside itself.
    pub seal: PathBuf,
    /// A member's program.
    pub member: PathBuf,
    /// The publisher.
    pub publish: PathBuf,
    /// The verifier.
    pub verify: PathBuf,
    /// The HSM's stand-in.
    pub standin: PathBuf,
    /// The scanner page, which the store serves; a rehearsal goes without it as well.
    pub page: Option<PathBuf>,
}

impl Binaries {
    /// Finds all of them in one folder.
    pub fn beside(folder: &Path) -> Result<Self, Error> {
        let find = |name: &str| {
            let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            match path.is_file() {
                true => Ok(path),
                false => Err(Error::NoBinary { path }),
            }
        };
        Ok(Self {
            ceremony: find("ceremony")?,
            seal: find("ceremony-seal")?,
            member: find("ceremony-member")?,
            publish: find("ceremony-publish")?,
            verify: find("ceremony-verify")?,
            standin: find("cloudhsm-standin")?,
            page: Some(folder.join(PAGE)).filter(|page| page.is_file()),
        })
    }
}

/// The folder that this binary lies in.
pub fn folder() -> Result<PathBuf, Error> {
    let exe = std::env::current_exe().map_err(Error::file("find", Path::new("rehearsal")))?;
    Ok(exe.parent().map(Path::to_owned).unwrap_or_default())
}

/// Under `cargo run -p rehearsal`, builds the workspace's default members first, then the scanner page; cargo shows its
/// progress.
///
/// Cargo names itself in `CARGO` and the package that it runs in `CARGO_PKG_NAME`; tests run under cargo as well, and
/// must not build.
pub fn build_under_cargo_run(folder: &Path) -> Result<(), Error> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let run_here = std::env::var_os("CARGO_PKG_NAME").is_some_and(|name| name == env!("CARGO_PKG_NAME"));
    let Some(cargo) = std::env::var_os("CARGO").filter(|_| run_here && workspace.is_dir()) else {
        return Ok(());
    };
    let mut build = Command::new(cargo);
    build
        .arg("build")
        .current_dir(workspace)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let status = build.status().map_err(|cause| Error::Start {
        program: "cargo".into(),
        cause,
    })?;
    match status.success() {
        true => {
            build_page(folder);
            Ok(())
        }
        false => Err(Error::Build {
            outcome: status.to_string(),
        }),
    }
}

/// Makes the scanner page, beside the binaries. It is for phones and laptops, so no rehearsal fails for want of it: its
/// maker says what is missing, and the store says nothing of it.
fn build_page(folder: &Path) {
    let page = folder.join(PAGE);
    let mut maker = Command::new(folder.join(format!("scanner-page{}", std::env::consts::EXE_SUFFIX)));
    let made = maker.arg(&page).stdin(Stdio::null()).stdout(Stdio::null()).status();
    if !made.is_ok_and(|status| status.success()) {
        // An older page is not this build's.
        let _ = std::fs::remove_file(page);
    }
}

/// The page, as the store calls it too.
const PAGE: &str = "scan.html";
