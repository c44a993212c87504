//! Findings about keys.

use hsm::{ClusterState, ClusterTerms, KeyInfo, QuorumKeeper, check_cluster};
use serde_json::{Value, json};

use super::cluster::{good, guarded, key, others, pair, said, terms, with_key, with_public};

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
    terms.keys.push(guarded("bors-1-label"));
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

/// On a cluster and in a token alike, and whatever else has its label.
#[test]
fn a_secret_key_is_one_too_many_and_stands_for_no_private_one() {
    let mut secret = key();
    secret["key-reference"] = "0x77".into();
    secret["attributes"]["class"] = "secret-key".into();
    let secret: KeyInfo = serde_json::from_value(secret).unwrap();
    let finding = "secret key root-1-label: key: expected none, found there";
    for keeper in [QuorumKeeper::Hsm, QuorumKeeper::Login] {
        let terms = ClusterTerms { keeper, ..terms() };
        let found = |state: &ClusterState| -> Vec<String> {
            check_cluster(state, &terms).iter().map(ToString::to_string).collect()
        };
        let mut state = good();
        state.keys.as_mut().unwrap().push(secret.clone());
        assert_eq!(found(&state), [finding]);
        assert_eq!(others(&state, &terms), Vec::<String>::new());
        state.keys = Some(vec![secret.clone()]);
        let missing = "key root-1-label: private keys with this label: expected 1, found 0";
        assert_eq!(found(&state), [missing, finding]);
    }
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
