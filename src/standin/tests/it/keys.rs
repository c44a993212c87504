//! Keys: defaults, attributes, filters, pages, deletion, files.

use serde_json::{Value, json};

use crate::support::{Cluster, Talk, openssl};

fn attributes(talk: &mut Talk, label: &str) -> Value {
    talk.ok(&format!("key list --verbose --filter attr.label={label}"))["matched_keys"][0]["attributes"].clone()
}

fn set(label: &str, name: &str, value: &str) -> String {
    format!("key set-attribute --filter attr.label={label} --name {name} --value {value}")
}

#[test]
fn defaults_are_those_of_aws() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    let pair = talk.ok("key generate-asymmetric-pair ec --curve secp384r1 --public-label p --private-label k");
    let private = &pair["private_key"]["attributes"];
    assert_eq!(private.as_object().unwrap().len(), 26);
    for (name, value) in [
        ("extractable", true),
        ("sign", false),
        ("destroyable", true),
        ("modifiable", true),
    ] {
        assert_eq!(private[name], value, "{name}");
    }
    assert_eq!(
        (&private["class"], &private["curve"], &private["id"]),
        (&json!("private-key"), &json!("secp384r1"), &json!("0x"))
    );
    assert_eq!(
        (&private["never-extractable"], &private["local"], &private["token"]),
        (&json!(false), &json!(true), &json!(true))
    );
    assert_eq!(private["check-value"].as_str().unwrap().len(), 8);
    let public = &pair["public_key"];
    assert_eq!(public["attributes"]["key-length-bytes"], 97);
    assert_eq!(public["attributes"]["ec-point"].as_str().unwrap().len(), 2 + 2 * 97);
    assert_eq!(
        public["key-info"]["key-quorum-values"],
        json!({ "manage-key-quorum-value": 0, "use-key-quorum-value": 0 })
    );
    assert_eq!(public["key-reference"].as_str().unwrap().len(), 18);
    assert!(
        talk.err("crypto sign ecdsa --key-filter attr.label=k --hash-function sha384 --data YWJj")
            .contains("sign")
    );
}

#[test]
fn extractable_is_settled_at_creation() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.ok(
        "key generate-asymmetric-pair ec --curve secp384r1 --public-label p --private-label k \
         --private-attributes extractable=false sign=true destroyable=false id=0xab",
    );
    let made = attributes(&mut talk, "k");
    assert_eq!(
        (&made["extractable"], &made["never-extractable"], &made["id"]),
        (&json!(false), &json!(true), &json!("0xab"))
    );
    let text = "Attribute extractable cannot be set to the value true by the user for this operation";
    assert_eq!(talk.err(&set("k", "extractable", "true")), text);
    assert_eq!(
        talk.err(&set("k", "extractable", "false")),
        text.replace("true", "false")
    );
}

#[test]
fn modifiable_goes_one_way_and_closes_the_rest() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    assert_eq!(
        talk.ok(&set("k", "destroyable", "false")),
        json!({ "message": "Attribute set successfully" })
    );
    talk.ok(&set("k", "label", "'new label'"));
    assert!(
        talk.err(&set("'new label'", "modifiable", "true"))
            .starts_with("Attribute modifiable cannot")
    );
    talk.ok(&set("'new label'", "modifiable", "false"));
    for (name, value) in [
        ("modifiable", "true"),
        ("destroyable", "true"),
        ("sign", "false"),
        ("label", "k"),
    ] {
        let text = format!("Attribute {name} cannot be set to the value {value} by the user for this operation");
        assert_eq!(talk.err(&set("'new label'", name, value)), text);
    }
    assert_eq!(
        talk.err("key delete --filter attr.label='new label'"),
        "The key is not destroyable"
    );
}

#[test]
fn refuses_attributes_that_cannot_be_asked_for() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    let line =
        "key generate-asymmetric-pair ec --curve secp384r1 --public-label p --private-label k --private-attributes";
    for setting in [
        "token=true",
        "verify=true",
        "never-extractable=true",
        "sign=maybe",
        "id=zz",
    ] {
        assert!(
            talk.err(&format!("{line} {setting}")).starts_with("Attribute "),
            "{setting}"
        );
    }
    assert_eq!(talk.err(&format!("{line} sign")), "sign is not of the form name=value");
    assert!(
        talk.err(&format!("{line} sign=true").replace("label k", &format!("label {}", "k".repeat(128))))
            .contains("127")
    );
    assert_eq!(talk.ok("key list")["total_key_count"], 0, "nothing was made");
}

