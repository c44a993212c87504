//! A backup restored into a cluster of its own: a clone that signs with the same keys, on other HSMs.

use std::process::Output;

use crate::support::{Cluster, sign_line};

fn restore(clone: &Cluster, from: &Cluster) -> Output {
    let mut command = clone.command();
    command.args(["standin", "restore", "--nodes", "2", "--from"]);
    command.arg(&from.folder).output().unwrap()
}

fn serials(cluster: &Cluster) -> Vec<String> {
    let info = cluster.talk().ok("cluster hsm-info");
    let hsms = info["hsms"].as_array().unwrap();
    hsms.iter().map(|hsm| hsm["serial-number"].to_string()).collect()
}

#[test]
fn a_clone_signs_with_the_same_keys_on_other_hsms() {
    let (cluster, clone) = (Cluster::with(&["carol"]), Cluster::new());
    cluster.talk_as("carol").pair("root", "");
    let restored = restore(&clone, &cluster);
    assert!(
        restored.status.success(),
        "{}",
        String::from_utf8_lossy(&restored.stderr)
    );
    let mut talk = clone.talk_as("carol");
    talk.ok(&sign_line("root", None));
    talk.pair("another", "");
    drop(talk);
    let (of_both, of_clone) = (serials(&cluster), serials(&clone));
    assert_eq!(of_clone.len(), 2);
    assert!(of_clone.iter().all(|serial| !of_both.contains(serial)), "{of_clone:?}");
    // What the clone does, the cluster does not know.
    let keys = cluster.talk_as("carol").ok("key list --filter attr.label=another");
    assert_eq!(keys["total_key_count"], 0);
}

#[test]
fn a_backup_is_restored_into_nothing_that_is_there_and_from_nothing_that_is_not() {
    let (cluster, clone) = (Cluster::with(&[]), Cluster::with(&[]));
    let restored = restore(&clone, &cluster);
    assert!(!restored.status.success());
    let fresh = Cluster::new();
    let restored = restore(&fresh, &Cluster::new());
    let said = String::from_utf8_lossy(&restored.stderr).into_owned();
    assert!(
        !restored.status.success() && said.contains("there is no cluster in"),
        "{said}"
    );
}
