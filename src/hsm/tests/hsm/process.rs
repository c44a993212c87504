//! A real child, played by a shell script: answers, silence, ends, complaints, floods, files.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};

use hsm::{CloudHsm, Error, Habits, Hsm, Limits, Passwords, Process, Role, Secret, Service, Unobserved};

use crate::common::fake::Fake;

const LONG: u64 = 20_000;

fn password() -> Secret {
    Secret::new("Correct-Horse-9".into())
}

#[test]
fn one_child_per_login_gets_the_line_then_the_password_and_is_told_to_quit() {
    let fake = Fake::new(
        r#"echo "start $*" >>../log
        while printf 'aws-cloudhsm > ' && read -r line; do
          echo "$line" >>../log
          case $line in
            login*) printf 'Enter password: '; read -r secret; echo "$secret" >>../log; answer login.json ;;
            logout) answer logout.json ;;
            quit) exit ;;
            *) answer user-list.json >&2 ;;
          esac
        done"#,
    );
    let mut hsm = CloudHsm::new(fake.process(LONG).for_cluster("cluster-1"), Unobserved);
    for _ in 0..2 {
        hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
        assert_eq!(hsm.users().unwrap().len(), 3);
        hsm.logout().unwrap();
    }
    let one = "start interactive --cluster-id cluster-1\nlogin --username key_owner --role crypto-user\nCorrect-Horse-9\nuser list\nlogout\nquit\n";
    assert_eq!(fake.read("log"), one.repeat(2));
}

#[test]
fn an_answer_in_pieces_among_noise_is_whole() {
    let fake = Fake::new(
        r#"read -r line; printf 'Welcome {friend}\n{\n  "error_'; sleep 0.1; printf 'code": 0, "data": {"us'; sleep 0.1
        printf 'ers": []}}\naws-cloudhsm > '; read -r line"#,
    );
    assert_eq!(fake.hsm(LONG).users().unwrap(), []);
}

/// Mostly it is said in plain text; a client without a certificate may hear it as an answer.
#[test]
fn a_lost_connection_that_is_told_as_an_answer_is_one() {
    let fake = Fake::new(
        r#"read -r line; read -r secret; answer login.json; read -r line; no "HSM is disconnected"; read -r line; answer user-list.json"#,
    );
    let mut hsm = fake.hsm(LONG);
    hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    let lost = hsm.users().unwrap_err();
    assert!(
        matches!(&lost, Error::Disconnected { text, .. } if text == "HSM is disconnected"),
        "{lost:?}"
    );
    assert!(lost.outcome_unknown());
    // Nothing is typed into what is left of that login.
    assert!(matches!(hsm.users().unwrap_err(), Error::Broken { .. }));
    hsm.logout().unwrap_err();
    hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
}

/// It said no in words that nobody knows, and may have logged in all the same.
#[test]
fn a_login_that_was_refused_in_unknown_words_leaves_no_session_behind() {
    let script = r#"echo "start" >>../log; read -r line; no "Internal error"; read -r line; answer user-list.json"#;
    let fake = Fake::new(script);
    let line = Habits {
        passwords: Passwords::Line,
        ..Habits::default()
    };
    let mut hsm = fake.hsm(LONG).with_habits(line);
    let refused = hsm.login("key_owner", Role::CryptoUser, &password()).unwrap_err();
    assert_eq!(
        refused,
        Error::Unknown {
            text: "Internal error".into()
        }
    );
    let _ = hsm.users();
    assert_eq!(fake.read("log"), "start\nstart\n");
}

#[test]
fn silence_ends_in_time_and_the_late_answer_is_nobodys() {
    let fake = Fake::new("echo begun; read -r line; sleep 6; answer user-list.json; read -r line; answer login.json");
    let mut hsm = fake.hsm(1500);
    let begun = Instant::now();
    let error = hsm.users().unwrap_err();
    assert!(begun.elapsed() < Duration::from_millis(5900));
    assert_eq!(
        error.to_string(),
        "no answer to `user list` within 1.5 s; printed meanwhile: \"begun\""
    );
    assert!(error.outcome_unknown());
}

#[test]
fn after_a_lost_answer_a_login_is_over() {
    let fake = Fake::new(
        "read -r line; read -r secret; answer login.json; read -r line; sleep 4; answer user-list.json; read -r line; read -r line",
    );
    let mut hsm = fake.hsm(1500);
    hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    assert!(matches!(hsm.users(), Err(Error::NoAnswer { .. })));
    let next = hsm.users().unwrap_err();
    assert_eq!(
        next.to_string(),
        "`user list` was not typed: an earlier command has no clear answer"
    );
    assert!(!next.outcome_unknown());
    assert!(matches!(hsm.logout(), Err(Error::Broken { .. })));
    hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
}

#[test]
fn a_plain_text_failure_is_typed_whether_the_cli_stays_or_ends() {
    for rest in ["read -r more", "exit 1"] {
        for prefix in ["", "aws-cloudhsm > "] {
            let fake = Fake::new(&format!(
                "read -r line; echo '{prefix}Error: \"HSM is disconnected\"' >&2; {rest}"
            ));
            let begun = Instant::now();
            let error = fake.hsm(LONG).users().unwrap_err();
            let text = "Error: \"HSM is disconnected\"".to_owned();
            assert_eq!(
                error,
                Error::Disconnected {
                    shown: "user list".into(),
                    text
                }
            );
            assert!(begun.elapsed() < Duration::from_millis(LONG / 2));
        }
    }
    let fake = Fake::new("read -r line; echo 'error: no cluster is configured'; exit 2");
    let error = fake.hsm(LONG).users().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the CLI complained at `user list`: error: no cluster is configured"
    );
}

