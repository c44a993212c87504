//! Tokens of the key services: bound to session, user, key and service; single use; ten minutes; M approvers.

use std::path::Path;

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use crate::support::{Cluster, Talk, approve, edit, sign_line};

const INVALID_PAIR: &str = "Invalid username-signature pair for quorum authorization";
const BOTH: &[(&str, usize)] = &[("owner", 0), ("u1", 1)];

/// A key `k` of `owner`, shared with `u1` and `u2`, under a quorum of two; `u3` is registered but has no share.
pub fn shared_key() -> (Cluster, Talk) {
    let cluster = Cluster::with(&["owner", "u1", "u2", "u3"]);
    [("owner", 0), ("u1", 1), ("u2", 2), ("u3", 2)]
        .iter()
        .for_each(|(user, key)| cluster.register(user, *key));
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", QUORUM);
    (cluster, talk)
}

pub const QUORUM: &str =
    "--share-crypto-users u1 u2 --manage-private-key-quorum-value 2 --use-private-key-quorum-value 2";

fn approved(cluster: &Cluster, talk: &mut Talk, approvers: &[(&str, usize)]) -> std::path::PathBuf {
    let file = talk.token(cluster, "key-usage", "attr.label=k");
    approve(&file, approvers);
    file
}

fn refusal(cluster: &Cluster, talk: &mut Talk, approvers: &[(&str, usize)]) -> String {
    let file = approved(cluster, talk, approvers);
    talk.err(&sign_line("k", Some(&file)))
}

#[test]
fn the_file_has_the_measured_form() {
    let (cluster, mut talk) = shared_key();
    let file = talk.token(&cluster, "key-usage", "attr.label=k");
    let token: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let key = talk.ok("key list --filter attr.label=k")["matched_keys"][0]["key-reference"].clone();
    assert_eq!(
        (&token["version"], &token["service"], &token["key_reference"]),
        (&json!("2.0"), &json!("key-usage"), &key)
    );
    assert_eq!(token["signatures"], json!([]));
    let data = Base64::decode_vec(token["approval_data"].as_str().unwrap()).unwrap();
    assert_eq!(data.len(), 240, "one record of 80 bytes for each of three nodes");
    assert_eq!(&data[32..38], b"owner\0");
    let digest = Base64::decode_vec(token["token"].as_str().unwrap()).unwrap();
    assert_eq!(digest[..], <sha2::Sha256 as sha2::Digest>::digest(&data)[..]);
}

#[test]
fn signs_once_with_the_approvals_of_owner_and_shared_user() {
    let (cluster, mut talk) = shared_key();
    assert_eq!(talk.err(&sign_line("k", None)), "Quorum Failed");
    let file = approved(&cluster, &mut talk, BOTH);
    let signed = talk.ok(&sign_line("k", Some(&file)));
    assert_eq!(
        Base64::decode_vec(signed["signature"].as_str().unwrap()).unwrap().len(),
        96
    );
    assert_eq!(talk.err(&sign_line("k", Some(&file))), INVALID_PAIR);
}

#[test]
fn too_few_approvals_are_counted() {
    let (cluster, mut talk) = shared_key();
    let text = "Too few quorum approvals: currently 1 approvals, but 2 approvals required";
    assert_eq!(refusal(&cluster, &mut talk, &[("u1", 1)]), text);
    assert_eq!(
        refusal(&cluster, &mut talk, &[("u1", 1), ("U1", 1)]),
        text,
        "one user counts once"
    );
    assert_eq!(refusal(&cluster, &mut talk, &[]), "No token signatures provided");
}

#[test]
fn refuses_approvers_who_do_not_count() {
    let (cluster, mut talk) = shared_key();
    assert_eq!(
        refusal(&cluster, &mut talk, &[("owner", 0), ("u3", 2)]),
        INVALID_PAIR,
        "not shared"
    );
    assert_eq!(
        refusal(&cluster, &mut talk, &[("owner", 0), ("u1", 2)]),
        INVALID_PAIR,
        "another's key"
    );
    assert_eq!(
        refusal(&cluster, &mut talk, &[("owner", 0), ("admin", 1)]),
        INVALID_PAIR,
        "another role"
    );
    assert_eq!(
        refusal(&cluster, &mut talk, &[("owner", 0), ("nobody", 1)]),
        INVALID_PAIR,
        "no user"
    );
}

#[test]
fn refuses_a_signature_over_another_token() {
    let (cluster, mut talk) = shared_key();
    let (one, other) = (approved(&cluster, &mut talk, BOTH), approved(&cluster, &mut talk, BOTH));
    let signatures: Value =
        serde_json::from_slice::<Value>(&std::fs::read(one).unwrap()).unwrap()["signatures"].clone();
    edit(&other, |token| token["signatures"] = signatures);
    assert_eq!(talk.err(&sign_line("k", Some(&other))), INVALID_PAIR);
}

