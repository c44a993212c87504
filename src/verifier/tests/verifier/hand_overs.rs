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
    let body = Recipient {
        member: Members::id(of),
        recipient: recipient.to_owned(),
    };
    What::Received {
        kind: "recipient".into(),
        signed: Members::signed(n, body),
    }
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
        sealed(&admin(0), 0, ONE),
        sealed("root_owner", 0, ONE),
        sealed("root_owner", 1, OTHER),
    ];
    assert!(broken(good).is_empty());
    let others = vec![word(0, 0, ONE), sealed(&admin(1), 0, ONE)];
    assert_eq!(broken(others), ["hand-over-other"]);
}

#[test]
fn a_password_is_sealed_to_what_its_member_named_before() {
    assert_eq!(broken(vec![sealed("root_owner", 0, ONE)]), ["hand-over-other"]);
    let other = vec![word(0, 0, ONE), sealed("root_owner", 0, OTHER)];
    assert_eq!(broken(other), ["hand-over-other"]);
    let late = vec![sealed("root_owner", 0, ONE), word(0, 0, ONE)];
    assert_eq!(broken(late), ["hand-over-other"]);
}

#[test]
fn what_a_member_opens_is_said_by_them_and_can_be_sealed_to() {
    assert_eq!(broken(vec![word(0, 1, ONE)]), ["recipient-bad"]);
    assert_eq!(broken(vec![word(0, 0, "age1yubikey1qqq")]), ["recipient-bad"]);
}
