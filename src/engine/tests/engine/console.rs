//! `ceremony console` where no honest engine answers: what it refuses by itself, and what it makes of a false one.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[test]
fn what_is_no_command_is_refused_before_anybody_is_asked() {
    for other in ["sh", "scp -t .", "get ../x", "status status", ""] {
        let done = console(Path::new("/nowhere"), &["-c", other]);
        assert_eq!(done.status.code(), Some(2), "{other}");
        let error = format!("ceremony: error: '{other}' is no command of this console\n");
        assert!(text(&done.stderr).starts_with(&error), "{}", text(&done.stderr));
    }
}

#[test]
fn without_an_engine_it_says_so() {
    for words in [&["-c", "status"][..], &[]] {
        let done = console(Path::new("/nowhere/console.sock"), words);
        let error = text(&done.stderr);
        assert_eq!(done.status.code(), Some(4), "{error}");
        let said =
            "ceremony: error: no engine answers at /nowhere/console.sock: no event is open to you\nceremony: hint: ";
        assert!(error.starts_with(said), "{error}");
    }
}

#[test]
fn under_its_name_as_a_shell_it_takes_no_option_and_no_variable() {
    let folder = folder("shell");
    let shell = folder.join("ceremony-console");
    symlink(env!("CARGO_BIN_EXE_ceremony"), &shell).expect("a link");
    let called = |words: &[&str]| {
        let mut command = Command::new(&shell);
        command
            .args(words)
            .env("SOCKET", "/tmp/x")
            .env("SSH_ORIGINAL_COMMAND", "sh");
        command.stdin(Stdio::null()).output().expect("runs")
    };
    for bad in [
        &["--socket", "/tmp/x"][..],
        &["run"],
        &["--help"],
        &["-c"],
        &["-c", "sh"],
        &["-i"],
    ] {
        let done = called(bad);
        assert_eq!(done.status.code(), Some(2), "{bad:?}: {}", text(&done.stderr));
    }
    // Nobody listens at the compiled place where tests run; were somebody there, this account would be refused.
    let done = called(&["-c", "status"]);
    assert!(matches!(done.status.code(), Some(1 | 4)), "{}", text(&done.stderr));
    fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn whatever_an_engine_says_moves_no_cursor() {
    let folder = folder("false");
    let path = folder.join("s");
    let listener = UnixListener::bind(&path).expect("bound");
    // {"said": {"lines": ["a ESC [2J", a line break, "b"]}}
    let hostile = b"\xa1\x64said\xa1\x65lines\x81\x68a\x1b[2J\n\x07b";
    let speaks = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody came");
        let mut question = [0; 11];
        stream.read_exact(&mut question).expect("a question");
        let length = u32::try_from(hostile.len()).expect("short").to_be_bytes();
        stream.write_all(&[&length[..], hostile].concat()).expect("said");
    });
    let done = console(&path, &["-c", "status"]);
    speaks.join().expect("it spoke");
    assert_eq!(text(&done.stdout), "a\\u{1b}[2J\n  \\u{7}b\n", "{}", text(&done.stderr));
    fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn an_engine_that_speaks_otherwise_is_gone() {
    for said in [&b"\xff\xff\xff\xff"[..], b"\0\0\0\x01\xff", b"\0\0", b""] {
        let folder = folder("other");
        let path = folder.join("s");
        let listener = UnixListener::bind(&path).expect("bound");
        let speaks = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody came");
            stream.write_all(said).expect("said");
        });
        let done = console(&path, &["-c", "status"]);
        speaks.join().expect("it spoke");
        let error = text(&done.stderr);
        assert_eq!(done.status.code(), Some(4), "{error}");
        assert!(error.starts_with("ceremony: error: the engine is gone: "), "{error}");
        fs::remove_dir_all(&folder).expect("removed");
    }
}

fn console(socket: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony"));
    command.arg("console").arg("--socket").arg(socket).args(words);
    command.stdin(Stdio::null()).output().expect("runs")
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("ceremony-console-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
