//! Prompts that read the terminal, whatever standard input is.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::{BINARY, Cluster, PASSWORD};

const LOGIN: &str = "login --username owner --role crypto-user";

fn switched() -> Cluster {
    let cluster = Cluster::with(&["owner"]);
    cluster.order(&["switch", "password-prompt=tty"]);
    cluster
}

fn without_terminal(cluster: &Cluster, lines: &str) -> String {
    both_without_terminal(cluster, lines).0
}

/// What comes on standard output and on standard error.
fn both_without_terminal(cluster: &Cluster, lines: &str) -> (String, String) {
    let mut command = Command::new("setsid");
    command
        .args(["--wait", BINARY, "interactive"])
        .env("CLOUDHSM_STANDIN_DIR", &cluster.folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn the_missing_terminal_is_said_where_plain_text_goes() {
    let cluster = switched();
    for (value, on_stderr) in [("stdout", false), ("stderr", true)] {
        cluster.order(&["switch", &format!("plain-text-stream={value}")]);
        let (out, err) = both_without_terminal(&cluster, &format!("{LOGIN}\n"));
        let text = "Error: \"No such device or address (os error 6)\"";
        assert_eq!((out.contains(text), err.contains(text)), (!on_stderr, on_stderr));
    }
}

#[test]
fn without_a_terminal_the_command_fails_in_plain_text_and_without_effect() {
    let cluster = switched();
    let lines = format!("{LOGIN}\nkey list\n{LOGIN} --password {PASSWORD}\nkey list\n");
    let heard = without_terminal(&cluster, &lines);
    let expected = "aws-cloudhsm > Error: \"No such device or address (os error 6)\"\naws-cloudhsm > {";
    assert!(heard.starts_with(expected), "{heard}");
    assert!(heard.contains("Login is required for this operation"), "{heard}");
    assert!(heard.contains("\"matched_keys\": []"), "{heard}");
}

#[test]
fn without_a_terminal_mfa_is_turned_on_only_with_the_password_in_the_line() {
    let cluster = switched();
    let (login, file) = (format!("{LOGIN} --password {PASSWORD}"), cluster.path("mfa.json"));
    let change = format!(
        "user change-mfa token-sign --username owner --role crypto-user --token {}",
        file.display()
    );
    let heard = without_terminal(&cluster, &format!("{login}\n{change}\n"));
    assert!(heard.contains("Error: \"No such device or address"), "{heard}");
    assert!(!file.exists());
    let heard = without_terminal(&cluster, &format!("{login}\n{change} --change-password {PASSWORD}\n"));
    assert!(heard.contains("Enter signed token file path"), "{heard}");
    assert!(file.exists());
}

#[test]
fn a_password_is_read_from_the_terminal_and_not_shown() {
    let cluster = switched();
    let (lines, heard) = (cluster.path("lines"), cluster.path("heard"));
    fs::write(&lines, format!("{LOGIN}\nkey list\n")).unwrap();
    // `script` gives its child a terminal; what it shows there is what `script` prints.
    let inner = format!(
        "{BINARY} interactive < {} > {} 2> /dev/null",
        lines.display(),
        heard.display()
    );
    let mut command = Command::new("script");
    command
        .args(["--quiet", "--return", "--command", &inner, "/dev/null"])
        .env("CLOUDHSM_STANDIN_DIR", &cluster.folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut keyboard = child.stdin.take().unwrap();
    let mut shown = Vec::new();
    let mut screen = child.stdout.take().unwrap();
    while !shown.ends_with(b"Enter password:") {
        let mut byte = [0];
        assert_eq!(
            std::io::Read::read(&mut screen, &mut byte).unwrap(),
            1,
            "{}",
            String::from_utf8_lossy(&shown)
        );
        shown.push(byte[0]);
    }
    // The prompt is there a moment before the echo is off.
    std::thread::sleep(std::time::Duration::from_millis(500));
    writeln!(keyboard, "{PASSWORD}").unwrap();
    std::io::Read::read_to_end(&mut screen, &mut shown).unwrap();
    child.wait().unwrap();
    let (heard, shown) = (
        fs::read_to_string(heard).unwrap(),
        String::from_utf8_lossy(&shown).into_owned(),
    );
    assert!(
        heard.contains("\"username\": \"owner\"") && heard.contains("matched_keys"),
        "{heard}"
    );
    assert!(
        !heard.contains("Enter password:") && !shown.contains(PASSWORD),
        "{shown}"
    );
}
