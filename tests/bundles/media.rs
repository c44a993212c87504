//! `ceremony media` in ordinary folders: a rehearsal's bundles carried, and everything hostile that may lie beside them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use support::rehearsal;
use support::scratch::{copy_folder, files_under};
use support::{Outcome, Scratch, run};

use crate::{ceremony, said, text, vector};

#[test]
fn an_events_bundles_cross_on_a_disk_both_ways() {
    let rehearsal = rehearsal::plain().done();
    let folder = Scratch::new("media-both-ways");
    let [disk, inbound, back] = ["disk", "inbound", "back"].map(|name| folder.join(name));
    copy_folder(&rehearsal.dir.join("inbound"), &disk);
    let brought = bring(&disk, &inbound).expect(0);
    assert!(
        brought
            .out
            .contains(&format!("wrote {}", text(&inbound.join("plan.cbor")))),
        "{brought}"
    );
    assert!(
        brought
            .out
            .contains("passed over: inputs: it is a folder, and folders are not opened"),
        "{brought}"
    );
    let carried = files_under(&inbound);
    let there: Vec<_> = files_under(&disk)
        .into_iter()
        .filter(|file| !file.starts_with("inputs"))
        .collect();
    assert_eq!(carried, there);
    for file in &carried {
        assert_eq!(
            fs::read(inbound.join(file)).expect("here"),
            fs::read(disk.join(file)).expect("there")
        );
    }
    let again = bring(&disk, &inbound).expect(0);
    assert!(
        again.out.contains("plan.cbor is there already, the same octets."),
        "{again}"
    );
    assert!(again.out.contains("0 files copied and read back,"), "{again}");
    assert!(said(&again).contains(" there before, 1 passed over; "), "{again}");

    fs::create_dir(&back).expect("a folder");
    let outbound = rehearsal.dir.join("outbound");
    let taken = take(&outbound, &back).expect(0);
    assert!(
        said(&taken).contains("unmount the disk before you pull it out."),
        "{taken}"
    );
    assert!(!said(&taken).contains("countersignatures: "), "{taken}");
    let names: Vec<_> = files_under(&back)
        .iter()
        .map(|file| file.display().to_string())
        .filter(|name| !name.starts_with("countersignatures/"))
        .collect();
    let expected = [
        "approval-request-1.cbor",
        "opening.cbor",
        "record.cbor",
        "results.cbor",
        "results.cbor.sig",
    ];
    assert_eq!(names, expected);
    let of = |folder: &Path| {
        let folder = folder.join("countersignatures");
        let read = |name: &PathBuf| fs::read(folder.join(name)).expect("a signature");
        let all = files_under(&folder).into_iter().map(|name| (read(&name), name));
        all.collect::<Vec<_>>()
    };
    assert_eq!(of(&back), of(&outbound));
    assert!(of(&back).len() >= 5);
}

/// A link in the place of the folder leads nowhere, and whatever else has the name stays; nothing is written before that is seen.
#[test]
fn countersignatures_are_not_led_elsewhere() {
    let folder = Scratch::new("media-led");
    let outbound = rehearsal::plain().done().dir.join("outbound");
    let [disk, elsewhere] = ["disk", "elsewhere"].map(|name| folder.join(name));
    for place in [&disk, &elsewhere] {
        fs::create_dir(place).expect("a folder");
    }
    symlink(&elsewhere, disk.join("countersignatures")).expect("a link");
    let refused = take(&outbound, &disk).expect(1);
    assert!(
        refused.err.contains("countersignatures: something else has this name"),
        "{refused}"
    );
    assert!(files_under(&elsewhere).is_empty());
    assert_eq!(fs::read_dir(&disk).expect("a folder").count(), 1);
    // In the outbound folder, a link is not followed either.
    let own = folder.join("own");
    fs::create_dir(&own).expect("a folder");
    fs::copy(outbound.join("record.cbor"), own.join("record.cbor")).expect("a copy");
    symlink(outbound.join("countersignatures"), own.join("countersignatures")).expect("a link");
    fs::remove_file(disk.join("countersignatures")).expect("removed");
    let taken = take(&own, &disk).expect(0);
    let why = "passed over: countersignatures: it is a link, and links are not followed";
    assert!(said(&taken).contains(why), "{taken}");
    assert!(!disk.join("countersignatures").exists());
}

