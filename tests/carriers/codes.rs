//! Codes in pictures: still ones, read by us and by zbar, and an animation of which a fifth is lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::Scratch;
use support::process::workspace;
use support::rehearsal::text;
use support::seed::Seed;
use transfer::{Receiver, Taken};

use super::sent::{Sent, all, ceremony, member};

#[test]
fn every_type_crosses_in_still_codes_for_us_and_for_zbar() {
    let scratch = Scratch::new("carriers-still");
    for one in all(&scratch) {
        let [codes, back] = ["codes", "back"].map(|end| scratch.join(format!("{}-{end}", one.kind.name)));
        let sent = ceremony(&["bundle", "qr", &text(&one.file), "--still", "--png", &text(&codes)]);
        if one.is_too_large_with_its_signature() {
            assert!(sent.expect(1).err.contains("at most 6000 go"));
            in_two(&scratch, &one);
            continue;
        }
        assert!(sent.expect(0).out.contains("Signature: by key SHA256:"));
        let scanned = ceremony(&["bundle", "scan", &text(&codes), "--out", &text(&back)]).expect(0);
        assert!(
            scanned.out.contains(&format!("A bundle of type {},", one.kind.name)),
            "{scanned}"
        );
        one.arrived_signed(&back);
        one.arrived_as(&by_zbar(&pictures(&codes)));
    }
}

/// The bundle alone, and then its signature alone.
fn in_two(scratch: &Scratch, one: &Sent) {
    let [bundle, signature, back, beside] =
        ["bundle", "signature", "back", "beside.sig"].map(|name| scratch.join(name));
    let file = text(&one.file);
    let alone = ceremony(&["bundle", "qr", &file, "--alone", "--still", "--png", &text(&bundle)]).expect(0);
    assert!(alone.out.contains("No signature is with it."), "{alone}");
    let words = [
        "bundle",
        "qr",
        &text(&one.signature),
        "--of",
        &file,
        "--still",
        "--png",
        &text(&signature),
    ];
    assert!(
        ceremony(&words)
            .expect(0)
            .out
            .contains("A signature alone, of a rehearsal.")
    );
    for (codes, out) in [(&bundle, &back), (&signature, &beside)] {
        let _ = ceremony(&["bundle", "scan", &text(codes), "--out", &text(out)]).expect(0);
    }
    one.arrived(&back, &beside);
}

#[test]
fn every_type_crosses_from_a_member_to_the_console_and_back() {
    let scratch = Scratch::new("carriers-member");
    for one in all(&scratch) {
        let paths = ["out", "there", "home", "back"].map(|end| scratch.join(format!("{}-{end}", one.kind.name)));
        let [out, there, home, back] = paths.each_ref().map(|path| text(path));
        let _ = member(&["show", &text(&one.file), "--png", &out]).expect(0);
        let _ = ceremony(&["bundle", "scan", &out, "--out", &there]).expect(0);
        one.arrived_signed(&paths[1]);
        // Under its name, with which it came.
        let folder = scratch.join(format!("{}-named", one.kind.name));
        fs::create_dir(&folder).expect("a folder");
        let named = folder.join(one.file.file_name().expect("a name"));
        for end in ["", ".sig"] {
            fs::copy(format!("{there}{end}"), format!("{}{end}", named.display())).expect("a copy");
        }
        let _ = ceremony(&["bundle", "qr", &text(&named), "--png", &home]).expect(0);
        let _ = member(&["scan", &home, "--out", &back]).expect(0);
        one.arrived_signed(&paths[3]);
    }
}

#[test]
fn several_signatures_cross_with_their_bundle_each_under_its_name() {
    let scratch = Scratch::new("carriers-several");
    let sent = all(&scratch);
    let one = sent.iter().find(|one| one.kind.name == "record").expect("a record");
    let folder = one.file.parent().expect("a folder").join("countersignatures");
    fs::create_dir(&folder).expect("a folder");
    // Whose they are, `bundle verify` judges; here it is how they cross.
    for id in ["member-1", "member-2"] {
        fs::copy(&one.signature, folder.join(format!("{id}.sig"))).expect("a copy");
    }
    let [codes, back] = ["codes", "back.cbor"].map(|name| scratch.join(name));
    let _ = ceremony(&["bundle", "qr", &text(&one.file), "--animate", "--png", &text(&codes)]).expect(0);
    let _ = ceremony(&["bundle", "scan", &text(&codes), "--out", &text(&back)]).expect(0);
    for end in ["sig", "member-1.sig", "member-2.sig"] {
        one.arrived(&back, &scratch.join(format!("back.cbor.{end}")));
    }
}

