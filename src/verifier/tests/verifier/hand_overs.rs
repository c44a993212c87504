//! Passwords that the console sealed to somebody else than it says, or than it should.

use record::journal::{Journal, What};
use record::messages::Recipient;
use record::{Digest, Time};
use verifier::check_event;

use crate::common::event::{Left, journal, state_as, timed, write_at};
use crate::common::{HISTORY, Members};

const NOW: Time = Time(crate::common::OPENS.0 + 1500 * 86_400);
const SECOND_TERM: usize = 3;
const ONE: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";
const OTHER: &str = "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e";

/// Member `n` says, under their own name or another's, that they open this.
fn word(n: usize, of: usize, recipient: &str) -> What {
    word_with(n, of, recipient, |_| {})
}

fn word_with(n: usize, of: usize, recipient: &str, change: impl FnOnce(&mut Recipient)) -> What {
    let record = &HISTORY.made[SECOND_TERM].record;
    let mut body = Recipient {
        member: Members::id(of),
        plan_or_roster: record.plan,
        recipient: recipient.to_owned(),
        at: record.began,
    };
    change(&mut body);
    What::Received {
        kind: "recipient".into(),
        signed: Members::signed(n, body),
    }
}

/// What each of the nine opens: nothing of theirs is another's.
fn all_words() -> Vec<What> {
    (0..9).map(|n| word(n, n, &own(n))).collect()
}

/// A key of member `n`; nobody here seals to it.
fn own(n: usize) -> String {
    let last = ["qq", "pp", "zz", "rr", "yy", "99", "xx", "88", "gg"][n];
    format!("{}{last}", &ONE[..60])
}

fn gathered() -> What {
    What::Gathered {
        stem: "recipient".into(),
    }
}

fn told(command: &str) -> What {
    What::Intent {
        command: command.into(),
    }
}

/// What the HSM may have answered is left out.
fn changes_the_owners() -> What {
    told("user change-password --username root_owner --role crypto-user")
}

fn sealed(user: &str, n: usize, recipient: &str) -> What {
    What::HandedOver {
        user: user.to_owned(),
        member: Members::id(n),
        recipient: recipient.to_owned(),
        file: "hand-over.cbor".into(),
        digest: Digest::of(b"sealed"),
    }
}

/// The event's rules that are broken, with these entries once the reviews are counted.
fn broken(more: Vec<What>) -> Vec<&'static str> {
    let mut record = HISTORY.made[SECOND_TERM].record.clone();
    let whole = Journal::read(&journal(&record)).expect("reads").entries;
    let mut all: Vec<What> = whole.into_iter().map(|entry| entry.what).collect();
    let counted = all.iter().position(|what| matches!(what, What::Gathered { .. }));
    let at = counted.expect("reviews were counted") + 1;
    all.splice(at..at, more);
    let all = timed(&record, all);
    record.journal_entries = all.len() as u64;
    let bytes = write_at(all);
    state_as(&mut record, &bytes);
    record.journal = Digest::of(&bytes);
    let left: Left = HISTORY.made[SECOND_TERM].sign(&record, bytes);
    let findings = check_event(&left.files(), true, NOW).err().unwrap_or_default();
    findings.into_iter().map(|finding| finding.rule).collect()
}

/// As the members here are named in the HSM.
fn admin(n: usize) -> String {
    format!("admin_{}", n + 1)
}

#[test]
fn an_admins_password_is_for_its_member_and_the_owners_for_each() {
    let good = vec![
        word(0, 0, ONE),
        word(1, 1, OTHER),
        gathered(),
        sealed(&admin(0), 0, ONE),
        sealed("root_owner", 0, ONE),
        sealed("root_owner", 1, OTHER),
    ];
    assert!(broken(good).is_empty());
    let others = vec![word(0, 0, ONE), gathered(), sealed(&admin(1), 0, ONE)];
    assert_eq!(broken(others), ["hand-over-other"]);
}

#[test]
fn a_password_is_sealed_to_what_its_member_named_before() {
    assert_eq!(broken(vec![sealed("root_owner", 0, ONE)]), ["hand-over-other"]);
    let other = vec![word(0, 0, ONE), gathered(), sealed("root_owner", 0, OTHER)];
    assert_eq!(broken(other), ["hand-over-other"]);
    let late = vec![sealed("root_owner", 0, ONE), word(0, 0, ONE)];
    assert_eq!(broken(late), ["hand-over-other"]);
}

#[test]
fn nothing_is_sealed_before_people_said_in_that_run_that_each_is_right() {
    let resumed = || resumed(&HISTORY.made[SECOND_TERM].record.image);
    let sealed = || sealed("root_owner", 0, ONE);
    assert_eq!(broken(vec![word(0, 0, ONE), sealed()]), ["hand-over-other"]);
    assert_eq!(broken(vec![word(0, 0, ONE), sealed(), gathered()]), ["hand-over-other"]);
    // What came after they had looked they did not see.
    assert_eq!(broken(vec![gathered(), word(0, 0, ONE), sealed()]), ["hand-over-other"]);
    // They said stop, and the next run goes on with that word.
    let stopped = |more: Vec<What>| broken([vec![word(0, 0, ONE), resumed()], more].concat());
    assert!(stopped(vec![sealed()]).contains(&"hand-over-other"));
    assert!(stopped(vec![gathered(), sealed()]).contains(&"hand-over-other"));
    let anew = stopped(vec![word(0, 0, ONE), gathered(), sealed()]);
    assert!(!anew.contains(&"hand-over-other"));
    // Nobody types where a word was taken, found right or not.
    assert!(broken(vec![word(0, 0, ONE), changes_the_owners()]).contains(&"hand-over-missing"));
}

