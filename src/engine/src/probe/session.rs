//! A child of the CLI: what is typed to it, and what it says within a time, on which stream.

use std::io::{Read, Write as _};
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use hsm::{Framer, Secret};

use super::raw::{Cli, FILE_LIMIT};
use super::said::{Answer, Heard, Line, Plain, Said, Stream};
use super::trouble::Trouble;

/// A running child. Dropping it ends it.
pub struct Session {
    cli: Cli,
    child: Child,
    typed: Option<ChildStdin>,
    read: Receiver<Chunk>,
    framers: [Framer; 2],
    ended: bool,
}

struct Chunk {
    stream: Stream,
    /// Empty at the stream's end.
    bytes: Vec<u8>,
}

impl Session {
    /// Listens to a new child.
    pub fn new(cli: &Cli, mut child: Child) -> Session {
        let (sender, read) = sync_channel(64);
        listen(child.stdout.take(), Stream::Out, sender.clone());
        listen(child.stderr.take(), Stream::Err, sender);
        Session {
            cli: cli.clone(),
            typed: child.stdin.take(),
            child,
            read,
            framers: [Framer::new(ANSWER_LIMIT), Framer::new(ANSWER_LIMIT)],
            ended: false,
        }
    }

    /// Waits for what a command says that was given to the child when it began, and for its end.
    pub fn hear_out(mut self, line: &Line) -> Result<(Heard, Option<i32>), Trouble> {
        self.typed = None;
        let heard = self.hear(line, self.cli.wait())?;
        Ok((heard, self.status()))
    }

    /// Types one command with what its prompts are told, and waits for one answer.
    pub fn ask(&mut self, line: &Line) -> Result<Heard, Trouble> {
        self.type_line(line);
        self.hear(line, self.cli.wait())
    }