#[test]
fn a_parcel_that_lies_there_as_a_file_crosses_as_what_is_in_it() {
    let scratch = Scratch::new("carriers-parcel");
    let vector = workspace().join("tests/vectors/parcel.cbor");
    let [codes, back] = ["codes", "back.cbor"].map(|name| scratch.join(name));
    let _ = ceremony(&["bundle", "qr", &text(&vector), "--png", &text(&codes)]).expect(0);
    let _ = ceremony(&["bundle", "scan", &text(&codes), "--out", &text(&back)]).expect(0);
    let review = fs::read(workspace().join("tests/vectors/review.cbor")).expect("the vector");
    assert_eq!(fs::read(&back).expect("the bundle in it"), review);
    assert!(scratch.join("back.cbor.sig").is_file());
}

#[test]
fn what_lies_beside_a_bundle_and_is_not_its_signature_is_not_sent() {
    let scratch = Scratch::new("carriers-wrong");
    let sent = all(&scratch);
    // A registration and a recipient: of what nobody signs another sentence is said.
    let (one, other) = (&sent[2], &sent[3]);
    fs::copy(&other.signature, &one.signature).expect("a copy");
    for outcome in [
        ceremony(&["bundle", "qr", &text(&one.file), "--png", &text(&scratch.join("a"))]),
        member(&["show", &text(&one.file), "--png", &text(&scratch.join("a"))]),
    ] {
        let said = outcome.expect(3).err.clone();
        assert!(
            said.contains("the signature beside it is not of this bundle: "),
            "{said}"
        );
        assert!(said.contains("send the bundle alone (--alone)"), "{said}");
    }
    for outcome in [
        ceremony(&["bundle", "qr", &text(&other.signature)]),
        member(&["show", &text(&other.signature), "--qr"]),
    ] {
        assert!(outcome.expect(2).err.contains("say --of BUNDLE"));
    }
}

#[test]
fn every_type_crosses_in_an_animation_of_which_a_fifth_is_lost_in_any_order() {
    let scratch = Scratch::new("carriers-animation");
    let mut seed = Seed::of("carriers::animation");
    for one in all(&scratch) {
        let [codes, back] = ["codes", "back"].map(|end| scratch.join(format!("{}-{end}", one.kind.name)));
        let words = [
            "bundle",
            "qr",
            &text(&one.file),
            "--animate",
            "--frames",
            "40",
            "--png",
            &text(&codes),
        ];
        let _ = ceremony(&words).expect(0);
        let mut left = pictures(&codes);
        assert_eq!(left.len(), 40);
        let mut shown = Vec::new();
        while left.len() > 8 {
            shown.push(text(&left.swap_remove(seed.choose("the next frame", left.len()) - 1)));
        }
        let words: Vec<&str> = shown.iter().map(String::as_str).collect();
        let scanned = ceremony(&[&["bundle", "scan", "--out", &text(&back)], words.as_slice()].concat()).expect(0);
        assert!(scanned.out.contains("; complete"), "{scanned}");
        one.arrived_signed(&back);
    }
}

/// What was sent, by a reader that we did not write.
fn by_zbar(pictures: &[PathBuf]) -> Vec<u8> {
    let mut receiver = Receiver::new();
    for picture in pictures {
        let mut zbar = Command::new("zbarimg");
        let read = zbar
            .args(["--quiet", "--raw", "--oneshot", "-Sbinary"])
            .arg(picture)
            .output();
        let read = read.expect("zbarimg is installed (Debian: zbar-tools)");
        assert!(read.status.success(), "zbar sees no code in {}", picture.display());
        let taken = receiver.take(&read.stdout);
        assert!(
            matches!(taken, Taken::New | Taken::Complete),
            "{}: {taken:?}",
            picture.display()
        );
    }
    receiver.bundle().expect("it is whole").to_vec()
}

/// The files of a folder, in the order of their names.
pub fn pictures(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}
