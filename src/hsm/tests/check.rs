//! A cluster against policy and roster: a good one, and each single thing that falls short.

mod common;

use common::answers;
use hsm::{ClusterState, ClusterTerms, KeyInfo, Node, QuorumKeeper, QuorumValues, User, check_cluster, key_subjects};
use serde_json::{Value, json};

#[test]
fn a_cluster_that_is_as_it_must_be_has_no_finding() {
    assert_eq!(check_cluster(&good(), &terms()), []);
    assert_eq!(others(&good(), &terms()), Vec::<String>::new());
}

#[test]
fn what_was_not_looked_at_is_not_judged() {
    let state = ClusterState {
        users: None,
        values: None,
        keys: None,
        ..good()
    };
    assert_eq!(check_cluster(&state, &terms()), []);
}

#[test]
fn fewer_hsms_than_needed_are_a_finding_even_if_one_is_listed_twice() {
    let mut state = good();
    state.nodes[1] = state.nodes[0].clone();
    assert_eq!(
        said(&state),
        ["cluster: HSMs: expected at least 2, found 1, though 2 are listed"]
    );
    state.nodes.push(good().nodes[1].clone());
    assert_eq!(
        said(&state),
        ["cluster: HSMs: expected each listed once, found 2, though 3 are listed"]
    );
}

#[test]
fn every_shortfall_of_a_user_is_a_finding() {
    for (at, field, value, expected) in [
        (
            0,
            "locked",
            json!("true"),
            "admin admin_1: locked: expected no, found yes",
        ),
        (0, "mfa", json!([]), "admin admin_1: MFA: expected on, found off"),
        (
            1,
            "quorum",
            json!([]),
            "admin admin_2: approval key: expected registered, found none",
        ),
        (
            2,
            "cluster-coverage",
            json!("inconsistent"),
            "admin admin_3: cluster-coverage: expected full, found inconsistent",
        ),
        (
            9,
            "mfa",
            token_sign(),
            "crypto-user member_1: MFA: expected off, found on",
        ),
        (
            9,
            "quorum",
            json!([]),
            "crypto-user member_1: approval key: expected registered, found none",
        ),
        (
            17,
            "locked",
            json!(true),
            "crypto-user member_9: locked: expected no, found yes",
        ),
        (
            18,
            "mfa",
            token_sign(),
            "crypto-user key_owner: MFA: expected off, found on",
        ),
        (
            18,
            "quorum",
            token_sign(),
            "crypto-user key_owner: approval key: expected none, found registered",
        ),
    ] {
        let state = with_users(|users| users[at][field] = value.clone());
        assert_eq!(said(&state), [expected]);
    }
}

#[test]
fn a_user_too_many_is_a_finding_and_so_is_one_in_another_role() {
    let extra = |name: &str, role: &str| with_users(|users| users.push(user(name, role, false, false)));
    assert_eq!(
        said(&extra("stranger", "crypto-user")),
        ["crypto-user stranger: user: expected nobody of this name and role, found there"]
    );
    assert_eq!(
        said(&extra("admin_1", "crypto-user")),
        ["crypto-user admin_1: user: expected nobody of this name and role, found there"]
    );
    assert_eq!(
        said(&extra("admin", "admin")),
        ["admin admin: user: expected deleted: it is the first user, found there"]
    );
    assert_eq!(
        said(&extra("admin", "unactivated-admin")),
        ["unactivated-admin admin: user: expected deleted: it is the first user, found there"]
    );
    assert_eq!(
        said(&extra("member_9", "crypto-user")),
        ["crypto-user member_9: user: expected there once, found listed twice"]
    );
    let state = with_users(|users| users[3]["role"] = "crypto-user".into());
    assert_eq!(
        said(&state),
        [
            "admin admin_4: user: expected there, found missing",
            "crypto-user admin_4: user: expected nobody of this name and role, found there"
        ]
    );
}

#[test]
fn too_few_admins_who_can_approve_are_a_finding_of_their_own() {
    let state = with_users(|users| users[..5].iter_mut().for_each(|user| user["locked"] = "true".into()));
    let said = said(&state);
    assert_eq!(said.len(), 6);
    assert_eq!(said[5], "cluster: admins who can approve: expected at least 5, found 4");
}

#[test]
fn every_quorum_value_must_be_the_policys() {
    for (field, found) in [("user", "4"), ("quorum", "1"), ("cluster", "6")] {
        let mut values = json!({"user": 5, "quorum": 5, "cluster": 5});
        values[field] = found.parse::<u64>().unwrap().into();
        let mut state = good();
        state.values = serde_json::from_value(values).unwrap();
        assert_eq!(
            said(&state),
            [format!("cluster: quorum value {field}: expected 5, found {found}")]
        );
    }
    let mut state = good();
    state.values = Some(QuorumValues {
        user: 5,
        quorum: 5,
        cluster: None,
    });
    assert_eq!(
        said(&state),
        ["cluster: quorum value cluster: expected 5, found nothing"]
    );
}

