//! The program itself, its folder, and what must never be shown.
//!
//! The driver of the crate `hsm` hides just what is asked here, so this is a second, smaller way to the same program.
//! Commands are typed in a [`Session`] or given to [`Cli::single`]; sizes and waits have bounds.

use std::cell::RefCell;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use hsm::Secret;

use super::said::{Heard, Line};
use super::session::Session;
use super::trouble::Trouble;

/// A way to start the CLI.
#[derive(Clone)]
pub struct Cli {
    program: PathBuf,
    cluster: Option<String>,
    work: PathBuf,
    wait: Duration,
    secrets: Rc<RefCell<Vec<Secret>>>,
}

impl Cli {
    /// `work` is a folder of our own; `wait` is the longest wait for one answer.
    pub fn new(program: &Path, cluster: Option<&str>, work: &Path, wait: Duration) -> Result<Cli, Trouble> {
        let found = match program.components().count() < 2 {
            true => Ok(program.to_owned()),
            false => std::fs::canonicalize(program),
        };
        let program = found.map_err(|cause| Trouble::Start {
            program: program.to_owned(),
            why: cause.to_string(),
        })?;
        Ok(Cli {
            program,
            cluster: cluster.map(str::to_owned),
            work: work.to_owned(),
            wait,
            secrets: Rc::default(),
        })
    }

    /// From now on this is blanked wherever it occurs.
    pub fn keep_secret(&self, secret: &Secret) {
        self.secrets.borrow_mut().push(secret.clone());
    }

    /// Where files lie that the CLI reads and writes; in commands they are named without a folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    /// Puts a file there.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let failed = |cause: std::io::Error| Trouble::File {
            name: name.to_owned(),
            why: cause.to_string(),
        };
        std::fs::write(self.path(name), bytes).map_err(failed)
    }

    /// Takes a file that the CLI wrote, and removes it.
    pub fn take(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        let failed = |why: String| Trouble::File {
            name: name.to_owned(),
            why,
        };
        let bytes = crate::files::read(&self.path(name), FILE_LIMIT).map_err(|error| failed(error.to_string()))?;
        std::fs::remove_file(self.path(name)).map_err(|cause| failed(cause.to_string()))?;
        Ok(bytes)
    }

    /// Begins an interactive session.
    pub fn interactive(&self) -> Result<Session, Trouble> {
        let cluster = self.cluster.iter().flat_map(|id| ["--cluster-id", id]);
        let child = self.spawn(["interactive"].into_iter().chain(cluster))?;
        Ok(Session::new(self, child))
    }

    /// Runs one command in a process of its own, without a login.
    pub fn single(&self, words: &str) -> Result<(Heard, Option<i32>), Trouble> {
        let cluster = self.cluster.iter().flat_map(|id| ["--cluster-id", id]);
        let child = self.spawn(words.split(' ').chain(cluster))?;
        Session::new(self, child).hear_out(&Line::new(words))
    }

    /// The longest wait for one answer.
    pub fn wait(&self) -> Duration {
        self.wait
    }

    /// The text without the secrets.
    pub fn blank(&self, text: &str) -> String {
        let secrets = self.secrets.borrow();
        let blanked = |text: String, secret: &Secret| text.replace(secret.reveal(), "[secret]");
        secrets.iter().fold(text.to_owned(), blanked)
    }

    fn spawn<'a>(&self, words: impl Iterator<Item = &'a str>) -> Result<Child, Trouble> {
        let mut command = Command::new(&self.program);
        command.args(words).current_dir(&self.work).process_group(0);
        command.env_remove("CLOUDHSM_PIN").env_remove("CLOUDHSM_ROLE");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().map_err(|cause| Trouble::Start {
            program: self.program.clone(),
            why: cause.to_string(),
        })
    }
}

/// No file between us and the CLI is larger.
pub const FILE_LIMIT: usize = 1 << 20;
