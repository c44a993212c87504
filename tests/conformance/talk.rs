//! A conversation with `cloudhsm-standin interactive`: a line is typed, and what comes back is JSON, plain text or the end.

use std::io::{Read, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::place::{Came, Place};

/// An interactive process.
pub struct Talk {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Vec<u8>>,
    heard: Vec<u8>,
}

impl Talk {
    /// Starts one.
    pub fn begin(place: &Place) -> Self {
        let mut command = place.command();
        command.arg("interactive").current_dir(&*place.folder);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the stand-in starts");
        let (sender, output) = channel();
        listen(child.stdout.take().expect("standard output"), sender.clone());
        listen(child.stderr.take().expect("standard error"), sender);
        Self {
            input: child.stdin.take(),
            child,
            output,
            heard: Vec::new(),
        }
    }

    /// Types a line and waits for what it comes to.
    pub fn say(&mut self, line: &str) -> Came {
        self.type_line(line);
        self.hear(None).expect("an answer")
    }

    /// Types a line of which nothing is expected yet.
    pub fn type_line(&mut self, line: &str) {
        let input = self.input.as_mut().expect("standard input");
        // A process that is gone answers by its end.
        let _ = writeln!(input, "{line}");
    }

    /// Waits for an answer, or for a question that ends so; none when it is the question.
    pub fn hear(&mut self, question: Option<&str>) -> Option<Came> {
        let until = Instant::now() + LONGEST;
        loop {
            if let Some(came) = self.came() {
                return Some(came);
            }
            let asked =
                question.is_some_and(|question| String::from_utf8_lossy(&self.heard).trim_end().ends_with(question));
            if asked {
                self.heard.clear();
                return None;
            }
            match self
                .output
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.heard.extend(bytes),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                    let rest = String::from_utf8_lossy(&std::mem::take(&mut self.heard)).into_owned();
                    return Some(Came::Lost(rest));
                }
                Err(_) => panic!("no answer; heard: {}", String::from_utf8_lossy(&self.heard)),
            }
        }
    }

    /// An answer in what was heard: JSON by its braces, never by a prompt; or a complaint in plain text.
    fn came(&mut self) -> Option<Came> {
        let begin = self
            .heard
            .iter()
            .position(|byte| *byte == b'{')
            .unwrap_or(self.heard.len());
        let before = String::from_utf8_lossy(&self.heard[..begin]).into_owned();
        if let Some(complaint) = before.split_inclusive('\n').find_map(complaint) {
            self.heard.drain(..begin);
            return Some(Came::Lost(complaint));
        }
        let mut values = serde_json::Deserializer::from_slice(&self.heard[begin..]).into_iter::<Value>();
        let value = values.next()?.ok()?;
        let end = begin + values.byte_offset();
        self.heard.drain(..end);
        Some(answer(value))
    }

    /// The process ends without a word.
    pub fn hang_up(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a JSON answer says.
pub fn answer(value: Value) -> Came {
    let fields = value
        .as_object()
        .map(|fields| fields.keys().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(
        fields.as_deref(),
        Some(&["data", "error_code"][..]),
        "no answer of the contract: {value:#}"
    );
    match (value["error_code"].as_u64(), &value["data"]) {
        (Some(0), data) => Came::Yes(data.clone()),
        (Some(1), Value::String(text)) => Came::No(text.clone()),
        _ => panic!("no answer of the contract: {value:#}"),
    }
}

fn complaint(line: &str) -> Option<String> {
    let at = line.find("Error: ")?;
    line.ends_with('\n').then(|| line[at..].trim_end().to_owned())
}

fn listen(mut from: impl Read + Send + 'static, to: Sender<Vec<u8>>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if to.send(buffer[..read].to_vec()).is_err() {
                break;
            }
        }
    });
}

impl Drop for Talk {
    fn drop(&mut self) {
        drop(self.input.take());
        let until = Instant::now() + Duration::from_secs(2);
        while Instant::now() < until && !matches!(self.child.try_wait(), Ok(Some(_))) {
            thread::sleep(Duration::from_millis(1));
        }
        self.hang_up();
    }
}

const LONGEST: Duration = Duration::from_secs(60);
