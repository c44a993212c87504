//! Events that are not the first: what is asked of the keys that stand, of lists that follow others, and of signatures.

use p384::ecdsa::Signature;
use p384::ecdsa::signature::Signer as _;
use record::journal::{Journal, What};
use record::messages::{Attendance, NOT_COMPARED, Refusal, Review};
use record::record::{Exception, Record};
use record::{Body as _, Bundle, Digest, Time};
use verifier::{check_event, check_record};

use crate::common::HISTORY;
use crate::common::broken::again;
use crate::common::event::{Left, console as signed_by, journal, private, state_as, write};
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

/// The revocation lists' event with these words on the store, and perhaps a refusal and an exception.
fn told(compared: impl Fn(usize) -> Option<bool>, refuses: Option<usize>, told: Option<&str>) -> Left {
    left(REFRESH, |r| {
        for (n, signed) in r.reviews.iter_mut().enumerate() {
            again::<Review>(signed, |review| review.compared = compared(n));
        }
        r.refusals.extend(refuses.map(|n| r.reviews[n].clone()));
        r.exceptions.extend(told.map(|what| {
            let (step, at, what) = (None, Time(r.ended.0 - 10), what.to_owned());
            Exception { step, at, what }
        }));
    })
}

fn says(compared: impl Fn(usize) -> Option<bool>, refuses: Option<usize>, is_told: bool) -> Vec<&'static str> {
    broken(&told(compared, refuses, is_told.then_some(NOT_COMPARED)))
}

#[test]
fn that_nobody_compared_what_stands_is_an_exception() {
    let differs = |found: &[&str]| found.contains(&"journal-differs");
    assert_eq!(
        says(|_| Some(false), None, false),
        ["nobody-compared", "journal-differs"]
    );
    let told = says(|_| Some(false), None, true);
    assert!(!differs(&told), "{told:?}");
    // One who compared is enough, unless they refuse.
    let one = |n| Some(n == 8);
    assert_eq!(says(one, None, false), [""; 0]);
    assert!(differs(&says(one, Some(8), false)));
    let told = says(one, Some(8), true);
    assert!(!differs(&told), "{told:?}");
    let other = says(one, Some(7), false);
    assert!(!differs(&other), "{other:?}");
    let silent = says(|_| None, None, false);
    assert!(silent.contains(&"review-standing"), "{silent:?}");
    // It is told where it is so, and nowhere else.
    assert!(differs(&says(one, None, true)));
}

#[test]
fn a_record_alone_shows_that_nobody_compared() {
    let rules = |refuses, what| {
        let left = told(|n| Some(n == 8), refuses, what);
        let findings = check_record(&left.plan, &left.record, true).err().unwrap_or_default();
        Vec::from_iter(findings.into_iter().map(|finding| finding.rule))
    };
    let nobody = |found: &[&str]| found.contains(&"nobody-compared");
    assert_eq!(rules(None, None), [""; 0]);
    assert!(nobody(&rules(Some(8), None)));
    assert!(!nobody(&rules(Some(8), Some(NOT_COMPARED))));
    assert!(!nobody(&rules(Some(7), None)));
}

#[test]
fn another_exception_of_the_same_second_does_not_say_that_nobody_compared() {
    let left = told(|_| Some(false), None, Some("a stop"));
    let findings = check_event(&left.files(), true, NOW).expect_err("nothing says so");
    let said = "journal and record tell of different exceptions that nobody compared";
    let found: Vec<_> = findings.iter().map(|one| one.what.as_str()).collect();
    assert!(found.contains(&said), "{found:#?}");
    assert!(!found.iter().any(|what| what.contains("stops")), "{found:#?}");
}

/// The reviews that count are those that were there when they were counted, of members who had not refused.
#[test]
fn reviews_are_counted_as_the_console_counted_them() {
    let counted_after = |reviews: usize, refusals_first: bool| {
        let mut record = HISTORY.made[REFRESH].record.clone();
        record.refusals = record.reviews[..4].to_vec();
        let whole = Journal::read(&journal(&record)).expect("reads").entries;
        let mut all: Vec<What> = whole.into_iter().map(|entry| entry.what).collect();
        let is_review = |what: &What| matches!(what, What::Received { kind, .. } if kind == Review::TYPE);
        let is_refusal = |what: &What| matches!(what, What::Received { kind, .. } if kind == Refusal::TYPE);
        let refusals: Vec<What> = all.extract_if(.., |what| refusals_first && is_refusal(what)).collect();
        let counted = all
            .iter()
            .position(|what| matches!(what, What::Gathered { .. }))
            .expect("counted");
        let counted = all.remove(counted);
        let places: Vec<_> = (0..all.len()).filter(|n| is_review(&all[*n])).collect();
        all.insert(places[reviews - 1] + 1, counted);
        all.splice(places[0]..places[0], refusals);
        let bytes = write(&record, all);
        state_as(&mut record, &bytes);
        record.journal_entries = Journal::read(&bytes).expect("reads").entries.len() as u64;
        record.journal = Digest::of(&bytes);
        let findings = check_event(&HISTORY.made[REFRESH].sign(&record, bytes).files(), true, NOW);
        let said = "journal and record tell of different ends of the reviews";
        !findings.err().unwrap_or_default().iter().any(|one| one.what == said)
    };
    assert!(counted_after(9, false) && counted_after(9, true) && counted_after(5, false));
    assert!(!counted_after(4, false) && !counted_after(8, true));
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
