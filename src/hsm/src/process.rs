//! The real channel: a `cloudhsm-cli interactive` child for each login.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{Channel, Error, Reply, Request, session::Session, work::WorkDir};

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
        })
    }

    /// Names the cluster, where several are configured.
    pub fn for_cluster(mut self, id: &str) -> Process {
        self.arguments.extend(["--cluster-id".to_owned(), id.to_owned()]);
        self
    }

    fn converse(&mut self, request: &Request) -> Result<String, Error> {
        if matches!(self.state, State::Idle) {
            let (program, arguments) = (&self.program, &self.arguments);
            let session = Session::start(program, arguments, self.work.path(), self.limits)?;
            self.state = State::Running(Box::new(session));
        }
        let State::Running(session) = &mut self.state else {
            return Err(Error::Broken { shown: request.shown() });
        };
        let answer = session.ask(request);
        if answer.is_err() {
            self.state = State::Broken;
        }
        answer
    }
}

impl Channel for Process {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        self.work.prepare(request)?;
        let answer = self.converse(request);
        let files = self.work.outputs(request);
        self.work.clear(request);
        Ok(Reply { text: answer?, files })
    }

    fn close(&mut self) {
        if let State::Running(session) = std::mem::replace(&mut self.state, State::Idle) {
            session.quit();
        }
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
