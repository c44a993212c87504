//! What clients do through a server is what they do alone: logins, tokens, files, faults.

use std::fs;
use std::process::Output;
use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use serde_json::json;

use super::{Served, with_quorum_key};
use crate::mfa::{SIGNED, login_line, sign_all, turn_on};
use crate::signing::der;
use crate::support::{PASSWORD, approve, openssl, pair_line, parse, sign_line};

#[test]
fn a_quorum_signature_passes_between_two_clients() {
    let served = with_quorum_key();
    let client = &served.client;
    let (mut talk, mut approver) = (client.talk_as("owner"), client.talk_as("u1"));
    let pem = client.path("pem");
    approver.ok(&format!(
        "key generate-file --encoding pem --path {} --filter attr.label=public-k",
        pem.display()
    ));
    let file = talk.token(client, "key-usage", "attr.label=k");
    assert_eq!(talk.err(&sign_line("k", Some(&file))), "No token signatures provided");
    approve(&file, &[("owner", 0)]);
    assert!(
        talk.err(&sign_line("k", Some(&file)))
            .starts_with("Too few quorum approvals")
    );
    approve(&file, &[("owner", 0), ("u1", 1)]);
    let stolen = approver.err(&sign_line("k", Some(&file)));
    assert_eq!(stolen, "Invalid username-signature pair for quorum authorization");
    let signed = talk.ok(&sign_line("k", Some(&file)));
    let (data, signature) = (client.path("data"), client.path("signature"));
    fs::write(&data, "abc").unwrap();
    fs::write(
        &signature,
        der(&Base64::decode_vec(signed["signature"].as_str().unwrap()).unwrap()),
    )
    .unwrap();
    let (pem, signature) = (pem.to_str().unwrap(), signature.to_str().unwrap());
    let words = ["dgst", "-sha384", "-verify", pem, "-signature", signature];
    assert_eq!(openssl(&words, &data), b"Verified OK\n");
    assert!(!client.folder.exists(), "the cluster is the server's");
}

#[test]
fn a_client_that_is_killed_takes_login_and_tokens_with_it() {
    let served = with_quorum_key();
    let client = &served.client;
    let mut talk = client.talk_as("owner");
    let file = talk.token(client, "key-usage", "attr.label=k");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    let mut admin = client.talk_as("admin");
    let change = format!("user change-password --username owner --role crypto-user --password {PASSWORD}");
    assert_eq!(
        admin.err(&change),
        "The password of a user who is logged in cannot be changed"
    );
    talk.kill();
    let begun = Instant::now();
    while parse(&admin.say(&change)).0 != 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "the server still holds the login"
        );
    }
    assert!(
        client.order(&["audit"]).contains("CN_CLOSE_SESSION"),
        "the log has the end of its session"
    );
    let mut again = client.talk_as("owner");
    let text = again.err(&sign_line("k", Some(&file)));
    assert_eq!(text, "Invalid username-signature pair for quorum authorization");
}

#[test]
fn one_users_two_sessions_do_not_share_tokens() {
    let served = with_quorum_key();
    let client = &served.client;
    let (mut one, mut two) = (client.talk_as("owner"), client.talk_as("owner"));
    let file = one.token(client, "key-usage", "attr.label=k");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    assert_eq!(
        two.err(&sign_line("k", Some(&file))),
        "Invalid username-signature pair for quorum authorization"
    );
    one.ok(&sign_line("k", Some(&file)));
}

#[test]
fn a_long_text_arrives_whole() {
    let served = Served::new();
    let file = served.home.folder.join("audit/hsm-standin0001.log");
    // Each order below adds nothing: what is there is printed, of whatever length.
    let before = served.client.order(&["audit", "--hsm", "hsm-standin0001"]);
    let entries = fs::read_to_string(&file).unwrap();
    fs::write(&file, entries.repeat(12_000)).unwrap();
    let long = served.client.order(&["audit", "--hsm", "hsm-standin0001"]);
    assert!(long.len() > 4 << 20, "{}", long.len());
    assert_eq!(
        long.matches("Opcode").count(),
        before.matches("Opcode").count() * 12_000
    );
}

