//! `ceremony-member show` and `scan`, which need no home.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[test]
fn a_bundle_comes_back_from_photographs_as_telephones_save_them() {
    let folder = folder("photographs");
    let (pictures, out) = (folder.join("pictures"), folder.join("back.cbor"));
    succeeds(&["show", &vector("review.cbor"), "--png", text(&pictures)]);
    let photograph = folder.join("photograph.jpg");
    let drawn = pictures.join("code-1-of-1.png");
    // ImageMagick is no code of ours, and neither is its JPEG.
    let bent = [
        "-bordercolor",
        "#776",
        "-border",
        "60",
        "-rotate",
        "17",
        "-blur",
        "0x1",
        "-quality",
        "70",
    ];
    let done = Command::new("convert").arg(&drawn).args(bent).arg(&photograph).status();
    assert!(done.expect("convert (imagemagick) is needed by this test").success());
    let said = succeeds(&["scan", text(&photograph), "--out", text(&out)]);
    assert!(said.contains("parts that arrived: 1; complete"), "{said}");
    assert!(
        said.contains("review: a member's word to have read") && said.contains("check: "),
        "{said}"
    );
    let expected = std::fs::read(vector("review.cbor")).expect("a vector");
    assert_eq!(std::fs::read(&out).expect("the bundle"), expected);
    let again = member(&["scan", text(&photograph), "--out", text(&out)]);
    assert_eq!(again.status.code(), Some(1), "nothing is overwritten");
}

#[test]
fn a_damaged_photograph_is_left_out_and_the_bundle_is_not_whole() {
    let folder = folder("damaged");
    let (photograph, out) = (folder.join("photograph.jpg"), folder.join("back.cbor"));
    std::fs::write(&photograph, [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2]).expect("written");
    let done = member(&["scan", text(&folder), "--out", text(&out)]);
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stdout).contains("left out: "), "{done:?}");
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(error.contains("no code of a bundle was seen yet"), "{error}");
    assert!(!out.exists());
}

#[test]
fn a_folder_without_a_picture_is_said_and_what_came_gets_no_name_of_another_type() {
    let folder = folder("no-picture");
    let empty = folder.join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    let done = member(&["scan", text(&empty), "--out", text(&folder.join("x.cbor"))]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(
        said.contains("error: no picture is in ") && said.contains("hint: pictures end in .png"),
        "{said}"
    );
    let pictures = folder.join("pictures");
    succeeds(&["show", &vector("review.cbor"), "--png", text(&pictures)]);
    let record = folder.join("record.cbor");
    let done = member(&["scan", text(&pictures), "--out", text(&record)]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(3), "{said}");
    assert!(
        said.contains("a bundle of type 'review' came, and record.cbor is the name of a 'record'"),
        "{said}"
    );
    assert!(!record.exists());
}

#[test]
fn what_is_shown_fits_a_terminal_and_needs_no_home() {
    let shown = succeeds(&["show", &vector("review.cbor"), "--qr"]);
    assert!(
        shown.contains("code 2 of 2") && shown.contains("The bundle's digest"),
        "{shown}"
    );
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    let done = member(&["review", "plan.cbor", "--out", "out"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&done.stderr).contains("no --home says where they are"),
        "{done:?}"
    );
}

#[test]
fn signatures_beside_a_bundle_are_told_and_so_is_what_was_written() {
    let folder = folder("told");
    let bundle = folder.join("review-member-1.cbor");
    std::fs::copy(vector("review.cbor"), &bundle).expect("copied");
    assert!(succeeds(&["show", text(&bundle)]).contains("No signature is with it."));
    std::fs::write(folder.join("review-member-1.cbor.sig"), "none").expect("written");
    let shown = succeeds(&["show", text(&bundle)]);
    assert!(shown.contains("Signature: none that can be read"), "{shown}");
    assert!(succeeds(&["show", text(&bundle), "--alone"]).contains("No signature is with it."));
    // What cannot be read keeps nobody from the words.
    let link = folder.join("review-member-1.cbor.member-2.sig");
    std::os::unix::fs::symlink("/etc/hostname", &link).expect("linked");
    let shown = succeeds(&["show", text(&bundle)]);
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("What lies beside it was not read: "), "{shown}");
    std::fs::remove_file(&link).expect("removed");
    let (pictures, sheet) = (folder.join("pictures"), folder.join("sheet.html"));
    let written = ["--alone", "--png", text(&pictures), "--sheet", text(&sheet)];
    let shown = succeeds(&[&["show", text(&bundle)], &written[..]].concat());
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains(&format!("the page, written to: {}", sheet.display())),
        "{shown}"
    );
    assert!(
        shown.contains(&format!("1 picture, written to: {}", pictures.display())),
        "{shown}"
    );
}

#[test]
fn what_lies_beside_a_bundle_and_is_no_regular_file_is_refused_and_not_waited_for() {
    let folder = folder("beside");
    let bundle = folder.join("review-member-1.cbor");
    std::fs::copy(vector("review.cbor"), &bundle).expect("copied");
    let beside = folder.join("review-member-1.cbor.member-2.sig");
    let refused = |file: &Path, what: &str| {
        let sheet = folder.join("sheet.svg");
        let done = within_seconds(&["show", text(file), "--sheet", text(&sheet)]);
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(3), "{what}: {error}");
        assert!(
            error.contains("cannot be read: it is not a regular file"),
            "{what}: {error}"
        );
        assert!(!sheet.exists(), "{what}");
    };
    pipe(&beside);
    refused(&bundle, "a pipe beside it");
    std::fs::remove_file(&beside).expect("removed");
    std::os::unix::fs::symlink("/etc/hostname", &beside).expect("linked");
    refused(&bundle, "a link beside it");
    let named = folder.join("named.cbor");
    pipe(&named);
    refused(&named, "a pipe that was named");
}

#[test]
fn what_a_stopped_scan_left_of_its_trial_stands_in_nobodys_way() {
    let folder = folder("trial");
    let (pictures, out) = (folder.join("pictures"), folder.join("back.cbor"));
    succeeds(&["show", &vector("review.cbor"), "--png", text(&pictures)]);
    std::fs::write(folder.join(".back.cbor.trial"), "left").expect("written");
    succeeds(&["scan", text(&pictures), "--out", text(&out)]);
    assert!(out.is_file() && !folder.join(".back.cbor.trial").exists());
}

/// Nobody writes to it.
fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo runs").success());
}

/// A run that must not wait for anything.
fn within_seconds(words: &[&str]) -> Output {
    let mut command = Command::new("timeout");
    command.arg("20").arg(env!("CARGO_BIN_EXE_ceremony-member")).args(words);
    command.stdin(Stdio::null()).output().expect("runs")
}

fn succeeds(words: &[&str]) -> String {
    let done = member(words);
    assert!(
        done.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).expect("UTF-8")
}

fn member(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony-member"));
    command.args(words).stdin(Stdio::null()).output().expect("runs")
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