#[test]
fn what_a_member_opens_is_said_by_them_and_can_be_sealed_to() {
    assert_eq!(broken(vec![word(0, 1, ONE)]), ["recipient-bad"]);
    assert_eq!(broken(vec![word(0, 0, "age1yubikey1qqq")]), ["recipient-bad"]);
}

#[test]
fn a_word_of_another_event_or_an_older_one_is_none() {
    let other = word_with(0, 0, ONE, |word| word.plan_or_roster = Digest::of(b"an earlier plan"));
    assert_eq!(broken(vec![other]), ["recipient-bad"]);
    let older = word_with(0, 0, OTHER, |word| word.at = Time(word.at.0 - 60));
    assert_eq!(broken(vec![word(0, 0, ONE), older]), ["recipient-bad"]);
    let of_tomorrow = word_with(0, 0, ONE, |word| word.at = word.at.plus(86_400));
    assert_eq!(broken(vec![of_tomorrow]), ["journal-message-time"]);
}

#[test]
fn two_members_do_not_open_the_same() {
    let both = vec![
        word(0, 0, ONE),
        word(1, 1, ONE),
        gathered(),
        sealed("root_owner", 1, ONE),
    ];
    assert_eq!(broken(both), ["recipient-bad"]);
}

#[test]
fn the_owners_password_is_sealed_to_each_member_before_the_hsm_is_told() {
    let all = |n: std::ops::Range<usize>| n.map(|n| sealed("root_owner", n, &own(n)));
    let with = |more: Vec<What>| broken(all_words().into_iter().chain([gathered()]).chain(more).collect());
    let missing = ["hand-over-missing"];
    let whole: Vec<What> = all(0..9).chain([changes_the_owners()]).collect();
    assert!(!with(whole.clone()).contains(&"hand-over-missing"));
    let short: Vec<What> = all(0..8).chain([changes_the_owners()]).collect();
    assert!(with(short).contains(&missing[0]));
    assert!(with(vec![changes_the_owners()]).contains(&missing[0]), "none at all");
    let late: Vec<What> = all(0..8).chain([changes_the_owners()]).chain(all(8..9)).collect();
    assert!(with(late).contains(&missing[0]));
    // An attempt that came to nothing makes the next one no fuller.
    let again: Vec<What> = all(0..9).chain(all(0..8)).chain([changes_the_owners()]).collect();
    assert!(with(again).contains(&missing[0]));
    // The same password is not given twice.
    let twice: Vec<What> = whole.into_iter().chain([changes_the_owners()]).collect();
    assert!(with(twice).contains(&missing[0]));
    // Typed, nothing is sealed.
    assert!(!broken(vec![changes_the_owners()]).contains(&missing[0]));
}

#[test]
fn an_admins_password_is_sealed_before_the_hsm_is_told() {
    let create = || told(&format!("user create --username {} --role admin", admin(2)));
    let sealed_to_them = vec![word(2, 2, ONE), gathered(), sealed(&admin(2), 2, ONE), create()];
    assert!(!broken(sealed_to_them).contains(&"hand-over-missing"));
    assert!(broken(vec![word(2, 2, ONE), gathered(), create()]).contains(&"hand-over-missing"));
}

/// Where an admin key alone is replaced, the CLI asks for a password with it: that one is sealed too.
#[test]
fn a_password_that_goes_with_a_second_factor_is_sealed_before_the_hsm_is_told() {
    let factor = || {
        told(&format!(
            "user change-mfa token-sign --username {} --role admin --token mfa.json",
            admin(2)
        ))
    };
    let create = || told(&format!("user create --username {} --role admin", admin(2)));
    let is_missing = |more: Vec<What>| {
        let first = [word(2, 2, ONE), gathered()];
        broken(first.into_iter().chain(more).collect()).contains(&"hand-over-missing")
    };
    let sealed = || sealed(&admin(2), 2, ONE);
    assert!(is_missing(vec![factor()]));
    assert!(!is_missing(vec![sealed(), factor()]));
    // Whoever was made in this run gets the password that they have.
    assert!(!is_missing(vec![sealed(), create(), factor()]));
    // The run before drew it, and nobody knows it any more.
    let resumed = || resumed(&HISTORY.made[SECOND_TERM].record.image);
    assert!(is_missing(vec![
        sealed(),
        create(),
        resumed(),
        word(2, 2, ONE),
        gathered(),
        factor()
    ]));
    // A CLI that does not ask is told none; each run says so for itself.
    let does_not_ask = || What::Habits {
        answers: [("mfa-password".to_owned(), "not-asked".to_owned())].into(),
    };
    assert!(!is_missing(vec![does_not_ask(), factor()]));
    assert!(is_missing(vec![
        does_not_ask(),
        resumed(),
        word(2, 2, ONE),
        gathered(),
        factor()
    ]));
}

fn resumed(image: &record::messages::Image) -> What {
    What::Resumed {
        image: image.clone(),
        torn: 0,
    }
}
