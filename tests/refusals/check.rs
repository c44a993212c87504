//! `ceremony hsm check` of what is no HSM's command line: the hint says so, and nothing of passwords.

use support::event::Event;

#[test]
fn what_cannot_be_started_is_no_command_line() {
    let error = |path: &str, why: &str| format!("cannot start {path}: {why}");
    for (path, why) in [
        ("/nowhere/cloudhsm-cli", "No such file or directory (os error 2)"),
        ("/etc/passwd", "Permission denied (os error 13)"),
    ] {
        check(path).refuses(4, &error(path, why), Some("check --hsm-cli"));
    }
}

#[test]
fn what_answers_nothing_is_no_command_line() {
    let hint = "check --hsm-cli: this program answers nothing, or does not reach the HSM; nothing was changed";
    for (path, error) in [
        (
            "/bin/true",
            "the CLI ended without an answer to `cluster hsm-info`; it printed: \"\"",
        ),
        (
            "/usr/bin/yes",
            "the answer to `cluster hsm-info` is longer than 1048576 bytes",
        ),
    ] {
        check(path).refuses(4, error, Some(hint));
    }
}

fn check(path: &str) -> support::event::Ended {
    let roster_and_policy = ["--roster", "inputs/roster.cbor", "--policy", "inputs/policy.toml"];
    let words = [
        &["hsm", "check", "--without-keys", "--hsm-cli", path][..],
        &roster_and_policy,
    ]
    .concat();
    Event::planned().ceremony(&words)
}
