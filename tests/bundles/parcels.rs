//! A parcel as a file: shown, verified and compared as the bundle in it.

use std::fs;
use std::path::PathBuf;

use record::{Digest, parcel};
use support::{Scratch, rehearsal};

use crate::{ceremony, outside, root_and_roster, said, text};

/// The review of a member with the signature beside it, as codes hold it.
fn packed(scratch: &Scratch, member: &str) -> (PathBuf, Vec<u8>) {
    let name = format!("review-{member}.cbor");
    let folder = rehearsal::plain().done().dir.join("inbound");
    let [review, signature] = ["", ".sig"].map(|end| fs::read(folder.join(format!("{name}{end}"))).expect("a review"));
    let octets = parcel::pack(&name, review.clone(), vec![(None, signature)]).expect("they belong together");
    let path = scratch.join(format!("{member}.cbor"));
    fs::write(&path, octets).expect("a file");
    (path, review)
}

#[test]
fn a_parcel_is_verified_as_the_bundle_in_it_by_the_signature_in_it() {
    let scratch = Scratch::new("bundle-parcel");
    let [_, roster] = root_and_roster(rehearsal::plain().done());
    let (path, review) = packed(&scratch, "member-1");
    let good = ceremony(&["bundle", "verify", "--rehearsal", "--roster", &roster, &text(&path)]).expect(0);
    let shown = said(&good);
    assert!(shown.contains("In it is a bundle of type review: "), "{good}");
    assert!(
        shown.contains("review-member-1.cbor.sig: good, review@pki.rust-lang.org, by member-1"),
        "{good}"
    );
    assert!(shown.contains("Signed well: member-1."), "{good}");
    let digest = Digest::of(&review);
    assert!(shown.contains(&digest.blocks()[0]), "people compare the bundle: {good}");
    let by_outside = |path: &PathBuf| outside(&["--rehearsal", "--roster", &roster, &text(path)]);
    let same = by_outside(&path).expect(0);
    for words in [
        "it is a bundle of type 'parcel'",
        &format!("SHA-256 {digest}"),
        "review-member-1.cbor.sig: good, review@pki.rust-lang.org, by member-1 with ssh-ed25519 SHA256:",
        "- signed well: member-1",
    ] {
        assert!(said(&same).contains(words), "{words}: {same}");
    }
    // Another's signature that is named counts, and the good one in it does not.
    let review_2 = text(&rehearsal::plain().done().dir.join("inbound/review-member-2.cbor.sig"));
    let named = outside(&[
        "--rehearsal",
        "--roster",
        &roster,
        "--signature",
        &review_2,
        &text(&path),
    ])
    .expect(1);
    assert!(named.out.contains("[signature-bad]"), "{named}");
    let marked = outside(&["--roster", &roster, &text(&path)]).expect(1);
    assert!(marked.out.contains("[rehearsal-refused]"), "{marked}");
    // Well signed, and not by whom the roster has.
    let key = text(&scratch.join("key"));
    let _ = support::run(
        "ssh-keygen",
        ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &key],
        "",
    )
    .expect(0);
    let file = scratch.join("review-member-1.cbor");
    fs::write(&file, &review).expect("a file");
    let sign = [
        "-q",
        "-Y",
        "sign",
        "-f",
        &key,
        "-n",
        "review@pki.rust-lang.org",
        &text(&file),
    ];
    let _ = support::run("ssh-keygen", sign, "").expect(0);
    let signature = fs::read(scratch.join("review-member-1.cbor.sig")).expect("a signature");
    let other = parcel::pack("review-member-1.cbor", review.clone(), vec![(None, signature.clone())]).expect("packed");
    fs::write(&path, other).expect("a file");
    let bad = ceremony(&["bundle", "verify", "--rehearsal", "--roster", &roster, &text(&path)]).expect(1);
    assert!(bad.err.contains("which is nobody's in roster 1"), "{bad}");
    let bad = by_outside(&path).expect(1);
    assert!(said(&bad).contains("which is nobody's in roster 1"), "{bad}");
    let alone = parcel::pack_alone("review-member-1.cbor", &review, None, signature).expect("packed");
    fs::write(&path, alone).expect("a file");
    let alone = ceremony(&["bundle", "verify", "--rehearsal", "--roster", &roster, &text(&path)]).expect(2);
    assert!(
        alone.err.contains("the signature is alone in it, without its bundle"),
        "{alone}"
    );
    let alone = by_outside(&path).expect(2);
    for words in [
        "the signature is alone in it, without its bundle",
        "hint: give the bundle, with --signature FILE",
    ] {
        assert!(alone.err.contains(words), "{alone}");
    }
}

#[test]
fn two_parcels_are_compared_into_their_bundles() {
    let scratch = Scratch::new("bundle-parcels");
    let [one, two] = ["member-1", "member-2"].map(|member| packed(&scratch, member));
    let differ = ceremony(&["bundle", "diff", &text(&one.0), &text(&two.0)]).expect(0);
    assert!(said(&differ).contains("member: member-1, then member-2"), "{differ}");
    assert!(
        said(&differ).contains("signatures, number 1, signature: one, then another"),
        "{differ}"
    );
    for (_, review) in [&one, &two] {
        assert!(differ.out.contains(&Digest::of(review).blocks()[1]), "{differ}");
    }
    let shown = ceremony(&["bundle", "show", &text(&one.0)]).expect(0);
    assert!(shown.out.contains("The bundle in it:\n"), "{shown}");
    assert!(shown.out.contains("review: a member's word to have read"), "{shown}");
    for line in differ.out.lines().chain(shown.out.lines()) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
