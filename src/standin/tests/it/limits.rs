//! How much a cluster holds: 1,024 users and 3,333 keys. Clusters that are nearly full come by an edited state file.

use serde_json::{Value, json};

use crate::support::{Cluster, PASSWORD, edit, pair_line};

/// As many copies of the last one in that list as make it this long; `number` gives each its own name or number.
fn fill(cluster: &Cluster, list: &str, length: usize, number: impl Fn(&mut Value, usize)) {
    edit(&cluster.folder.join("cluster.json"), |state| {
        let list = state[list].as_array_mut().unwrap();
        let pattern = list.last().unwrap().clone();
        for at in list.len()..length {
            let mut copy = pattern.clone();
            number(&mut copy, at);
            list.push(copy);
        }
    });
}

#[test]
fn holds_1024_users() {
    let cluster = Cluster::with(&["cu"]);
    fill(&cluster, "users", 1023, |user, at| {
        user["name"] = json!(format!("cu{at}"))
    });
    let mut talk = cluster.talk_as("admin");
    let create = |name: &str| format!("user create --username {name} --role crypto-user --password {PASSWORD}");
    talk.ok(&create("last"));
    let full = "User one_more exists already, or there is no room for another";
    assert_eq!(talk.err(&create("one_more")), full);
    talk.ok("user delete --username cu5 --role crypto-user");
    talk.ok(&create("one_more"));
}

#[test]
fn holds_3333_keys_both_of_a_pair_counted() {
    let cluster = Cluster::with(&["owner"]);
    cluster.talk_as("owner").pair("k", "");
    fill(&cluster, "keys", 3330, |key, at| {
        key["reference"] = json!(0x0020_0000 + at)
    });
    let mut talk = cluster.talk_as("owner");
    talk.pair("last", "");
    assert_eq!(talk.ok("key list")["total_key_count"], 3332);
    assert_eq!(talk.err(&pair_line("one-more", "")), "There is no room for another key");
    talk.ok("key delete --filter attr.label=last");
    talk.pair("one-more", "");
    assert_eq!(talk.ok("key list")["total_key_count"], 3333);
    assert_eq!(talk.err(&pair_line("two-more", "")), "There is no room for another key");
}
