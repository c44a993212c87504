//! A cluster that is as it must be, and ways to spoil it.

use hsm::{
    ClusterState, ClusterTerms, KeyInfo, KeyTerms, Node, QuorumKeeper, QuorumValues, User, check_cluster, key_subjects,
};
use serde_json::{Value, json};

use crate::common::answers;

/// The keys that nobody named.
pub fn others(state: &ClusterState, terms: &ClusterTerms) -> Vec<String> {
    let subjects = key_subjects(state, terms).into_iter().filter(|key| !key.named);
    subjects.map(|key| key.subject).collect()
}

/// A key that five must agree to.
pub fn guarded(label: &str) -> KeyTerms {
    KeyTerms {
        label: label.to_owned(),
        quorum: Some(5),
    }
}

pub fn said(state: &ClusterState) -> Vec<String> {
    check_cluster(state, &terms()).iter().map(ToString::to_string).collect()
}

pub fn good() -> ClusterState {
    let nodes = ["1", "2"].map(|serial| serde_json::from_value::<Node>(json!({"serial-number": serial})).unwrap());
    ClusterState {
        nodes: nodes.to_vec(),
        users: Some(serde_json::from_value::<Vec<User>>(Value::Array(users())).unwrap()),
        values: Some(QuorumValues {
            user: 5,
            quorum: 5,
            cluster: Some(5),
        }),
        keys: Some(vec![serde_json::from_value::<KeyInfo>(key()).unwrap(), public()]),
    }
}

pub fn with_users(change: impl FnOnce(&mut Vec<Value>)) -> ClusterState {
    let mut users = users();
    change(&mut users);
    ClusterState {
        users: Some(serde_json::from_value(Value::Array(users)).unwrap()),
        ..good()
    }
}

pub fn with_key(change: impl FnOnce(&mut Value)) -> ClusterState {
    let mut key = key();
    change(&mut key);
    ClusterState {
        keys: Some(vec![serde_json::from_value(key).unwrap(), public()]),
        ..good()
    }
}

pub fn with_public(change: impl FnOnce(&mut Value)) -> ClusterState {
    let mut public = pair()["public_key"].clone();
    change(&mut public);
    ClusterState {
        keys: Some(vec![
            serde_json::from_value(key()).unwrap(),
            serde_json::from_value(public).unwrap(),
        ]),
        ..good()
    }
}

pub fn terms() -> ClusterTerms {
    ClusterTerms {
        keeper: QuorumKeeper::Hsm,
        nodes_least: 2,
        admins: numbered("admin"),
        approvers: numbered("member"),
        owner: "key_owner".into(),
        threshold: 5,
        keys: vec![guarded("root-1-label")],
    }
}

pub fn numbered(stem: &str) -> Vec<String> {
    (1..=9).map(|number| format!("{stem}_{number}")).collect()
}

/// Nine admins, nine approvers, the owner, the HSM's own.
pub fn users() -> Vec<Value> {
    let admins = numbered("admin")
        .into_iter()
        .map(|name| user(&name, "admin", true, true));
    let approvers = numbered("member")
        .into_iter()
        .map(|name| user(&name, "crypto-user", false, true));
    let rest = [
        user("key_owner", "crypto-user", false, false),
        user("app_user", "internal(APPLIANCE_USER)", false, false),
    ];
    admins.chain(approvers).chain(rest).collect()
}

pub fn user(name: &str, role: &str, mfa: bool, quorum: bool) -> Value {
    let factor = |on: bool| if on { token_sign() } else { json!([]) };
    json!({
        "username": name, "role": role, "locked": "false",
        "mfa": factor(mfa), "quorum": factor(quorum), "cluster-coverage": "full",
    })
}

pub fn token_sign() -> Value {
    json!([{"strategy": "token-sign", "status": "enabled"}])
}

pub fn pair() -> Value {
    serde_json::from_str::<Value>(&answers("key-pair.json")).unwrap()["data"].clone()
}

pub fn key() -> Value {
    let mut key = pair()["private_key"].clone();
    key["attributes"]["label"] = "root-1-label".into();
    key
}

pub fn public() -> KeyInfo {
    serde_json::from_value(pair()["public_key"].clone()).unwrap()
}
