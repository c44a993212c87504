//! One door to the outside: the observer comes first, can stop, loses nothing; recordings replay exactly; dry runs run nothing.

use std::{cell::RefCell, rc::Rc};

use hsm::{
    Answer, CloudHsm, DryRun, Error, Exchange, Hsm, Observer, ObserverError, Recorded, Reply, Role, Secret, Service,
    Unobserved,
};

use crate::common::{Bench, answers, reply, reply_with, root};

#[test]
fn an_observer_that_cannot_write_stops_the_command_before_it_leaves() {
    let mut bench = Bench::new([]);
    bench.notes.borrow_mut().stop_before = true;
    let error = bench.hsm.nodes().unwrap_err();
    assert_eq!(error.to_string(), "`cluster hsm-info` was not typed: the disk is full");
    assert!(!error.outcome_unknown() && bench.lines().is_empty());
}

#[test]
fn an_answer_that_cannot_be_recorded_is_not_lost() {
    let mut bench = Bench::new([reply("signed.json")]);
    bench.notes.borrow_mut().stop_after = true;
    let error = bench.hsm.sign_ecdsa(&root(), b"abc", None).unwrap_err();
    assert!(error.outcome_unknown());
    let Error::Unrecorded { answer, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(answer, &answers("signed.json"));
}

#[test]
fn a_lost_answer_is_told_to_the_observer_and_never_retried() {
    let lost = Error::Ended {
        shown: "crypto sign ecdsa".into(),
        text: "gone".into(),
    };
    let mut bench = Bench::new([reply("login.json"), Err(lost.clone()), reply("signed.json")]);
    bench
        .hsm
        .login("key_owner", Role::CryptoUser, &Secret::new("password".into()))
        .unwrap();
    assert_eq!(bench.hsm.sign_ecdsa(&root(), b"abc", None).unwrap_err(), lost);
    assert_eq!(bench.lines().len(), 2);
    let notes = bench.notes.borrow();
    assert!(
        notes.lines[3].starts_with("lost crypto sign ecdsa"),
        "{}",
        notes.lines[3]
    );
    assert_eq!(
        bench.script.borrow().closed,
        0,
        "the login's end is the caller's to decide"
    );
}

#[test]
fn without_a_login_a_broken_session_is_begun_anew() {
    let lost = Error::Ended {
        shown: "user list".into(),
        text: String::new(),
    };
    let mut bench = Bench::new([Err(lost), reply("user-list.json")]);
    bench.hsm.users().unwrap_err();
    assert_eq!(bench.script.borrow().closed, 1);
    bench.hsm.users().unwrap();
}

/// Keeps what [`Recorded`] needs.
#[derive(Default)]
struct Recorder(Vec<Exchange>);

impl Observer for Recorder {
    fn before(&mut self, _: &str) -> Result<(), ObserverError> {
        Ok(())
    }
    fn after(&mut self, shown: &str, answer: &Answer<'_>) -> Result<(), ObserverError> {
        let reply = match answer {
            Answer::Came { text, files } => Ok(Reply {
                text: text.to_string(),
                files: files.to_vec(),
            }),
            Answer::Lost { error } => Err(error.to_string()),
        };
        self.0.push(Exchange {
            shown: shown.into(),
            reply,
        });
        Ok(())
    }
}

/// A short event: what it saw.
fn event(hsm: &mut CloudHsm, message: &[u8]) -> Result<(hsm::Token, [u8; 96]), Error> {
    hsm.login("key_owner", Role::CryptoUser, &Secret::new("password".into()))?;
    let token = hsm.mint(Service::KeyUsage, Some(&root()))?;
    let lost = hsm.users().unwrap_err();
    assert!(lost.outcome_unknown());
    Ok((token, hsm.sign_ecdsa(&root(), message, None)?))
}

#[test]
fn a_recording_replays_to_the_same_results_and_names_any_difference() {
    let recorder = Rc::new(RefCell::new(Recorder::default()));
    let scripted = crate::common::Scripted {
        replies: [
            reply("login.json"),
            reply_with("token-path.json", "token.json", "key-token.json"),
            Err(Error::Ended {
                shown: "user list".into(),
                text: "x".into(),
            }),
            reply("signed.json"),
        ]
        .into(),
        ..Default::default()
    };
    let long = vec![5; 20_000];
    let live = event(&mut CloudHsm::new(scripted, recorder.clone()), &long).unwrap();
    let exchanges = recorder.borrow().0.clone();

    let recorded = Rc::new(RefCell::new(Recorded::new(exchanges.clone())));
    assert_eq!(
        event(&mut CloudHsm::new(recorded.clone(), Unobserved), &long).unwrap(),
        live
    );
    assert_eq!(recorded.borrow().left(), 0);

    // The same length, one byte changed, inside a file that the line only names.
    let mut other = long.clone();
    other[19_999] = 6;
    let error = event(&mut CloudHsm::new(Recorded::new(exchanges.clone()), Unobserved), &other).unwrap_err();
    let Error::ReplayDiffers {
        number: 4,
        recorded,
        found,
    } = &error
    else {
        panic!("{error}")
    };
    assert!(recorded.contains("[data.bin is sha256:") && recorded != found);

    let short = exchanges.into_iter().take(3);
    let error = event(&mut CloudHsm::new(Recorded::new(short), Unobserved), &long).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("exchange 4 was never recorded: `crypto sign ecdsa"),
        "{error}"
    );
}

