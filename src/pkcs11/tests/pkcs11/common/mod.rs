//! A token of the test's own. A module reads its configuration from the environment and keeps its state in the process,
//! so each test runs in a process of its own: the test binary starts itself again for the one test.
//!
//! The module is SoftHSM2. Most tests run over a second one too if its path stands in `CEREMONY_SECOND_PKCS11`.
//! `CEREMONY_SECOND_SETUP` is then a shell command that writes `$FOLDER/second.conf` for an empty token under `$FOLDER`,
//! and `CEREMONY_SECOND_CONFIG` the name of the variable by which the module finds that file.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use pkcs11::{Module, Pin, Token, TokenName};

pub const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";
pub const LABEL: &str = "test-token";
/// No secrets: the tokens live as long as a test.
pub const PIN: &str = "1234-5678";
pub const OFFICER: &str = "8765-4321";

/// Runs `body` in a process of its own, over SoftHSM2 and, where one is given, over a second module.
pub fn over_each_module(test: &str, body: impl FnOnce()) {
    match child() {
        true => body(),
        false => {
            start(test, None);
            if let Ok(second) = env::var("CEREMONY_SECOND_PKCS11") {
                start(test, Some(second));
            }
        }
    }
}

/// The same over SoftHSM2 alone, where the rule is about it or a judge of its own is at hand.
pub fn over_softhsm(test: &str, body: impl FnOnce()) {
    match child() {
        true => body(),
        false => start(test, None),
    }
}

/// Over the second module alone, for what SoftHSM2 cannot show; nothing is run where none is given.
pub fn over_second_module(test: &str, body: impl FnOnce()) {
    match (child(), env::var("CEREMONY_SECOND_PKCS11")) {
        (true, _) => body(),
        (false, Ok(second)) => start(test, Some(second)),
        (false, Err(_)) => {}
    }
}

fn child() -> bool {
    env::var_os(MODULE).is_some()
}

fn start(test: &str, second: Option<String>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", second.is_some()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("tokens")).expect("a folder");
    let config = folder.join("softhsm2.conf");
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\n",
        folder.join("tokens").display()
    );
    fs::write(&config, text).expect("a configuration");
    if second.is_some()
        && let Ok(setup) = env::var("CEREMONY_SECOND_SETUP")
    {
        let done = Command::new("sh").args(["-c", &setup]).env("FOLDER", &folder).status();
        assert!(done.expect("sh").success(), "CEREMONY_SECOND_SETUP failed");
    }
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
    command.env("SOFTHSM2_CONF", &config).env(FOLDER, &folder);
    command.env(MODULE, second.clone().unwrap_or_else(|| SOFTHSM.into()));
    if second.is_some() {
        let variable = env::var("CEREMONY_SECOND_CONFIG").expect("CEREMONY_SECOND_CONFIG");
        command.env(variable, folder.join("second.conf"));
    }
    let output = command.output().expect("the test again");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        said.contains("1 passed"),
        "over {}:\n{said}",
        second.as_deref().unwrap_or("SoftHSM2")
    );
}

/// The module under test.
pub fn module_path() -> PathBuf {
    env::var_os(MODULE).expect("inside the test's own process").into()
}

pub fn folder() -> PathBuf {
    env::var_os(FOLDER).expect("inside the test's own process").into()
}

pub fn module() -> Module {
    Module::load(&module_path()).expect("the module")
}

pub fn is_softhsm() -> bool {
    module_path() == Path::new(SOFTHSM)
}

/// A fresh token, initialised and open, nobody logged in.
pub fn token() -> Token {
    let module = module();
    module
        .initialise_token(LABEL, &Pin::new(OFFICER), &Pin::new(PIN))
        .expect("a spare token");
    module.open(&name(LABEL)).expect("the token")
}

/// The same, with the user logged in.
pub fn logged_in() -> Token {
    let mut token = token();
    token.login(&Pin::new(PIN)).expect("the PIN");
    token
}

pub fn name(text: &str) -> TokenName {
    text.parse().expect("a name")
}

/// Runs a tool that is not ours.
pub fn judge(program: &str, arguments: &[&str]) -> (bool, String) {
    let output: Output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.success(), text)
}

const MODULE: &str = "PKCS11_TEST_MODULE";
const FOLDER: &str = "PKCS11_TEST_FOLDER";
