//! Which checkpoints a policy accepts.

use tlog::{Checkpoint, Error, Hash, Policy, SignedCheckpoint, Signer};

use crate::support::{ORIGIN, Store, cosigned, log_key, policy, policy_text, secret, witness};

fn checkpoint() -> Checkpoint {
    Store::of(&[3]).1
}

fn parse(text: &str) -> Result<Policy, Error> {
    Policy::parse(text.as_bytes())
}

#[test]
fn two_of_three_witnesses_suffice() {
    for witnesses in [&["a", "b"][..], &["a", "c"], &["c", "b"], &["a", "b", "c"]] {
        let accepted = policy().check(&cosigned(&checkpoint(), witnesses)).unwrap();
        assert_eq!(accepted.log, *log_key().key());
        let names: Vec<_> = accepted.witnesses.iter().map(|(name, _)| name.to_lowercase()).collect();
        assert_eq!(names, witnesses);
        assert_eq!(accepted.witnesses[1].1, 1_700_000_001);
    }
}

#[test]
fn one_witness_is_too_few_however_often_it_cosigns() {
    let refused = |witnesses: &[&str]| {
        policy()
            .check(&cosigned(&checkpoint(), witnesses))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(refused(&[]), "the quorum \"W\" is not reached, no witness has cosigned");
    assert_eq!(refused(&["a"]), "the quorum \"W\" is not reached, only A cosigned");
    assert_eq!(
        refused(&["a", "a", "a"]),
        "the quorum \"W\" is not reached, only A cosigned"
    );
    assert_eq!(
        refused(&["a", "stranger"]),
        "the quorum \"W\" is not reached, only A cosigned"
    );
}

#[test]
fn one_false_cosignature_is_too_many() {
    let mut signed = cosigned(&checkpoint(), &["a", "b"]);
    let other = cosigned(&Store::of(&[2]).1, &["c"]);
    signed.add(other.note().signatures()[1].clone()).unwrap();
    assert!(matches!(policy().check(&signed), Err(Error::BadSignature { .. })));
}

#[test]
fn the_log_itself_must_have_signed() {
    let good = cosigned(&checkpoint(), &["a", "b"]);
    let text = good.to_string();
    let log_line = good.note().signatures()[0].to_string();
    let unsigned = SignedCheckpoint::parse(text.replace(&format!("{log_line}\n"), "").as_bytes()).unwrap();
    let error = policy().check(&unsigned).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("no listed key of \"{ORIGIN}\" has signed the checkpoint")
    );

    let stranger = Signer::new(ORIGIN, secret("stranger")).unwrap();
    let forged = checkpoint().sign(&stranger).unwrap();
    assert_eq!(
        policy().check(&forged),
        Err(Error::LogSignatureMissing {
            origin: ORIGIN.to_owned()
        })
    );
}

#[test]
fn an_unknown_origin_is_refused() {
    let signer = Signer::new(tlog::ORIGIN, secret("log")).unwrap();
    let signed = Checkpoint::new(tlog::ORIGIN, 1, Hash::empty())
        .unwrap()
        .sign(&signer)
        .unwrap();
    let error = policy().check(&signed).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the log policy lists no log \"pki.rust-lang.org/log/1\""
    );
    assert_eq!(error.hint(), Some("check that the log policy is the newest one"));
}

#[test]
fn one_listed_log_cannot_sign_for_another() {
    let other = Signer::new(tlog::ORIGIN, secret("other")).unwrap();
    let policy = parse(&format!("log {}\nlog {}\nquorum none\n", log_key().key(), other.key())).unwrap();
    let text = checkpoint().to_string();
    let mut note = tlog::Note::new(&text).unwrap();
    note.add(other.sign(&note).unwrap()).unwrap();
    let signed = SignedCheckpoint::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(
        policy.check(&signed),
        Err(Error::LogSignatureMissing {
            origin: ORIGIN.to_owned()
        })
    );
    assert!(matches!(signed.open(other.key()), Err(Error::OtherOrigin { .. })));
    assert!(matches!(checkpoint().sign(&other), Err(Error::OtherOrigin { .. })));
}

#[test]
fn groups_of_groups_count_as_the_specification_says() {
    let witnesses = ["x1", "x2", "x3", "y1", "y2"];
    let lines: String = witnesses
        .map(|name| format!("witness {name} {}\n", witness(name).key()))
        .concat();
    let groups = "group X 2 x1 x2 x3\ngroup Y any y1 y2\ngroup XY all X Y\nquorum XY\n";
    let policy = parse(&format!("log {}\n{lines}{groups}", log_key().key())).unwrap();
    for (cosigners, good) in [
        (&["x1", "x2", "y1"][..], true),
        (&["y2", "x3", "x1"], true),
        (&witnesses, true),
        (&["x1", "x2", "x3"], false),
        (&["x1", "y1", "y2"], false),
        (&["y1"], false),
    ] {
        assert_eq!(
            policy.check(&cosigned(&checkpoint(), cosigners)).is_ok(),
            good,
            "{cosigners:?}"
        );
    }
}

#[test]
fn a_single_witness_can_be_the_quorum() {
    let policy = parse(&policy_text().replace("quorum W", "quorum B")).unwrap();
    assert!(policy.check(&cosigned(&checkpoint(), &["b"])).is_ok());
    assert!(policy.check(&cosigned(&checkpoint(), &["a", "c"])).is_err());
}

