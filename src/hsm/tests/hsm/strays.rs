//! Lines typed for prompts that did not come, and what else no answer should be taken for.

use std::{
    cell::RefCell,
    fs,
    os::unix::fs::symlink,
    process::Command,
    rc::Rc,
    time::{Duration, Instant},
};

use hsm::{CloudHsm, Error, Hsm, Role, Secret, Service};

use crate::common::{Notes, fake::Fake};

const LONG: u64 = 20_000;
const PASSWORD: &str = r#"Correct"Horse\9"#;

fn password() -> Secret {
    Secret::new(PASSWORD.into())
}

fn login(hsm: &mut CloudHsm) -> Result<(), Error> {
    hsm.login("key_owner", Role::CryptoUser, &password())
}

/// The same with what an observer sees of it.
fn observed(fake: &Fake) -> (CloudHsm, Rc<RefCell<Notes>>) {
    let notes = Rc::new(RefCell::new(Notes::default()));
    (CloudHsm::new(fake.process(LONG), Rc::clone(&notes)), notes)
}

#[test]
fn a_late_echo_of_a_password_is_no_answer_to_the_next_command_and_is_not_shown() {
    // The login asks for nothing, so the password becomes a command; its answer comes after the next was typed.
    let fake = Fake::new(
        r#"read -r line; answer login.json; read -r stray; read -r line
        printf '%s\n' '{"error_code": 1, "data": "unrecognized subcommand Correct\u0022Horse\\9"}'; answer user-list.json; read -r more"#,
    );
    let (mut hsm, notes) = observed(&fake);
    login(&mut hsm).unwrap();
    let error = hsm.users().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer to `user list` is malformed: it repeats what was typed for a command before it: \
         {\"error_code\": 1, \"data\": \"unrecognized subcommand [secret]\"}"
    );
    assert!(error.outcome_unknown());
    assert!(matches!(hsm.users(), Err(Error::Broken { .. })));
    let seen = notes.borrow().lines.join("\n");
    assert!(!seen.contains("Horse"), "{seen}");
}

#[test]
fn an_earlier_commands_password_is_blanked_in_a_later_yes() {
    let fake = Fake::new(
        r#"read -r line; read -r secret; answer login.json; read -r line
        printf '%s\n' '{"error_code": 0, "data": {"hsms": [], "note": "Correct\u0022Horse\\9"}}'; read -r more"#,
    );
    let (mut hsm, notes) = observed(&fake);
    login(&mut hsm).unwrap();
    assert_eq!(hsm.nodes().unwrap(), []);
    let seen = notes.borrow().lines.join("\n");
    assert!(
        !seen.contains("Horse") && seen.contains("\"note\": \"[secret]\""),
        "{seen}"
    );
}

#[test]
fn a_refusal_that_another_answer_follows_is_a_no_and_the_sessions_last() {
    let fake = Fake::new(
        r#"read -r line; read -r secret; answer login.json
        read -r line; no 'No such service'; read -r stray; sleep 0.2; no 'unrecognized subcommand'
        while read -r line; do echo "$line" >>../log; done"#,
    );
    let mut hsm = fake.hsm(LONG);
    login(&mut hsm).unwrap();
    let error = hsm.create_user("member_1", Role::Admin, &password(), None).unwrap_err();
    let text = "No such service".to_owned();
    assert_eq!(error, Error::Unknown { text });
    assert!(!error.outcome_unknown());
    assert!(matches!(hsm.users(), Err(Error::Broken { .. })));
    drop(hsm);
    let log = fs::read_to_string(fake.0.join("log")).unwrap_or_default();
    assert!(!log.contains("user list"), "{log}");
}

#[test]
fn a_stray_refusal_is_no_no_to_a_command_that_was_done() {
    // Without an echo: the first answer after the login is the stray line's, the second the command's own.
    let fake = Fake::new(
        "read -r line; answer login.json; read -r stray; read -r line; no 'what'; sleep 0.2; answer user-list.json; read -r more",
    );
    let mut hsm = fake.hsm(LONG);
    login(&mut hsm).unwrap();
    let error = hsm.users().unwrap_err();
    assert!(
        error.outcome_unknown()
            && error
                .to_string()
                .contains("more than one came, and which is whose is not known"),
        "{error}"
    );
}

