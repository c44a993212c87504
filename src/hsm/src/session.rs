//! One child process: what is typed to it, what it prints, and how long that may take.

use std::{
    io::{Read, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use crate::{Error, Framer, Limits, Request, TooLong, plain_error};

/// A running CLI. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Session {
    child: Child,
    typed: Option<ChildStdin>,
    read: Receiver<Chunk>,
    /// Standard output and standard error: which of them carries answers is undocumented.
    framers: [Framer; 2],
    ended: bool,
    limits: Limits,
}

#[derive(Debug)]
struct Chunk {
    stream: usize,
    /// Empty at the stream's end.
    bytes: Vec<u8>,
}

impl Session {
    pub(crate) fn start(program: &Path, arguments: &[String], work: &Path, limits: Limits) -> Result<Session, Error> {
        let failed = |error: std::io::Error| Error::Start {
            program: program.to_owned(),
            why: error.to_string(),
        };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(work).process_group(0);
        command.env_remove("CLOUDHSM_PIN").env_remove("CLOUDHSM_ROLE");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let (sender, read) = sync_channel(64);
        read_from(child.stdout.take(), 0, sender.clone());
        read_from(child.stderr.take(), 1, sender);
        let framers = [Framer::new(limits.answer), Framer::new(limits.answer)];
        Ok(Session {
            typed: child.stdin.take(),
            child,
            read,
            framers,
            ended: false,
            limits,
        })
    }

    /// Types the command and its secrets, and waits for one object. After an error the session is of no more use.
    pub(crate) fn ask(&mut self, request: &Request) -> Result<String, Error> {
        let blank = |text: String| request.secrets().iter().fold(text, |text, secret| secret.blank(text));
        self.refuse_unasked(request)?;
        self.type_lines(request);
        let bytes = self.listen(request, &blank)?;
        let malformed = |_| Error::Malformed {
            shown: request.shown(),
            why: "it is not UTF-8".into(),
        };
        String::from_utf8(bytes).map(blank).map_err(malformed)
    }

    /// Ends the child politely, and after two seconds by force.
    pub(crate) fn quit(mut self) {
        if let Some(mut typed) = self.typed.take() {
            let _ = typed.write_all(b"quit\n");
        }
        let until = Instant::now() + GOODBYE;
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// An answer that nobody asked for means that a line was taken for a command, and answers no longer match.
    fn refuse_unasked(&mut self, request: &Request) -> Result<(), Error> {
        while let Ok(chunk) = self.read.try_recv() {
            self.take_in(chunk, request)?;
        }
        for framer in &mut self.framers {
            let text = framer.take().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let text = text.or_else(|| framer.inside().then(|| "the beginning of an object".to_owned()));
            // After the end, complaints explain the end.
            let complaint = || find_complaint(&framer.noise()).filter(|_| !self.ended);
            if let Some(text) = text.or_else(complaint) {
                return Err(Error::Unasked {
                    shown: request.shown(),
                    text,
                });
            }
            if !self.ended {
                framer.reset();
            }
        }
        Ok(())
    }

    /// A failure to write shows itself as the end of what can be read, with the child's own words.
    fn type_lines(&mut self, request: &Request) {
        let Some(typed) = &mut self.typed else { return };
        let secrets = request.secrets().iter().map(|secret| secret.reveal());
        let line = request.line();
        for line in std::iter::once(line.as_str()).chain(secrets) {
            let _ = typed.write_all(line.as_bytes()).and_then(|()| typed.write_all(b"\n"));
        }
        let _ = typed.flush();
    }

    fn listen(&mut self, request: &Request, blank: &dyn Fn(String) -> String) -> Result<Vec<u8>, Error> {
        let mut until = Instant::now() + self.limits.wait;
        loop {
            if self.ended || self.complaint().is_some() {
                // An answer may still be on its way through the other stream.
                until = until.min(Instant::now() + GRACE);
            }
            match self.read.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(chunk) => self.take_in(chunk, request)?,
                Err(reason) => return Err(self.silence(request, reason, blank)),
            }
            if let Some(answer) = self.framers.iter_mut().find_map(Framer::take) {
                return Ok(answer);
            }
        }
    }

    fn take_in(&mut self, chunk: Chunk, request: &Request) -> Result<(), Error> {
        self.ended |= chunk.bytes.is_empty() && chunk.stream == 0;
        let too_long = |TooLong { limit }| Error::TooLong {
            shown: request.shown(),
            limit,
        };
        self.framers[chunk.stream].push(&chunk.bytes).map_err(too_long)
    }

    /// No answer: the CLI complained in plain words, or ended, or is silent.
    fn silence(&self, request: &Request, reason: RecvTimeoutError, blank: &dyn Fn(String) -> String) -> Error {
        let shown = request.shown();
        if let Some(text) = self.complaint() {
            return plain_error(&shown, &blank(text));
        }
        let text = blank(self.framers.each_ref().map(Framer::noise).join(" ").trim().to_owned());
        match self.ended || reason == RecvTimeoutError::Disconnected {
            true => Error::Ended { shown, text },
            false => Error::NoAnswer {
                shown,
                waited: self.limits.wait,
                text,
            },
        }
    }

    fn complaint(&self) -> Option<String> {
        self.framers.iter().find_map(|framer| find_complaint(&framer.noise()))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line such as `Error: "HSM is disconnected"`, on its own or after a prompt.
fn find_complaint(noise: &str) -> Option<String> {
    let after_prompt = |line: &str| line.rsplit_once(" > ").map_or(line, |(_, rest)| rest).trim().to_owned();
    let is_complaint = |text: &String| text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("error:"));
    noise.lines().map(after_prompt).find(is_complaint)
}

/// Reads in a thread of its own, because a pipe cannot be read with a time limit. The thread ends with the pipe.
fn read_from(pipe: Option<impl Read + Send + 'static>, stream: usize, to: SyncSender<Chunk>) {
    let Some(mut pipe) = pipe else { return };
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        loop {
            let count = pipe.read(&mut buffer).unwrap_or(0);
            if to
                .send(Chunk {
                    stream,
                    bytes: buffer[..count].to_vec(),
                })
                .is_err()
                || count == 0
            {
                return;
            }
        }
    });
}

/// After the end of a stream or a complaint, how long the rest may take.
const GRACE: Duration = Duration::from_millis(500);
const GOODBYE: Duration = Duration::from_secs(2);
