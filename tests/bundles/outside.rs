//! `ceremony-verify bundle`: what somebody reads who has the verifier alone.

use std::fs;

use record::Digest;
use support::{Scratch, rehearsal};

use crate::{outside, root_and_roster, said, text};

#[test]
fn says_what_it_is_whose_signature_is_good_and_what_that_leaves_open() {
    let rehearsal = rehearsal::plain().done();
    let [root, roster] = root_and_roster(rehearsal);
    let review = rehearsal.dir.join("inbound/review-member-1.cbor");
    let arguments = ["--rehearsal", "--roster", &roster, &text(&review)];
    let good = outside(&arguments).expect(0);
    let digest = Digest::of(&fs::read(&review).expect("a review"));
    for words in [
        "it is a bundle of type 'review', a member's word to have read and re-derived a plan: ",
        &format!("octets in their one encoding, SHA-256 {digest}"),
        "review-member-1.cbor.sig: good, review@pki.rust-lang.org, by member-1 with ssh-ed25519 SHA256:",
        "- signed well: member-1",
        "whether roster 1 was in force then: nothing here leads to it from a root",
        "whether what it says is true",
        "Nothing is wrong. What was checked rests on keys in the files given, and no root leads to them",
    ] {
        assert!(said(&good).contains(words), "{words}: {good}");
    }
    for line in good.out.lines() {
        assert!(line.chars().count() <= 80 || line.contains("inbound/"), "{line}");
    }
    // The root has the first roster's digest, so that then nothing about it stays open.
    let rooted = outside(&[&arguments[..], &["--root", &root]].concat()).expect(0);
    assert!(said(&rooted).contains("- root 'CN=Rust Rehearsal Root 1"), "{rooted}");
    assert!(!said(&rooted).contains("whether roster 1"), "{rooted}");
    assert!(
        said(&rooted).contains("What was checked follows from the root given"),
        "{rooted}"
    );
    // Nobody signs a plan: no root makes it anybody's.
    let plan = text(&rehearsal.dir.join("inbound/plan.cbor"));
    let unsigned = outside(&["--rehearsal", "--root", &root, &plan]).expect(0);
    let meaning = "Nothing contradicts itself. No signature stands behind it, so nothing says whose it is";
    assert!(said(&unsigned).contains(meaning), "{unsigned}");
}

#[test]
fn what_is_wrong_is_a_finding_with_file_and_rule() {
    let rehearsal = rehearsal::plain().done();
    let [root, roster] = root_and_roster(rehearsal);
    let review = text(&rehearsal.dir.join("inbound/review-member-1.cbor"));
    let other = text(&rehearsal.dir.join("inbound/review-member-2.cbor.sig"));
    let results = text(&rehearsal.dir.join("outbound/results.cbor"));
    let record = text(&rehearsal.dir.join("outbound/record.cbor"));
    let of_other = rehearsal::other().done().in_store("certs/root-1.pem");
    let alone = Scratch::new("bundle-outside");
    fs::copy(&review, alone.join("review.cbor")).expect("copied");
    let alone = text(&alone.join("review.cbor"));
    for (arguments, rule, what) in [
        (
            vec!["--rehearsal", "--roster", &roster, "--signature", &other, &review],
            "signature-bad",
            "the signature does not fit the key and what is signed",
        ),
        (
            vec!["--rehearsal", "--roster", &roster, &alone],
            "signatures-missing",
            "0 good signatures are there, and 1 are needed",
        ),
        (
            vec!["--rehearsal", "--root", &of_other, &results],
            "console-key-bad",
            "the console's certificate does not hold: ",
        ),
        (
            vec!["--rehearsal", "--root", &of_other, &roster],
            "roster-unanchored",
            "the root does not name it as the first roster",
        ),
        (
            vec!["--rehearsal", "--roster", &roster, "--threshold", "10", &record],
            "signatures-missing",
            "and 10 are needed",
        ),
        (
            vec!["--root", &root, &review],
            "rehearsal-refused",
            "this root is a rehearsal's",
        ),
        (
            vec!["--roster", &roster, &review],
            "rehearsal-refused",
            "the bundle carries the rehearsal mark",
        ),
    ] {
        let refused = outside(&arguments).expect(1);
        assert!(refused.out.contains(&format!("[{rule}]")), "{rule}: {refused}");
        assert!(said(&refused).contains(what), "{what}: {refused}");
    }
    let first = outside(&["--rehearsal", "--root", &root, &roster]).expect(0);
    assert!(
        said(&first).contains("the root names it as the first roster, by its digest"),
        "{first}"
    );
}

#[test]
fn a_program_reads_the_same_in_json_and_what_is_missing_is_said() {
    let rehearsal = rehearsal::plain().done();
    let [_, roster] = root_and_roster(rehearsal);
    let review = text(&rehearsal.dir.join("inbound/review-member-1.cbor"));
    let json = outside(&["--rehearsal", "--json", "--roster", &roster, &review]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["ok"], true);
    assert_eq!(json["rests_on"], "keys");
    let wanted = outside(&["--rehearsal", &review]).expect(2);
    assert!(
        wanted
            .err
            .contains("a member signs it, and no roster says with which key")
            && wanted.err.contains("hint: name the roster in force with --roster FILE"),
        "{wanted}"
    );
    let none = outside(&["--rehearsal", &format!("{review}.sig")]).expect(3);
    assert!(
        none.err.contains("this is a signature (SSHSIG), and no bundle")
            && none.err.contains("hint: name the bundle that it signs"),
        "{none}"
    );
}
