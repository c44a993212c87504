//! `--cluster-id`: the one cluster's own id is taken, and every other refused.

use std::process::Output;

use crate::support::{Cluster, parse};

pub const OWN: &str = "cluster-standin0001";
pub const REFUSED: &str = "Error: \"The cluster cluster-nonsense is not known here; there is cluster-standin0001\"\n";

pub fn out(output: &Output) -> (&str, Option<i32>) {
    (std::str::from_utf8(&output.stdout).unwrap(), output.status.code())
}

#[test]
fn refuses_to_start_for_another_cluster() {
    let cluster = Cluster::with(&["owner"]);
    for words in [
        &["key", "list"][..],
        &["interactive"],
        &["standin", "nodes", "--set", "5"],
    ] {
        let refused = cluster.single("owner", &[words, &["--cluster-id", "cluster-nonsense"]].concat());
        assert_eq!(out(&refused), (REFUSED, Some(1)), "{words:?}");
    }
    let hsms = cluster.talk().ok("cluster hsm-info")["hsms"].as_array().unwrap().len();
    assert_eq!(hsms, 3, "the order had no effect");
    let listed = cluster.single("owner", &["key", "list", "--cluster-id", OWN]);
    assert_eq!(parse(out(&listed).0).0, 0);
    let began = cluster.single("owner", &["interactive", "--cluster-id", OWN]);
    assert_eq!(began.status.code(), Some(0));
}

#[test]
fn a_line_for_another_cluster_has_no_effect_and_the_login_stays() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    for line in ["logout", "quit"] {
        assert_eq!(talk.say(&format!("{line} --cluster-id cluster-nonsense")), REFUSED);
    }
    talk.ok(&format!("key list --cluster-id {OWN}"));
}

#[test]
fn prompt_and_audit_log_show_the_id_that_is_taken() {
    let cluster = Cluster::with(&["owner"]);
    assert!(cluster.order(&["audit"]).starts_with(&format!("/aws/cloudhsm/{OWN} ")));
    cluster.order(&["switch", "prompt-text=user-at-cluster"]);
    let login = "login --username owner --role crypto-user --password password-1\n";
    assert!(cluster.feed(login).contains(&format!("\nowner@{OWN} > ")));
}

#[test]
fn it_goes_where_plain_text_goes_and_what_was_typed_is_escaped() {
    let cluster = Cluster::with(&["owner"]);
    cluster.order(&["switch", "plain-text-stream=stderr"]);
    let refused = cluster.single("owner", &["key", "list", "--cluster-id", "a\"\u{1b}"]);
    assert_eq!(out(&refused), ("", Some(1)));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(
        told.contains("Error: \"The cluster a\\\"\\u{1b} is not known here;"),
        "{told}"
    );
}

#[test]
fn no_cluster_is_made_or_served_under_another_id() {
    let cluster = Cluster::new();
    for words in [["standin", "init"].as_slice(), &["serve", "--listen", "127.0.0.1:0"]] {
        let mut command = cluster.command();
        let refused = command
            .args(words)
            .args(["--cluster-id", "cluster-nonsense"])
            .output()
            .unwrap();
        assert_eq!(out(&refused), (REFUSED, Some(1)), "{words:?}");
    }
    assert!(!cluster.folder.exists());
}