#[test]
fn a_yes_after_a_no_leaves_it_open_which_is_the_commands() {
    let fake = Fake::new(
        r#"read -r line; read -r secret; answer login.json; read -r line; answer user-list.json
        read -r line; no 'what'; answer user-changed.json; read -r more"#,
    );
    let mut hsm = fake.hsm(LONG);
    login(&mut hsm).unwrap();
    hsm.users().unwrap();
    let error = hsm.create_user("member_1", Role::Admin, &password(), None).unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
}

#[test]
fn a_user_refused_after_another_was_made_is_a_clear_no() {
    // Both strays of the second command follow its refusal: one more than those that the first could have left.
    let fake = Fake::new(
        r#"read -r line; read -r secret; answer login.json
        read -r line; read -r s; read -r s; echo '{"error_code": 0, "data": {"username": "member_1", "role": "admin"}}'
        read -r line; no 'It is there'; read -r s; no 'what'; read -r s; no 'what'; read -r more"#,
    );
    let mut hsm = fake.hsm(LONG);
    login(&mut hsm).unwrap();
    hsm.create_user("member_1", Role::Admin, &password(), None).unwrap();
    let error = hsm.create_user("member_2", Role::Admin, &password(), None).unwrap_err();
    let text = "It is there".to_owned();
    assert_eq!(error, Error::Unknown { text });
}

#[test]
fn a_refused_login_is_followed_by_a_session_of_its_own() {
    let fake = Fake::new(
        r#"echo start >>../log; while read -r line; do case $line in
          login*) no 'No such user' ;; user*) answer user-list.json ;; quit) exit ;; *) sleep 1; no "what is $line" ;;
        esac; done"#,
    );
    let mut hsm = fake.hsm(LONG);
    let text = "No such user".to_owned();
    assert_eq!(login(&mut hsm), Err(Error::Unknown { text }));
    assert_eq!(hsm.users().unwrap().len(), 3);
    assert_eq!(fake.read("log"), "start\nstart\n");
}

#[test]
fn a_yes_waits_for_nothing() {
    let fake = Fake::new(
        "read -r line; read -r secret; answer login.json; while read -r line; do answer user-list.json; done",
    );
    let mut hsm = fake.hsm(LONG);
    let begun = Instant::now();
    login(&mut hsm).unwrap();
    hsm.users().unwrap();
    assert!(begun.elapsed() < Duration::from_millis(450), "{:?}", begun.elapsed());
}

#[test]
fn a_command_that_is_not_understood_is_a_clear_no_and_the_session_goes_on() {
    let fake = Fake::new(
        r#"read -r line; printf "error: unexpected argument '--x' found\n\nUsage: user list\n\nFor more information, try '--help'.\n" >&2
        read -r line; answer user-list.json; read -r more"#,
    );
    let (mut hsm, notes) = observed(&fake);
    let error = hsm.users().unwrap_err();
    let text = "error: unexpected argument '--x' found".to_owned();
    assert_eq!(error, Error::Usage { text });
    assert!(!error.outcome_unknown());
    assert_eq!(
        error.hint(),
        Some("nothing was done: this version's commands differ from those we know; probe it")
    );
    assert_eq!(hsm.users().unwrap().len(), 3);
    assert_eq!(
        notes.borrow().lines[1],
        r#"after user list: {"data":"error: unexpected argument '--x' found","error_code":1}"#
    );
    let other = Fake::new("read -r line; echo 'error: the cluster said something else' >&2; read -r more");
    assert!(matches!(other.hsm(LONG).users(), Err(Error::PlainText { .. })));
}

#[test]
fn a_login_that_is_not_understood_leaves_no_password_as_a_command() {
    let fake = Fake::new(
        r#"while read -r line; do case $line in
          user*) answer user-list.json ;; *) echo "error: unrecognized subcommand '$line'" >&2 ;;
        esac; done"#,
    );
    let (mut hsm, notes) = observed(&fake);
    let error = login(&mut hsm).unwrap_err();
    assert!(matches!(error, Error::Usage { .. }), "{error}");
    assert_eq!(hsm.users().unwrap().len(), 3);
    let seen = notes.borrow().lines.join("\n");
    assert!(!seen.contains("Horse"), "{seen}");
}