#[test]
fn a_key_owned_by_a_member_or_shared_with_others_is_a_finding() {
    let holder = |name: &str| json!({"username": name, "key-coverage": "full"});
    let owned = with_key(|key| key["key-info"]["key-owners"] = json!([holder("member_1")]));
    assert_eq!(
        said(&owned),
        ["key root-1-label: key-owners: expected key_owner, found member_1"]
    );
    let shared = with_key(|key| key["key-info"]["shared-users"][8] = holder("stranger"));
    let found = said(&shared);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("member_8 stranger"), "{found:?}");
}

#[test]
fn each_attribute_that_is_wrong_or_unsaid_is_a_finding() {
    for (name, right) in ATTRIBUTES {
        let state = with_key(|key| key["attributes"][name] = (!right).into());
        let expected = format!("key root-1-label: {name}: expected {right}, found {}", !right);
        assert_eq!(said(&state), [expected]);
        let state = with_key(|key| key["attributes"][name] = Value::Null);
        assert_eq!(
            said(&state),
            [format!("key root-1-label: {name}: expected {right}, found nothing")]
        );
    }
}

#[test]
fn a_planned_key_must_be_there_once() {
    let mut terms = terms();
    terms.keys.push(("bors-1-label".into(), true));
    let found: Vec<String> = check_cluster(&good(), &terms).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        ["key bors-1-label: private keys with this label: expected 1, found 0"]
    );
}

#[test]
fn a_key_that_nobody_named_is_remarked_and_judged_by_what_it_says_of_itself() {
    let mut terms = terms();
    terms.keys.clear();
    assert_eq!(check_cluster(&good(), &terms), []);
    assert_eq!(others(&good(), &terms), ["key root-1-label"]);
    let unguarded = with_key(|key| {
        key["key-info"]["shared-users"] = json!([]);
        key["key-info"]["key-quorum-values"] = json!({"manage-key-quorum-value": 0, "use-key-quorum-value": 0});
    });
    assert_eq!(check_cluster(&unguarded, &terms), []);
    let half = with_key(|key| key["key-info"]["key-quorum-values"]["use-key-quorum-value"] = 2.into());
    let found = check_cluster(&half, &terms);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].what, "use-key-quorum-value");
    // Named as guarded, the same key lacks everything.
    assert_eq!(said(&unguarded).len(), 4);
}

#[test]
fn of_a_pkcs11_module_only_hsms_and_attributes_are_judged() {
    let mut terms = terms();
    terms.keeper = QuorumKeeper::Login;
    terms.nodes_least = 1;
    let mut state = with_key(|key| {
        key["key-info"]["key-owners"] = json!([]);
        key["key-info"]["shared-users"] = json!([]);
        key["key-info"]["key-quorum-values"] = json!({"manage-key-quorum-value": 0, "use-key-quorum-value": 0});
        for absent in ["encrypt", "wrap", "trusted"] {
            key["attributes"][absent] = Value::Null;
        }
    });
    state.nodes.truncate(1);
    assert_eq!(check_cluster(&state, &terms), []);
    let state = with_key(|key| {
        key["attributes"]["extractable"] = true.into();
        key["attributes"]["wrap"] = true.into();
    });
    let found: Vec<_> = check_cluster(&state, &terms)
        .iter()
        .map(|finding| finding.what)
        .collect();
    assert_eq!(found, ["extractable", "wrap"]);
}

#[test]
fn a_public_key_of_somebody_elses_is_a_finding_though_the_private_one_is_hidden() {
    let mut state = with_public(|key| {
        key["key-info"]["key-owners"] = json!([{"username": "member_2", "key-coverage": "full"}]);
        key["attributes"]["label"] = "theirs-public".into();
        key["attributes"]["ec-point"] = "0x04aa".into();
    });
    let theirs = [
        "public key theirs-public: key-owners: expected key_owner, found member_2",
        "public key theirs-public: private half: expected a key that the owner sees, found none",
    ];
    assert_eq!(said(&state), theirs);
    // An id is anybody's to choose; the point is not.
    let mut public = pair()["public_key"].clone();
    public["attributes"]["ec-point"] = "0x04aa".into();
    public["attributes"]["id"] = "0x3579".into();
    let orphan = "private half: expected a key that the owner sees, found none";
    state.keys.as_mut().unwrap()[1] = serde_json::from_value(public).unwrap();
    assert_eq!(said(&state), [format!("public key root-1-public: {orphan}")]);
    // Behind PKCS#11 nobody owns anything.
    let mut terms = terms();
    terms.keeper = QuorumKeeper::Login;
    assert_eq!(check_cluster(&state, &terms), []);
}

#[test]
fn where_no_point_is_named_the_halves_belong_together_by_their_id() {
    let with = |id: &str| {
        let mut state = with_public(|key| {
            key["attributes"]["ec-point"] = "".into();
            key["attributes"]["id"] = id.into();
        });
        state.keys.as_mut().unwrap().rotate_left(1);
        said(&state).len()
    };
    assert_eq!([with("0x3579"), with("0x3580"), with("")], [0, 1, 1]);
}