#[test]
fn a_dry_run_shows_every_command_and_runs_none() {
    let shown = Rc::new(RefCell::new(Vec::new()));
    let list = shown.clone();
    let mut hsm = CloudHsm::new(
        DryRun(move |line: &str| list.borrow_mut().push(line.to_owned())),
        Unobserved,
    );
    let error = hsm
        .login("key_owner", Role::CryptoUser, &Secret::new("password".into()))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "dry run: `login --username key_owner --role crypto-user [secret]` was not typed"
    );
    hsm.logout().unwrap_err();
    assert_eq!(
        *shown.borrow(),
        ["login --username key_owner --role crypto-user [secret]", "logout"]
    );
}

#[test]
fn the_trait_is_object_safe() {
    let mut bench = Bench::new([reply("hsm-info.json")]);
    let hsm: &mut dyn Hsm = &mut bench.hsm;
    assert_eq!(hsm.nodes().unwrap().len(), 2);
}

#[test]
fn a_command_in_two_halves_is_replayed_like_any_other() {
    let login = |hsm: &mut CloudHsm, signature: u8| {
        let token = hsm.begin_login_mfa("admin_member_1", Role::Admin, &Secret::new("password".into()))?;
        hsm.finish_login_mfa(&token, &[vec![signature; 256], vec![signature; 256]])?;
        Ok::<_, Error>(token)
    };
    let recorder = Rc::new(RefCell::new(Recorder::default()));
    let scripted = crate::common::Scripted {
        replies: [
            crate::common::waits_with("mfa-token.json", "mfa-token.json"),
            reply("admin-login.json"),
        ]
        .into(),
        ..Default::default()
    };
    let live = login(&mut CloudHsm::new(scripted, recorder.clone()), 7).unwrap();
    let exchanges = recorder.borrow().0.clone();
    let replayed = |signature| {
        login(
            &mut CloudHsm::new(Recorded::new(exchanges.clone()), Unobserved),
            signature,
        )
    };
    assert_eq!(replayed(7).unwrap(), live);
    assert!(matches!(replayed(8), Err(Error::ReplayDiffers { number: 2, .. })));
}

#[test]
fn a_dry_channel_begins_nothing() {
    let mut hsm = CloudHsm::new(DryRun(|_: &str| {}), Unobserved);
    let error = hsm
        .begin_login_mfa("admin_member_1", Role::Admin, &Secret::new("password".into()))
        .unwrap_err();
    assert!(matches!(error, Error::DryRun { .. }));
}