#[test]
fn a_filter_must_select_one_key() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let second = talk.pair("k", "");
    let matched =
        |keys| format!("Key selection criteria matched {keys} keys. Refine selection criteria to select a single key.");
    assert_eq!(talk.err("key delete --filter attr.label=k"), matched(2));
    assert_eq!(talk.err("key delete"), matched(4));
    assert_eq!(talk.err("key delete --filter attr.label=other"), matched(0));
    assert_eq!(
        talk.err("key delete --filter attr.label=k attr.class=public-key"),
        matched(0)
    );
    assert!(
        talk.err("key delete --filter label=k")
            .starts_with("label is no filter")
    );
    assert!(
        talk.err("key delete --filter attr.colour=red")
            .starts_with("attr.colour is no filter")
    );
    let reference = second["private_key"]["key-reference"].as_str().unwrap();
    talk.ok(&format!("key delete --filter key-reference={reference} attr.sign=true"));
    talk.ok("key delete --filter attr.label=k");
}

#[test]
fn lists_ten_at_a_time() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    (0..6).for_each(|number| drop(talk.pair(&format!("k{number}"), "")));
    let first = talk.ok("key list");
    assert_eq!(
        (
            &first["total_key_count"],
            &first["returned_key_count"],
            &first["next_token"]
        ),
        (&json!(12), &json!(10), &json!("10"))
    );
    let entry = &first["matched_keys"][1];
    assert_eq!(
        (entry.as_object().unwrap().len(), &entry["attributes"]),
        (2, &json!({ "label": "k0" }))
    );
    let second = talk.ok("key list --starting-token 10");
    assert_eq!(
        (second["returned_key_count"].as_u64(), second.get("next_token")),
        (Some(2), None)
    );
    assert_eq!(talk.ok("key list --max-items 3 --starting-token 3")["next_token"], "6");
}

#[test]
fn a_user_sees_own_and_shared_keys_and_every_public_key() {
    let cluster = Cluster::with(&["owner", "u1", "u2"]);
    cluster.talk_as("owner").pair("k", "--share-crypto-users u1");
    let labels = |user: &str| -> Vec<Value> {
        let listed = cluster.talk_as(user).ok("key list");
        listed["matched_keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["attributes"]["label"].clone())
            .collect()
    };
    assert_eq!(labels("u1"), ["public-k", "k"]);
    assert_eq!(labels("u2"), ["public-k"]);
    let mut sharer = cluster.talk_as("u1");
    assert_eq!(
        sharer.err("key delete --filter attr.label=k"),
        "Only the owner manages a key"
    );
    assert_eq!(sharer.err(&set("k", "sign", "false")), "Only the owner manages a key");
}

#[test]
fn refuses_to_share_with_nobody_or_twice() {
    let cluster = Cluster::with(&["owner", "u1"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "--share-crypto-users u1");
    let share = |user: &str, role: &str| format!("key share --filter attr.label=k --username {user} --role {role}");
    assert_eq!(
        talk.err(&share("nobody", "crypto-user")),
        "There is no user nobody with role crypto-user"
    );
    assert_eq!(
        talk.err(&share("admin", "admin")),
        "Private keys are shared, with crypto users"
    );
    assert_eq!(talk.err(&share("u1", "crypto-user")), "u1 has the key already");
    let line = crate::support::pair_line("l", "--share-crypto-users u1 u1");
    assert_eq!(talk.err(&line), "The key cannot be shared with u1 again");
}

#[test]
fn a_deleted_key_leaves_no_file() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let files = || std::fs::read_dir(cluster.folder.join("keys")).unwrap().count();
    assert_eq!(files(), 1);
    talk.ok("key delete --filter attr.label=public-k");
    assert_eq!(files(), 1);
    talk.ok("key delete --filter attr.label=k");
    assert_eq!(files(), 0);
}

#[test]
fn writes_the_public_key_as_openssl_reads_it() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    let pair = talk.pair("k", "");
    let path = cluster.path("pem");
    let line = |label: &str| {
        format!(
            "key generate-file --encoding pem --path {} --filter attr.label={label}",
            path.display()
        )
    };
    assert_eq!(
        talk.ok(&line("public-k")),
        json!({ "message": "Successfully generated key file" })
    );
    let der = openssl(&["pkey", "-pubin", "-outform", "DER", "-in"], &path);
    let point: String = der[der.len() - 97..].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(pair["public_key"]["attributes"]["ec-point"], format!("0x{point}"));
    assert_eq!(talk.err(&line("k")), "The stand-in writes public keys in PEM only");
}
