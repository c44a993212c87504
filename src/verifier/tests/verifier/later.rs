//! Events that are not the first: what is asked of the keys that stand, of lists that follow others, and of signatures.

use p384::ecdsa::Signature;
use p384::ecdsa::signature::Signer as _;
use record::messages::Attendance;
use record::record::Record;
use record::{Bundle, Digest, Time};
use verifier::check_event;

use crate::common::HISTORY;
use crate::common::event::{Left, console as signed_by, private};
use crate::common::history::{History, day, early_repository};

const NOW: Time = Time(crate::common::OPENS.0 + 1500 * 86_400);
// The events' places.
const FOUNDING: usize = 0;
const REFRESH: usize = 1;
const SECOND_TERM: usize = 3;
const ROTATION: usize = 4;
const REPOSITORY: usize = 5;
const CONSOLE: usize = 6;

/// The rules that an event breaks.
fn broken(left: &Left) -> Vec<&'static str> {
    match check_event(&left.files(), true, NOW) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.into_iter().map(|finding| finding.rule).collect(),
    }
}

fn left(event: usize, change: impl FnOnce(&mut Record)) -> Left {
    HISTORY.made[event].left(change)
}

#[test]
fn a_key_that_stands_is_used_by_the_quorum_that_it_was_made_with() {
    assert_eq!(broken(&left(REFRESH, |r| r.approvals.truncate(4))), ["quorum-short"; 2]);
    assert_eq!(broken(&left(REPOSITORY, |r| r.approvals.truncate(4))), ["quorum-short"]);
}

#[test]
fn as_many_review_as_the_event_needs_and_the_page_says_who_compared() {
    assert_eq!(
        broken(&left(SECOND_TERM, |r| r.reviews.clear())),
        ["nobody-compared", "reviews-short", "journal-differs", "journal-differs"]
    );
    let good = left(SECOND_TERM, |_| ());
    let checked = check_event(&good.files(), true, NOW).expect("a good event").checked;
    let people = checked
        .iter()
        .find(|line| line.starts_with("people: "))
        .expect("people");
    let said = "people: 9 members reviewed the plan (9 compared what stands before it with the store), 9 were present";
    assert!(people.starts_with(said), "{people}");
}

#[test]
fn rules_come_into_force_by_the_members_of_the_roster_before() {
    let mut short = left(SECOND_TERM, |_| ());
    for n in 1..=5 {
        short.countersignatures.remove(&format!("member-{n}"));
    }
    assert_eq!(broken(&short), ["countersignatures-short"]);
    let other = left(SECOND_TERM, |r| {
        r.adopted.values_mut().for_each(|digest| *digest = Digest::of(b"x"))
    });
    assert_eq!(broken(&other), ["adopted-differ"]);
    assert_eq!(broken(&left(SECOND_TERM, |r| r.adopted.clear())), ["adopted-differ"]);
    let founding = left(FOUNDING, |r| {
        r.adopted.insert("roster/1.cbor".into(), Digest::of(b"x"));
    });
    assert_eq!(broken(&founding), ["adopted-differ"]);
}

#[test]
fn results_are_signed_where_the_console_has_a_key_and_nowhere_else() {
    let mut unsigned = left(REPOSITORY, |_| ());
    unsigned.results = None;
    assert_eq!(broken(&unsigned), ["results-signature"]);
    // The old key of the console does not speak for it any more.
    let mut old = left(REPOSITORY, |_| ());
    old.results = Some(signed_by(&old, "repository".into(), "console-1"));
    assert_eq!(broken(&old), ["results-signature"]);
    let mut signed = left(CONSOLE, |_| ());
    signed.results = Some(signed_by(&signed, "console".into(), "console-2"));
    assert_eq!(broken(&signed), ["results-signature"]);
}