#[test]
fn single_commands_log_in_as_the_client_says() {
    let served = with_quorum_key();
    let output = served.client.single("u1", &["key", "list", "--filter", "attr.label=k"]);
    assert_eq!(output.status.code(), Some(0));
    let (_, data) = parse(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(data["total_key_count"], 1);
    let refused = served
        .client
        .single("u2", &["user", "delete", "--username", "u1", "--role", "crypto-user"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        String::from_utf8(refused.stdout)
            .unwrap()
            .contains("Only an admin may do this")
    );
}

#[test]
fn orders_go_to_the_servers_folder() {
    let served = Served::new();
    served.client.order(&["switch", "ec-point=der"]);
    served.client.order(&["nodes", "--set", "2"]);
    assert!(served.client.order(&["switch"]).contains("ec-point=der "));
    assert!(served.home.order(&["switch"]).contains("ec-point=der "));
    let told = |output: Output| (output.status.code(), String::from_utf8(output.stderr).unwrap());
    let wrong = told(
        served
            .client
            .command()
            .args(["standin", "switch", "colour=red"])
            .output()
            .unwrap(),
    );
    assert_eq!(wrong.0, Some(2));
    assert!(wrong.1.contains("error: no switch colour"), "{}", wrong.1);
    let init = told(served.client.command().args(["standin", "init"]).output().unwrap());
    assert_eq!(init.0, Some(2));
    assert!(init.1.contains("a cluster is made where its folder is"), "{}", init.1);
    let serve = served
        .client
        .command()
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    assert_eq!(serve.status.code(), Some(2));
}

#[test]
fn a_fault_that_ends_the_process_ends_the_clients_alone() {
    let served = Served::new();
    let client = &served.client;
    client.activate(&["owner"]);
    for (deed, keys) in [("die-before", 0), ("die-after", 2)] {
        client.order(&["fault", "--command", "key generate-asymmetric-pair ec", "--do", deed]);
        let mut talk = client.talk_as("owner");
        assert_eq!(talk.say(&pair_line("k", "")), "");
        assert!(talk.died());
        assert_eq!(client.talk_as("owner").ok("key list")["total_key_count"], keys);
    }
}

#[test]
fn files_are_read_and_written_at_the_client() {
    let served = with_quorum_key();
    let there = served.client.path("");
    fs::write(there.join("data"), "abc").unwrap();
    // Relative paths are the client's: the server's own folder is another.
    let run = |words: &[&str]| {
        let mut command = served.client.command();
        command
            .current_dir(&there)
            .env("CLOUDHSM_ROLE", "crypto-user")
            .env("CLOUDHSM_PIN", format!("owner:{PASSWORD}"));
        parse(&String::from_utf8(command.args(words).output().unwrap().stdout).unwrap())
    };
    let generate = [
        "key",
        "generate-file",
        "--encoding",
        "pem",
        "--filter",
        "attr.label=public-k",
    ];
    assert_eq!(run(&[&generate[..], &["--path", "public.pem"]].concat()).0, 0);
    assert!(
        fs::read_to_string(there.join("public.pem"))
            .unwrap()
            .contains("BEGIN PUBLIC KEY")
    );
    let (code, text) = run(&[&generate[..], &["--path", "nowhere/public.pem"]].concat());
    assert_eq!(
        (code, text),
        (1, json!("nowhere/public.pem: No such file or directory (os error 2)"))
    );
    let sign = [
        "crypto",
        "sign",
        "ecdsa",
        "--key-filter",
        "attr.label=k",
        "--hash-function",
        "sha384",
    ];
    let (_, text) = run(&[&sign[..], &["--data-path", "data"]].concat());
    assert_eq!(text, "Quorum Failed");
    let (_, text) = run(&[&sign[..], &["--data-path=date"]].concat());
    assert_eq!(text, "date: No such file or directory (os error 2)");
}

#[test]
fn a_second_factor_is_asked_at_the_client_and_holds_nobody() {
    let served = Served::new();
    let client = &served.client;
    client.activate(&["owner", "u1"]);
    turn_on(client, &mut client.talk_as("owner"), "owner", 0);
    let (mut talk, file) = (client.talk(), client.path("login.json"));
    assert_eq!(talk.ask(&login_line("owner", &file), SIGNED), "");
    client.talk_as("u1").pair("k", "");
    sign_all(&file, 0);
    let signed = client.path("signed.json");
    fs::rename(&file, &signed).unwrap();
    assert_eq!(parse(&talk.say(&signed.display().to_string())).0, 0);
    talk.ok("key list");
}

#[test]
fn clients_at_once_lose_nothing() {
    let served = Served::new();
    served.client.activate(&["owner"]);
    std::thread::scope(|scope| {
        for client in 0..6 {
            let cluster = &served.client;
            scope.spawn(move || {
                let mut talk = cluster.talk_as("owner");
                (0..4).for_each(|key| drop(talk.pair(&format!("k-{client}-{key}"), "")));
            });
        }
    });
    let keys = served.client.talk_as("owner").ok("key list --max-items 100");
    let keys = keys["matched_keys"].as_array().unwrap();
    let references: std::collections::BTreeSet<_> = keys.iter().map(|key| key["key-reference"].to_string()).collect();
    assert_eq!((keys.len(), references.len()), (48, 48));
}

#[test]
fn a_server_with_a_token_signs_for_many_at_once() {
    let served = Served::of(crate::token::ready());
    served.client.talk_as("owner").pair("k", "");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let cluster = &served.client;
            scope.spawn(move || {
                let mut talk = cluster.talk_as("owner");
                (0..5).for_each(|_| drop(talk.ok(&sign_line("k", None))));
            });
        }
    });
}
