//! A pipe in the place of a file of the cluster: nobody waits for it, least of all with the cluster held.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::with_key;
use crate::support::{Cluster, PASSWORD, sign_line};

fn put_pipe(path: &Path) {
    fs::remove_file(path).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// What the command says within twenty seconds.
fn soon(mut command: Command) -> Output {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let (begun, mut child) = (Instant::now(), command.spawn().unwrap());
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("it waits");
        }
        sleep(Duration::from_millis(20));
    }
    child.wait_with_output().unwrap()
}

fn as_owner(cluster: &Cluster, line: &str) -> Command {
    let mut command = cluster.command();
    command.env("CLOUDHSM_ROLE", "crypto-user");
    command.env("CLOUDHSM_PIN", format!("owner:{PASSWORD}"));
    command.args(line.split(' '));
    command
}

fn list_users(cluster: &Cluster) -> Output {
    let mut command = cluster.command();
    command.args(["user", "list"]);
    soon(command)
}

#[test]
fn refuses_a_pipe_in_the_place_of_any_file_of_the_state() {
    for file in [
        "cluster.key",
        "cluster/cluster.json",
        "cluster/keeping.json",
        "cluster/lock",
    ] {
        let (cluster, _) = with_key();
        put_pipe(&cluster.path(file));
        let output = list_users(&cluster);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{told}");
        assert!(
            told.contains(file) && told.contains("\ncloudhsm-standin: hint: "),
            "{told}"
        );
    }
}

#[test]
fn a_key_that_is_a_pipe_holds_up_nobody() {
    let (cluster, key) = with_key();
    cluster.talk_as("owner").pair("l", "");
    put_pipe(&key);
    let output = soon(as_owner(&cluster, &sign_line("k", None)));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(".p8: not a regular file"), "{said}");
    cluster.talk_as("owner").ok(&sign_line("l", None));
}

#[test]
fn a_pipe_among_the_sessions_or_logs_holds_up_nobody() {
    let (cluster, _) = with_key();
    let pipe = cluster.folder.join("sessions/crypto-user.owner.0");
    fs::write(&pipe, "").unwrap();
    put_pipe(&pipe);
    assert!(list_users(&cluster).status.success());
    let listed = soon(as_owner(&cluster, "key list"));
    assert!(listed.status.success());
    put_pipe(&cluster.folder.join("audit/hsm-standin0001.log"));
    let mut command = cluster.command();
    command.args(["standin", "audit"]);
    let told = String::from_utf8(soon(command).stderr).unwrap();
    assert!(told.contains("hsm-standin0001.log: not a regular file\n"), "{told}");
}
