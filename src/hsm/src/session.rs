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
    Error, File, Limits, Request, Secret,
    blank::{blank, blank_file},
    hearing::{GRACE, Hearing},
    texts::{plain, plain_error},
    wire,
};

/// A running CLI. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Session {
    child: Child,
    typed: Option<ChildStdin>,
    heard: Hearing,
    /// Every secret typed so far: one could be echoed later than its own command's answer.
    secrets: Vec<Secret>,
    loose: Loose,
    /// An answer came on top: those that follow could be anybody's.
    shifted: bool,
}

/// Lines typed for prompts that may not have come. Such a line is a command of its own, whose answer, a no, comes on top
/// and would be taken for that of the next command.
#[derive(Clone, Copy, Debug, Default)]
struct Loose {
    /// Of commands before this one, which said yes.
    earlier: usize,
    /// Of this one.
    own: usize,
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
            loose: Loose::default(),
            shifted: false,
        })
    }

    /// Types the command and what its prompts get, and waits for one object. After an error the session is of no more
    /// use.
    pub(crate) fn ask(&mut self, request: &Request) -> Result<String, Error> {
        self.heard.refuse_unasked(request, &self.secrets)?;
        let known = self.secrets.len();
        self.type_lines(request);
        let answer = self.heard.answer(request, &self.secrets)?;
        self.judge(request, answer, known)
    }

    /// Types the first half of a command, and waits until its files are whole (`None`) or it is answered.
    pub(crate) fn begin(&mut self, request: &Request, whole: &dyn Fn() -> bool) -> Result<Option<String>, Error> {
        self.heard.refuse_unasked(request, &self.secrets)?;
        let known = self.secrets.len();
        self.type_lines(request);
        match self.heard.listen(request, &self.secrets, Some(whole))? {
            Some(answer) => self.judge(request, answer, known).map(Some),
            // Its files are there, so it got as far as its next prompt.
            None => {
                self.loose = Loose::default();
                Ok(None)
            }
        }
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
        // The first half's secrets are this command's too.
        self.judge(rest, answer, 0)
    }

    /// Can the next answer be told from those before it?
    pub(crate) fn is_sound(&self) -> bool {
        !self.shifted
    }

    /// Files that the CLI wrote, without the secrets.
    pub(crate) fn blanked(&self, files: Vec<File>) -> Vec<File> {
        files.into_iter().map(|file| blank_file(&self.secrets, file)).collect()
    }

    /// An answer's text, if it can be this command's. `known` secrets were typed for the commands before it. A yes is
    /// believed at once; a no while lines may be loose, when it is clear what follows it.
    fn judge(&mut self, request: &Request, answer: Vec<u8>, known: usize) -> Result<String, Error> {
        let text = text(request, answer)?;
        let blanked = blank(&self.secrets, text.clone());
        if let Some(words) = wire::disconnection(&blanked) {
            return Err(plain_error(&request.shown(), &words));
        }
        let Loose { earlier, own } = std::mem::take(&mut self.loose);
        if !wire::is_refusal(&text) {
            self.loose.earlier = own;
            return Ok(blanked);
        }
        if blank(&self.earlier(request, known), text.clone()) != text {
            let why = format!(
                "it repeats what was typed for a command before it: {:.300}",
                plain(&blanked)
            );
            return Err(wire::malformed(&request.shown(), why));
        }
        let further = match (earlier, own) {
            (0, 0) => return Ok(blanked),
            (0, _) => self.heard.further(request, GRACE)?,
            (_, _) => self.heard.further(request, LONGER_GRACE)?,
        };
        self.shifted = !further.is_empty();
        // Answers come in order: of more than the earlier lines could have, one is this command's, and all say no.
        let all_refuse = further.iter().all(|text| wire::is_refusal(text));
        match further.last() {
            Some(last) if !all_refuse || further.len() < earlier => {
                let (first, last) = (plain(&blanked), plain(&blank(&self.secrets, last.clone())));
                let why = format!("more than one came, and which is whose is not known: {first:.300} and {last:.300}");
                Err(wire::malformed(&request.shown(), why))
            }
            _ => Ok(blanked),
        }
    }

    /// The secrets of earlier commands that are not this one's too.
    fn earlier(&self, request: &Request, known: usize) -> Vec<Secret> {
        let own = request.secrets();
        let is_own = |secret: &&Secret| own.iter().any(|own| own.reveal() == secret.reveal());
        self.secrets[..known]
            .iter()
            .filter(|secret| !is_own(secret))
            .cloned()
            .collect()
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
        self.loose.own = request.prompted();
        let Some(typed) = &mut self.typed else { return };
        for line in request.typed() {
            let _ = typed
                .write_all(line.reveal().as_bytes())
                .and_then(|()| typed.write_all(b"\n"));
        }
        let _ = typed.flush();
    }
}

fn text(request: &Request, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|_| wire::malformed(&request.shown(), "it is not UTF-8"))
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command before this one may have left it behind, and this one takes its own time.
const LONGER_GRACE: Duration = Duration::from_secs(1);
const GOODBYE: Duration = Duration::from_secs(2);
