//! A run that waits for its member, while something else happens.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A run that has not ended.
pub struct Waiting {
    child: Child,
    errors: Vec<u8>,
}

impl Waiting {
    /// Starts it, and types as far as it asks for the two words.
    pub fn for_words(env: &[(String, String)], home: &Path, arguments: &[&str], typed: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony-member"));
        command
            .envs(env.iter().cloned())
            .arg("--home")
            .arg(home)
            .args(arguments);
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut waiting = Self {
            child,
            errors: Vec::new(),
        };
        waiting.type_in(typed);
        waiting.until("'s digest: ");
        waiting
    }

    fn type_in(&mut self, typed: &str) {
        let input = self.child.stdin.as_mut().expect("piped");
        input.write_all(typed.as_bytes()).expect("it reads");
    }

    fn until(&mut self, said: &str) {
        let output = self.child.stderr.as_mut().expect("piped");
        let mut octet = [0];
        while !self.errors.ends_with(said.as_bytes()) {
            let read = output.read(&mut octet).expect("readable");
            assert_eq!(read, 1, "it ended: {}", String::from_utf8_lossy(&self.errors));
            self.errors.push(octet[0]);
        }
    }

    /// Types the rest, and waits for the end: the exit code, and all of standard error.
    pub fn end(mut self, typed: &str) -> (i32, String) {
        self.type_in(typed);
        drop(self.child.stdin.take());
        let output = self.child.stderr.as_mut().expect("piped");
        output.read_to_end(&mut self.errors).expect("readable");
        let status = self.child.wait().expect("it ends");
        let errors = String::from_utf8(self.errors).expect("UTF-8");
        (status.code().expect("an exit code"), errors)
    }
}
