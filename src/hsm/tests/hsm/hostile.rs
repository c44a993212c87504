//! Hostile answers and files: whatever they hold, they are read or refused, and nothing panics.

use std::{
    fs,
    time::{Duration, Instant},
};

use hsm::{
    Approved, Error, File, Habits, Hsm, MfaToken, Passwords, RegistrationToken, Reply, Role, Secret, Service, Token,
};
use proptest::prelude::*;

use crate::common::{Bench, answers, approval, fake::Fake, root};

fn token(file: &[u8]) -> Result<Vec<u8>, Error> {
    let token = Token::parse(file, Service::KeyUsage, Some("0x0000000000680006"))?;
    Ok(Approved::new(token, vec![approval("member_1", Role::CryptoUser)])?.file())
}

fn registration(file: &[u8]) -> Result<Vec<u8>, Error> {
    let token = RegistrationToken::parse(file)?;
    token.signed_file(&vec![vec![7; 256]; token.tokens().len()])
}

fn mfa(file: &[u8]) -> Result<Vec<u8>, Error> {
    let token = MfaToken::parse(file, "admin", Role::Admin)?;
    token.signed_file(&vec![vec![7; 256]; token.entries().len()])
}

#[test]
fn arrays_in_the_place_of_objects_are_refused() {
    let hash = "zZCIhftbW65rbTRO6koLjkkq8NmobcKswWyqJXAaEKg=";
    let data =
        "AAEAAwAAAAcAAAAAAAAAABERERERERERERERERERERFrZXlfb3duZXIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABqoAAAAAAAAAAAAAA=";
    let refused = |result: Result<Vec<u8>, Error>| {
        let error = result.unwrap_err().to_string();
        assert_eq!(error, "the token file is wrong: it is not made of objects");
    };
    refused(mfa(
        format!(r#"["2.0",[{{"unsigned":"{hash}","signed":""}}]]"#).as_bytes()
    ));
    refused(mfa(
        format!(r#"{{"version":"2.0","tokens":[["{hash}",""]]}}"#).as_bytes()
    ));
    refused(registration(
        format!(r#"{{"version":"2.0","tokens":[[null,"{hash}",""]]}}"#).as_bytes(),
    ));
    refused(token(
        format!(r#"["2.0","key-usage","0x0000000000680006","{data}","{hash}",[]]"#).as_bytes(),
    ));
}

/// A good file with one part of it replaced by anything.
fn damaged(name: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let good = answers(name).into_bytes();
    let piece = prop::collection::vec(
        prop_oneof![any::<u8>(), prop::sample::select(&b"[]{}\",:0ntf\\ "[..])],
        0..12,
    );
    (0..good.len(), 0usize..40, piece).prop_map(move |(at, cut, piece)| {
        let mut file = good.clone();
        let end = file.len().min(at + cut);
        file.splice(at..end, piece);
        file
    })
}

proptest! {
    #[test]
    fn damaged_files_are_read_or_refused(
        key in damaged("key-token.json"), new in damaged("registration-token-5.18.json"), factor in damaged("mfa-token.json"),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        for file in [&key, &new, &factor, &noise] {
            for outcome in [token(file), registration(file), mfa(file)] {
                prop_assert!(matches!(outcome, Ok(_) | Err(Error::BadToken { .. })), "{:?}", outcome);
            }
        }
    }

    #[test]
    fn damaged_answers_are_read_or_refused(
        users in damaged("user-list.json"), keys in damaged("key-list-2.json"), signed in damaged("signed.json"),
        tokens in damaged("token-list.json"), anchors in damaged("trust-anchors.json"), pem in damaged("public-key.pem"),
    ) {
        let reply = |bytes: &[u8]| Ok(Reply { text: String::from_utf8_lossy(bytes).into_owned(), files: vec![] });
        let export = Ok(Reply {
            text: answers("key-file.json"),
            files: vec![File { name: "public-key.pem".into(), bytes: pem }],
        });
        let script = [reply(&users), reply(&keys), reply(&signed), reply(&tokens), reply(&anchors), export];
        // A list may go on after any page, so an empty one answers whatever is asked further.
        let mut bench = Bench::new(script.into_iter().chain(std::iter::repeat_n(crate::common::reply("key-list-empty.json"), 8)));
        let _ = bench.hsm.users();
        let _ = bench.hsm.keys();
        let _ = bench.hsm.sign_ecdsa(&root(), b"abc", None);
        let _ = bench.hsm.list_tokens();
        let _ = bench.hsm.mtls();
        let _ = bench.hsm.public_key_spki(&crate::common::pair().public);
    }
}

proptest! {
    #[test]
    fn whatever_is_asked_one_command_is_one_line_and_shows_no_password(
        text in "\\PC{0,40}|[ -~\n\r\t]{0,40}", other in "[!-~]{1,12}", password in "[!-~]{8,32}|[ -~\n]{0,40}", line: bool,
    ) {
        let habits = Habits {
            passwords: if line { Passwords::Line } else { Passwords::Prompt },
            ..Habits::default()
        };
        let mut bench = Bench::new(std::iter::repeat_n(crate::common::refusal("no"), 8));
        bench.hsm = bench.hsm.with_habits(habits);
        let _ = bench.hsm.set_attribute(&root(), &text, &other, None);
        let _ = bench.hsm.share_key(&root(), &text, None);
        let _ = bench.hsm.find_key(&text);
        let _ = bench.hsm.deregister_trust_anchor(&text, None);
        let _ = bench.hsm.login(&text, Role::Admin, &Secret::new(password.clone()));
        let _ = bench.hsm.create_user("member_1", Role::Admin, &Secret::new(password.clone()), None);
        for request in &bench.script.borrow().asked {
            for typed in request.typed() {
                prop_assert!(!typed.reveal().chars().any(char::is_control), "{:?}", request);
            }
            let seen = format!("{} {} {request:?}", request.line(), request.shown());
            prop_assert!(password.len() < 8 || !seen.contains(&password), "{}", seen);
        }
    }
}

proptest! {
    // Each case is a child of its own.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_a_child_prints_on_either_stream_is_answered_or_refused_in_time(
        out in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"{}\"\\ \n:"[..])], 0..3000),
        err in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"{}\"\\ \n:"[..])], 0..3000),
        stays: bool,
    ) {
        let rest = if stays { "read -r more" } else { "exit 1" };
        let fake = Fake::new(&format!("read -r line; cat ../err >&2; cat ../out; {rest}"));
        fs::write(fake.0.join("out"), out).unwrap();
        fs::write(fake.0.join("err"), err).unwrap();
        let begun = Instant::now();
        let mut hsm = fake.hsm(1000);
        let refused = hsm.users().is_err();
        drop(hsm);
        prop_assert!(refused, "noise is no list of users");
        prop_assert!(begun.elapsed() < Duration::from_secs(20));
    }
}
