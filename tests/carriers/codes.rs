//! Codes in pictures: still ones, read by us and by zbar, and an animation of which a fifth is lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::Scratch;
use support::rehearsal::text;
use support::seed::Seed;
use transfer::{Receiver, Taken};

use super::sent::{all, ceremony};

#[test]
fn every_type_crosses_in_still_codes_for_us_and_for_zbar() {
    let scratch = Scratch::new("carriers-still");
    for one in all(&scratch) {
        let [codes, back] = ["codes", "back"].map(|end| scratch.join(format!("{}-{end}", one.kind.name)));
        let _ = ceremony(&["bundle", "qr", &text(&one.file), "--still", "--png", &text(&codes)]).expect(0);
        let scanned = ceremony(&["bundle", "scan", &text(&codes), "--out", &text(&back)]).expect(0);
        assert!(
            scanned.out.contains(&format!("A bundle of type {},", one.kind.name)),
            "{scanned}"
        );
        one.arrived(&back, &one.signature);
        one.arrived_as(&by_zbar(&pictures(&codes)));
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
        one.arrived(&back, &one.signature);
    }
}

/// The bundle, by a reader that we did not write.
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