/// What lies on the disk already is another's, whatever its name; and a part of ours has a name that nobody foresees.
#[test]
fn parts_of_others_stay_and_two_runs_write_side_by_side() {
    let folder = Scratch::new("media-parts");
    let outbound = rehearsal::plain().done().dir.join("outbound");
    let disk = folder.join("disk");
    fs::create_dir(&disk).expect("a folder");
    let theirs = ["record.cbor.part", "opening.cbor.part"].map(|name| disk.join(name));
    fs::write(&theirs[0], b"somebody's only copy").expect("a file");
    symlink(folder.join("nowhere"), &theirs[1]).expect("a link");
    let outcomes = std::thread::scope(|scope| {
        let runs = [(); 2].map(|()| scope.spawn(|| take(&outbound, &disk)));
        runs.map(|run| run.join().expect("it ends"))
    });
    for outcome in outcomes {
        let _ = outcome.expect(0);
    }
    assert_eq!(fs::read(&theirs[0]).expect("it stays"), b"somebody's only copy");
    assert!(theirs[1].is_symlink() && !folder.join("nowhere").exists());
    let parts = fs::read_dir(&disk).expect("a folder").flatten();
    let parts = parts.filter(|entry| entry.file_name().to_string_lossy().ends_with(".part"));
    assert_eq!(parts.count(), 2, "none of ours is left");
    assert_eq!(
        fs::read(disk.join("record.cbor")).expect("there"),
        fs::read(outbound.join("record.cbor")).expect("here")
    );
}

#[test]
fn of_a_hostile_disk_the_good_bundle_alone_is_taken() {
    let folder = Scratch::new("media-hostile");
    let [disk, inbound] = ["disk", "inbound"].map(|name| folder.join(name));
    fs::create_dir(&disk).expect("a folder");
    let good = rehearsal::plain().done().dir.join("inbound");
    for name in ["review-member-1.cbor", "review-member-1.cbor.sig"] {
        fs::copy(good.join(name), disk.join(name)).expect("a copy");
    }
    hostile(&disk, &good);
    let brought = bring(&disk, &inbound).expect(0);
    let names: Vec<_> = files_under(&inbound)
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    assert_eq!(names, ["review-member-1.cbor", "review-member-1.cbor.sig"], "{brought}");
    let all = said(&brought);
    for why in [
        "review-member-2.cbor: it is a link, and links are not followed",
        "loop.cbor: it is a link, and links are not followed",
        "review-member-3.cbor: it is a pipe",
        "review-member-4.cbor: there is no good review-member-4.cbor.sig beside it",
        "review-member-5.cbor: what it holds must be called review-member-6.cbor",
        "review-member-5.cbor.sig: its bundle was passed over",
        "review-member-7.cbor: this is a signature (SSHSIG), and no bundle",
        "opening.cbor: the console itself makes bundles of type 'opening'",
        "plan.cbor.sig: its bundle is not there",
        "autorun.inf: its name is none of a bundle or of a signature",
        "bundles.zip: its name is none of a bundle or of a signature",
        "\\u{1b}[2J\\u{a}REFUSED.cbor: its name is none of a bundle or of a signature",
        "review-member-8.cbor: it has 4194305 octets, and at most 4194304 are read",
    ] {
        assert!(all.contains(&format!("passed over: {why}")), "{why}\n{brought}");
    }
    // A path is never folded.
    for line in brought.out.lines().filter(|line| !line.starts_with("     wrote ")) {
        let plain = line.bytes().all(|octet| (b' '..=b'~').contains(&octet));
        assert!(plain && line.chars().count() <= 80, "{line}");
    }
}

fn hostile(disk: &Path, good: &Path) {
    let at = |name: &str| disk.join(name);
    symlink(good.join("review-member-2.cbor"), at("review-member-2.cbor")).expect("a link");
    symlink("loop.cbor", at("loop.cbor")).expect("a link");
    let _ = run("mkfifo", [text(&at("review-member-3.cbor"))], "").expect(0);
    let copy = |from: &str, to: &str| assert!(fs::copy(good.join(from), at(to)).is_ok());
    copy("review-member-4.cbor", "review-member-4.cbor");
    copy("review-member-6.cbor", "review-member-5.cbor");
    copy("review-member-6.cbor.sig", "review-member-5.cbor.sig");
    copy("review-member-7.cbor.sig", "review-member-7.cbor");
    fs::copy(vector("opening"), at("opening.cbor")).expect("a copy");
    copy("review-member-1.cbor.sig", "plan.cbor.sig");
    fs::write(at("autorun.inf"), b"[autorun]\nopen=evil.exe\n").expect("a file");
    fs::write(at("bundles.zip"), b"PK\x03\x04").expect("a file");
    fs::write(at("\u{1b}[2J\nREFUSED.cbor"), b"x").expect("a file");
    fs::write(at(&format!("{}.cbor", "a".repeat(250))), b"x").expect("a file");
    let long = fs::File::create(at("review-member-8.cbor")).expect("a file");
    long.set_len(4 * 1024 * 1024 + 1).expect("a size");
}

