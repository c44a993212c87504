//! SoftHSM2, the PKCS#11 module in software, for tests that need a token.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::judges::skip;
use support::process::finish;

/// The module, where Debian, Fedora and others have it. Where it is absent, or the tool that makes tokens, the test is
/// skipped.
pub fn module(test: &str) -> Option<PathBuf> {
    let known = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ];
    let module = known.iter().map(PathBuf::from).find(|path| path.is_file());
    let module = module.filter(|_| Command::new("softhsm2-util").arg("--version").output().is_ok());
    if module.is_none() {
        skip(test, "SoftHSM2 is not installed (softhsm2)");
    }
    module
}

/// Writes the configuration of a SoftHSM2 that has its tokens in this folder, and none yet.
pub fn configure(folder: &Path) -> PathBuf {
    let (config, tokens) = (folder.join("softhsm2.conf"), folder.join("tokens"));
    fs::create_dir(&tokens).expect("a folder for tokens");
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\n",
        tokens.display()
    );
    fs::write(&config, text).expect("a configuration");
    config
}

/// Makes a token.
pub fn make_token(config: &Path, label: &str, pin: &str) {
    let mut make = Command::new("softhsm2-util");
    make.env("SOFTHSM2_CONF", config)
        .args(["--init-token", "--free", "--label", label]);
    let _ = finish(make.args(["--so-pin", "security-officer", "--pin", pin]), "").expect(0);
}
