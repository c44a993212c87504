//! A command in two halves over a real child: the file that grows, the prompt that waits, and what may happen meanwhile.

use std::time::{Duration, Instant};

use hsm::{Approved, CloudHsm, Error, Habits, Hsm, Passwords, QuorumService, Role, Secret, Service, Token, Unobserved};

use crate::common::{approval, fake::Fake};

const LONG: u64 = 20_000;
const ADMIN: &str = "admin_member_1";

/// What the CLI does until it waits: reads line and password, and writes the file in two pieces.
const UNTIL_PROMPT: &str = r#"read -r line; read -r secret; printf '%s\n%s\n' "$line" "$secret" >../log
    head -c 60 "$ANSWERS/mfa-token.json" >mfa-token.json; sleep 0.3; tail -c +61 "$ANSWERS/mfa-token.json" >>mfa-token.json
    printf 'Enter signed token file path (press enter if same as the unsigned token file): '
"#;

fn fake(rest: &str) -> Fake {
    let answers = concat!("ANSWERS='", env!("CARGO_MANIFEST_DIR"), "/tests/answers'\n");
    Fake::new(&format!("{answers}{UNTIL_PROMPT}{rest}"))
}

fn password() -> Secret {
    Secret::new("Correct-Horse-9".into())
}

fn signatures() -> [Vec<u8>; 2] {
    [vec![1; 256], vec![2; 256]]
}

#[test]
fn a_login_is_finished_after_the_members_have_signed() {
    let fake = fake(
        "read -r path; ls >../listing; cp \"$path\" ../signed; answer admin-login.json; read -r line; answer user-list.json; read -r line",
    );
    let mut hsm = fake.hsm(LONG);
    let token = hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap();
    assert_eq!(
        token.entries().len(),
        2,
        "a file of which half was written is not taken"
    );
    hsm.finish_login_mfa(&token, &signatures()).unwrap();
    assert_eq!(hsm.users().unwrap().len(), 3);
    assert_eq!(
        fake.read("log"),
        "login --username admin_member_1 --role admin mfa-token-sign --token mfa-token.json\nCorrect-Horse-9\n"
    );
    assert_eq!(fake.read("listing"), "mfa-signed.json\nmfa-token.json\n");
    let signed: serde_json::Value = serde_json::from_str(&fake.read("signed")).unwrap();
    assert!(signed["tokens"][0]["signed"].as_str().unwrap().starts_with("AQEB"));
    assert_eq!(fake.work_files(), 0);
}

#[test]
fn a_change_answers_the_prompts_in_order_and_its_approval_stays_until_the_end() {
    let fake = Fake::new(
        r#"read -r line; printf 'Enter password:'; read -r one; printf '\nConfirm password:'; read -r two; echo "$one $two" >../log
        answer mfa-token.json >mfa-token.json; printf 'Enter signed token file path: '; read -r path
        printf 'Enter public key PEM file path:'; read -r key; echo "$path $key" >>../log; ls >../listing
        cp "$key" ../key; answer user-changed.json; read -r line"#,
    );
    let mut hsm = fake.hsm(LONG);
    let service = Service::Admin(QuorumService::User);
    let file = crate::common::answers("admin-token.json");
    let quorum = Token::parse(file.as_bytes(), service, None).unwrap();
    let approved = Approved::new(quorum, vec![approval("admin_member_2", Role::Admin)]).unwrap();
    let token = hsm
        .begin_change_mfa("member_1", Role::Admin, Some(&password()), Some(&approved))
        .unwrap();
    hsm.finish_change_mfa(&token, "the new key", &signatures()).unwrap();
    assert_eq!(
        fake.read("log"),
        "Correct-Horse-9 Correct-Horse-9\nmfa-signed.json approval-key.pem\n"
    );
    assert_eq!(
        fake.read("listing"),
        "approval-key.pem\napproval.json\nmfa-signed.json\nmfa-token.json\n"
    );
    assert_eq!(fake.read("key"), "the new key");
    assert_eq!(fake.work_files(), 0);
}

