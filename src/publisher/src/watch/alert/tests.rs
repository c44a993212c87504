//! What an alert is called, and how loud it is.

use record::access::Mfa;

use super::*;

fn hsm(operation: &str, user: Option<&str>, done: bool) -> Alert {
    Alert::Hsm(HsmAccess {
        time: Time(0),
        hsm: "hsm-1".into(),
        sequence: (!operation.contains(':')).then_some(7),
        operation: operation.into(),
        done,
        user: user.map(str::to_owned),
        role: None,
        mfa: Mfa::Unknown,
    })
}

#[test]
fn a_key_change_is_named_so_and_is_the_loudest() {
    for operation in KEYS {
        let alert = hsm(operation, Some("root_owner"), true);
        assert_eq!(alert.kind(), Kind::Key);
        assert_eq!(
            alert.headline(),
            format!("KEY CHANGE in the HSM: {operation} by root_owner")
        );
    }
    assert!(Kind::Key < Kind::Change && Kind::Change < Kind::Login && Kind::Hsm < Kind::Minor);
}

#[test]
fn every_operation_is_as_loud_as_it_should_be() {
    for (operation, user, done, kind, headline) in [
        (
            "CN_LOGIN",
            Some("a"),
            true,
            Kind::Hsm,
            "LOGIN at the HSM: CN_LOGIN by a",
        ),
        (
            "CN_LOGIN",
            Some("a"),
            false,
            Kind::Minor,
            "refused by the HSM: CN_LOGIN by a",
        ),
        (
            "CN_LOGOUT",
            Some("a"),
            true,
            Kind::Minor,
            "routine of the HSM: CN_LOGOUT by a",
        ),
        (
            "CN_CREATE_USER",
            Some("a"),
            true,
            Kind::Change,
            "HSM CHANGED: CN_CREATE_USER by a",
        ),
        (
            "CN_BACKUP_BEGIN",
            None,
            true,
            Kind::Minor,
            "routine of the HSM: CN_BACKUP_BEGIN",
        ),
        (
            "CN_BACKUP_BEGIN",
            Some("a"),
            true,
            Kind::Hsm,
            "HSM access: CN_BACKUP_BEGIN by a",
        ),
        ("0x7f", None, true, Kind::Hsm, "HSM access: 0x7f"),
        (
            "cloudhsm:DeleteHsm",
            None,
            true,
            Kind::Change,
            "HSM SERVICE CHANGED: cloudhsm:DeleteHsm",
        ),
        (
            "cloudhsm:DescribeClusters",
            None,
            true,
            Kind::Minor,
            "routine of the HSM: cloudhsm:DescribeClusters",
        ),
    ] {
        let alert = hsm(operation, user, done);
        assert_eq!(
            (alert.kind(), alert.headline().as_str()),
            (kind, headline),
            "{operation}"
        );
    }
}

#[test]
fn what_may_hide_a_login_is_as_loud_as_a_watch_that_is_blind() {
    let whys = [("it is no JSON", 2), ("somebody was let in", 1)].into();
    let log = "console auth.log".to_owned();
    let unread = Alert::Unread { log, whys, at: Time(0) };
    assert_eq!(unread.kind(), Kind::Watch);
    assert_eq!(
        unread.headline(),
        "LINES NOT READ, which may be logins: console auth.log"
    );
    let told: Vec<String> = unread
        .facts()
        .into_iter()
        .map(|(name, fact)| format!("{name} {fact}"))
        .collect();
    assert_eq!(told[1..], ["lines 2: it is no JSON", "lines 1: somebody was let in"]);
    let gap = |what| {
        Alert::Gap(Gap {
            time: Time(0),
            what,
            count: 3,
            first: Some(7),
            hsm: Some("hsm-1".into()),
        })
    };
    let missing = gap(GapWhat::Sequence);
    assert_eq!(missing.kind(), Kind::Watch);
    assert_eq!(missing.headline(), "ENTRIES ARE MISSING in the log of hsm-1");
    for (what, words) in [
        (GapWhat::Suppressed, "the console left lines of its log out"),
        (GapWhat::Unread, "lines of a log could not be read"),
        (
            GapWhat::PowerOff,
            "the console started, and no line says that it had stopped",
        ),
    ] {
        assert_eq!(gap(what).headline(), words);
        assert_eq!(gap(what).facts()[1].0, "missing");
    }
    // Whoever tries passwords by the thousand brings this about, and must not hold back the word of a login by it.
    assert_eq!(gap(GapWhat::Suppressed).kind(), Kind::Minor);
}

#[test]
fn nobody_is_told_of_those_who_leave() {
    let access = |what| {
        Alert::Console(ConsoleAccess {
            time: Time(0),
            user: None,
            what,
        })
    };
    assert!(!access(ConsoleWhat::Logout).is_told());
    for what in [
        ConsoleWhat::Login,
        ConsoleWhat::Failed,
        ConsoleWhat::PowerOn,
        ConsoleWhat::PowerOff,
    ] {
        assert!(access(what).is_told(), "{what:?}");
    }
}

#[test]
fn what_happened_to_a_logs_file_is_said_with_what_it_means() {
    let file = |what| Alert::File {
        log: "hsm a.json".into(),
        what,
        at: Time(0),
    };
    for (what, headline, means) in [
        (
            Notice::Cut,
            "LOG CUT SHORT: hsm a.json",
            "shorter than what was read of it",
        ),
        (Notice::Replaced, "LOG REPLACED: hsm a.json", "is no longer in it"),
        (Notice::Gone, "LOG GONE before it was read: hsm a.json", "was not seen"),
    ] {
        let alert = file(what);
        assert_eq!((alert.headline().as_str(), alert.kind()), (headline, Kind::Watch));
        let (name, fact) = &alert.facts()[1];
        assert!(*name == "means" && fact.contains(means), "{fact}");
    }
}
