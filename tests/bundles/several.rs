//! A bundle that several sign: each counts once, under the name that its file has, and enough must have signed.

use std::fs;
use std::path::PathBuf;

use support::rehearsal;
use support::{Outcome, Scratch, ours, run};

use crate::{root_and_roster, said, text, vector};

use super::signatures::verify;

#[test]
fn a_record_has_several_signers_and_each_counts_once() {
    let rehearsal = rehearsal::plain().done();
    let [_, roster] = root_and_roster(rehearsal);
    let record = rehearsal.dir.join("outbound/record.cbor");
    let good = verify(&record, &["--roster", &roster, "--threshold", "9"]).expect(0);
    assert!(
        said(&good).contains("Signed well: member-1, member-2, member-3,"),
        "{good}"
    );
    let short = verify(&record, &["--roster", &roster, "--threshold", "10"]).expect(1);
    assert!(
        short.err.contains("9 good signatures are there, and 10 are needed"),
        "{short}"
    );
    let one = text(&rehearsal.dir.join("outbound/countersignatures/member-1.sig"));
    let twice = verify(
        &record,
        &[
            "--roster",
            &roster,
            "--signature",
            &one,
            "--signature",
            &one,
            "--threshold",
            "2",
        ],
    );
    assert!(
        twice
            .expect(1)
            .err
            .contains("1 good signature is there, and 2 are needed")
    );
}

#[test]
fn signatures_lie_beside_a_file_under_the_members_names() {
    let rehearsal = rehearsal::plain().done();
    let [_, roster] = root_and_roster(rehearsal);
    let folder = Scratch::new("bundle-beside");
    let record = folder.join("record.cbor");
    fs::copy(rehearsal.dir.join("outbound/record.cbor"), &record).expect("a copy");
    let none = verify(&record, &["--roster", &roster]).expect(1);
    assert!(
        none.err.contains("0 good signatures are there, and 5 are needed"),
        "{none}"
    );
    let signature = |n: u8| rehearsal.dir.join(format!("outbound/countersignatures/member-{n}.sig"));
    for n in [1, 2] {
        fs::copy(signature(n), folder.join(format!("record.cbor.member-{n}.sig"))).expect("a copy");
    }
    let good = verify(&record, &["--roster", &roster, "--threshold", "2"]).expect(0);
    assert!(said(&good).contains("Signed well: member-1, member-2."), "{good}");
    assert!(said(&good).contains("Signatures needed: 2, as you said."), "{good}");
    assert!(
        said(&good).contains("present, and no signature here: member-3,"),
        "{good}"
    );
    // A name that says another member, then no signature at all.
    fs::copy(signature(1), folder.join("record.cbor.member-3.sig")).expect("a copy");
    let named = verify(&record, &["--roster", &roster]).expect(1);
    assert!(
        named
            .err
            .contains("the file is called member-3's, and the key is member-1's"),
        "{named}"
    );
    fs::write(folder.join("record.cbor.member-3.sig"), b"none").expect("a file");
    assert!(
        verify(&record, &["--roster", &roster])
            .expect(1)
            .err
            .contains("this is no signature: it has no line -----BEGIN SSH SIGNATURE-----")
    );
}

#[test]
fn a_records_signatures_cross_from_both_places_and_the_same_one_is_one() {
    let rehearsal = rehearsal::plain().done();
    let folder = Scratch::new("bundle-both");
    let record = folder.join("record.cbor");
    fs::copy(rehearsal.dir.join("outbound/record.cbor"), &record).expect("a copy");
    let signature = |n: u8| rehearsal.dir.join(format!("outbound/countersignatures/member-{n}.sig"));
    fs::create_dir(folder.join("countersignatures")).expect("a folder");
    for n in [1, 2] {
        let name = format!("countersignatures/member-{n}.sig");
        fs::copy(signature(n), folder.join(name)).expect("a copy");
    }
    fs::copy(signature(1), folder.join("record.cbor.member-1.sig")).expect("a copy");
    let record = text(&record);
    let codes = ["--qr", "--animate", "--frames", "1"];
    let console = run(
        ours("ceremony"),
        [&["bundle", "qr", &record][..], &codes[1..]].concat(),
        "",
    );
    let member = run(ours("ceremony-member"), [&["show", &record][..], &codes].concat(), "");
    for shown in [console, member] {
        let shown = shown.expect(0);
        let signed = shown.out.matches("Signature of member-").count();
        assert_eq!(signed, 2, "{shown}");
        assert!(shown.out.contains("Signature of member-2: "), "{shown}");
    }
    let [_, roster] = root_and_roster(rehearsal);
    let record = PathBuf::from(record);
    let good = verify(&record, &["--roster", &roster, "--threshold", "2"]).expect(0);
    assert!(said(&good).contains("Signed well: member-1, member-2."), "{good}");
}

#[test]
fn without_a_number_more_than_half_of_the_roster_must_have_signed() {
    let rehearsal = rehearsal::plain().done();
    let [_, roster] = root_and_roster(rehearsal);
    let folder = Scratch::new("bundle-half");
    let record = folder.join("record.cbor");
    fs::copy(rehearsal.dir.join("outbound/record.cbor"), &record).expect("a copy");
    for n in 1..=5 {
        let signature = rehearsal.dir.join(format!("outbound/countersignatures/member-{n}.sig"));
        fs::copy(signature, folder.join(format!("record.cbor.member-{n}.sig"))).expect("a copy");
        let ran = verify(&record, &["--roster", &roster]);
        if n == 5 {
            let good = ran.expect(0);
            let needed = "Signatures needed: 5, more than half of the 9 in roster 1;";
            assert!(said(&good).contains(needed), "{good}");
            let names = "Signed well: member-1, member-2, member-3, member-4, member-5.";
            assert!(said(&good).contains(names), "{good}");
        } else {
            let short = ran.expect(1);
            let names: Vec<String> = (1..=n).map(|n| format!("member-{n}")).collect();
            let there = match n {
                1 => "1 good signature is there".to_owned(),
                _ => format!("{n} good signatures are there"),
            };
            let words = format!("{there}, and 5 are needed: {} signed", names.join(", "));
            assert!(said_badly(&short).contains(&words), "{short}");
        }
    }
    // Of an image's manifest it is as many as `ceremony-member image` wants; and no number is too small to be said.
    let manifest = PathBuf::from(vector("image-manifest"));
    let short = verify(&manifest, &["--roster", &roster]).expect(1);
    let words = "0 good signatures are there, and 2 are needed";
    assert!(short.err.contains(words), "{short}");
    let _ = verify(&manifest, &["--roster", &roster, "--threshold", "0"]).expect(2);
}

/// Standard error without the ends of its lines.
fn said_badly(outcome: &Outcome) -> String {
    outcome.err.split_whitespace().collect::<Vec<_>>().join(" ")
}
