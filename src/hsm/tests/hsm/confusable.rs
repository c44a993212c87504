//! Passwords that answers hold by themselves: blanking them would spoil the answers, so they are never typed.

use std::collections::BTreeSet;

use hsm::{Error, Habits, Hsm, Passwords, Role, Secret};
use serde_json::Value;

use crate::common::{Bench, answers};

const WHY: &str = "the HSM's answers hold it too, as a number, a name or a word of theirs";

#[test]
fn every_word_of_the_transcribed_answers_is_refused_as_a_password() {
    let mut words = BTreeSet::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/answers")).expect("the answers") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        if name.ends_with(".json") {
            fields(&serde_json::from_str(&answers(&name)).expect("JSON"), &mut words);
        }
    }
    let refusals = answers("refusals.txt");
    let refusals = refusals.lines().filter_map(|row| row.split_once('\t'));
    // Numbers differ from one refusal to the next; what is before the first is fixed.
    words.extend(refusals.map(|(_, text)| {
        text.split(['1', '4'])
            .next()
            .expect("a part")
            .trim_end_matches(['.', '…', ' '])
            .to_owned()
    }));
    words.retain(|word| word.len() >= 8);
    assert!(words.len() > 60, "{words:?}");
    let fixed = [
        "crypto-user",
        "internal(APPLIANCE_USER)",
        "secp384r1",
        "token-sign",
        "inconsistent",
        "in FIPS mode",
    ];
    for word in words.iter().map(String::as_str).chain(fixed) {
        if word.starts_with("Attribute ") {
            // The attribute and the value are anybody's.
            continue;
        }
        let refused = Secret::new(word.into()).check_told_apart([]);
        assert_eq!(
            refused,
            Err(Error::BadSecret { why: WHY }),
            "{word:?} would be blanked out of answers"
        );
    }
}

fn fields(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => entries.iter().for_each(|(name, value)| {
            found.insert(name.clone());
            fields(value, found);
        }),
        Value::Array(values) => values.iter().for_each(|value| fields(value, found)),
        _ => {}
    }
}

#[test]
fn numbers_and_the_names_of_a_command_are_refused_and_nothing_is_typed() {
    let mut bench = Bench::new([]);
    for password in [
        "00000000",
        "0x000000",
        "deadBEEF99",
        "12345678",
        "key_owner",
        "name key_owner --role",
    ] {
        let password = Secret::new(password.into());
        let refused = bench.hsm.login("key_owner", Role::CryptoUser, &password).unwrap_err();
        assert_eq!(refused, Error::BadSecret { why: WHY }, "{}", password.reveal());
        let refused = bench
            .hsm
            .create_user("key_owner", Role::CryptoUser, &password, None)
            .unwrap_err();
        assert_eq!(refused, Error::BadSecret { why: WHY }, "{}", password.reveal());
        assert!(refused.hint().is_some_and(|hint| hint.contains("choose another one")));
    }
    assert_eq!(bench.lines(), Vec::<String>::new());
}

#[test]
fn a_long_random_number_is_a_good_password() {
    for password in ["8f3a60c1d2e94b7705aa1be26c4f9d38", "0123456789abcdef0"] {
        assert_eq!(Secret::new(password.into()).check_told_apart([]), Ok(()), "{password}");
    }
    let zeros = Secret::new("0".repeat(32));
    assert_eq!(zeros.check_told_apart([]), Err(Error::BadSecret { why: WHY }));
}

#[test]
fn a_new_password_is_judged_before_anything_is_typed() {
    let line = Habits {
        passwords: Passwords::Line,
        ..Habits::default()
    };
    let names = ["approver_member_1", "root-1-label"];
    let judged = |password: &str, habits| Secret::new(password.into()).check_for_user(habits, names);
    assert_eq!(judged("Correct Horse 9", Habits::default()), Ok(()));
    for password in [
        "short",
        &"a".repeat(33),
        "member_1",
        "approver_member_1",
        "root-1-label",
        "a\u{7}aaaaaaaaaaaa",
    ] {
        let refused = judged(password, Habits::default());
        assert!(matches!(refused, Err(Error::BadSecret { .. })), "{password}");
    }
    for password in ["Correct Horse 9", "-Correct-Horse-9"] {
        let refused = judged(password, line).unwrap_err();
        assert!(
            refused.to_string().contains("letters, digits and . _ - = + / : only"),
            "{refused}"
        );
    }
    assert_eq!(judged("Correct-Horse-9", line), Ok(()));
}