    /// Types a command that writes a file and then waits at a prompt; `then` makes of the file what is typed next. If an
    /// answer comes first, that is the answer; where the CLI asks for a password on the way, it gets it.
    pub fn ask_around(
        &mut self,
        line: &Line,
        file: &str,
        password: &Secret,
        then: impl FnOnce(&Cli, &[u8]) -> Result<Vec<String>, Trouble>,
    ) -> Result<Heard, Trouble> {
        // What an earlier command wrote must not be taken for this one's.
        let _ = std::fs::remove_file(self.cli.path(file));
        self.type_line(line);
        let until = Instant::now() + self.cli.wait();
        let mut given = 0;
        while Instant::now() < until && !self.ended && !self.is_stopped() && !self.answered() {
            let asked = self.plain().times_asked();
            if asked > given {
                given = asked;
                self.write(&format!("{}\n", password.reveal()));
            }
            let whole = crate::files::read(&self.cli.path(file), FILE_LIMIT)
                .ok()
                .filter(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).is_ok());
            if let Some(bytes) = whole {
                let lines = then(&self.cli, &bytes)?;
                self.write(&(lines.join("\n") + "\n"));
                break;
            }
            self.take_in(Duration::from_millis(10))?;
        }
        self.hear(line, self.cli.wait())
    }

    /// Types two commands at once and gives all that was said up to the answer of the second: what a command left of
    /// its input is then seen to be taken for a command of its own. `wait` is for the whole.
    pub fn ask_with_mark(&mut self, line: &Line, mark: &Line, wait: Duration) -> Result<(Vec<Heard>, Plain), Trouble> {
        self.type_line(line);
        self.type_line(mark);
        let until = Instant::now() + wait;
        let mut heard = Vec::new();
        loop {
            let mut one = self.hear_json(line, until.saturating_duration_since(Instant::now()))?;
            let marked = matches!(&one.said, Said::Answer(answer) if answer.data.get("hsms").is_some());
            if marked {
                mark.shown().clone_into(&mut one.shown);
            }
            let over = !matches!(&one.said, Said::Answer(_));
            heard.push(one);
            if marked || over {
                // Plain text may still be on its way through the other stream.
                while self.take_in(GRACE)? {}
                return Ok((heard, self.plain()));
            }
        }
    }

    /// The plain text since the last answer, by stream.
    pub fn plain(&self) -> Plain {
        let [out, err] = self.framers.each_ref().map(|framer| self.cli.blank(&framer.noise()));
        Plain { out, err }
    }

    /// Says goodbye, and after two seconds ends the child.
    pub fn quit(mut self) {
        self.write("quit\n");
        self.typed = None;
        self.status();
    }

    fn status(&mut self) -> Option<i32> {
        let until = Instant::now() + GOODBYE;
        while Instant::now() < until {
            if let Ok(Some(status)) = self.child.try_wait() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }

    fn type_line(&mut self, line: &Line) {
        // What came since the last answer is a prompt, or nothing that this command could have caused.
        while self.read.try_recv().map(|chunk| self.keep(chunk)).is_ok() {}
        tracing::debug!(line = line.shown(), "typed");
        let mut text = line.typed().to_owned() + "\n";
        line.then()
            .iter()
            .for_each(|secret| text += &format!("{}\n", secret.reveal()));
        self.write(&text);
    }

    /// A failure shows itself as the end of what can be read.
    fn write(&mut self, text: &str) {
        if let Some(typed) = &mut self.typed {
            let _ = typed.write_all(text.as_bytes()).and_then(|()| typed.flush());
        }
    }

    /// One answer, a complaint in plain text, the end, or silence.
    fn hear(&mut self, line: &Line, wait: Duration) -> Result<Heard, Trouble> {
        self.hear_until(line, wait, true)
    }

    fn hear_json(&mut self, line: &Line, wait: Duration) -> Result<Heard, Trouble> {
        self.hear_until(line, wait, false)
    }

    fn hear_until(&mut self, line: &Line, wait: Duration, complaints: bool) -> Result<Heard, Trouble> {
        let mut until = Instant::now() + wait;
        loop {
            if let Some(said) = self.answer()? {
                return Ok(self.heard(line, said));
            }
            if self.ended || complaints && self.plain().complaint().is_some() {
                until = until.min(Instant::now() + GRACE);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.is_stopped() || !self.take_in(left.min(LOOK))? && self.ended {
                let said = self.silence(complaints);
                return Ok(self.heard(line, said));
            }
        }
    }

    fn heard(&mut self, line: &Line, said: Said) -> Heard {
        let around = self.plain();
        if matches!(said, Said::Answer(_) | Said::Plain { .. }) {
            self.framers.iter_mut().for_each(Framer::reset);
        }
        Heard {
            shown: self.cli.blank(line.shown()),
            around,
            said,
        }
    }

    fn silence(&mut self, complaints: bool) -> Said {
        if let Some((stream, text)) = self.plain().complaint().filter(|_| complaints) {
            return Said::Plain { stream, text };
        }
        match self.ended {
            true => Said::Ended { code: self.status() },
            false => Said::Silent {
                stopped: self.is_stopped(),
            },
        }
    }

    fn answered(&self) -> bool {
        self.framers.iter().any(Framer::inside) || self.plain().complaint().is_some()
    }

    fn answer(&mut self) -> Result<Option<Said>, Trouble> {
        for (framer, stream) in self.framers.iter_mut().zip([Stream::Out, Stream::Err]) {
            let Some(bytes) = framer.take() else { continue };
            let text = self.cli.blank(&String::from_utf8_lossy(&bytes));
            return Ok(Some(Said::Answer(Answer::parse(stream, &text)?)));
        }
        Ok(None)
    }

    /// Takes in what comes within `wait`; false if nothing came.
    fn take_in(&mut self, wait: Duration) -> Result<bool, Trouble> {
        match self.read.recv_timeout(wait) {
            Ok(chunk) => self.keep(chunk).map(|()| true),
            Err(_) => Ok(false),
        }
    }

    fn keep(&mut self, chunk: Chunk) -> Result<(), Trouble> {
        self.ended |= chunk.bytes.is_empty() && chunk.stream == Stream::Out;
        let framer = &mut self.framers[chunk.stream as usize];
        framer.push(&chunk.bytes).map_err(|_| Trouble::TooLong)
    }

    /// A background process that reaches for the terminal is stopped by the system.
    fn is_stopped(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads in a thread of its own, because a pipe cannot be read with a time limit.
fn listen(pipe: Option<impl Read + Send + 'static>, stream: Stream, to: SyncSender<Chunk>) {
    let Some(mut pipe) = pipe else { return };
    std::thread::spawn(move || {
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

const ANSWER_LIMIT: usize = 1 << 20;
/// After the end of a stream or a complaint, how long the rest may take.
const GRACE: Duration = Duration::from_millis(200);
const GOODBYE: Duration = Duration::from_secs(2);
/// How often we look whether the child was stopped.
const LOOK: Duration = Duration::from_millis(250);