#[test]
fn refuses_a_changed_token_file() {
    let (cluster, mut talk) = shared_key();
    let file = approved(&cluster, &mut talk, BOTH);
    let sound = std::fs::read(&file).unwrap();
    let mut changed = |change: &dyn Fn(&mut Value)| {
        std::fs::write(&file, &sound).unwrap();
        edit(&file, change);
        talk.err(&sign_line("k", Some(&file)))
    };
    assert_eq!(changed(&|token| token["approval_data"] = json!("AAAA")), INVALID_PAIR);
    assert_eq!(changed(&|token| token["token"] = json!("AAAA")), INVALID_PAIR);
    assert_eq!(
        changed(&|token| token["service"] = json!("key-management")),
        "Quorum Failed"
    );
    assert_eq!(
        changed(&|token| token["key_reference"] = json!("0x01")),
        "Quorum Failed"
    );
    assert!(changed(&|token| token["signatures"] = json!("none")).starts_with("The quorum token file does not parse"));
    std::fs::write(&file, &sound).unwrap();
    talk.ok(&sign_line("k", Some(&file)));
}

#[test]
fn a_token_expires_after_600_seconds() {
    let (cluster, mut talk) = shared_key();
    let (early, late) = (approved(&cluster, &mut talk, BOTH), approved(&cluster, &mut talk, BOTH));
    cluster.order(&["clock", "--advance", "590"]);
    talk.ok(&sign_line("k", Some(&early)));
    cluster.order(&["clock", "--advance", "10"]);
    assert_eq!(talk.err(&sign_line("k", Some(&late))), "Quorum token has expired");
    assert_eq!(talk.err(&sign_line("k", Some(&late))), INVALID_PAIR);
    assert_eq!(talk.ok("quorum token-sign list"), json!({ "tokens": [] }));
}

#[test]
fn an_approved_token_lives_600_seconds_more() {
    let (cluster, mut talk) = shared_key();
    cluster.order(&["switch", "token-life=from-approval"]);
    let files: Vec<_> = (0..2)
        .map(|_| talk.token(&cluster, "key-management", "attr.label=k"))
        .collect();
    let set = |name: &str, file: &Path| {
        let approval = file.display();
        format!("key set-attribute --filter attr.label=k --name {name} --value false --approval {approval}")
    };
    cluster.order(&["clock", "--advance", "500"]);
    for file in &files {
        approve(file, BOTH);
        assert!(
            talk.err(&set("local", file)).starts_with("Attribute local cannot"),
            "approved, then refused"
        );
    }
    cluster.order(&["clock", "--advance", "590"]);
    talk.ok(&set("destroyable", &files[0]));
    cluster.order(&["clock", "--advance", "10"]);
    assert_eq!(talk.err(&set("destroyable", &files[1])), "Quorum token has expired");
}

#[test]
fn a_token_dies_with_its_login() {
    let (cluster, mut talk) = shared_key();
    let file = approved(&cluster, &mut talk, BOTH);
    talk.become_user("owner");
    assert_eq!(talk.err(&sign_line("k", Some(&file))), INVALID_PAIR);
}

#[test]
fn a_token_works_in_no_other_session_of_the_same_user_nor_for_another() {
    let (cluster, mut talk) = shared_key();
    let file = approved(&cluster, &mut talk, BOTH);
    for user in ["owner", "u1"] {
        assert_eq!(
            cluster.talk_as(user).err(&sign_line("k", Some(&file))),
            INVALID_PAIR,
            "{user}"
        );
    }
    talk.ok(&sign_line("k", Some(&file)));
}

#[test]
fn a_token_dies_with_a_killed_process() {
    let (cluster, mut talk) = shared_key();
    let file = approved(&cluster, &mut talk, BOTH);
    talk.kill();
    assert_eq!(cluster.talk_as("owner").err(&sign_line("k", Some(&file))), INVALID_PAIR);
}

#[test]
fn a_token_is_for_one_key_and_one_service() {
    let (cluster, mut talk) = shared_key();
    talk.pair("l", QUORUM);
    let file = approved(&cluster, &mut talk, BOTH);
    assert_eq!(talk.err(&sign_line("l", Some(&file))), "Quorum Failed");
    let share = format!(
        "key share --filter attr.label=k --username u3 --role crypto-user --approval {}",
        file.display()
    );
    assert_eq!(talk.err(&share), "Quorum Failed");
    talk.ok(&sign_line("k", Some(&file)));
}

