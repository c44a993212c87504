//! The later switches: the same event, with each open question answered the other way.

use serde_json::json;

use crate::key_quorum::{QUORUM, shared_key};
use crate::support::{Cluster, Talk, approve, pair_line, role, sign_line};

const INVALID_PAIR: &str = "Invalid username-signature pair for quorum authorization";
const EXPIRED: &str = "Quorum token has expired";

fn token(cluster: &Cluster, talk: &mut Talk) -> String {
    let file = talk.token(cluster, "key-usage", "attr.label=k");
    approve(&file, &[("u1", 1), ("u2", 2)]);
    sign_line("k", Some(&file))
}

/// A cluster of nine crypto users beside `owner`.
fn crowd() -> (Cluster, Talk) {
    let cluster = Cluster::with(&["owner", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9"]);
    let talk = cluster.talk_as("owner");
    (cluster, talk)
}

#[test]
fn the_use_of_a_token_spends_the_others_or_not() {
    let (cluster, mut talk) = shared_key();
    let (first, second) = (token(&cluster, &mut talk), token(&cluster, &mut talk));
    talk.ok(&first);
    talk.ok(&second);
    cluster.order(&["switch", "use-voids-other-tokens=yes"]);
    let (first, second) = (token(&cluster, &mut talk), token(&cluster, &mut talk));
    talk.ok(&first);
    assert_eq!(talk.err(&second), INVALID_PAIR);
}

#[test]
fn approvals_that_were_shown_prolong_a_tokens_life_or_not() {
    let (cluster, mut talk) = shared_key();
    for (value, outcome) in [("from-minting", Some(EXPIRED)), ("from-approval", None)] {
        cluster.order(&["switch", &format!("token-life={value}")]);
        let line = token(&cluster, &mut talk);
        cluster.order(&["clock", "--advance", "590"]);
        // Shown with enough approvals, to an operation that fails.
        cluster.order(&["switch", "ecdsa-sign=invalid-mechanism"]);
        talk.err(&line);
        cluster.order(&["switch", "ecdsa-sign=works"]);
        cluster.order(&["clock", "--advance", "20"]);
        match outcome {
            Some(text) => assert_eq!(talk.err(&line), text),
            None => drop(talk.ok(&line)),
        }
    }
}

#[test]
fn a_lost_connection_ends_login_or_tokens_or_neither() {
    for value in ["ends-login", "ends-tokens", "keeps-tokens"] {
        let (cluster, mut talk) = shared_key();
        cluster.order(&["switch", &format!("reconnection={value}")]);
        let line = token(&cluster, &mut talk);
        cluster.order(&["fault", "--command", "crypto sign ecdsa", "--do", "disconnect"]);
        assert_eq!(talk.say(&line), "Error: \"HSM is disconnected\"\n");
        match value {
            "ends-login" => assert_eq!(talk.err(&line), "Login is required for this operation"),
            "ends-tokens" => assert_eq!(talk.err(&line), INVALID_PAIR),
            _ => drop(talk.ok(&line)),
        }
    }
}

#[test]
fn a_registrations_file_has_a_template_or_not() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk_as("cu");
    let mut template = || {
        let file = std::fs::read(talk.registration(&cluster)).unwrap();
        serde_json::from_slice::<serde_json::Value>(&file).unwrap()["signatures"].clone()
    };
    assert_eq!(template(), json!(null));
    cluster.order(&["switch", "registration-file=with-template"]);
    let one = json!([{ "username": "cu", "role": "crypto-user", "signature": "" }]);
    assert_eq!(template(), one);
    cluster.register("cu", 0);
}

#[test]
fn the_value_of_user_may_exceed_that_of_quorum_or_not() {
    let cluster = Cluster::with(&["a1", "a2"]);
    let mut talk = cluster.talk_as("admin");
    let set =
        |service: &str, value: u8| format!("quorum token-sign set-quorum-value --service {service} --value {value}");
    cluster.order(&["switch", "quorum-value-order=enforced"]);
    assert_eq!(talk.err(&set("user", 2)), "Invalid quorum value provided.");
    talk.ok(&set("cluster", 2));
    cluster.order(&["switch", "quorum-value-order=advised"]);
    talk.ok(&set("user", 3));
    cluster.order(&["switch", "quorum-value-order=enforced"]);
    assert_eq!(talk.err(&set("quorum", 2)), "Invalid quorum value provided.");
    talk.ok(&set("quorum", 3));
}

#[test]
fn signing_works_or_has_no_mechanism() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    talk.ok(&sign_line("k", None));
    cluster.order(&["switch", "ecdsa-sign=invalid-mechanism"]);
    assert_eq!(talk.err(&sign_line("k", None)), "Invalid mechanism");
}

#[test]
fn data_of_unsaid_type_is_raw_or_a_digest() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let signature = talk.ok(&sign_line("k", None))["signature"].as_str().unwrap().to_owned();
    let verify = format!(
        "crypto verify ecdsa --key-filter attr.label=public-k --hash-function sha384 --data YWJj --data-type raw \
         --signature {signature}"
    );
    talk.ok(&verify);
    cluster.order(&["switch", "data-type-default=digest"]);
    assert_eq!(talk.err(&sign_line("k", None)), "The digest has 3 bytes, not 48");
    talk.ok(&format!("{} --data-type raw", sign_line("k", None)));
    talk.ok(&verify);
}

