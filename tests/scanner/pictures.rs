//! Pictures of codes, chosen as files.

use std::fs;
use std::path::{Path, PathBuf};

use support::browser::Browser;
use support::{Scratch, ours, run};

use super::frames::{photograph, straight};
use super::page::{bundle, open, shows_digest, shows_words_once};

#[test]
fn pictures_of_still_codes_bring_a_bundle_in_any_order() {
    let scratch = Scratch::new("scanner-pictures");
    let bundle = bundle(1500);
    let stills = transfer::still(&bundle).expect("it is small");
    assert_eq!(stills.len(), 3);
    let photograph = |n: usize| photograph(&scratch, &format!("still-{n}"), &stills[n], n + 2);
    let other = straight(&scratch, "other", &transfer::still(b"another").expect("small")[0]);
    let (empty, text) = (scratch.join("empty.png"), scratch.join("text.png"));
    let _ = run(
        "convert",
        ["-size", "64x64", "xc:white", &empty.display().to_string()],
        "",
    )
    .expect(0);
    fs::write(&text, "no picture at all").expect("a file");

    let browser = Browser::start(&scratch, None);
    open(&browser);
    give(&browser, &[photograph(2), other, empty, text]);
    let told = "Looked at 4 pictures. No code was found in 2 of them; take those again, closer and sharper.";
    browser.wait("four pictures", |browser| browser.text("camera-told") == told);
    assert_eq!(
        browser.text("received"),
        format!("1 of at least 3 codes received, for {} octets.", bundle.len())
    );
    assert_eq!(browser.text("parts"), "Parts that arrived: 3; 2 of 3 are missing.");
    assert_eq!(browser.text("aside"), "1; 1 of another bundle");
    assert_eq!(browser.text("arrived"), "", "nothing is complete");

    give(&browser, &[photograph(1), photograph(0)]);
    browser.wait("the bundle", |browser| {
        browser.text("arrived").contains("It is complete")
    });
    shows_digest(&browser, "arrived-file", &bundle);

    // Another one is read only when that is asked for.
    browser.click("again");
    assert_eq!(browser.text("arrived"), "");
    let one = transfer::still(b"one").expect("small");
    give(&browser, &[straight(&scratch, "one", &one[0])]);
    browser.wait("the other", |browser| {
        browser.text("arrived").contains("no bundle: a file")
    });
    shows_digest(&browser, "arrived-file", b"one");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_bundle_with_its_signature_arrives_as_two_files_that_ssh_keygen_takes() {
    let scratch = Scratch::new("scanner-signed");
    let file = scratch.join("review-member-1.cbor");
    fs::write(&file, bundle(500)).expect("a file");
    let key = scratch.join("key");
    let [key_text, file_text] = [&key, &file].map(|path| path.display().to_string());
    let _ = run(
        "ssh-keygen",
        ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &key_text],
        "",
    )
    .expect(0);
    let sign = [
        "-q",
        "-Y",
        "sign",
        "-f",
        &key_text,
        "-n",
        "review@pki.rust-lang.org",
        &file_text,
    ];
    let _ = run("ssh-keygen", sign, "").expect(0);
    let signature = fs::read(scratch.join("review-member-1.cbor.sig")).expect("a signature");
    // One browser shows both as codes, which the screen's picture has; the same page reads them.
    let browser = Browser::start(&scratch, None);
    open(&browser);
    browser.give_files("file", &[&scratch.join("review-member-1.cbor.sig"), &file]);
    browser.wait("a code", |browser| browser.text("which").starts_with("Code "));
    shows_digest(&browser, "shown-file", &bundle(500));
    shows_words_once(&browser, "shown-file");
    assert!(
        browser
            .text("shown-file")
            .contains("a signature (SSHSIG) by key SHA256:")
    );
    let codes = scratch.join("codes");
    let _ = run(
        ours("ceremony"),
        ["bundle", "qr", &file_text, "--png", &codes.display().to_string()],
        "",
    )
    .expect(0);
    let mut pictures: Vec<PathBuf> = fs::read_dir(&codes)
        .expect("codes")
        .map(|one| one.expect("a code").path())
        .collect();
    pictures.sort();
    give(&browser, &pictures);
    browser.wait("the bundle", |browser| {
        browser.text("arrived").contains("It is complete")
    });
    shows_digest(&browser, "arrived-file", &bundle(500));
    shows_words_once(&browser, "arrived-file");
    let saved = scratch.join("saved");
    fs::create_dir(&saved).expect("a folder");
    browser.save_into(&saved);
    for (n, name) in ["review-member-1.cbor", "review-member-1.cbor.sig"]
        .into_iter()
        .enumerate()
    {
        let _ = browser.script(&format!("document.querySelectorAll('#saves button')[{n}].click()"));
        browser.wait_for_file(&saved.join(name));
    }
    assert_eq!(
        fs::read(saved.join("review-member-1.cbor")).expect("it is saved"),
        bundle(500)
    );
    assert_eq!(
        fs::read(saved.join("review-member-1.cbor.sig")).expect("it is saved"),
        signature
    );
    let public = fs::read_to_string(scratch.join("key.pub")).expect("a key");
    fs::write(scratch.join("signers"), format!("member-1 {public}")).expect("a file");
    let command = "cd \"$1\" && exec ssh-keygen -Y verify -f ../signers -I member-1 -n review@pki.rust-lang.org \
                   -s review-member-1.cbor.sig < review-member-1.cbor";
    let _ = run("/bin/sh", ["-c", command, "sh", &saved.display().to_string()], "").expect(0);
    assert_eq!(browser.complaints(), [""; 0]);
}

fn give(browser: &Browser, pictures: &[PathBuf]) {
    let paths: Vec<&Path> = pictures.iter().map(PathBuf::as_path).collect();
    browser.give_files("pictures", &paths);
}
