//! The real channel: a `cloudhsm-cli interactive` child for each login.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{Channel, Error, File, Reply, Request, session::Session, work::WorkDir};

/// Starts the CLI with the first command and ends it with [`Channel::close`] or when dropped.
///
/// The child runs in the work directory, so relative paths in its environment would be read from there. It gets this
/// process's environment without `CLOUDHSM_PIN` and `CLOUDHSM_ROLE`, and a process group of its own, so that a Ctrl-C at
/// the terminal does not take the session and its tokens away.
#[derive(Debug)]
pub struct Process {
    program: PathBuf,
    arguments: Vec<String>,
    work: WorkDir,
    limits: Limits,
    state: State,
    /// The first half of a command that waits at a prompt; its files are still there.
    waiting: Option<Request>,
}

/// What a child may take and may send.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest wait for one answer. The CLI's own availability check alone takes 87 s.
    pub wait: Duration,
    /// The most bytes around and in one answer.
    pub answer: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            wait: Duration::from_secs(180),
            answer: 1 << 20,
        }
    }
}

#[derive(Debug)]
enum State {
    Idle,
    Running(Box<Session>),
    /// Something went wrong; what arrives now could be anybody's answer.
    Broken,
}

impl Process {
    /// Uses the CLI at `program` and, for its files, the directory `work`, which nobody else may enter (mode 700).
    pub fn new(program: &Path, work: &Path, limits: Limits) -> Result<Process, Error> {
        let program = resolve(program)?;
        let arguments = vec!["interactive".to_owned()];
        Ok(Process {
            program,
            arguments,
            work: WorkDir::open(work)?,
            limits,
            state: State::Idle,
            waiting: None,
        })
    }

    /// Names the cluster, where several are configured.
    pub fn for_cluster(mut self, id: &str) -> Process {
        self.arguments.extend(["--cluster-id".to_owned(), id.to_owned()]);
        self
    }

    fn session(&mut self, shown: &dyn Fn() -> String) -> Result<&mut Session, Error> {
        if matches!(self.state, State::Idle) {
            let (program, arguments) = (&self.program, &self.arguments);
            let session = Session::start(program, arguments, self.work.path(), self.limits)?;
            self.state = State::Running(Box::new(session));
        }
        match &mut self.state {
            State::Running(session) => Ok(session),
            State::Idle | State::Broken => Err(Error::Broken { shown: shown() }),
        }
    }

    /// After an error that comes from here, what arrives could be anybody's answer.
    fn broken_by<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        if outcome
            .as_ref()
            .is_err_and(|error| !matches!(error, Error::Start { .. }))
        {
            self.state = State::Broken;
        }
        outcome
    }

    /// What a command wrote, the session's secrets blanked; and an answer after which others would be anybody's is the
    /// session's last.
    fn outputs(&mut self, request: &Request) -> Vec<File> {
        let files = self.work.outputs(request);
        let State::Running(session) = &self.state else {
            return files;
        };
        let files = session.blanked(files);
        if !session.is_sound() {
            self.state = State::Broken;
        }
        files
    }

    /// Removes the files of a command that waited.
    fn forget_waiting(&mut self) {
        if let Some(first) = self.waiting.take() {
            self.work.clear(&first);
        }
    }
}

impl Channel for Process {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        if self.waiting.is_some() {
            return Err(Error::Waiting { shown: request.shown() });
        }
        self.work.prepare(request)?;
        let session = self.session(&|| request.shown());
        let answer = session.and_then(|session| session.ask(request));
        let answer = self.broken_by(answer);
        let files = self.outputs(request);
        self.work.clear(request);
        Ok(Reply { text: answer?, files })
    }

    fn begin(&mut self, request: &Request) -> Result<Reply, Error> {
        if self.waiting.is_some() {
            return Err(Error::Waiting { shown: request.shown() });
        }
        self.work.prepare(request)?;
        // A second handle on the same directory, because the session borrows the rest.
        let work = self.work.clone();
        let session = self.session(&|| request.shown());
        let begun = session.and_then(|session| session.begin(request, &|| work.whole(request)));
        let begun = self.broken_by(begun);
        let files = self.outputs(request);
        match &begun {
            Ok(None) => self.waiting = Some(request.clone()),
            _ => self.work.clear(request),
        }
        let text = begun?.unwrap_or_default();
        Ok(Reply { text, files })
    }

    fn finish(&mut self, rest: &Request) -> Result<Reply, Error> {
        if self.waiting.is_none() {
            return Err(Error::NothingWaits);
        }
        self.work.prepare(rest)?;
        let answer = self.session(&|| rest.shown()).and_then(|session| session.finish(rest));
        let answer = self.broken_by(answer);
        let files = self.outputs(rest);
        self.work.clear(rest);
        self.forget_waiting();
        Ok(Reply { text: answer?, files })
    }

    fn close(&mut self) {
        if let State::Running(session) = std::mem::replace(&mut self.state, State::Idle) {
            session.quit();
        }
        self.forget_waiting();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.close();
    }
}

/// A path is made absolute, because the child starts elsewhere; a bare name is looked up by the system.
fn resolve(program: &Path) -> Result<PathBuf, Error> {
    if program.components().count() < 2 {
        return Ok(program.to_owned());
    }
    let failed = |error: std::io::Error| Error::Start {
        program: program.to_owned(),
        why: error.to_string(),
    };
    std::fs::canonicalize(program).map_err(failed)
}
