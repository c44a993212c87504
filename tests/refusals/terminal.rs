//! Ctrl-C at a terminal, while a password is typed: the echo comes back, and nothing is left behind.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use support::event::Event;
use support::ours;

#[test]
fn ctrl_c_gives_the_echo_back_and_leaves_no_folder() {
    let event = Event::planned();
    std::fs::create_dir(event.path("tmp")).expect("a folder");
    // A shell that outlives the interrupt, as the one of whoever types.
    let commands = format!(
        "trap : INT; tty; {} hsm check --roster inputs/roster.cbor --policy inputs/policy.toml --hsm-cli {}; echo ended \
         $?; stty -a",
        ours("ceremony").display(),
        ours("cloudhsm-standin").display()
    );
    let mut child = Command::new("script")
        .args(["--quiet", "--return", "--command", &commands, "/dev/null"])
        .current_dir(event.root())
        .env("SHELL", "/bin/sh")
        .env("TMPDIR", event.path("tmp"))
        .env("CLOUDHSM_STANDIN_DIR", event.path("cluster"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script runs");
    let mut screen = BufReader::new(child.stdout.take().expect("piped"));
    let terminal = line_with(&mut screen, "/dev/");
    line_with(&mut screen, "Password of the key owner");
    wait_for(&terminal, "-echo ");
    assert!(has_folder(&event), "it is for the check");
    let mut typed = child.stdin.take().expect("piped");
    typed.write_all(b"secr\x03").expect("typed");
    typed.flush().expect("typed");
    let mut rest = String::new();
    screen.read_to_string(&mut rest).expect("text");
    let _ = child.wait().expect("it ends");
    let (said, modes) = rest.split_once("ended 1").unwrap_or_else(|| panic!("{rest}"));
    let error = "error: standard input ended before an answer to: Password of the key owner root_owner\r\n";
    let hint = "hint: nothing was changed: check again; the fifth wrong password locks the account\r\n";
    assert!(said.contains(error) && said.contains(hint), "{said}");
    assert!(!said.contains("secr"), "{said}");
    assert!(modes.contains(" echo ") && modes.contains("intr = ^C;"), "{modes}");
    assert!(!has_folder(&event));
}

fn has_folder(event: &Event) -> bool {
    let mut there = std::fs::read_dir(event.path("tmp")).expect("a folder");
    there.next().is_some()
}

/// The next line on the screen that has this in it, without its end.
fn line_with(screen: &mut BufReader<ChildStdout>, what: &str) -> String {
    let mut line = String::new();
    while !line.contains(what) {
        line.clear();
        assert_ne!(screen.read_line(&mut line).expect("text"), 0, "no '{what}' came");
    }
    line.trim().to_owned()
}

/// The prompt is shown before the echo is off.
fn wait_for(terminal: &str, mode: &str) {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let modes = Command::new("stty").args(["-F", terminal, "-a"]).output();
        let modes = String::from_utf8_lossy(&modes.expect("stty runs").stdout).into_owned();
        if modes.contains(mode) {
            return;
        }
        assert!(Instant::now() < until, "{modes}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
