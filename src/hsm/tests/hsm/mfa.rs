//! The second factor: two halves of one command, signatures in between, and nothing else meanwhile.

use hsm::{Approved, Error, Habits, Hsm, MfaOff, MfaToken, Passwords, QuorumService, Role, Secret, Service, Token};

use crate::common::{Bench, answers, approval, refusal, reply, typed, waits_with};

const ADMIN: &str = "admin_member_1";

fn password() -> Secret {
    Secret::new("Correct-Horse-9".into())
}

fn signatures() -> [Vec<u8>; 2] {
    [vec![1; 256], vec![2; 256]]
}

fn waits() -> Result<hsm::Reply, Error> {
    waits_with("mfa-token.json", "mfa-token.json")
}

#[test]
fn a_login_waits_for_one_signature_of_each_hsm() {
    let mut bench = Bench::new([waits(), reply("admin-login.json"), reply("user-list.json")]);
    let token = bench.hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap();
    assert_eq!((token.user(), token.role()), (ADMIN, Role::Admin));
    assert_eq!(token.entries().len(), 2);
    assert_eq!(token.entries()[1], [0x11; 32]);
    assert_eq!(token.file(), answers("mfa-token.json").as_bytes());
    bench.hsm.finish_login_mfa(&token, &signatures()).unwrap();
    bench.hsm.users().unwrap();
    assert!(matches!(
        bench.hsm.login("key_owner", Role::CryptoUser, &password()),
        Err(Error::LoggedIn { user }) if user == ADMIN
    ));
    assert_eq!(
        bench.lines()[..2],
        [
            "login --username admin_member_1 --role admin mfa-token-sign --token mfa-token.json",
            "mfa-signed.json"
        ]
    );
    let script = bench.script.borrow();
    assert_eq!(typed(&script.asked[0])[1..], ["Correct-Horse-9"]);
    let signed: serde_json::Value = serde_json::from_slice(&script.asked[1].inputs()[0].bytes).unwrap();
    assert_eq!(signed["version"], "2.0");
    assert_eq!(
        signed["tokens"][0]["unsigned"],
        "zZCIhftbW65rbTRO6koLjkkq8NmobcKswWyqJXAaEKg="
    );
    assert!(signed["tokens"][1]["signed"].as_str().unwrap().starts_with("AgICAgIC"));
}

#[test]
fn the_journal_sees_both_halves_and_no_password() {
    let mut bench = Bench::new([waits(), reply("admin-login.json")]);
    let token = bench.hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap();
    bench.hsm.finish_login_mfa(&token, &signatures()).unwrap();
    let notes = bench.notes.borrow();
    let first = "login --username admin_member_1 --role admin mfa-token-sign --token mfa-token.json [secret]";
    assert_eq!(notes.lines[0], format!("before {first}"));
    assert_eq!(notes.lines[1], format!("after {first}: "));
    assert!(
        notes.lines[2].starts_with(&format!(
            "before {first} then mfa-signed.json [mfa-signed.json is sha256:"
        )),
        "{}",
        notes.lines[2]
    );
    assert!(!format!("{:?}", notes.lines).contains("Correct"));
    let names: Vec<_> = notes.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["mfa-token.json", "mfa-signed.json"]);
}

#[test]
fn while_a_command_waits_no_other_is_typed_and_logging_out_gives_it_up() {
    let mut bench = Bench::new([waits(), reply("user-list.json")]);
    let token = bench.hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap();
    let error = bench.hsm.users().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`user list` was not typed: a command before it waits for signatures"
    );
    assert_eq!(
        error.hint(),
        Some("finish it with its signatures, or log out to give it up")
    );
    assert!(!error.outcome_unknown());
    assert!(matches!(
        bench.hsm.begin_login_mfa(ADMIN, Role::Admin, &password()),
        Err(Error::Waiting { .. })
    ));
    bench.hsm.logout().unwrap();
    assert_eq!(bench.script.borrow().closed, 1);
    assert_eq!(
        bench.hsm.finish_login_mfa(&token, &signatures()),
        Err(Error::NothingWaits)
    );
    bench.hsm.users().unwrap();
    assert_eq!(bench.lines().len(), 2, "neither logout nor the signatures were typed");
}

