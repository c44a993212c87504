//! Each next roster, by `ceremony bundle verify`: it comes into force with the signed record of its event.

use std::fs;
use std::path::PathBuf;

use record::record::Record;
use record::{Bundle, Digest};
use support::{Outcome, Scratch, ours, run};

use super::read::{journey, numbered};

#[test]
fn each_next_roster_is_verified_by_the_record_that_adopts_it() {
    let last = numbered("roster", ".cbor");
    for number in 2..=last {
        let (record, adopting) = adopting(number);
        let good = verify(number, &["--record", &record]).expect(0);
        let words = format!("The record of {} adopts it, by its digest.", adopting.body.event);
        assert!(good.out.contains(&words), "{good}");
        assert!(good.out.contains("Signed well: member-"), "{good}");
    }
}

#[test]
fn without_that_record_or_with_another_one_it_is_refused() {
    let alone = verify(2, &[]).expect(2);
    assert!(
        alone
            .err
            .contains("nobody signed it by itself: a roster comes into force with the record of its event"),
        "{alone}"
    );
    assert!(alone.err.contains("name that record with --record FILE"), "{alone}");
    let founding = journey().in_store("events/root-generation-1/record.cbor");
    let other = verify(2, &["--record", &founding]).expect(1);
    assert!(
        other
            .err
            .contains("the record of root-generation-1 does not adopt this roster"),
        "{other}"
    );
    let later = adopting(3).0;
    let other = verify(2, &["--record", &later]).expect(1);
    assert!(other.err.contains(", and this one follows "), "{other}");
    let first = [
        "bundle",
        "verify",
        &journey().in_store("roster/1.cbor"),
        "--rehearsal",
        "--record",
        &later,
    ];
    let idle = run(ours("ceremony"), first, "").expect(2);
    assert!(
        idle.err
            .contains("--record says by which event a next roster came into force, and this is none"),
        "{idle}"
    );
    let roster = journey().in_store("roster/1.cbor");
    let other = verify(2, &["--record", &roster]).expect(2);
    assert!(other.err.contains("is of type 'roster', and no record"), "{other}");
}

#[test]
fn a_record_that_too_few_signed_adopts_nothing() {
    let folder = Scratch::new("roster-adopted");
    let record = folder.join("record.cbor");
    fs::copy(adopting(2).0, &record).expect("copied");
    let record = support::rehearsal::text(&record);
    let short = verify(2, &["--record", &record]).expect(1);
    assert!(
        short.err.contains("0 good signatures are there, and 5 are needed"),
        "{short}"
    );
}

/// The record that brings a roster into force.
fn adopting(number: usize) -> (String, Bundle<Record>) {
    let digest = Digest::of(&fs::read(roster(number)).expect("a roster"));
    let events = fs::read_dir(journey().store("events")).expect("events");
    let records = events.map(|event| event.expect("an entry").path().join("record.cbor"));
    let mut read = records.map(|path| {
        let record = Bundle::<Record>::decode(&fs::read(&path).expect("a record")).expect("a record");
        (support::rehearsal::text(&path), record)
    });
    let found = read.find(|(_, record)| record.body.adopted.values().any(|adopted| *adopted == digest));
    found.unwrap_or_else(|| panic!("no record adopts roster {number}"))
}

fn roster(number: usize) -> PathBuf {
    journey().store(&format!("roster/{number}.cbor"))
}

fn verify(number: usize, more: &[&str]) -> Outcome {
    let [next, before] = [number, number - 1].map(|n| support::rehearsal::text(&roster(n)));
    let words = [&["bundle", "verify", &next, "--roster", &before, "--rehearsal"], more].concat();
    run(ours("ceremony"), words, "")
}
