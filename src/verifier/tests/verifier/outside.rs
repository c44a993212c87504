//! Subkeys that an outside keeper issued: each is judged by what stood where the log has it, and by nothing that its issuer
//! could choose.

use std::sync::LazyLock;

use record::Time;
use record::plan::NEXT_POLICY;

use crate::common::checked::check;
use crate::common::history::{History, day, early_repository, refresh, replacement};
use crate::common::outside::Subkey;

/// The founding and a refresh; then the release key is replaced, and the old one revoked as from day 400.
static HISTORY: LazyLock<History> = LazyLock::new(|| {
    let mut history = History::founded();
    history.hold(&refresh());
    history.hold(&replacement());
    history
});

const NAME: &str = "release-code-signing";

fn first(events: usize) -> History {
    History::back_to(&HISTORY, events)
}

/// Publishes it, whatever a publisher would say.
fn log(history: &mut History, number: u32, subkey: &Subkey) {
    let certificate = subkey.issue(history);
    history.store.issued(&format!("{NAME}-{number}"), &certificate);
}

/// What is wrong, all of it with one subkey.
fn wrong_with(history: &History, number: u32, now: Time) -> String {
    let report = check(history, now);
    let [found] = &report.findings[..] else {
        panic!("{:#?}", report.findings)
    };
    let file = format!("certs/{NAME}-{number}.der");
    assert_eq!((found.file.as_str(), found.rule), (file.as_str(), "issued-outside"));
    found.what.clone()
}

/// The same of a second one, after a good one.
fn wrong_after_a_good_one(change: impl FnOnce(&mut Subkey)) -> String {
    let mut history = first(2);
    log(&mut history, 1, &Subkey::good(1));
    let mut other = Subkey {
        key: "code signing, again",
        ..Subkey::good(2)
    };
    change(&mut other);
    log(&mut history, 2, &other);
    wrong_with(&history, 2, day(360))
}

#[test]
fn a_subkey_that_is_logged_after_its_delegate_was_revoked_is_refused_whatever_its_dates() {
    let mut thief = first(3);
    log(&mut thief, 1, &Subkey::good(1));
    let wanted = format!("release-1 is revoked from {} on", day(400));
    assert_eq!(wrong_with(&thief, 1, day(401)), wanted);
    // Logged before, it stays: that is what the log is for.
    let mut honest = first(2);
    log(&mut honest, 1, &Subkey::good(1));
    honest.store.append(&HISTORY.left[2], day(401));
    let report = check(&honest, day(401));
    assert_eq!(report.findings, []);
    let said =
        "subkeys issued by outside keepers: 1, each by its delegate, as policy and lists allowed where it is logged";
    assert!(report.checked.contains(&said.to_owned()), "{:#?}", report.checked);
}

/// What stands there is half of what the event brings.
#[test]
fn a_subkey_that_is_logged_between_the_entries_of_an_event_is_refused() {
    let mut history = first(2);
    let certificate = Subkey::good(1).issue(&history);
    let stem = format!("{NAME}-1");
    let (left, now) = (&HISTORY.left[2], day(401));
    history.store.append_around(left, now, &stem, &certificate);
    let event = &HISTORY.made[2].inbound.plan.event;
    let said = format!("it is logged between the entries of the event '{event}'");
    assert_eq!(wrong_with(&history, 1, now), said);
}

#[test]
fn only_subkeys_that_passed_are_said_to_be_checked() {
    let said = |history: &History| {
        let report = check(history, day(360));
        let found = report.checked.into_iter();
        found
            .filter(|line| line.contains("subkeys issued by outside keepers: "))
            .collect::<Vec<_>>()
    };
    let late = |number| Subkey {
        key: "code signing, again",
        days: 4_000,
        ..Subkey::good(number)
    };
    let mut history = first(2);
    log(&mut history, 1, &late(1));
    assert_eq!(said(&history), Vec::<String>::new());
    let mut history = first(2);
    log(&mut history, 1, &Subkey::good(1));
    log(&mut history, 2, &late(2));
    let [line] = &said(&history)[..] else {
        panic!("{:?}", said(&history))
    };
    assert!(line.contains(" keepers: 1, each"), "{line}");
}

#[test]
fn a_subkey_keeps_to_the_policy_that_was_in_force_where_it_is_logged() {
    let mut history = first(2);
    log(&mut history, 1, &Subkey::good(1));
    let mut narrower = early_repository(day(355));
    let allowed = "purposes = [\"code-signing\"]\ndays = 1200";
    let next = history.next_policy(allowed, &allowed.replace("1200", "200"));
    narrower.inputs.insert(NEXT_POLICY.into(), next);
    history.hold(&narrower);
    assert_eq!(check(&history, day(360)).findings, []);
    let late = Subkey {
        key: "code signing, again",
        ..Subkey::good(2)
    };
    log(&mut history, 2, &late);
    assert_eq!(wrong_with(&history, 2, day(360)), "it lasts longer than 200 days");
}

#[test]
fn a_subkeys_subject_is_that_of_its_name_and_number() {
    let wanted = "CN=Rust Rehearsal Code Signing code-signing 2, O=Rust Project - REHEARSAL";
    for other in [
        "CN=Rust Rehearsal Code Signing code-signing 3, O=Rust Project - REHEARSAL",
        "CN=Rust Rehearsal Code Signing website 2, O=Rust Project - REHEARSAL",
        "CN=Rust Rehearsal Code Signing code-signing 2, O=Somebody - REHEARSAL",
    ] {
        let found = wrong_after_a_good_one(|subkey| subkey.subject = other.into());
        let said = format!("its subject is '{other}'; that of release-code-signing-2 is '{wanted}'");
        assert_eq!(found, said);
    }
}

#[test]
fn no_serial_number_and_no_key_is_used_twice_among_outside_subkeys() {
    let found = wrong_after_a_good_one(|subkey| subkey.serial = Subkey::good(1).serial);
    assert_eq!(
        found,
        "the serial number 6100000000000001 of it is that of release-code-signing-1"
    );
    let found = wrong_after_a_good_one(|subkey| subkey.key = Subkey::good(1).key);
    assert_eq!(found, "the key in it has another certificate already");
}
