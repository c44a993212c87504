//! A cluster against policy and roster: a good one, and each single thing that falls short.

mod cluster;
mod keys;

use cluster::{good, others, said, terms, token_sign, user, with_key, with_users};
use hsm::{ClusterState, QuorumKeeper, QuorumValues, check_cluster};
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