#[test]
fn a_policy_says_whether_it_has_witnesses() {
    assert!(policy().has_witnesses());
    let none = parse(&policy_text().replace("quorum W", "quorum none")).unwrap();
    assert!(!none.has_witnesses());
    let accepted = none.check(&cosigned(&checkpoint(), &["a"])).unwrap();
    assert_eq!(accepted.witnesses, [("A".to_owned(), 1_700_000_000)]);

    let rehearsal = Policy::without_witnesses([log_key().key().clone()]).unwrap();
    assert!(!rehearsal.has_witnesses());
    assert_eq!(rehearsal.to_string(), format!("log {}\nquorum none\n", log_key().key()));
    assert!(rehearsal.check(&cosigned(&checkpoint(), &[])).is_ok());
}

#[test]
fn a_policy_is_written_as_it_is_read() {
    let text = policy_text();
    assert_eq!(policy().to_string(), text);
    let untidy = format!(
        "# people read this\n\n \t{}",
        text.replace("log ", "log\t ").replace("A B C", "A  B C \t")
    );
    assert_eq!(parse(&untidy), Ok(policy()));
    let urls = text.replacen('\n', " https://pki.rust-lang.org/log/1\n", 1);
    let with_url = parse(&urls).unwrap();
    assert_eq!(
        with_url.logs()[0].url.as_deref(),
        Some("https://pki.rust-lang.org/log/1")
    );
    assert_eq!(with_url.to_string(), urls);
}

#[test]
fn refuses_policies_that_say_too_much_or_too_little() {
    let text = policy_text();
    let [log, a] = [log_key().key().to_string(), witness("a").key().to_string()];
    let again = Signer::new("renamed", secret("log")).unwrap().key().to_string();
    let own = tlog::Cosigner::new("own", secret("log")).unwrap().key().to_string();
    let cases = [
        (
            String::new(),
            "the log policy has a character that is not allowed, or does not end in a newline",
        ),
        ("\n".to_owned(), "the log policy has no quorum line"),
        (
            text.trim_end().to_owned(),
            "the log policy has a character that is not allowed, or does not end in a newline",
        ),
        (
            text.replace('\n', "\r\n"),
            "the log policy has a character that is not allowed, or does not end in a newline",
        ),
        (text.replace("quorum W\n", ""), "the log policy has no quorum line"),
        (
            format!("{text}quorum W\n"),
            "line 7 of the log policy: there is a quorum already",
        ),
        (
            format!("{text}logs x\n"),
            "line 7 of the log policy: \"logs\" is none of log, witness, group and quorum",
        ),
        (
            format!("{text}log\n"),
            "line 7 of the log policy: too few or too many items",
        ),
        (
            format!("{text}log a b c\n"),
            "line 7 of the log policy: too few or too many items",
        ),
        (
            format!("{text}group G any\n"),
            "line 7 of the log policy: too few or too many items",
        ),
        (
            format!("{text}log x\n"),
            "line 7 of the log policy: \"x\" is not a verifier key",
        ),
        (
            format!("{text}log {log}\n"),
            "line 7 of the log policy: the key is listed already",
        ),
        (
            format!("{text}log {again}\n"),
            "line 7 of the log policy: the key is listed already",
        ),
        (
            format!("{text}witness D {own}\n"),
            "line 7 of the log policy: the key is listed already",
        ),
        (
            format!("{text}witness D {a}\n"),
            "line 7 of the log policy: the key is listed already",
        ),
        (
            format!("{text}log {a}\n"),
            "line 7 of the log policy: the key of \"a.example\" has type 0x04, which is not used here",
        ),
        (
            format!("{text}witness D {log}\n"),
            "line 7 of the log policy: the key of \"pki.rust-lang.org/rehearsal/log/1\" has type 0x01, which is not used here",
        ),
        (
            format!("{text}witness A x\n"),
            "line 7 of the log policy: the name \"A\" is taken",
        ),
        (
            format!("{text}witness none x\n"),
            "line 7 of the log policy: the name \"none\" is taken",
        ),
        (
            format!("{text}group W any A\n"),
            "line 7 of the log policy: the name \"W\" is taken",
        ),
        (
            format!("{text}group G any A\n"),
            "line 7 of the log policy: \"A\" is in a group already",
        ),
        (
            text.replace("A B C", "A A C"),
            "line 5 of the log policy: \"A\" is in a group already",
        ),
        (
            text.replace("A B C", "A B none"),
            "line 5 of the log policy: \"none\" is not defined above",
        ),
        (
            text.replace("A B C", "A B W"),
            "line 5 of the log policy: \"W\" is not defined above",
        ),
        (
            text.replace("quorum W", "quorum V"),
            "line 6 of the log policy: \"V\" is not defined above",
        ),
    ];
    for (text, error) in cases {
        assert_eq!(parse(&text).unwrap_err().to_string(), error);
    }
    for threshold in ["0", "4", "02", "+2", "-1", "most", "ALL"] {
        let error = parse(&text.replace("W 2 A", &format!("W {threshold} A")))
            .unwrap_err()
            .to_string();
        let why = "is not any, all, or a number from 1 to the number of members";
        assert_eq!(error, format!("line 5 of the log policy: {threshold:?} {why}"));
    }
}

#[test]
fn a_policy_has_a_largest_size() {
    let lines = |count| {
        (0..count)
            .map(|i| format!("witness {i} {}\n", witness(&i.to_string()).key()))
            .collect::<String>()
    };
    assert_eq!(parse(&(lines(64) + "quorum 63\n")).unwrap().witnesses().len(), 64);
    let error = parse(&(lines(65) + "quorum 63\n")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 65 of the log policy: too many lines of this kind"
    );
    let error = parse(&"#\n".repeat(131_073)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the log policy has 262146 bytes, at most 262144 are allowed"
    );
}