#[test]
fn an_event_without_keys_is_held_by_as_many_as_the_policy_says() {
    let held_by = |members: usize| {
        let mut left = left(CONSOLE, |record| {
            record.reviews.truncate(members);
            record.present.truncate(members);
            let present = record.present.clone();
            record.attendance.retain(|word| {
                let word = Bundle::<Attendance>::decode(&word.bundle).unwrap().body;
                present.contains(&word.member)
            });
        });
        let present = |member: &String| HISTORY.made[CONSOLE].record.present[..members].contains(member);
        left.countersignatures.retain(|member, _| present(member));
        broken(&left)
    };
    assert_eq!(held_by(2), [""; 0]);
    assert_eq!(
        held_by(1),
        [
            "reviews-short",
            "attendance-short",
            "attendance-short",
            "journal-differs",
            "countersignatures-short"
        ]
    );
}

/// The rotation with another list of the old root, signed by it.
fn with_list(change: impl FnOnce(&mut issue::CrlSpec)) -> Vec<&'static str> {
    let file = "crl/root-1/4.crl";
    let planned = left(ROTATION, |_| ());
    let place = planned.crls.iter().position(|crl| crl.issuer == "root-1").unwrap();
    let list = x509::Crl::parse(&planned.crls[place].der).unwrap();
    let tbs = list.tbs();
    let entry = |entry: &x509::CrlEntry| issue::CrlEntry {
        serial: entry.serial.clone(),
        date: entry.date,
        reason: entry.reason,
    };
    let mut spec = issue::CrlSpec {
        issuer: tbs.issuer().clone(),
        issuer_key: HISTORY.certificate("root-1").tbs().public_key().clone(),
        number: tbs.number(),
        this_update: tbs.this_update(),
        next_update: tbs.next_update(),
        entries: tbs.entries().iter().map(entry).collect(),
    };
    change(&mut spec);
    let root = HISTORY.certificate("root-1");
    let frozen = issue::freeze_crl(&spec, root.tbs().not_after(), &[], spec.this_update).unwrap();
    let raw: Signature = private("root-1").sign(frozen.tbs().der());
    let signature = x509::ecdsa_der_from_raw(&raw.to_bytes()).unwrap();
    let tbs = x509::TbsCrl::parse(frozen.tbs().der()).unwrap();
    let other = x509::Crl::assemble(tbs, &signature, root.tbs().public_key()).unwrap();
    let mut left = left(ROTATION, |record| {
        let output = record.outputs.iter_mut().find(|output| output.file == file).unwrap();
        output.fingerprint = Digest::of(other.der());
    });
    left.crls[place].der = other.der().into();
    left.results = Some(signed_by(&left, "rotation".into(), "console-2"));
    broken(&left)
}

#[test]
fn a_list_follows_the_one_before_it_and_loses_no_entry() {
    assert_eq!(with_list(|_| ()), [""; 0]);
    assert_eq!(
        with_list(|spec| spec.entries.clear()),
        ["not-as-planned", "crl-entry-gone"]
    );
    let other_reason = with_list(|spec| spec.entries[0].reason = Some(x509::Reason::Superseded));
    assert_eq!(other_reason, ["not-as-planned", "crl-entry-changed"]);
    let number = with_list(|spec| spec.number = 6);
    assert!(number.contains(&"crl-number"), "{number:?}");
    let back = with_list(|spec| {
        spec.entries.clear();
        spec.this_update = x509::Time(spec.this_update.0 - 1200 * 86_400);
        spec.next_update = x509::Time(spec.next_update.0 - 1200 * 86_400);
    });
    assert!(back.contains(&"crl-time"), "{back:?}");
}

#[test]
fn nothing_is_issued_under_a_list_that_has_ended() {
    let history = History::back_to(&HISTORY, 3);
    // The newest list of bors is of day 300, and ends 400 days later.
    assert_eq!(broken(&history.make(&early_repository(day(690))).left(|_| ())), [""; 0]);
    let late = broken(&history.make(&early_repository(day(701))).left(|_| ()));
    assert_eq!(late, ["chain"]);
}
