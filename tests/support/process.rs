//! Programs as processes: what they were given, what they said, how they ended.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// How a program ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was run, for messages.
    pub command: String,
    /// The exit code; -1 if a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Outcome {
    /// This outcome, if it has that exit code.
    ///
    /// # Panics
    /// With all that the program said, if it has another.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Both outputs together.
    #[must_use]
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            command,
            code,
            out,
            err,
        } = self;
        write!(
            f,
            "`{command}` ended with {code}\n--- standard output\n{out}\n--- standard error\n{err}"
        )
    }
}

/// A program of ours, from the build that the running test belongs to.
///
/// # Panics
/// If it was not built.
#[must_use]
pub fn ours(name: &str) -> PathBuf {
    let path = profile_folder().join(name);
    assert!(
        path.is_file(),
        "{} is not there: run `cargo build` with the profile of this test first (tests/run does)",
        path.display()
    );
    path
}

/// Runs a program to its end, with these lines on its standard input.
///
/// # Panics
/// If it cannot be started.
pub fn run<S: AsRef<OsStr>>(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = S>,
    input: &str,
) -> Outcome {
    let mut command = Command::new(program);
    command.args(arguments);
    finish(&mut command, input)
}

/// Runs a prepared command to its end.
///
/// # Panics
/// If it cannot be started.
pub fn finish(command: &mut Command, input: &str) -> Outcome {
    let shown = shown(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start `{shown}`: {error}"));
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_owned();
    // A program may end without reading all of it.
    let feeder = thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().expect("it ends");
    feeder.join().expect("the feeder ends");
    Outcome {
        command: shown,
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// `target/<profile>`, where the test itself was built.
#[must_use]
pub fn profile_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own file");
    let folder = test.parent().and_then(Path::parent).expect("it lies in deps/");
    folder.to_owned()
}

/// The workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the crate lies in the workspace").to_owned()
}

fn shown(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Copies a program to where other accounts reach it. Another process writes it, for the same reason as
/// [`make_program`]'s.
pub fn copy_program(from: &Path, to: &Path) {
    let _ = finish(Command::new("cp").arg(from).arg(to), "").expect(0);
}

/// Makes a program of a shell script. Another process writes it: a test beside this one that forks while we hold it open
/// for writing would make its start fail with "Text file busy".
pub fn make_program(path: &Path, script: &str) {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "cat > \"$0\" && chmod 755 \"$0\""]).arg(path);
    let _ = finish(&mut shell, script).expect(0);
}
