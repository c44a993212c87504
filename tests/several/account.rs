//! A process of a member's own account: `ceremony console`, as the kernel sees it.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use super::room::{GROUP, Room};

/// How such a process ended, with what it wrote, octet for octet.
pub struct Done {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

impl Done {
    /// Demands success; returns standard output as text.
    #[track_caller]
    pub fn good(&self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// Demands this exit code, and these words in the error.
    #[track_caller]
    pub fn refuses(&self, code: i32, words: &str) {
        let said = self.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(self.code, Some(code), "{said}");
        assert!(said.contains(words), "{said}");
    }
}

/// `ceremony console` with one command, of the account with this number.
pub fn console(room: &Room, uid: u32, command: &str, input: &[u8]) -> Done {
    let mut program = Command::new(room.ceremony());
    program
        .args(["console", "--socket", room.socket()])
        .args(["-c", command]);
    run(of(program.current_dir(room.event.root()), uid), input)
}

/// The menu, with what is typed.
pub fn menu(room: &Room, uid: u32, typed: &str) -> Done {
    let mut program = Command::new(room.ceremony());
    program.args(["console", "--socket", room.socket()]);
    run(of(program.current_dir(room.event.root()), uid), typed.as_bytes())
}

/// The same command as the account with this number.
pub fn of(command: &mut Command, uid: u32) -> &mut Command {
    command.uid(uid).gid(GROUP)
}

/// Runs it to its end.
pub fn run(command: &mut Command, input: &[u8]) -> Done {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    // It may end without reading all of it.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    feeder.join().expect("the feeder ends");
    Done {
        code: output.status.code(),
        out: output.stdout,
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
