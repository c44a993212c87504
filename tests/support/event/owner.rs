//! The key owner's own login at the stand-in, line by line: what a dishonest console could type.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Stdio};

use serde_json::Value;

use super::Event;

/// One interactive session; its tokens die with it.
pub struct Owner {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Event {
    /// Logs the key owner in, with the password that it has by now.
    ///
    /// # Panics
    /// If it is none of those that people here type.
    #[must_use]
    pub fn owner(&self) -> Owner {
        let mut tried = Self::OWNER_PASSWORDS.iter().map(|password| self.owner_with(password));
        tried.find_map(Result::ok).expect("one of the passwords is right")
    }

    /// Logs the key owner in with this password.
    ///
    /// # Errors
    /// The stand-in's answer, if it is not the right one.
    pub fn owner_with(&self, password: &str) -> Result<Owner, Value> {
        let mut command = self.command("cloudhsm-standin");
        command
            .arg("interactive")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("the stand-in starts");
        let output = BufReader::new(child.stdout.take().expect("standard output"));
        let mut owner = Owner { child, output };
        let login = owner.ask(&format!(
            "login --username root_owner --role crypto-user --password {password}"
        ));
        match login["error_code"].as_u64() {
            Some(0) => Ok(owner),
            _ => Err(login),
        }
    }

    /// The number of keys, halves counted, that the owner has in the cluster.
    #[must_use]
    pub fn keys_in_the_hsm(&self) -> u64 {
        let list = self.owner().ask("key list");
        list["data"]["total_key_count"]
            .as_u64()
            .unwrap_or_else(|| panic!("{list}"))
    }
}

impl Owner {
    /// Types a command, and reads the answer: JSON up to a brace at a line's beginning.
    pub fn ask(&mut self, command: &str) -> Value {
        let input = self.child.stdin.as_mut().expect("standard input");
        writeln!(input, "{command}").expect("the stand-in reads");
        let mut answer = String::new();
        while !answer.ends_with("\n}\n") {
            let read = self.output.read_line(&mut answer).expect("the stand-in answers");
            assert_ne!(read, 0, "the stand-in ended: {answer}");
        }
        let json = answer.trim_start_matches("aws-cloudhsm > ");
        serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}: {answer}"))
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
