//! `ceremony bundle qr` and `scan`: a bundle goes out as files with codes, and comes back from them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[test]
fn a_bundle_comes_back_from_its_pictures_in_any_order() {
    let folder = folder("comes-back");
    let (bundle, pictures, out) = (vector("review.cbor"), folder.join("pictures"), folder.join("back.cbor"));
    // 118 octets in parts of 62: a small terminal's codes.
    let small = ["--still", "--columns", "80", "--lines", "24"];
    succeeds(&[&["bundle", "qr", &bundle, "--png", text(&pictures)], &small[..]].concat());
    let codes = ["code-2-of-2.png", "code-1-of-2.png"].map(|name| pictures.join(name));
    let said = succeeds(&["bundle", "scan", text(&codes[0]), text(&codes[1]), "--out", text(&out)]);
    assert_eq!(
        std::fs::read(&out).expect("the bundle"),
        std::fs::read(&bundle).expect("a vector")
    );
    for line in [
        "parts that arrived: 2; 1 of 2 are missing",
        "parts that arrived: 1-2; complete",
        "type review, version 1",
    ] {
        assert!(unfolded(&said).contains(line), "{line}: {said}");
    }
    let again = ceremony(&["bundle", "scan", text(&pictures), "--out", text(&out)]);
    assert_eq!(again.status.code(), Some(1), "nothing is overwritten");
}

#[test]
fn an_animation_of_a_large_bundle_comes_back_from_a_folder_with_other_files_in_it() {
    let folder = folder("animation");
    let (large, pictures, out) = (
        folder.join("large.cbor"),
        folder.join("pictures"),
        folder.join("back.cbor"),
    );
    let bundle = bundle_of(7000);
    std::fs::write(&large, &bundle).expect("written");
    succeeds(&["bundle", "qr", text(&large), "--png", text(&pictures)]);
    std::fs::write(pictures.join("code-0.png"), "no picture").expect("written");
    std::fs::write(pictures.join("notes.txt"), "nothing").expect("written");
    let said = succeeds(&["bundle", "scan", text(&pictures), "--out", text(&out)]);
    assert!(
        unfolded(&said).contains("code-0.png was left out: this is no picture"),
        "{said}"
    );
    assert_eq!(std::fs::read(&out).expect("the bundle"), bundle);
}

#[test]
fn says_which_parts_are_missing_and_what_was_put_aside() {
    let folder = folder("missing");
    let (bundle, pictures, out) = (vector("review.cbor"), folder.join("pictures"), folder.join("back.cbor"));
    let small = ["--still", "--columns", "80", "--lines", "24"];
    succeeds(&[&["bundle", "qr", &bundle, "--png", text(&pictures)], &small[..]].concat());
    let first = pictures.join("code-1-of-2.png");
    let done = ceremony(&["bundle", "scan", text(&first), text(&first), "--out", text(&out)]);
    assert_eq!(done.status.code(), Some(1));
    let error = String::from_utf8_lossy(&done.stderr);
    let line = "the bundle did not arrive whole: parts that arrived: 1; 1 of 2 are missing";
    assert!(error.contains(line) && error.contains("hint: scan again"), "{error}");
    assert!(!out.exists());
}

#[test]
fn a_page_for_paper_has_every_code_and_the_digest() {
    let folder = folder("paper");
    let page = folder.join("page.html");
    succeeds(&["bundle", "qr", &vector("review.cbor"), "--sheet", text(&page)]);
    let page = std::fs::read_to_string(&page).expect("a page");
    assert!(
        page.contains("1/1 of review") && page.contains("36f8fcca") && page.contains("check: "),
        "{page}"
    );
}

#[test]
fn refuses_what_is_no_bundle_and_an_animation_that_nobody_could_end() {
    let folder = folder("refuses");
    let other = folder.join("other");
    std::fs::write(&other, "no bundle").expect("written");
    assert_eq!(ceremony(&["bundle", "qr", text(&other)]).status.code(), Some(3));
    let done = ceremony(&["bundle", "qr", &vector("review.cbor"), "--animate"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("nobody is at a keyboard"));
    let shown = succeeds(&[
        "bundle",
        "qr",
        &vector("review.cbor"),
        "--animate",
        "--frames",
        "2",
        "--fps",
        "20",
    ]);
    assert!(shown.contains("frame 2 of 2 or more, 20 a second"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn a_camera_that_is_not_there_is_named() {
    let out = folder("camera").join("out.cbor");
    let done = ceremony(&["bundle", "scan", "--camera", "/dev/no-such-camera", "--out", text(&out)]);
    assert_eq!(done.status.code(), Some(4));
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(
        error.contains("cannot open the camera /dev/no-such-camera") && error.contains("plugged in"),
        "{error}"
    );
}

fn succeeds(words: &[&str]) -> String {
    let done = ceremony(words);
    assert!(
        done.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).expect("UTF-8")
}

/// Long lines are folded where a path happens to end.
fn unfolded(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn ceremony(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony"));
    command.args(words).stdin(Stdio::null()).output().expect("runs")
}

/// An envelope (RFC 8949) around so many octets: all that a carrier looks at.
fn bundle_of(octets: u16) -> Vec<u8> {
    let mut bundle = b"\xa4\x64body\xa2\x64plan\x59".to_vec();
    bundle.extend(octets.to_be_bytes());
    bundle.extend((0..octets).map(|n| (n.wrapping_mul(31) >> 3) as u8));
    bundle.extend(b"\x66inputs\xa0\x64type\x64plan\x67version\x01\x69rehearsal\xf5");
    bundle
}

fn vector(name: &str) -> String {
    format!("{}/../../tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn folder(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("codes-{test}"));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}