#[test]
fn a_key_has_any_number_of_users_or_eight() {
    let (cluster, mut talk) = crowd();
    let nine = "--share-crypto-users u1 u2 u3 u4 u5 u6 u7 u8 u9";
    talk.pair("k", nine);
    cluster.order(&["switch", "max-shared-users=eight"]);
    let text = "The key cannot be shared with more than 8 users";
    assert_eq!(talk.err(&pair_line("l", nine)), text);
    talk.pair("l", nine.trim_end_matches(" u9"));
    let share = "key share --filter attr.label=l --username u9 --role crypto-user";
    assert_eq!(talk.err(share), text);
    cluster.order(&["switch", "max-shared-users=none"]);
    talk.ok(share);
}

#[test]
fn whom_a_quorum_needs_can_be_deleted_or_not() {
    let cluster = Cluster::with(&["owner", "u1", "u2", "u3", "a1", "a2"]);
    cluster.talk_as("owner").pair("k", QUORUM);
    let mut talk = cluster.talk_as("admin");
    talk.ok("quorum token-sign set-quorum-value --service quorum --value 2");
    let delete = |user: &str| format!("user delete --username {user} --role {}", role(user));
    // Of owner, u1 and u2 two must approve; of admin, a1 and a2 two as well.
    ["u3", "u1", "a1"].iter().for_each(|user| drop(talk.ok(&delete(user))));
    for user in ["u2", "a2"] {
        assert_eq!(talk.err(&delete(user)), "Invalid quorum value provided.", "{user}");
    }
    cluster.order(&["switch", "unshare-below-quorum=allowed"]);
    ["u2", "a2"].iter().for_each(|user| drop(talk.ok(&delete(user))));
}

#[test]
fn a_key_keeps_as_many_users_as_its_quorum_needs_or_not() {
    let cluster = Cluster::with(&["owner", "u1"]);
    let two = ["owner", "u1"].iter().zip([0, 1]);
    two.for_each(|(user, key)| cluster.register(user, key));
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", &QUORUM.replace("u1 u2", "u1"));
    let file = talk.token(&cluster, "key-management", "attr.label=k");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    let file = file.display();
    let unshare = format!("key unshare --filter attr.label=k --username u1 --role crypto-user --approval {file}");
    assert_eq!(talk.err(&unshare), "Invalid quorum value provided.");
    cluster.order(&["switch", "unshare-below-quorum=allowed"]);
    assert_eq!(talk.ok(&unshare), json!({ "message": "Key unshared successfully" }));
}

#[test]
fn an_empty_id_is_a_prefix_or_nothing() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    assert_eq!(talk.pair("k", "")["private_key"]["attributes"]["id"], "0x");
    cluster.order(&["switch", "empty-id=nothing"]);
    assert_eq!(talk.pair("l", "")["private_key"]["attributes"]["id"], "");
    talk.ok("key set-attribute --filter attr.label=l --name id --value 0x0102");
    let listed = talk.ok("key list --verbose --filter attr.label=l");
    assert_eq!(listed["matched_keys"][0]["attributes"]["id"], "0x0102");
}

#[test]
fn texts_that_no_page_gives_may_be_others() {
    let wrong = "login --username cu --role crypto-user --password wrong-password";
    let told = |value: &str| {
        let (cluster, mut talk) = shared_key();
        cluster.order(&["switch", &format!("undocumented-texts={value}")]);
        let line = token(&cluster, &mut talk);
        cluster.order(&["clock", "--advance", "601"]);
        let expired = talk.err(&line);
        let none = talk.err(&sign_line("absent", None));
        let mut other = cluster.talk();
        let wrong = wrong.replace(" cu ", " u1 ");
        let failed: Vec<_> = (0..6).map(|_| other.err(&wrong)).collect();
        talk.pair("plain", "--share-crypto-users u1");
        let unshare = "key unshare --filter attr.label=plain --username u1 --role crypto-user";
        let unshared = talk.ok(unshare)["message"].as_str().unwrap().to_owned();
        // What is documented is never said otherwise.
        assert_eq!(talk.err(&sign_line("k", None)), "Quorum Failed");
        [expired, none, failed[0].clone(), failed[5].clone(), unshared]
    };
    let ours = told("ours");
    let no_key = "Key selection criteria matched 0 keys. Refine selection criteria to select a single key.";
    assert_eq!(ours[..2], [EXPIRED, no_key]);
    for (ours, other) in ours.iter().zip(told("others")) {
        assert_ne!(*ours, other);
    }
}

#[test]
fn the_question_for_a_public_key_may_read_otherwise() {
    let cluster = Cluster::with(&["cu"]);
    cluster.order(&["switch", "undocumented-texts=others"]);
    let mut talk = cluster.talk_as("cu");
    talk.ask(
        "user change-mfa token-sign --username cu --role crypto-user --token /dev/null --change-password password-1",
        "unsigned token file):",
    );
    talk.ask("", "Path of the public key to register: ");
    talk.err("/dev/null");
}
