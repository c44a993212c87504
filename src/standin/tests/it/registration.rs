//! Registration of approval keys.

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use crate::support::{Cluster, PASSWORD, edit, register_line, sign_registration};

#[test]
fn a_user_registers_the_key_that_signed_the_token() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let file = talk.registration(&cluster);
    sign_registration(&file, 0);
    assert_eq!(
        talk.ok(&register_line(&file, 0)),
        json!({ "username": "cu", "role": "crypto-user" })
    );
    let enabled = json!([{ "strategy": "token-sign", "status": "enabled" }]);
    assert_eq!(talk.ok("user list")["users"][1]["quorum"], enabled);
    assert_eq!(
        talk.err(&register_line(&file, 0)),
        "InvalidQuorumSignature",
        "the token is spent"
    );
}

#[test]
fn the_file_has_the_published_form() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    for nodes in ["1", "3", "5"] {
        cluster.order(&["nodes", "--set", nodes]);
        let file = talk.registration(&cluster);
        let file: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        assert_eq!(file["version"], "2.0");
        let token = &file["tokens"][0];
        assert_eq!(token["signed"], "");
        let data = Base64::decode_vec(token["approval_data"].as_str().unwrap()).unwrap();
        assert!(data.len() <= 245 && data.len() % 80 == 0, "{nodes}: {}", data.len());
        let unsigned = Base64::decode_vec(token["unsigned"].as_str().unwrap()).unwrap();
        assert_eq!(unsigned[..], <sha2::Sha256 as sha2::Digest>::digest(&data)[..]);
    }
}

#[test]
fn refuses_another_keys_signature() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let file = talk.registration(&cluster);
    sign_registration(&file, 1);
    assert_eq!(talk.err(&register_line(&file, 0)), "InvalidQuorumSignature");
}

#[test]
fn refuses_an_unsigned_or_changed_token() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let file = talk.registration(&cluster);
    assert_eq!(talk.err(&register_line(&file, 0)), "InvalidQuorumSignature");
    sign_registration(&file, 0);
    edit(&file, |file| file["tokens"][0]["approval_data"] = json!("AAAA"));
    assert_eq!(talk.err(&register_line(&file, 0)), "InvalidQuorumSignature");
}

#[test]
fn refuses_keys_other_than_rsa_2048() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let file = talk.registration(&cluster);
    sign_registration(&file, 3);
    assert_eq!(
        talk.err(&register_line(&file, 3)),
        "The public key is not an RSA-2048 key"
    );
}

#[test]
fn refuses_a_token_of_an_earlier_login_unless_switched() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let file = talk.registration(&cluster);
    sign_registration(&file, 0);
    talk.become_user("cu");
    assert_eq!(talk.err(&register_line(&file, 0)), "InvalidQuorumSignature");
    cluster.order(&["switch", "registration-token=any-session"]);
    talk.ok(&register_line(&file, 0));
}

#[test]
fn refuses_a_token_after_600_seconds() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    for (seconds, lives) in [("590", true), ("601", false)] {
        let file = talk.registration(&cluster);
        cluster.order(&["clock", "--advance", seconds]);
        sign_registration(&file, 0);
        match lives {
            true => drop(talk.ok(&register_line(&file, 0))),
            false => assert_eq!(talk.err(&register_line(&file, 0)), "InvalidQuorumSignature"),
        }
    }
}

#[test]
fn an_admin_can_drop_a_registration_with_the_password() {
    let cluster = Cluster::with(&["cu"]);
    cluster.register("cu", 0);
    let change = format!("user change-password --username cu --role crypto-user --password {PASSWORD}");
    let mut admin = cluster.talk_as("admin");
    admin.ok(&change);
    assert_ne!(admin.ok("user list")["users"][1]["quorum"], json!([]));
    admin.ok(&format!("{change} --deregister-quorum"));
    assert_eq!(admin.ok("user list")["users"][1]["quorum"], json!([]));
}

#[test]
fn a_key_for_approvals_stays_when_there_is_no_mfa_to_turn_off() {
    let cluster = Cluster::with(&["owner"]);
    cluster.register("owner", 0);
    let mut talk = cluster.talk_as("admin");
    let line =
        format!("user change-password --username owner --role crypto-user --password {PASSWORD} --deregister-mfa");
    talk.ok(&line);
    let users = talk.ok("user list")["users"].as_array().unwrap().clone();
    let owner = users.iter().find(|user| user["username"] == "owner").unwrap();
    assert_eq!(owner["quorum"][0]["status"], "enabled");
}
