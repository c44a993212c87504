//! What the process is while it waits for its secret, and what it gives up.

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::SECRET;

const RECIPIENT: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";

/// A shell leaves a file open to it, as whoever calls it may.
#[test]
fn has_nothing_open_and_can_open_nothing_when_it_reads_the_secret() {
    let mut child = Command::new("sh")
        .args([
            "-c",
            "exec 7</etc/passwd; exec \"$0\" \"$1\"",
            env!("CARGO_BIN_EXE_ceremony-seal"),
            RECIPIENT,
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let at = |file: &str| format!("/proc/{}/{file}", child.id());
    // Its limits are the last thing that it sets.
    let end = Instant::now() + Duration::from_secs(60);
    let limits = loop {
        let limits = std::fs::read_to_string(at("limits")).expect("its limits");
        let none = |name: &str| {
            let line = limits.lines().find(|line| line.starts_with(name)).expect("a limit");
            line[name.len()..].split_whitespace().take(2).eq(["0", "0"])
        };
        if none("Max open files") && none("Max core file size") {
            break limits;
        }
        assert!(Instant::now() < end, "{limits}");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(limits.contains("Max open files"));
    let status = std::fs::read_to_string(at("status")).expect("its status");
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
    // proc(5): what is not dumpable belongs to root, and only root may list it.
    if let Ok(open) = std::fs::read_dir(at("fd")) {
        let mut open: Vec<_> = open.map(|entry| entry.expect("an entry").file_name()).collect();
        open.sort();
        assert_eq!(open, ["0", "1", "2"]);
    }
    let command = std::fs::read_to_string(at("cmdline")).expect("its words");
    assert!(command.contains(RECIPIENT));
    child.stdin.take().expect("piped").write_all(SECRET).expect("it reads");
    let done = child.wait_with_output().expect("it ends");
    assert!(done.status.success() && done.status.signal().is_none());
    assert!(done.stdout.starts_with(b"age-encryption.org/v1\n-> X25519 "));
}
