//! One child process: what is typed to it, and what it answers.

use std::{
    io::Write,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Error, Limits, Request, Secret,
    hearing::{Hearing, blank},
};

/// A running CLI. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Session {
    child: Child,
    typed: Option<ChildStdin>,
    heard: Hearing,
    /// Every secret typed so far: one could be echoed later than its own command's answer.
    secrets: Vec<Secret>,
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
        Ok(Session {
            typed: child.stdin.take(),
            heard: Hearing::of(&mut child, limits),
            child,
            secrets: Vec::new(),
        })
    }

    /// Types the command and what its prompts get, and waits for one object. After an error the session is of no more
    /// use.
    pub(crate) fn ask(&mut self, request: &Request) -> Result<String, Error> {
        self.heard.refuse_unasked(request, &self.secrets)?;
        self.type_lines(request);
        let answer = self.heard.answer(request, &self.secrets)?;
        text(request, answer, &request.secrets())
    }

    /// Types the first half of a command, and waits until its files are whole (`None`) or it is answered.
    pub(crate) fn begin(&mut self, request: &Request, whole: &dyn Fn() -> bool) -> Result<Option<String>, Error> {
        self.heard.refuse_unasked(request, &self.secrets)?;
        self.type_lines(request);
        let answer = self.heard.listen(request, &self.secrets, Some(whole))?;
        answer.map(|bytes| text(request, bytes, &request.secrets())).transpose()
    }

    /// Types the second half, unless the command has been answered meanwhile, and waits for its answer.
    pub(crate) fn finish(&mut self, rest: &Request) -> Result<String, Error> {
        let answer = match self.heard.answered(rest, &self.secrets)? {
            Some(answer) => answer,
            None => {
                self.type_lines(rest);
                self.heard.answer(rest, &self.secrets)?
            }
        };
        text(rest, answer, &self.secrets)
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

    /// A failure to write shows itself as the end of what can be read, with the child's own words.
    fn type_lines(&mut self, request: &Request) {
        for secret in request.secrets() {
            if !self.secrets.iter().any(|known| known.reveal() == secret.reveal()) {
                self.secrets.push(secret);
            }
        }
        let Some(typed) = &mut self.typed else { return };
        for line in request.typed() {
            let _ = typed
                .write_all(line.reveal().as_bytes())
                .and_then(|()| typed.write_all(b"\n"));
        }
        let _ = typed.flush();
    }
}

fn text(request: &Request, bytes: Vec<u8>, secrets: &[Secret]) -> Result<String, Error> {
    let malformed = |_| Error::Malformed {
        shown: request.shown(),
        why: "it is not UTF-8".into(),
    };
    String::from_utf8(bytes)
        .map(|text| blank(secrets, text))
        .map_err(malformed)
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const GOODBYE: Duration = Duration::from_secs(2);