#[test]
fn a_shared_user_mints_for_usage_and_only_the_owner_for_management() {
    let (cluster, _owner) = shared_key();
    let mut talk = cluster.talk_as("u1");
    let file = approved(&cluster, &mut talk, BOTH);
    talk.ok(&sign_line("k", Some(&file)));
    let line = "quorum token-sign generate --service key-management --filter attr.label=k --token /dev/null";
    assert_eq!(talk.err(line), "Only the owner manages a key");
    assert!(
        cluster
            .talk_as("u3")
            .err(&sign_line("k", Some(&file)))
            .starts_with("Key selection criteria matched 0 keys")
    );
}

#[test]
fn sharing_and_attributes_take_a_management_token_each() {
    let (cluster, mut talk) = shared_key();
    let lines = [
        "key share --filter attr.label=k --username u3 --role crypto-user",
        "key unshare --filter attr.label=k --username u3 --role crypto-user",
        "key set-attribute --filter attr.label=k --name destroyable --value false",
    ];
    let messages = [
        "Key shared successfully",
        "Key unshared successfully",
        "Attribute set successfully",
    ];
    for (line, message) in lines.iter().zip(messages) {
        assert_eq!(talk.err(line), "Quorum Failed");
        let file = talk.token(&cluster, "key-management", "attr.label=k");
        approve(&file, BOTH);
        assert_eq!(
            talk.ok(&format!("{line} --approval {}", file.display())),
            json!({ "message": message })
        );
    }
}

#[test]
fn unsharing_leaves_as_many_users_as_the_quorum_needs() {
    let cluster = Cluster::with(&["owner", "u1"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair(
        "k",
        "--share-crypto-users u1 --manage-private-key-quorum-value 2 --use-private-key-quorum-value 2",
    );
    let line = "key unshare --filter attr.label=k --username u1 --role crypto-user";
    assert_eq!(talk.err(line), "Invalid quorum value provided.");
}

#[test]
fn lists_key_tokens_counted_by_key_and_service() {
    let (cluster, mut talk) = shared_key();
    for service in ["key-usage", "key-usage", "key-management"] {
        talk.token(&cluster, service, "attr.label=k");
    }
    let key = talk.ok("key list --filter attr.label=k")["matched_keys"][0]["key-reference"].clone();
    let entry = |service: &str, count: u8| json!({ "username": "owner", "service": service, "key-reference": key, "minimum-token-count": count });
    assert_eq!(
        talk.ok("quorum token-sign list"),
        json!({ "tokens": [entry("key-usage", 2), entry("key-management", 1)] })
    );
}

#[test]
fn quorum_values_are_both_or_neither_and_within_the_users() {
    let cluster = Cluster::with(&["owner", "u1", "u2"]);
    let mut talk = cluster.talk_as("owner");
    let mut refused = |more: &str| talk.err(&crate::support::pair_line("k", more));
    let (manage, usage) = ("--manage-private-key-quorum-value", "--use-private-key-quorum-value");
    let low = "The manage key and use key quorum values must be set to a value greater than 1";
    for more in [
        format!("{manage} 2"),
        format!("{usage} 2"),
        format!("{manage} 1 {usage} 2"),
        format!("{manage} 2 {usage} 0"),
    ] {
        assert_eq!(refused(&format!("--share-crypto-users u1 u2 {more}")), low, "{more}");
    }
    assert_eq!(
        refused(&format!("--share-crypto-users u1 {manage} 2 {usage} 3")),
        "Invalid quorum value provided."
    );
    assert!(refused(&format!("{manage} 9 {usage} 9")).contains("9 is not in 0..=8"));
    talk.pair("k", &format!("--share-crypto-users u1 u2 {manage} 3 {usage} 2"));
    let key = talk.ok("key list --filter attr.label=k --verbose")["matched_keys"][0]["key-info"].clone();
    assert_eq!(
        key["key-quorum-values"],
        json!({ "manage-key-quorum-value": 3, "use-key-quorum-value": 2 })
    );
    let coverage = |name| json!({ "username": name, "key-coverage": "full" });
    assert_eq!(key["shared-users"], json!([coverage("u1"), coverage("u2")]));
    assert_eq!(key["key-owners"], json!([coverage("owner")]));
}

#[test]
fn neither_making_nor_deleting_a_key_takes_an_approval() {
    let (_cluster, mut talk) = shared_key();
    assert!(
        talk.err("key delete --filter attr.label=k --approval x")
            .contains("unexpected argument '--approval'")
    );
    assert_eq!(
        talk.ok("key delete --filter attr.label=k"),
        json!({ "message": "Key deleted successfully" })
    );
}

#[test]
fn a_key_without_quorum_has_no_tokens() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let line = "quorum token-sign generate --service key-usage --filter attr.label=k --token /dev/null";
    assert_eq!(talk.err(line), "The key is under no quorum");
}
