//! A mail server that nobody here wrote (aiosmtpd), on a port of its own, and what it took.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use support::Scratch;
use support::judges::{aiosmtpd_python, skip};
use support::process::workspace;

pub struct Sink {
    child: Option<Child>,
    pub port: u16,
    pub folder: PathBuf,
}

/// One message that it took.
pub struct Taken {
    /// The envelope: from, to, user, tls.
    pub about: Value,
    /// The message, headers and text.
    pub whole: String,
}

impl Sink {
    /// Starts one; none where there is no aiosmtpd.
    pub fn starting(test: &str, scratch: &Scratch, more: &[&str]) -> Option<Self> {
        if aiosmtpd_python().is_none() {
            skip(test, "aiosmtpd is not installed (tests/run installs it)");
            return None;
        }
        let folder = scratch.join("sink");
        fs::create_dir(&folder).expect("a folder");
        let mut sink = Self {
            child: None,
            port: 0,
            folder,
        };
        sink.start(more);
        Some(sink)
    }

    /// Starts it, again on the port that it had.
    pub fn start(&mut self, more: &[&str]) {
        let python = aiosmtpd_python().expect("it was there");
        let mut child = Command::new(python)
            .arg(workspace().join("tests/watch/sink.py"))
            .arg(&self.folder)
            .args(["--port", &self.port.to_string()])
            .args(more)
            // It ends when this is closed.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("a line");
        self.port = line.trim().parse().expect("a port");
        self.child = Some(child);
    }

    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What becomes of messages to a mailbox from now on.
    pub fn moods(&self, moods: &[(&str, &str)]) {
        let lines: String = moods
            .iter()
            .map(|(mailbox, mood)| format!("{mailbox} {mood}\n"))
            .collect();
        let new = self.folder.join("moods.new");
        fs::write(&new, lines).expect("a file");
        fs::rename(new, self.folder.join("moods")).expect("a file");
    }

    /// What it took, in order.
    pub fn taken(&self) -> Vec<Taken> {
        let mut taken = Vec::new();
        for number in 1.. {
            let Ok(whole) = fs::read_to_string(self.folder.join(format!("{number}.eml"))) else {
                break;
            };
            let about = fs::read(self.folder.join(format!("{number}.json"))).expect("an envelope");
            taken.push(Taken {
                about: serde_json::from_slice(&about).expect("JSON"),
                whole,
            });
        }
        taken
    }

    /// What it took for a member.
    pub fn of(&self, member: &str) -> Vec<Taken> {
        let own = format!("{member}@example.org");
        let taken = self.taken().into_iter();
        taken
            .filter(|taken| taken.about["to"] == serde_json::json!([own]))
            .collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Taken {
    pub fn header(&self, name: &str) -> String {
        let (head, _) = self.whole.split_once("\r\n\r\n").expect("headers");
        let head = head.replace("\r\n ", " ");
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default().to_owned()
    }

    pub fn text(&self) -> &str {
        self.whole.split_once("\r\n\r\n").expect("headers").1
    }
}
