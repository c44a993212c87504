//! A watch with its settings, logs and state, in a scratch folder.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::rehearsal::text;
use support::{Outcome, Scratch, ours, run};

pub struct Place {
    pub scratch: Scratch,
}

/// A watch that runs until it is dropped.
pub struct Running(Child);

impl Place {
    pub fn new(test: &str) -> Self {
        Self {
            scratch: Scratch::new(&format!("watch-{test}")),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    pub fn name(&self, name: &str) -> String {
        text(&self.path(name))
    }

    /// Settings of so many members, over a server on this machine.
    pub fn settings(&self, port: u16, members: usize, server: &str) {
        let mut settings =
            format!("from = \"alerts@pki.example.org\"\nrehearsal = true\n[server]\nport = {port}\n{server}\n");
        if !server.contains("host") {
            settings = settings.replace("[server]\n", "[server]\nhost = \"127.0.0.1\"\n");
        }
        if !server.contains("timeout") {
            settings = settings.replace("[server]\n", "[server]\ntimeout-seconds = 2\n");
        }
        if !server.contains("tls") {
            settings = settings.replace("[server]\n", "[server]\ntls = \"none\"\n");
        }
        for member in 1..=members {
            settings += &format!("[[member]]\nid = \"member-{member}\"\nmailbox = \"member-{member}@example.org\"\n");
        }
        fs::write(self.path("watch.toml"), settings).expect("settings");
    }

    pub fn secret(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).expect("a mode");
    }

    pub fn append(&self, log: &str, text: &str) {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.path(log))
            .expect("a log");
        file.write_all(text.as_bytes()).expect("a line");
    }

    fn words(&self, more: &[&str]) -> Vec<String> {
        let own = [
            "watch",
            "--settings",
            &self.name("watch.toml"),
            "--state",
            &self.name("state"),
        ];
        own.iter().chain(more).map(|word| (*word).to_owned()).collect()
    }

    /// Reads to the end, and stops.
    pub fn once(&self, more: &[&str]) -> Outcome {
        self.once_with(more, "")
    }

    pub fn once_with(&self, more: &[&str], input: &str) -> Outcome {
        let words = [&self.words(more)[..], &["--once".to_owned()]].concat();
        run(ours("ceremony-publish"), words, input)
    }

    pub fn start(&self, more: &[&str]) -> Running {
        let output = |name: &str| {
            let file = OpenOptions::new().create(true).append(true).open(self.path(name));
            Stdio::from(file.expect("a file"))
        };
        let child = Command::new(ours("ceremony-publish"))
            .args(self.words(more))
            .stdin(Stdio::null())
            .stdout(output("out"))
            .stderr(output("err"))
            .spawn()
            .expect("it starts");
        Running(child)
    }

    /// The log of what was sent.
    pub fn sent(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("state/sent.jsonl")).unwrap_or_default();
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// Attempts of a member by their outcome.
    pub fn outcomes(&self, member: &str) -> Vec<String> {
        let sent = self.sent().into_iter();
        let own = sent.filter(|attempt| attempt["member"] == member);
        own.map(|attempt| attempt["outcome"].as_str().expect("a word").to_owned())
            .collect()
    }
}

impl Running {
    /// SIGKILL.
    pub fn kill(mut self) {
        self.0.kill().expect("a signal");
        self.0.wait().expect("it ends");
    }

    pub fn is_running(&mut self) -> bool {
        self.0.try_wait().expect("a state").is_none()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until it holds, half a minute at most.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < until, "half a minute went by: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A line of syslog's.
pub fn login(user: &str) -> String {
    format!(
        "2026-11-24T10:00:00+00:00 bastion sshd[7]: Accepted publickey for {user} from 192.0.2.7 port 50022 ssh2: ED25519-SK \
         SHA256:abc\n"
    )
}
