//! What is not sealed, and what is said about it.

use std::process::Command;

use crate::support::{SECRET, feed, seal};

const X25519: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";
const TAG: &str = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e";
const SSH: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN";

/// The exit code, and the error's line.
#[track_caller]
fn refusal(words: &[&str], input: &[u8]) -> (i32, String) {
    let done = seal(words, input);
    assert!(done.stdout.is_empty(), "something was sealed");
    let said = String::from_utf8(done.stderr).expect("text");
    assert!(!said.contains("abcde"), "the secret is in {said}");
    let line = said.lines().next().expect("an error");
    let line = line
        .strip_prefix("ceremony-seal: error: ")
        .expect("an error of its own");
    (done.status.code().expect("a code"), line.to_owned())
}

#[test]
fn checks_a_recipient_and_reads_nothing() {
    for good in [X25519, TAG, SSH] {
        let done = seal(&["--check", good], b"");
        assert!(done.status.success() && done.stdout.is_empty(), "{good}");
    }
}

#[test]
fn refuses_an_empty_secret_and_one_that_is_too_long() {
    assert_eq!(refusal(&[X25519], b""), (3, "the secret is empty".into()));
    let long = vec![b'x'; 4097];
    assert_eq!(
        refusal(&[X25519], &long),
        (3, "the secret has more than 4096 octets".into())
    );
    assert!(seal(&[X25519], &long[..4096]).status.success());
}

#[test]
fn refuses_recipients_that_it_does_not_know() {
    let plugin = "age1yubikey1q0njxwtxuhuu5r5q6xe8gn7acgpnqx2yhnn4xk2yykcq9m8t5zmqsxqg0lv";
    for unknown in [
        plugin,
        "somebody",
        "",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ",
        "sk-ssh-ed25519@openssh.com AAAAGnNr",
        "AGE-SECRET-KEY-1QQQ",
        "age1\u{1b}[2J1",
    ] {
        let (code, said) = refusal(&[unknown], SECRET);
        assert!(
            code == 3 && said.ends_with("is no recipient that this program seals to"),
            "{said}"
        );
        assert!(!said.contains('\u{1b}'));
    }
}

#[test]
fn refuses_damaged_recipients_and_those_with_more_than_the_key() {
    let end = |text: &str, last: &str| format!("{}{last}", &text[..text.len() - 1]);
    for damaged in [
        end(X25519, "q"),
        end(TAG, "q"),
        format!("{SSH} a comment"),
        format!("{SSH}\n"),
        SSH.replace("AAAAI", "AAAAJ"),
        X25519.to_uppercase().replace("AGE1", "age1"),
        format!("{X25519} "),
    ] {
        let (code, said) = refusal(&[&damaged], SECRET);
        assert!(code == 3 && said.contains("is damaged: "), "{damaged}: {said}");
        assert_eq!(refusal(&["--check", &damaged], b"").0, 3);
    }
}

#[test]
fn refuses_other_words_than_one_recipient() {
    for words in [&[][..], &[X25519, X25519], &["--check"], &["-o", "file"], &["--other"]] {
        assert_eq!(
            refusal(words, SECRET),
            (2, "one recipient is wanted, and nothing else".into())
        );
    }
}

/// script(1) gives it a terminal.
#[test]
fn refuses_to_speak_with_a_terminal() {
    let program = env!("CARGO_BIN_EXE_ceremony-seal");
    for (line, end) in [
        (format!("{program} {X25519} </dev/null"), "standard output"),
        (format!("{program} {X25519} >/dev/null"), "standard input"),
    ] {
        let done = feed(Command::new("script").args(["-qec", &line, "/dev/null"]), b"");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert_eq!(done.status.code(), Some(2), "{said}");
        assert!(
            said.contains(&format!("{end} is a terminal: no secret goes by a screen")),
            "{said}"
        );
    }
}

/// A full disk takes nothing.
#[test]
fn says_that_its_output_was_not_taken() {
    let line = format!("printf x | {} {X25519} >/dev/full", env!("CARGO_BIN_EXE_ceremony-seal"));
    let done = feed(Command::new("sh").args(["-c", &line]), b"");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(4), "{said}");
    assert!(
        said.contains("could not write standard output: No space left"),
        "{said}"
    );
}
