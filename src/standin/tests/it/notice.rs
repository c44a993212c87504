//! What the stand-in says of itself when it starts fits a terminal of 80 columns.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::Cluster;

fn is_narrow(told: &str) {
    for line in told.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_commands_notice_is_no_wider_than_a_terminal() {
    let output = Cluster::with(&[]).command().args(["user", "list"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let notice = "cloudhsm-standin: no HSM; for rehearsals and tests only: it protects nothing\n";
    assert_eq!(told, notice);
    is_narrow(&told);
}

#[test]
fn where_a_temporary_cluster_is_stands_in_a_line_of_its_own() {
    let temporary = std::env::temp_dir();
    let mut command = Cluster::new().command();
    command.env_remove("CLOUDHSM_STANDIN_DIR").args(["user", "list"]);
    let told = String::from_utf8(command.output().unwrap().stderr).unwrap();
    let line = format!("\ncloudhsm-standin: the cluster is in {}", temporary.display());
    assert!(told.contains(&line), "{told}");
    let folder = told.split("the cluster is in ").nth(1).unwrap().trim();
    std::fs::remove_dir_all(folder).unwrap();
    std::fs::remove_file(format!("{folder}.key")).unwrap();
    is_narrow(told.split("the cluster is in ").next().unwrap());
}

#[test]
fn a_servers_notice_is_no_wider_than_a_terminal() {
    let cluster = Cluster::with(&[]);
    let mut command = cluster.command();
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let (mut lines, mut told) = (BufReader::new(server.stderr.take().unwrap()), String::new());
    while !told.contains("listening on ") {
        assert_ne!(lines.read_line(&mut told).unwrap(), 0, "{told}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
    is_narrow(&told);
}