#[test]
fn signatures_that_do_not_fit_are_not_typed_and_the_command_waits_on() {
    let mut bench = Bench::new([waits(), reply("admin-login.json")]);
    let token = bench.hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap();
    let error = bench.hsm.finish_login_mfa(&token, &signatures()[..1]).unwrap_err();
    assert_eq!(error.to_string(), "the token file is wrong: 1 signatures for 2 entries");
    let other = answers("mfa-token.json").replace("ERERERERER", "EREREREREQ");
    let other = MfaToken::parse(other.as_bytes(), ADMIN, Role::Admin).unwrap();
    assert_eq!(
        bench.hsm.finish_login_mfa(&other, &signatures()),
        Err(Error::NothingWaits)
    );
    assert_eq!(
        bench.hsm.finish_change_mfa(&token, "a key", &signatures()),
        Err(Error::NothingWaits),
        "it is a login that waits"
    );
    bench.hsm.finish_login_mfa(&token, &signatures()).unwrap();
}

#[test]
fn a_refusal_in_either_half_is_typed_and_nothing_waits_after_it() {
    let mut bench = Bench::new([
        refusal("no such password"),
        waits(),
        refusal("Invalid username-signature pair for quorum authorization"),
        reply("admin-login.json"),
    ]);
    let error = bench.hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap_err();
    assert_eq!(
        error,
        Error::Unknown {
            text: "no such password".into()
        }
    );
    let token = bench.hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap();
    assert_eq!(
        bench.hsm.finish_login_mfa(&token, &signatures()),
        Err(Error::ApprovalRefused)
    );
    assert_eq!(
        bench.hsm.finish_login_mfa(&token, &signatures()),
        Err(Error::NothingWaits)
    );
    bench.hsm.login(ADMIN, Role::Admin, &password()).unwrap();
}

#[test]
fn a_login_that_asks_for_no_signature_or_for_something_odd_is_ended() {
    let odd = Ok(hsm::Reply {
        text: String::new(),
        files: vec![hsm::File {
            name: "mfa-token.json".into(),
            bytes: br#"{"version":"2.0","tokens":[]}"#.to_vec(),
        }],
    });
    for first in [
        reply("admin-login.json"),
        odd,
        waits_with("other.json", "mfa-token.json"),
    ] {
        let mut bench = Bench::new([first, reply("admin-login.json")]);
        bench.hsm.begin_login_mfa(ADMIN, Role::Admin, &password()).unwrap_err();
        assert!(bench.script.borrow().closed > 0);
        bench.hsm.login(ADMIN, Role::Admin, &password()).unwrap();
    }
}

