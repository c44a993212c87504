//! A sheet of paper, as a browser sets it.

use std::path::Path;
use std::process::Command;

use support::rehearsal::text;
use support::seed::Seed;
use support::{Scratch, judges};

use super::sent::{all, ceremony};

/// A browser takes seconds for each: the largest, which fills ten codes, and one other.
#[test]
fn the_largest_type_and_another_cross_on_paper() {
    if !Path::new("/usr/bin/chromium").exists() {
        judges::skip("carriers", "chromium is not installed");
        return;
    }
    let scratch = Scratch::new("carriers-paper");
    let mut sent = all(&scratch);
    sent.retain(|one| !one.is_too_large_with_its_signature());
    sent.sort_by_key(|one| std::fs::metadata(&one.file).expect("a file").len());
    let largest = sent.pop().expect("there are types");
    let other = sent.swap_remove(Seed::of("carriers::paper").choose("the other type", sent.len()) - 1);
    for one in [largest, other] {
        let [sheet, picture, back] =
            ["sheet.html", "png", "cbor"].map(|end| scratch.join(format!("{}.{end}", one.kind.name)));
        let _ = ceremony(&["bundle", "qr", &text(&one.file), "--sheet", &text(&sheet)]).expect(0);
        photograph(&scratch, &sheet, &picture);
        let _ = ceremony(&["bundle", "scan", &text(&picture), "--out", &text(&back)]).expect(0);
        one.arrived_signed(&back);
    }
}

/// The whole page as a picture, at about 140 dots an inch: less than any printer, and more than a bad photograph.
fn photograph(scratch: &Scratch, sheet: &Path, picture: &Path) {
    let profile = format!("--user-data-dir={}", text(&scratch.join("chromium")));
    let shot = format!("--screenshot={}", text(picture));
    let address = format!("file://{}", text(sheet));
    let mut chromium = Command::new("timeout");
    chromium.args([
        "60",
        "chromium",
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
    ]);
    chromium.args([
        "--hide-scrollbars",
        "--force-device-scale-factor=1.5",
        "--window-size=800,2600",
    ]);
    chromium.args([&profile, &shot, &address]);
    let ended = chromium.output().expect("timeout runs");
    assert!(
        ended.status.success() && picture.is_file(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}
