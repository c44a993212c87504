//! What a batch must be, by itself and after another.

use super::*;
use crate::Bundle;

fn access(seconds: u64, user: Option<&str>, what: ConsoleWhat) -> ConsoleAccess {
    ConsoleAccess {
        time: Time(seconds),
        user: user.map(str::to_owned),
        what,
    }
}

fn batch() -> ConsoleBatch {
    ConsoleBatch {
        number: 1,
        previous: None,
        from: Time(100),
        until: Time(200),
        accesses: vec![
            access(100, None, ConsoleWhat::PowerOn),
            access(110, Some("member-1"), ConsoleWhat::Login),
            access(110, Some("member-1"), ConsoleWhat::Login),
        ],
        gaps: vec![Gap {
            time: Time(100),
            what: GapWhat::PowerOff,
            count: 1,
            first: None,
            hsm: None,
        }],
        inputs: vec![Digest::of(b"raw")],
    }
}

fn hsm() -> HsmBatch {
    HsmBatch {
        number: 1,
        previous: None,
        from: Time(100),
        until: Time(200),
        accesses: vec![HsmAccess {
            time: Time(150),
            hsm: "hsm-1".into(),
            sequence: Some(3),
            operation: "CN_LOGIN".into(),
            done: true,
            user: Some("member_1".into()),
            role: Some("ceremony".into()),
            mfa: Mfa::Yes,
        }],
        gaps: Vec::new(),
        inputs: Vec::new(),
    }
}

fn refused(batch: ConsoleBatch) -> String {
    let bytes = Bundle::new(true, batch).encode().expect("encodes");
    Bundle::<ConsoleBatch>::decode(&bytes).expect_err("refused").to_string()
}

fn refused_hsm(change: impl FnOnce(&mut HsmAccess)) -> String {
    let mut batch = hsm();
    change(&mut batch.accesses[0]);
    let bytes = Bundle::new(true, batch).encode().expect("encodes");
    Bundle::<HsmBatch>::decode(&bytes).expect_err("refused").to_string()
}

#[test]
fn good_batches_survive_the_way_back() {
    let bytes = Bundle::new(true, batch()).encode().expect("encodes");
    assert_eq!(Bundle::<ConsoleBatch>::decode(&bytes).expect("reads").body, batch());
    let bytes = Bundle::new(true, hsm()).encode().expect("encodes");
    assert_eq!(Bundle::<HsmBatch>::decode(&bytes).expect("reads").body, hsm());
}

type Change = fn(&mut ConsoleBatch);

#[test]
fn refuses_a_batch_that_is_not_what_it_says() {
    let cases: [(Change, &str); 11] = [
        (|one| one.number = 0, "numbered from 1"),
        (|one| one.number = 2, "names the one before it"),
        (|one| one.previous = Some(Digest::of(b"x")), "names the one before it"),
        (|one| one.until = one.from, "ends after it begins"),
        (|one| one.accesses.reverse(), "not in order"),
        (|one| one.until = Time(110), "outside of its stretch"),
        (|one| one.accesses[1].user = Some("a b".into()), "a user's name"),
        (|one| one.accesses[0].user = Some("root".into()), "has no user"),
        (|one| one.accesses[1].user = None, "has a name"),
        (|one| one.gaps[0].count = 0, "a gap of nothing"),
        (|one| one.gaps[0].first = Some(1), "in sequence numbers, and no other"),
    ];
    for (change, said) in cases {
        let mut changed = batch();
        change(&mut changed);
        let error = refused(changed);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn refuses_an_access_to_the_hsm_in_words_of_its_own() {
    for (said, error) in [
        ("name or number", refused_hsm(|one| one.operation = "CN_NOVEL".into())),
        ("name or number", refused_hsm(|one| one.operation = "0x01".into())),
        (
            "name or number",
            refused_hsm(|one| one.operation = "cloudhsm:a b".into()),
        ),
        ("of 1 to 63", refused_hsm(|one| one.hsm = String::new())),
        ("a role has", refused_hsm(|one| one.role = Some("\u{1b}[2J".into()))),
        ("second factor", refused_hsm(|one| one.role = None)),
    ] {
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn an_unknown_operation_keeps_its_number() {
    assert_eq!(operation("CN_LOGIN", Some(0xd)).as_deref(), Some("CN_LOGIN"));
    assert_eq!(operation("CN_NOVEL", Some(0x9f)).as_deref(), Some("0x9f"));
    assert_eq!(operation("CN_NOVEL", None), None);
}

#[test]
fn a_batch_follows_the_one_before_it_or_says_why_not() {
    let (first, digest) = (batch(), Digest::of(b"first"));
    let mut next = ConsoleBatch {
        number: 2,
        previous: Some(digest),
        from: Time(200),
        until: Time(300),
        accesses: Vec::new(),
        gaps: Vec::new(),
        ..batch()
    };
    assert_eq!(follows(&first, None), Ok(()));
    assert_eq!(follows(&next, Some(Before::of(&first, digest))), Ok(()));
    let said = |next: &ConsoleBatch| {
        follows(next, Some(Before::of(&first, digest)))
            .expect_err("does not follow")
            .to_string()
    };
    next.from = Time(199);
    assert!(said(&next).contains("before the one before it ends"));
    next.previous = Some(Digest::of(b"other"));
    assert!(said(&next).contains("as the batch before it"));
    next.number = 3;
    assert!(said(&next).contains("the next one is number 2"));
    assert!(said(&first).contains("it is number 1; the next one is number 2"));
    assert!(
        follows(&next, None)
            .expect_err("no first")
            .to_string()
            .contains("none before it")
    );
}