#[test]
fn a_refusal_comes_instead_of_the_file() {
    let fake = Fake::new(
        "while read -r line; do case $line in login*) read -r secret; no 'account is locked' ;; user*) answer user-list.json ;; esac; done",
    );
    let mut hsm = fake.hsm(LONG);
    let error = hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap_err();
    assert_eq!(
        error,
        Error::Unknown {
            text: "account is locked".into()
        }
    );
    assert_eq!(hsm.users().unwrap().len(), 3, "on a session of its own");
    assert_eq!(fake.work_files(), 0);
}

#[test]
fn an_answer_that_comes_while_members_sign_is_the_commands_and_nothing_is_typed() {
    let fake = fake(
        "until test -e ../go; do sleep 0.05; done; no 'the wait was too long'; touch ../said; read -r line; echo \"$line\" >>../log",
    );
    let mut hsm = fake.hsm(LONG);
    let token = hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap();
    std::fs::write(fake.0.join("go"), "").unwrap();
    while !fake.0.join("said").exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(200));
    let error = hsm.finish_login_mfa(&token, &signatures()).unwrap_err();
    assert_eq!(
        error,
        Error::Unknown {
            text: "the wait was too long".into()
        }
    );
    assert!(!fake.read("log").contains("mfa-signed"));
    assert_eq!(fake.work_files(), 0);
}

#[test]
fn a_disconnection_while_members_sign_is_seen_when_they_have() {
    for rest in ["sleep 60", "exit 1"] {
        let fake = fake(&format!(
            "until test -e ../go; do sleep 0.05; done; echo 'Error: \"HSM is disconnected\"' >&2; touch ../said; {rest}"
        ));
        let mut hsm = fake.hsm(LONG);
        let token = hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap();
        std::fs::write(fake.0.join("go"), "").unwrap();
        while !fake.0.join("said").exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(200));
        let begun = Instant::now();
        let error = hsm.finish_login_mfa(&token, &signatures()).unwrap_err();
        assert!(matches!(error, Error::Disconnected { .. }), "{error}");
        assert!(begun.elapsed() < Duration::from_millis(LONG / 2));
        assert_eq!(fake.work_files(), 0);
    }
}

#[test]
fn neither_file_nor_answer_ends_in_time() {
    for file in ["", "printf '{\"version\": ' >mfa-token.json;"] {
        let fake = Fake::new(&format!("read -r line; read -r secret; {file} sleep 10"));
        let begun = Instant::now();
        let error = fake
            .hsm(1500)
            .begin_login_mfa(ADMIN, Role::Admin, &password())
            .unwrap_err();
        assert!(matches!(error, Error::NoAnswer { .. }), "{error}");
        assert!(begun.elapsed() < Duration::from_millis(8000));
        assert_eq!(fake.work_files(), 0);
    }
}

#[test]
fn giving_up_ends_the_child_and_leaves_no_file() {
    let fake = fake("read -r line; echo \"$line\" >>../log; exec sleep 60");
    let mut hsm = fake.hsm(LONG);
    hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap();
    assert_eq!(fake.work_files(), 1);
    let begun = Instant::now();
    hsm.logout().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(fake.work_files(), 0);
    assert!(!fake.read("log").contains("logout"));
}

#[test]
fn a_password_that_is_echoed_with_a_later_command_is_blanked_as_well() {
    let fake = Fake::new(
        "read -r line; read -r secret; answer login.json; no \"unknown command $secret\"; touch ../said; read -r line",
    );
    let mut hsm = fake.hsm(LONG);
    hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    while !fake.0.join("said").exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(200));
    let error = hsm.users().unwrap_err().to_string();
    assert!(
        error.contains("unknown command [secret]") && !error.contains("Correct"),
        "{error}"
    );
}

#[test]
fn a_password_in_the_line_is_typed_once_and_blanked_in_what_comes_back() {
    let fake = Fake::new(
        "read -r line; echo \"$line\" >../log; no \"not this: $line\"; read -r line; echo \"$line\" >>../log",
    );
    let mut hsm = CloudHsm::new(fake.process(LONG), Unobserved).with_habits(Habits {
        passwords: Passwords::Line,
        ..Habits::default()
    });
    let error = hsm.login("key_owner", Role::CryptoUser, &password()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the HSM refused in unknown words: not this: login --username key_owner --role crypto-user --password [secret]"
    );
    drop(hsm);
    assert_eq!(
        fake.read("log"),
        "login --username key_owner --role crypto-user --password Correct-Horse-9\nquit\n"
    );
}
