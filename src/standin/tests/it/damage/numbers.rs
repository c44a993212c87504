//! Numbers that no command could have written.

use std::fs;

use serde_json::{Value, json};

use super::{list_users, refused, state, with_key};
use crate::support::edit;

#[test]
fn refuses_a_counter_at_its_end_or_set_back() {
    let (cluster, key) = with_key();
    let (whole, sealed) = (fs::read(state(&cluster)).unwrap(), fs::read(&key).unwrap());
    for (field, value) in [
        ("node_epoch", json!(u64::MAX)),
        ("node_epoch", json!(0)),
        ("token_epoch", json!(u64::MAX)),
        ("next_user", json!(u32::MAX)),
        ("next_user", json!(1)),
        ("next_anchor", json!(u32::MAX)),
        ("next_key", json!(u64::MAX)),
        ("next_key", json!(0x0010_0001)),
        ("next_key", json!(0x0010_0002)),
    ] {
        edit(&state(&cluster), |state| state[field] = value);
        let text = format!("cluster.json is damaged: {field} makes no sense");
        refused(&list_users(&cluster), &text);
        let nodes = ["standin", "nodes", "--set", "5"];
        refused(&cluster.command().args(nodes).output().unwrap(), &text);
        fs::write(state(&cluster), &whole).unwrap();
    }
    assert_eq!(fs::read(key).unwrap(), sealed);
    cluster.order(&["nodes", "--set", "5"]);
}

#[test]
fn refuses_an_audit_log_whose_numbers_are_at_their_end() {
    let (cluster, _) = with_key();
    let log = cluster.folder.join("audit/hsm-standin0001.log");
    let text = fs::read_to_string(&log).unwrap();
    let (before, last) = text.trim_end().rsplit_once('\n').unwrap();
    let mut last: Value = serde_json::from_str(last).unwrap();
    last["sequence"] = json!(u64::MAX);
    fs::write(&log, format!("{before}\n{last}\n")).unwrap();
    let output = cluster
        .command()
        .args(["standin", "nodes", "--set", "5"])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{told}");
    let refused = "hsm-standin0001.log: the last entry's number makes no sense\ncloudhsm-standin: hint: ";
    assert!(told.contains(refused), "{told}");
}
