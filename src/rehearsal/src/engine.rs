//! The engine as a process: what it shows comes in as events, what people type goes out as lines.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use record::screen::Shown;

use crate::child::{Call, outcome};
use crate::error::Error;
use crate::rehearsal::Rehearsal;
use crate::secrets::Secret;

/// What to do after one thing that the engine showed.
pub enum Reaction {
    /// Nothing.
    Listen,
    /// Type Enter, or an answer that is no secret.
    Type(String),
    /// Type a secret.
    Enter(Secret),
    /// Type nothing more: the engine ends with its own error.
    End,
    /// Cut the power.
    Kill,
}

/// How the engine ended.
#[derive(PartialEq, Eq)]
pub enum Ended {
    /// It did what it was asked to.
    Well,
    /// It was killed.
    Killed,
}

impl Rehearsal {
    /// A call of the engine, which knows where the stand-in keeps its cluster.
    pub fn ceremony(&self, command: &str) -> Result<Call, Error> {
        let mut call = Call::new(&self.binaries.ceremony, command)
            .words(["--json"])
            .words(self.clock.words());
        self.with_cluster(&mut call)?;
        Ok(call.words(command.split(' ')))
    }

    /// Tells a program where the stand-in's cluster is. Without syncs: a power cut here is a killed process.
    pub fn with_cluster(&self, call: &mut Call) -> Result<(), Error> {
        self.with_cluster_at(call, &self.cluster())
    }

    /// The same of a cluster that there was.
    pub fn with_cluster_at(&self, call: &mut Call, cluster: &Path) -> Result<(), Error> {
        let absolute = std::path::absolute(cluster).map_err(Error::file("find", cluster))?;
        call.command
            .env("CLOUDHSM_STANDIN_DIR", absolute)
            .env("CLOUDHSM_STANDIN_SYNC", "off");
        Ok(())
    }

    /// Runs the engine for something that it asks nobody about.
    pub fn engine(&self, call: Call) -> Result<(), Error> {
        self.engine_with(call, |_| Ok(Reaction::Listen)).map(|_| ())
    }

    /// Runs the engine, shows what it shows, and reacts to it.
    pub fn engine_with(
        &self,
        mut call: Call,
        mut react: impl FnMut(&Shown) -> Result<Reaction, Error>,
    ) -> Result<Ended, Error> {
        let start = |cause| Error::Start {
            program: call.name.clone(),
            cause,
        };
        let command = call
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut running = Running::of(command.spawn().map_err(start)?);
        let (mut killed, mut over) = (false, false);
        let heard = running.listen(|shown| {
            // After a refusal nobody answers any more.
            if over {
                return Ok(Reaction::Listen);
            }
            self.screen.show(&heading_alone(shown));
            let reaction = react(shown)?;
            killed = matches!(reaction, Reaction::Kill);
            over = matches!(reaction, Reaction::End);
            Ok(reaction)
        });
        let ended = running.end(&call.name);
        heard?;
        match killed {
            true => Ok(Ended::Killed),
            false => ended.map(|()| Ended::Well),
        }
    }
}

/// One run of the engine.
struct Running {
    child: Child,
    input: Option<ChildStdin>,
    said: std::thread::JoinHandle<Vec<u8>>,
}

impl Running {
    fn of(mut child: Child) -> Self {
        let (input, stderr) = (child.stdin.take(), child.stderr.take());
        let said = std::thread::spawn(move || {
            let mut said = Vec::new();
            if let Some(mut stderr) = stderr {
                let _ = stderr.read_to_end(&mut said);
            }
            said
        });
        Self { child, input, said }
    }

    /// Reads events until there are no more.
    fn listen(&mut self, mut react: impl FnMut(&Shown) -> Result<Reaction, Error>) -> Result<(), Error> {
        let Some(output) = self.child.stdout.take() else {
            return Ok(());
        };
        for line in BufReader::new(output).lines() {
            let line = line.map_err(|cause| Error::Start {
                program: "ceremony".into(),
                cause,
            })?;
            let shown: Shown = serde_json::from_str(&line).map_err(|_| Error::Garbled {
                line: record::text::plain(&line, 80),
            })?;
            match react(&shown)? {
                Reaction::Listen => {}
                Reaction::Type(line) => self.type_line(&line),
                Reaction::Enter(secret) => self.type_line(secret.line()),
                Reaction::End => self.input = None,
                Reaction::Kill => {
                    // SIGKILL: nothing is tidied up, as in a power cut.
                    let _ = self.child.kill();
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// An engine that has gone says why by its exit code.
    fn type_line(&mut self, line: &str) {
        if let Some(input) = &mut self.input {
            let _ = input
                .write_all(line.as_bytes())
                .and_then(|()| input.write_all(b"\n"))
                .and_then(|()| input.flush());
        }
    }

    /// Types nothing more and waits for the end.
    fn end(mut self, name: &str) -> Result<(), Error> {
        self.input = None;
        let status = self.child.wait().map_err(|cause| Error::Start {
            program: name.to_owned(),
            cause,
        })?;
        let said = self.said.join().unwrap_or_default();
        outcome(name, status, &said)
    }
}

/// A rehearsal has one end and its own parts; the engine's are told as sentences.
fn heading_alone(shown: &Shown) -> Shown {
    match shown {
        Shown::Heading { title } => Shown::Said {
            text: format!("{title}."),
        },
        Shown::Finished { milliseconds } => {
            let text = format!(
                "The engine is done, after {}.{:03} seconds.",
                milliseconds / 1000,
                milliseconds % 1000
            );
            Shown::Said { text }
        }
        other => other.clone(),
    }
}