#[test]
fn a_pipe_a_link_and_a_flood_in_the_place_of_a_file_are_no_file() {
    let answer: serde_json::Value = serde_json::from_str(include_str!("../answers/key-pair.json")).unwrap();
    let key = serde_json::from_value(answer["data"]["private_key"].clone()).unwrap();
    for leave in [
        "mkfifo token.json",
        "ln -s ../other token.json",
        "mkdir token.json",
        "head -c 1048577 /dev/zero >token.json",
    ] {
        let fake = Fake::new(&format!(
            "read -r line; read -r secret; answer login.json; read -r line; {leave}; answer token-path.json; read -r more"
        ));
        fs::write(fake.0.join("other"), include_str!("../answers/key-token.json")).unwrap();
        let mut hsm = fake.hsm(LONG);
        login(&mut hsm).unwrap();
        let begun = Instant::now();
        let error = hsm.mint(Service::KeyUsage, Some(&key)).unwrap_err();
        assert!(
            matches!(&error, Error::MissingFile { name, .. } if name == "token.json"),
            "{leave}: {error}"
        );
        assert!(begun.elapsed() < Duration::from_millis(LONG / 2));
        assert!(fake.0.join("other").exists());
    }
}

#[test]
fn what_a_killed_run_left_is_replaced_even_if_it_is_a_link() {
    let fake =
        Fake::new("read -r line; read -r secret; answer login.json; read -r line; answer signed.json; read -r more");
    let answer: serde_json::Value = serde_json::from_str(include_str!("../answers/key-pair.json")).unwrap();
    let key = serde_json::from_value(answer["data"]["private_key"].clone()).unwrap();
    fs::write(fake.0.join("other"), "not ours").unwrap();
    symlink("../other", fake.0.join("work/data.bin")).unwrap();
    let mut hsm = fake.hsm(LONG);
    login(&mut hsm).unwrap();
    hsm.sign_ecdsa(&key, &[0; 20_000], None).unwrap();
    assert_eq!(fake.read("other"), "not ours");
}

#[test]
fn a_child_that_the_terminal_stopped_is_not_waited_for() {
    let fake = Fake::new("read -r line; printf 'Enter password: '; kill -STOP $$; read -r more");
    let mut hsm = fake.hsm(60_000);
    let begun = Instant::now();
    let error = login(&mut hsm).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(
        error.to_string(),
        "the CLI was stopped at `login --username key_owner --role crypto-user [secret]`, as by the terminal; \
         printed meanwhile: \"Enter password:\""
    );
    assert!(error.outcome_unknown());
    assert!(error.hint().unwrap().contains("asks for passwords at the terminal"));
}

/// With a terminal of its own (script, util-linux) the child that reads it is stopped by the system.
#[test]
fn a_child_that_reads_the_terminal_is_stopped_and_noticed() {
    if std::env::var_os("HSM_TEST_TERMINAL").is_some() {
        let fake = Fake::new("read -r line; read -r secret </dev/tty; answer login.json");
        let error = login(&mut fake.hsm(60_000)).unwrap_err();
        assert!(matches!(error, Error::Suspended { .. }), "{error}");
        return;
    }
    if Command::new("script").arg("--version").output().is_err() {
        return crate::skip::skip(
            "a_child_that_reads_the_terminal_is_stopped_and_noticed",
            "script is not installed (bsdutils)",
        );
    }
    let me = std::env::current_exe().unwrap();
    let name = "a_child_that_reads_the_terminal_is_stopped_and_noticed";
    let begun = Instant::now();
    let run = Command::new("script")
        .args([
            "-q",
            "-e",
            "-c",
            &format!("'{}' --exact {name}", me.display()),
            "/dev/null",
        ])
        .env("HSM_TEST_TERMINAL", "1")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    assert!(begun.elapsed() < Duration::from_secs(30));
}
