//! Judges of logs that nobody here wrote: aics-witness, aics-tlog, tlog-tiles (PyPI), where tests/run installed them.
//! Unit tests of other crates include this file as it is.
#![allow(dead_code, reason = "each test uses some of it")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// One of their programs: from `target/tlog-judges`, or from `PATH`.
#[must_use]
pub fn tool(program: &str) -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    // target/<profile>/deps/<test>
    let target = own.ancestors().nth(3).map(|target| target.join("tlog-judges/bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = target.into_iter().chain(std::env::split_paths(&path));
    folders.map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Why a check is skipped where there is none.
pub const ABSENT: &str =
    "aics-tlog, aics-witness and tlog-tiles are not installed (tests/run does, with python3 and venv)";

/// A witness on this machine. It ends with the test.
pub struct Witness {
    folder: PathBuf,
    program: PathBuf,
    port: u16,
    /// Its verifier key.
    pub key: String,
    child: Option<Child>,
}

impl Witness {
    /// A witness with a key of its own, in a folder that does not exist yet; nobody serves it.
    ///
    /// # Panics
    /// If the program fails.
    #[must_use]
    pub fn new(folder: &Path, name: &str) -> Option<Self> {
        let program = tool("aics-witness")?;
        std::fs::create_dir_all(folder).expect("a folder");
        // A port that was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("a port")
            .port();
        let mut witness = Self {
            folder: folder.into(),
            program,
            port,
            key: String::new(),
            child: None,
        };
        let (name, listen) = (format!("{name}.witness.example"), format!("127.0.0.1:{port}"));
        let made = witness.call(&["init", "--name", &name, "--listen", &listen, "--prefix", "/w"]);
        witness.key = String::from_utf8(made.stdout).expect("text").trim().to_owned();
        assert!(witness.key.starts_with(&format!("{name}+")), "{}", witness.key);
        Some(witness)
    }

    /// Where it is asked.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/w", self.port)
    }

    /// As `ceremony-publish init` is told of it.
    #[must_use]
    pub fn option(&self, name: &str) -> String {
        format!("{name}={}@{}", self.key, self.url())
    }

    /// It learns of a log.
    ///
    /// # Panics
    /// If it does not.
    pub fn learn(&self, origin: &str, log: &str) {
        let _ = self.call(&["add-log", "--origin", origin, "--vkey", log]);
    }

    /// It learns of a log, and serves from now on.
    ///
    /// # Panics
    /// If it does not.
    pub fn serve(&mut self, origin: &str, log: &str) {
        self.learn(origin, log);
        let mut command = self.command("serve");
        command.args(["--log-level", "ERROR"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("aics-witness"));
        let begun = Instant::now();
        while !self.answers() {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "the witness does not come up"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// It answers no more; its memory stays.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else {
            return false;
        };
        let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
        let _ = stream.write_all(b"GET /w/healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let mut answer = [0; 4];
        stream.read_exact(&mut answer).is_ok() && &answer == b"HTTP"
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.folder)
            .args([verb, "--config", "witness.json"]);
        command
    }

    fn call(&self, words: &[&str]) -> Output {
        let done = self.command(words[0]).args(&words[1..]).output().expect("aics-witness");
        assert!(
            done.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        done
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.stop();
    }
}
