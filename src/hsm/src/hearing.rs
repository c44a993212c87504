//! What a child says: two streams read with a time limit, answers framed out of them, and complaints in plain words.

use std::{
    io::Read,
    process::Child,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Error, Framer, Limits, Request, Secret, TooLong, blank::blank, plain_error, stopped, texts::is_usage_error, wire,
};

/// The child's two streams. Which of them carries answers is undocumented, so both do.
#[derive(Debug)]
pub(crate) struct Hearing {
    read: Receiver<Chunk>,
    /// Standard output and standard error.
    framers: [Framer; 2],
    ended: bool,
    limits: Limits,
    child: u32,
}

#[derive(Debug)]
struct Chunk {
    stream: usize,
    /// Empty at the stream's end.
    bytes: Vec<u8>,
}

impl Hearing {
    pub(crate) fn of(child: &mut Child, limits: Limits) -> Hearing {
        let (sender, read) = sync_channel(64);
        read_from(child.stdout.take(), 0, sender.clone());
        read_from(child.stderr.take(), 1, sender);
        Hearing {
            read,
            framers: [Framer::new(limits.answer), Framer::new(limits.answer)],
            ended: false,
            limits,
            child: child.id(),
        }
    }

    /// Before a command: an answer that nobody asked for means that a line was taken for a command, and answers no
    /// longer match.
    pub(crate) fn refuse_unasked(&mut self, request: &Request, secrets: &[Secret]) -> Result<(), Error> {
        self.catch_up(request)?;
        for framer in &mut self.framers {
            let text = framer.take().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let text = text.or_else(|| framer.inside().then(|| "the beginning of an object".to_owned()));
            // After the end, complaints explain the end.
            let complaint = || find_complaint(&framer.noise()).filter(|_| !self.ended);
            if let Some(text) = text.or_else(complaint) {
                return Err(Error::Unasked {
                    shown: request.shown(),
                    text: blank(secrets, text),
                });
            }
            if !self.ended {
                framer.reset();
            }
        }
        Ok(())
    }

    /// Has the command that waits been answered already, without its signatures?
    pub(crate) fn answered(&mut self, rest: &Request, secrets: &[Secret]) -> Result<Option<Vec<u8>>, Error> {
        self.catch_up(rest)?;
        let inside = self.framers.iter().any(Framer::inside);
        match self.framers.iter_mut().find_map(Framer::take) {
            Some(answer) => Ok(Some(answer)),
            None if inside || self.ended || self.complaint().is_some() => self.listen(rest, secrets, None),
            None => Ok(None),
        }
    }

    /// Waits for one object.
    pub(crate) fn answer(&mut self, request: &Request, secrets: &[Secret]) -> Result<Vec<u8>, Error> {
        Ok(self.listen(request, secrets, None)?.unwrap_or_default())
    }

    /// Waits for one object, or until `otherwise` says that it need not come: then `None`.
    pub(crate) fn listen(
        &mut self,
        request: &Request,
        secrets: &[Secret],
        otherwise: Option<&dyn Fn() -> bool>,
    ) -> Result<Option<Vec<u8>>, Error> {
        let begun = Instant::now();
        let mut until = begun + self.limits.wait;
        let pause = otherwise.map_or(STILL, |_| LOOK);
        loop {
            if self.ended || self.complaint().is_some() {
                // An answer may still be on its way through the other stream.
                until = until.min(Instant::now() + GRACE);
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.read.recv_timeout(left.min(pause)) {
                Ok(chunk) => self.take_in(chunk, request)?,
                Err(RecvTimeoutError::Timeout) if pause < left => self.refuse_stopped(request, begun, secrets)?,
                Err(reason) => return self.silence(request, reason, secrets).map(Some),
            }
            if let Some(answer) = self.framers.iter_mut().find_map(Framer::take) {
                return Ok(Some(answer));
            }
            if otherwise.is_some_and(|happened| !self.ended && self.complaint().is_none() && happened()) {
                return Ok(None);
            }
        }
    }

    /// After an answer: those that come on top, each within `grace` of the one before.
    pub(crate) fn further(&mut self, request: &Request, grace: Duration) -> Result<Vec<String>, Error> {
        let (mut until, mut further) = (Instant::now() + grace, Vec::new());
        loop {
            while let Some(bytes) = self.framers.iter_mut().find_map(Framer::take) {
                further.push(String::from_utf8_lossy(&bytes).into_owned());
                until = Instant::now() + grace;
            }
            match self.read.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(chunk) => self.take_in(chunk, request)?,
                Err(_) => break,
            }
        }
        further.extend(self.complaint().map(|text| wire::refusal(&text)));
        Ok(further)
    }

    /// A child that reads the terminal is stopped by it, and would wait for ever.
    fn refuse_stopped(&self, request: &Request, begun: Instant, secrets: &[Secret]) -> Result<(), Error> {
        let waited = begun.elapsed();
        match waited >= STILL && stopped::is_stopped(self.child) {
            true => Err(Error::Suspended {
                shown: request.shown(),
                text: self.printed(secrets),
            }),
            false => Ok(()),
        }
    }

    /// Takes in what has come, without waiting.
    fn catch_up(&mut self, request: &Request) -> Result<(), Error> {
        while let Ok(chunk) = self.read.try_recv() {
            self.take_in(chunk, request)?;
        }
        Ok(())
    }

    fn take_in(&mut self, chunk: Chunk, request: &Request) -> Result<(), Error> {
        self.ended |= chunk.bytes.is_empty() && chunk.stream == 0;
        let too_long = |TooLong { limit }| Error::TooLong {
            shown: request.shown(),
            limit,
        };
        self.framers[chunk.stream].push(&chunk.bytes).map_err(too_long)
    }

    /// No answer: the CLI complained in plain words, or ended, or is silent. That it did not understand the command is an
    /// answer after all.
    fn silence(&mut self, request: &Request, reason: RecvTimeoutError, secrets: &[Secret]) -> Result<Vec<u8>, Error> {
        let shown = request.shown();
        if let Some(text) = self.complaint() {
            return match is_usage_error(&text) {
                true => {
                    self.framers.iter_mut().for_each(Framer::reset);
                    Ok(wire::refusal(&text).into_bytes())
                }
                false => Err(plain_error(&shown, &blank(secrets, text))),
            };
        }
        let text = self.printed(secrets);
        Err(match self.ended || reason == RecvTimeoutError::Disconnected {
            true => Error::Ended { shown, text },
            false => Error::NoAnswer {
                shown,
                waited: self.limits.wait,
                text,
            },
        })
    }

    /// What came beside answers.
    fn printed(&self, secrets: &[Secret]) -> String {
        let noise = self.framers.each_ref().map(Framer::noise).join(" ");
        blank(secrets, noise.trim().to_owned())
    }

    fn complaint(&self) -> Option<String> {
        self.framers.iter().find_map(|framer| find_complaint(&framer.noise()))
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
            let bytes = buffer[..count].to_vec();
            if to.send(Chunk { stream, bytes }).is_err() || count == 0 {
                return;
            }
        }
    });
}

/// After the end of a stream or a complaint, how long the rest may take.
pub(crate) const GRACE: Duration = Duration::from_millis(500);
/// How often a silent child is looked at.
const STILL: Duration = Duration::from_secs(1);
/// How often a file that is being written is looked at.
const LOOK: Duration = Duration::from_millis(20);
