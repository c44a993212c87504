//! Habits: what a probe found out changes what is typed, and only that.

use std::collections::BTreeMap;

use hsm::{Approved, Error, Habits, Hsm, Logout, MfaOff, Passwords, Role, Secret, Service, Token};

use crate::common::{Bench, answers, approval, reply, root, typed};

fn from(answers: &[(&str, &str)]) -> Habits {
    let answers = answers
        .iter()
        .map(|(question, answer)| (question.to_string(), answer.to_string()));
    Habits::from_answers(&answers.collect::<BTreeMap<_, _>>())
}

#[test]
fn what_nobody_answered_stays_as_documented() {
    assert_eq!(from(&[]), Habits::default());
    let usual = [
        ("password-prompt", "stdin"),
        ("mfa-off-word", "deregister"),
        ("approval-role", "optional"),
        ("use-voids-other-tokens", "no"),
        ("mfa-password", "asked"),
        ("another-question", "tty"),
    ];
    assert_eq!(from(&usual), Habits::default());
}

#[test]
fn each_answer_changes_one_habit() {
    let usual = Habits::default();
    let cases = [
        (
            ("password-prompt", "tty"),
            Habits {
                passwords: Passwords::Line,
                ..usual
            },
        ),
        (
            ("mfa-off-word", "disable"),
            Habits {
                mfa_off: MfaOff::Disable,
                ..usual
            },
        ),
        (
            ("approval-role", "refused"),
            Habits {
                approval_role: false,
                ..usual
            },
        ),
        (
            ("use-voids-other-tokens", "yes"),
            Habits {
                logout: Logout::AfterEachUse,
                ..usual
            },
        ),
        (
            ("mfa-password", "not-asked"),
            Habits {
                mfa_password: false,
                ..usual
            },
        ),
    ];
    for (answer, habits) in cases {
        assert_eq!(from(&[answer]), habits, "{answer:?}");
    }
}

#[test]
fn the_questions_are_those_of_the_table() {
    let table = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/questions.toml")).unwrap();
    for (question, answer) in [
        ("password-prompt", "tty"),
        ("mfa-off-word", "disable"),
        ("approval-role", "refused"),
        ("use-voids-other-tokens", "yes"),
        ("mfa-password", "not-asked"),
    ] {
        let at = table
            .find(&format!("name = \"{question}\""))
            .unwrap_or_else(|| panic!("{question} is no question"));
        let values = table[at..].lines().find(|line| line.starts_with("values")).unwrap();
        assert!(values.contains(&format!("\"{answer}\"")), "{question}: {values}");
    }
}

#[test]
fn a_password_in_the_line_needs_no_quoting_and_is_shown_nowhere() {
    let mut bench = Bench::new([reply("login.json")]);
    bench.hsm = bench.hsm.with_habits(Habits {
        passwords: Passwords::Line,
        ..Habits::default()
    });
    for password in [
        "with space",
        "quo\"te-12",
        "dollar$9",
        "back\\slash",
        "-option99",
        "ümlaut-99",
        "semi;colon",
    ] {
        let error = bench
            .hsm
            .login("key_owner", Role::CryptoUser, &Secret::new(password.into()))
            .unwrap_err();
        assert!(matches!(error, Error::BadSecret { .. }), "{password}");
        assert!(!error.to_string().contains(password));
    }
    let password = Secret::new("Correct-Horse-9".into());
    bench.hsm.login("key_owner", Role::CryptoUser, &password).unwrap();
    let request = bench.only();
    assert_eq!(
        typed(&request),
        ["login --username key_owner --role crypto-user --password Correct-Horse-9"]
    );
    assert_eq!(
        request.shown(),
        "login --username key_owner --role crypto-user --password [secret]"
    );
    assert_eq!(request.line(), request.shown());
    let everything = format!("{request:?} {:?}", bench.notes.borrow().lines);
    assert!(!everything.contains("Correct"), "{everything}");
}

#[test]
fn an_approver_of_a_second_factor_puts_the_password_before_the_subcommand() {
    let mut bench = Bench::new([crate::common::waits_with("mfa-token.json", "mfa-token.json")]);
    bench.hsm = bench.hsm.with_habits(Habits {
        passwords: Passwords::Line,
        ..Habits::default()
    });
    let password = Secret::new("Correct-Horse-9".into());
    bench.hsm.begin_login_mfa("admin", Role::Admin, &password).unwrap();
    assert_eq!(
        bench.lines(),
        ["login --username admin --role admin --password [secret] mfa-token-sign --token mfa-token.json"]
    );
}

#[test]
fn the_approvers_role_is_written_or_left_out() {
    let token = || {
        Token::parse(
            answers("key-token.json").as_bytes(),
            Service::KeyUsage,
            Some("0x0000000000680006"),
        )
    };
    let approved = Approved::new(token().unwrap(), vec![approval("member_1", Role::CryptoUser)]).unwrap();
    for (written, keys) in [
        (true, vec!["role", "signature", "username"]),
        (false, vec!["signature", "username"]),
    ] {
        let mut bench = Bench::new([reply("signed.json")]);
        bench.hsm = bench.hsm.with_habits(Habits {
            approval_role: written,
            ..Habits::default()
        });
        bench.hsm.sign_ecdsa(&root(), b"abc", Some(&approved)).unwrap();
        let file: serde_json::Value = serde_json::from_slice(&bench.only().inputs()[0].bytes).unwrap();
        let found: BTreeMap<_, _> = file["signatures"][0].as_object().unwrap().iter().collect();
        assert_eq!(found.into_keys().collect::<Vec<_>>(), keys);
    }
}
