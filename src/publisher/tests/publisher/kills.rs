//! `ceremony-publish` killed as a process, at moments spread over its work, and gone on with.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{EVENT, NOW};
use crate::publish::given::given;
use crate::publish::{Scratch, error, files};

#[test]
fn a_killed_append_ends_with_the_same_bytes() {
    let whole = given("kill-none", &EVENT.left(|_| ()));
    let began = Instant::now();
    assert!(append(&whole).wait_with_output().unwrap().status.success());
    let (took, reference) = (began.elapsed(), files(&whole.path("store")));
    for moment in 1..=MOMENTS {
        let scratch = given(&format!("kill-{moment}"), &EVENT.left(|_| ()));
        let mut child = append(&scratch);
        // It reads and checks first; writing is the last part.
        std::thread::sleep(took / 2 + took * moment / (2 * MOMENTS) - Duration::from_millis(5));
        child.kill().unwrap();
        child.wait().unwrap();
        let signed = std::fs::read_to_string(scratch.path("log.pem.state")).unwrap();
        if signed.contains("\"finished\"") {
            // From the staging alone: neither passphrase nor inputs.
            std::fs::remove_dir_all(scratch.path("out")).unwrap();
            let done = scratch.run(&arguments("resume"), "");
            assert!(done.status.success(), "{}", error(&done));
        } else {
            let done = append(&scratch).wait_with_output().unwrap();
            assert!(done.status.success(), "{}", error(&done));
        }
        assert!(files(&scratch.path("store")) == reference, "killed at moment {moment}");
        assert!(!scratch.path("store/.staging").exists(), "killed at moment {moment}");
    }
}

#[test]
fn resume_says_that_nothing_was_cut_off() {
    let scratch = given("resume-none", &EVENT.left(|_| ()));
    let done = scratch.run(&arguments("resume"), "");
    assert!(done.status.success(), "{}", error(&done));
    assert!(String::from_utf8_lossy(&done.stdout).contains("Nothing was cut off\n"));
    assert!(files(&scratch.path("store")).is_empty());
}

#[test]
fn a_file_that_cannot_grow_is_a_kill_that_changes_nothing() {
    let scratch = given("limit", &EVENT.left(|_| ()));
    // The kernel kills whoever writes more than that into one file: here the staging, which is the largest.
    let line = format!(
        "ulimit -f 8; echo secret | {} {}",
        env!("CARGO_BIN_EXE_ceremony-publish"),
        append_arguments().join(" ")
    );
    let killed = Command::new("sh")
        .args(["-c", &line])
        .current_dir(scratch.path(""))
        .output()
        .unwrap();
    assert!(!killed.status.success());
    assert!(files(&scratch.path("store")).is_empty());
    let done = append(&scratch).wait_with_output().unwrap();
    assert!(done.status.success(), "{}", error(&done));
}

fn append(scratch: &Scratch) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony-publish"));
    command.args(append_arguments()).current_dir(scratch.path(""));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(b"secret\n");
    child
}

fn append_arguments() -> Vec<String> {
    let text = "--results out/results.cbor --countersignatures out/countersignatures";
    let mut arguments = arguments("append");
    arguments.extend(text.split(' ').map(str::to_owned));
    arguments
}

fn arguments(command: &str) -> Vec<String> {
    let text = format!("{command} --store store --log-key log.pem --now {NOW}");
    text.split(' ').map(str::to_owned).collect()
}

const MOMENTS: u32 = 8;