#[test]
fn a_rehearsals_bundles_are_taken_only_when_that_is_said() {
    let folder = Scratch::new("media-mark");
    let good = rehearsal::plain().done().dir.join("inbound");
    let inbound = folder.join("inbound");
    fs::create_dir(&inbound).expect("a folder");
    let refused = ceremony(&["media", "in", "--disk", &text(&good), "--inbound", &text(&inbound)]).expect(1);
    assert!(
        refused.out.contains("the bundle carries the rehearsal mark"),
        "{refused}"
    );
    assert!(
        refused.err.contains("hint: see above why; --rehearsal takes"),
        "{refused}"
    );
    assert!(files_under(&inbound).is_empty());
}

#[test]
fn another_file_of_the_same_name_stops_all_before_anything_is_written() {
    let folder = Scratch::new("media-other");
    let good = rehearsal::plain().done().dir.join("inbound");
    let inbound = folder.join("inbound");
    fs::create_dir(&inbound).expect("a folder");
    fs::copy(good.join("review-member-1.cbor"), inbound.join("review-member-9.cbor")).expect("another");
    let refused = bring(&good, &inbound).expect(1);
    assert!(
        refused
            .err
            .contains("review-member-9.cbor: something else has this name"),
        "{refused}"
    );
    assert!(refused.err.contains("hint: nothing is ever overwritten"), "{refused}");
    assert_eq!(files_under(&inbound).len(), 1, "nothing was written");
}

#[test]
fn a_disk_that_is_not_there_or_empty_is_said() {
    let folder = Scratch::new("media-none");
    let missing = text(&folder.join("missing"));
    let outbound = text(&rehearsal::plain().done().dir.join("outbound"));
    let refused = ceremony(&[
        "media",
        "out",
        "--rehearsal",
        "--outbound",
        &outbound,
        "--disk",
        &missing,
    ])
    .expect(2);
    assert!(
        refused.err.contains("mount the disk, and name its folder with --disk"),
        "{refused}"
    );
    let refused = bring(&folder.join("missing"), &folder.join("inbound")).expect(2);
    assert!(refused.err.contains("missing is no folder\n"), "{refused}");
    assert!(
        refused.err.contains("hint: mount the disk, and name its folder"),
        "{refused}"
    );
    let refused = bring(&folder, &folder.join("inbound")).expect(1);
    assert!(refused.err.contains("nothing in "), "{refused}");
}

/// A folder that nobody reads would swallow what members brought.
#[test]
fn an_inbound_folder_that_is_not_there_is_refused_and_not_made() {
    let folder = Scratch::new("media-typo");
    let good = rehearsal::plain().done().dir.join("inbound");
    let typo = folder.join("inbuond");
    let refused = bring_as_it_is(&good, &typo).expect(2);
    assert!(
        refused
            .err
            .contains("inbuond is no folder\nceremony: hint: make it, or name with --inbound"),
        "{refused}"
    );
    assert!(!typo.exists());
}

/// Into an inbound folder that is there, as an event has one.
pub fn bring(disk: &Path, inbound: &Path) -> Outcome {
    fs::create_dir_all(inbound).expect("a folder");
    bring_as_it_is(disk, inbound)
}

fn bring_as_it_is(disk: &Path, inbound: &Path) -> Outcome {
    ceremony(&[
        "media",
        "in",
        "--rehearsal",
        "--disk",
        &text(disk),
        "--inbound",
        &text(inbound),
    ])
}

pub fn take(outbound: &Path, disk: &Path) -> Outcome {
    ceremony(&[
        "media",
        "out",
        "--rehearsal",
        "--outbound",
        &text(outbound),
        "--disk",
        &text(disk),
    ])
}
