//! What a test needs around the program: a call of it, a folder, and keys that other programs made.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A password like those that the console draws.
pub const SECRET: &[u8] = b"abcde-fghij-klmno-pqrst-uvwxy";

/// A folder for one test.
pub fn folder(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("seal-{}-{number}-{name}", std::process::id()));
    std::fs::create_dir_all(&path).expect("a folder for the test");
    path
}

/// Runs the program with these words and this input.
pub fn seal(words: &[&str], input: &[u8]) -> Output {
    feed(Command::new(env!("CARGO_BIN_EXE_ceremony-seal")).args(words), input)
}

/// An age file to this recipient.
#[track_caller]
pub fn sealed(recipient: &str, secret: &[u8]) -> Vec<u8> {
    let done = seal(&[recipient], secret);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(done.stderr.is_empty());
    done.stdout
}

/// Runs a process with these octets on its standard input.
pub fn feed(command: &mut Command, input: &[u8]) -> Output {
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().expect("it starts");
    // A program that refuses early does not read.
    let _ = child.stdin.take().expect("piped").write_all(input);
    child.wait_with_output().expect("it ends")
}

/// Runs a judge that must find everything good.
#[track_caller]
pub fn good(program: &str, words: &[&str], input: &[u8]) -> Vec<u8> {
    let done = feed(Command::new(program).args(words), input);
    assert!(
        done.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    done.stdout
}

/// A file's name as a word.
pub fn word(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}
