//! Runs `ceremony-publish` in a folder of its own.

#![allow(dead_code, reason = "a benchmark uses its part")]

pub mod given;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for each test, removed at the end.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ceremony-publish-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub fn run(&self, arguments: &[String], input: &str) -> Output {
        self.run_with(arguments, input, &[])
    }

    pub fn run_with(&self, arguments: &[String], input: &str, variables: &[(&str, &Path)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony-publish"));
        command.args(arguments).current_dir(&self.0);
        command.envs(variables.iter().copied());
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that refuses early closes its input before it is written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    pub fn init_arguments(&self) -> Vec<String> {
        let text = "init --store store --log-key log.pem --log-policy tlog-policy --rehearsal";
        text.split(' ').map(str::to_owned).collect()
    }

    /// Runs `init`; returns what it said.
    pub fn init(&self) -> String {
        let done = self.run(&self.init_arguments(), "a passphrase\n");
        assert!(done.status.success(), "{}", error(&done));
        String::from_utf8(done.stdout).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a command said on standard error.
pub fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// All files below a folder, with their contents.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    use verifier::Source as _;
    let source = verifier::Folder(folder.into());
    let read = |path: String| (path.clone(), source.read(&path).unwrap().unwrap());
    source.list().unwrap().into_iter().map(read).collect()
}