#[test]
fn two_keys_of_one_label_are_told_apart() {
    let mut terms = terms();
    let named = terms.keys.clone();
    terms.keys.clear();
    let mut state = good();
    let mut bad = key();
    bad["key-reference"] = "0x77".into();
    bad["attributes"]["extractable"] = true.into();
    state.keys.as_mut().unwrap().push(serde_json::from_value(bad).unwrap());
    let found = check_cluster(&state, &terms);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].to_string(),
        "key root-1-label, 0x77: extractable: expected false, found true"
    );
    assert_eq!(
        others(&state, &terms),
        ["key root-1-label, 0x0000000000680006", "key root-1-label, 0x77"]
    );
    terms.keys = named;
    assert_eq!(
        said(&state),
        [
            "key root-1-label: private keys with this label: expected 1, found 2",
            "key root-1-label, 0x77: extractable: expected false, found true"
        ]
    );
}

#[test]
fn what_the_hsm_says_is_plain_in_findings() {
    let mut terms = terms();
    let hostile = with_key(|key| {
        key["attributes"]["label"] = "q\u{1b}[2J\u{202e}\nok HSMs".into();
        key["attributes"]["curve"] = "\u{9b}1A".into();
    });
    terms.keys.clear();
    let found = check_cluster(&hostile, &terms);
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["key q\\u{1b}[2J\\u{202e}\\u{a}ok HSMs: curve: expected secp384r1, found \\u{9b}1A"]
    );
    // Findings and rows meet by the subject.
    assert_eq!(others(&hostile, &terms), [found[0].subject.as_str()]);
    let named = with_users(|users| users.push(user("x\u{1b}[1A", "crypto-user\r", false, false)));
    assert_eq!(
        said(&named),
        ["crypto-user\\u{d} x\\u{1b}[1A: user: expected nobody of this name and role, found there"]
    );
}

/// The keys that nobody named.
fn others(state: &ClusterState, terms: &ClusterTerms) -> Vec<String> {
    let subjects = key_subjects(state, terms).into_iter().filter(|key| !key.named);
    subjects.map(|key| key.subject).collect()
}

fn said(state: &ClusterState) -> Vec<String> {
    check_cluster(state, &terms()).iter().map(ToString::to_string).collect()
}

fn good() -> ClusterState {
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

fn with_users(change: impl FnOnce(&mut Vec<Value>)) -> ClusterState {
    let mut users = users();
    change(&mut users);
    ClusterState {
        users: Some(serde_json::from_value(Value::Array(users)).unwrap()),
        ..good()
    }
}

fn with_key(change: impl FnOnce(&mut Value)) -> ClusterState {
    let mut key = key();
    change(&mut key);
    ClusterState {
        keys: Some(vec![serde_json::from_value(key).unwrap(), public()]),
        ..good()
    }
}

fn with_public(change: impl FnOnce(&mut Value)) -> ClusterState {
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

fn terms() -> ClusterTerms {
    ClusterTerms {
        keeper: QuorumKeeper::Hsm,
        nodes_least: 2,
        admins: numbered("admin"),
        approvers: numbered("member"),
        owner: "key_owner".into(),
        threshold: 5,
        keys: vec![("root-1-label".into(), true)],
    }
}

fn numbered(stem: &str) -> Vec<String> {
    (1..=9).map(|number| format!("{stem}_{number}")).collect()
}

/// Nine admins, nine approvers, the owner, the HSM's own.
fn users() -> Vec<Value> {
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

fn user(name: &str, role: &str, mfa: bool, quorum: bool) -> Value {
    let factor = |on: bool| if on { token_sign() } else { json!([]) };
    json!({
        "username": name, "role": role, "locked": "false",
        "mfa": factor(mfa), "quorum": factor(quorum), "cluster-coverage": "full",
    })
}

fn token_sign() -> Value {
    json!([{"strategy": "token-sign", "status": "enabled"}])
}

fn pair() -> Value {
    serde_json::from_str::<Value>(&answers("key-pair.json")).unwrap()["data"].clone()
}

fn key() -> Value {
    let mut key = pair()["private_key"].clone();
    key["attributes"]["label"] = "root-1-label".into();
    key
}

fn public() -> KeyInfo {
    serde_json::from_value(pair()["public_key"].clone()).unwrap()
}

const ATTRIBUTES: [(&str, bool); 16] = [
    ("extractable", false),
    ("never-extractable", true),
    ("sensitive", true),
    ("always-sensitive", true),
    ("destroyable", false),
    ("modifiable", false),
    ("local", true),
    ("token", true),
    ("private", true),
    ("sign", true),
    ("wrap", false),
    ("unwrap", false),
    ("derive", false),
    ("decrypt", false),
    ("encrypt", false),
    ("trusted", false),
];