#[test]
fn a_challenge_of_another_form_is_refused() {
    let cases = [
        ("\"2.0\"", "\"1.0\"", "version \"1.0\" is not 2.0"),
        ("\"signed\": \"\" } ]", "\"signed\": \"AAAA\" } ]", "signed already"),
        (
            "zZCIhftbW65rbTRO6koLjkkq8NmobcKswWyqJXAaEKg=",
            "AAAA",
            "an entry has 3 bytes and must have 32",
        ),
        (
            "zZCIhftbW65rbTRO6koLjkkq8NmobcKswWyqJXAaEKg=",
            "!",
            "a value is not base64",
        ),
    ];
    for (from, to, why) in cases {
        let file = answers("mfa-token.json").replace(from, to);
        let error = MfaToken::parse(file.as_bytes(), ADMIN, Role::Admin).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

fn approved() -> Approved {
    let service = Service::Admin(QuorumService::User);
    let token = Token::parse(answers("admin-token.json").as_bytes(), service, None).unwrap();
    let both = ["admin_member_2", "admin_member_3"].map(|user| approval(user, Role::Admin));
    Approved::new(token, both.to_vec()).unwrap()
}

#[test]
fn a_users_second_factor_is_given_with_the_admins_approval_and_the_new_key() {
    let mut bench = Bench::new([reply("admin-login.json"), waits(), reply("user-changed.json")]);
    bench.hsm.login(ADMIN, Role::Admin, &password()).unwrap();
    let token = bench
        .hsm
        .begin_change_mfa("member_1", Role::Admin, Some(&password()), Some(&approved()))
        .unwrap();
    bench
        .hsm
        .finish_change_mfa(&token, "the new key in PEM", &signatures())
        .unwrap();
    assert_eq!(
        bench.lines()[1..],
        [
            "user change-mfa token-sign --username member_1 --role admin --token mfa-token.json --approval approval.json",
            "mfa-signed.json approval-key.pem"
        ]
    );
    let script = bench.script.borrow();
    assert_eq!(
        typed(&script.asked[1])[1..],
        ["Correct-Horse-9", "Correct-Horse-9"],
        "the CLI asks for the password, twice"
    );
    assert_eq!(
        typed(&script.asked[2]),
        ["mfa-signed.json", "approval-key.pem"],
        "one line for each prompt"
    );
    assert_eq!(script.asked[2].inputs()[1].bytes, b"the new key in PEM");
}

#[test]
fn a_key_that_replaces_the_approval_key_as_well_says_so() {
    let mut bench = Bench::new([waits(), reply("user-changed.json")]);
    let token = bench
        .hsm
        .begin_replace_mfa("member_1", Role::Admin, Some(&password()), Some(&approved()))
        .unwrap();
    bench.hsm.finish_change_mfa(&token, "a key", &signatures()).unwrap();
    assert_eq!(
        bench.lines()[0],
        "user change-mfa token-sign --username member_1 --role admin --token mfa-token.json --change-quorum --approval approval.json"
    );
}

#[test]
fn the_users_password_is_typed_twice_before_the_challenge_and_shown_nowhere() {
    let mut bench = Bench::new([waits(), reply("user-changed.json"), reply("user-changed.json")]);
    bench.hsm = bench.hsm.with_habits(Habits {
        mfa_off: MfaOff::Disable,
        ..Habits::default()
    });
    let error = bench
        .hsm
        .begin_change_mfa("member_1", Role::Admin, None, None)
        .unwrap_err();
    assert!(error.to_string().ends_with("and none was given"), "{error}");
    let token = bench
        .hsm
        .begin_change_mfa("member_1", Role::Admin, Some(&password()), None)
        .unwrap();
    bench.hsm.finish_change_mfa(&token, "a key", &signatures()).unwrap();
    bench
        .hsm
        .remove_mfa("member_1", Role::Admin, Some(&password()), None)
        .unwrap();
    let shown: Vec<_> = bench
        .script
        .borrow()
        .asked
        .iter()
        .map(|request| request.shown())
        .collect();
    assert!(
        shown[0].ends_with("--token mfa-token.json [secret] [secret]"),
        "{}",
        shown[0]
    );
    assert_eq!(
        shown[2],
        "user change-mfa token-sign --username member_1 --role admin --disable --change-password [secret]"
    );
    let noted = format!("{:?}", bench.notes.borrow().lines);
    assert!(noted.contains("[secret]") && !noted.contains("Correct"), "{noted}");
}

#[test]
fn where_the_cli_does_not_ask_no_password_is_typed_and_where_prompts_fail_it_is_in_the_line() {
    let usual = Habits::default();
    let not_asked = Habits {
        mfa_password: false,
        ..usual
    };
    let in_the_line = Habits {
        passwords: Passwords::Line,
        ..usual
    };
    let line = "user change-mfa token-sign --username member_1 --role admin --token mfa-token.json";
    let with_password = format!("{line} --change-password Correct-Horse-9");
    for (habits, expected) in [(not_asked, line), (in_the_line, &with_password)] {
        let mut bench = Bench::new([waits()]);
        bench.hsm = bench.hsm.with_habits(habits);
        bench
            .hsm
            .begin_change_mfa("member_1", Role::Admin, Some(&password()), None)
            .unwrap();
        let request = bench.only();
        assert_eq!(typed(&request), [expected]);
        let everything = format!("{request:?} {:?}", bench.notes.borrow().lines);
        assert!(!everything.contains("Correct"), "{everything}");
    }
}

#[test]
fn an_approval_for_another_service_changes_no_second_factor() {
    let service = Service::Admin(QuorumService::Quorum);
    let token = Token::parse(answers("admin-token.json").as_bytes(), service, None).unwrap();
    let other = Approved::new(token, approved().approvals().to_vec()).unwrap();
    let mut bench = Bench::new([]);
    for error in [
        bench
            .hsm
            .begin_change_mfa("member_1", Role::Admin, None, Some(&other))
            .unwrap_err(),
        bench
            .hsm
            .remove_mfa("member_1", Role::Admin, None, Some(&other))
            .unwrap_err(),
    ] {
        assert!(error.to_string().contains("not user"), "{error}");
    }
}