#[test]
fn the_end_is_an_error_with_the_last_words() {
    let fake = Fake::new("echo 'no cluster is configured'");
    let error = fake.hsm(LONG).users().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the CLI ended without an answer to `user list`; it printed: \"no cluster is configured\""
    );
    let half = Fake::new("read -r line; printf '{\"error_code\": 0, '");
    assert!(matches!(half.hsm(LONG).users(), Err(Error::Ended { .. })));
}

#[test]
fn an_end_between_commands_is_seen_at_the_next() {
    let fake = Fake::new("read -r line; read -r secret; answer login.json; echo bye");
    let mut hsm = fake.hsm(LONG);
    hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let error = hsm.users().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the CLI ended without an answer to `user list`; it printed: \"bye\""
    );
}

#[test]
fn a_flood_is_cut_off() {
    for flood in ["yes noise", "printf '{\"a\": \"'; yes noise"] {
        let fake = Fake::new(&format!("read -r line; {flood}"));
        let error = fake.hsm(LONG).users().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the answer to `user list` is longer than 65536 bytes"
        );
    }
}

#[test]
fn an_answer_nobody_asked_for_stops_the_next_command() {
    let fake = Fake::new(
        "read -r line; read -r secret; answer login.json; no 'unknown command'; touch ../said; while read -r line; do echo \"$line\" >>../log; done",
    );
    let mut hsm = fake.hsm(LONG);
    hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    while !fake.0.join("said").exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(200));
    let error = hsm.users().unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`user list` was not typed: the CLI said something unasked"),
        "{error}"
    );
    drop(hsm);
    assert!(!fake.0.join("log").exists());
}

#[test]
fn a_password_that_is_echoed_is_blanked() {
    let fake = Fake::new("read -r line; read -r secret; no \"bad password $secret\"; read -r line");
    let error = fake
        .hsm(LONG)
        .login("key_owner", Role::CryptoUser, &password())
        .unwrap_err();
    assert_eq!(
        error,
        Error::Unknown {
            text: "bad password [secret]".into()
        }
    );
    let fake = Fake::new("read -r line; read -r secret; echo \"Error: $secret\"");
    let error = fake
        .hsm(LONG)
        .login("key_owner", Role::CryptoUser, &password())
        .unwrap_err();
    assert!(error.to_string().ends_with("Error: [secret]"), "{error}");
}

#[test]
fn files_are_there_for_one_command_and_then_gone() {
    let fake = Fake::new(
        r#"read -r line; read -r secret; answer login.json
        read -r line; test ! -e token.json && answer key-token.json >token.json; answer token-path.json
        read -r line; ls -l >../listing; answer signed.json; read -r line"#,
    );
    // What a killed run left.
    fs::write(fake.0.join("work/token.json"), "old").unwrap();
    let mut hsm = fake.hsm(LONG);
    hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    let answer: serde_json::Value = serde_json::from_str(include_str!("../answers/key-pair.json")).unwrap();
    let key = serde_json::from_value(answer["data"]["private_key"].clone()).unwrap();
    let token = hsm.mint(Service::KeyUsage, Some(&key)).unwrap();
    assert_eq!(token.file(), include_bytes!("../answers/key-token.json"));
    assert_eq!(fake.work_files(), 0);
    hsm.sign_ecdsa(&key, &[0; 20_000], None).unwrap();
    let listing = fake.read("listing");
    assert!(
        listing.contains("-rw-------") && listing.contains("20000") && listing.contains("data.bin"),
        "{listing}"
    );
    assert_eq!(fake.work_files(), 0);
}

#[test]
fn the_childs_environment_has_no_pin() {
    // Through another process, because a test must not change its own environment.
    let fake = Fake::new(r#"read -r line; no "pin=$CLOUDHSM_PIN role=$CLOUDHSM_ROLE""#);
    if std::env::var("HSM_TEST_FAKE").is_err() {
        let me = std::env::current_exe().unwrap();
        let mut again = std::process::Command::new(me);
        again
            .args(["--exact", "the_childs_environment_has_no_pin"])
            .env("HSM_TEST_FAKE", "1");
        assert!(
            again
                .env("CLOUDHSM_PIN", "user:password")
                .env("CLOUDHSM_ROLE", "admin")
                .status()
                .unwrap()
                .success()
        );
        return;
    }
    assert_eq!(std::env::var("CLOUDHSM_PIN").unwrap(), "user:password");
    assert_eq!(
        fake.hsm(LONG).users().unwrap_err(),
        Error::Unknown {
            text: "pin= role=".into()
        }
    );
}

#[test]
fn an_open_work_directory_and_a_missing_cli_are_refused_with_hints() {
    let fake = Fake::new("");
    fs::set_permissions(fake.0.join("work"), fs::Permissions::from_mode(0o755)).unwrap();
    let error = Process::new(&fake.0.join("cli"), &fake.0.join("work"), Limits::default()).unwrap_err();
    assert!(error.to_string().ends_with("its mode is 755, not 700"), "{error}");
    assert_eq!(error.hint(), Some("make an empty directory with mode 700"));
    let error = Process::new(&fake.0.join("absent"), &fake.0.join("work"), Limits::default()).unwrap_err();
    assert!(matches!(error, Error::Start { .. }) && error.hint() == Some("check --hsm-cli"));
}

#[test]
fn dropping_the_driver_ends_the_child() {
    let fake = Fake::new("read -r line; answer user-list.json; read -r line; echo \"$line\" >../last; exec sleep 60");
    let mut hsm = fake.hsm(LONG);
    hsm.users().unwrap();
    let begun = Instant::now();
    drop(hsm);
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(fake.read("last"), "quit\n");
}
