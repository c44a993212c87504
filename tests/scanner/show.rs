//! A file shown as codes: what is on the screen is read by zbar.

use std::fs;
use std::process::Command;

use support::Scratch;
use support::browser::Browser;
use transfer::{Receiver, Taken};

use super::page::{bundle, open, shows_digest};

#[test]
fn a_bundle_that_is_shown_is_read_from_the_screen() {
    let scratch = Scratch::new("scanner-show");
    let bundle = bundle(3000);
    let file = scratch.join("bundle.cbor");
    fs::write(&file, &bundle).expect("a file");
    let browser = Browser::start(&scratch, None);
    browser.screen(1280, 1000, "light");
    open(&browser);
    browser.give_files("file", &[&file]);
    browser.wait("the first code", |browser| browser.text("which").starts_with("Code "));
    shows_digest(&browser, "shown-file", &bundle);
    browser.click("pause");

    for (form, density) in [("animated", "400"), ("animated", "150"), ("still", "")] {
        browser.choose("form", form);
        if !density.is_empty() {
            browser.choose("density", density);
        }
        assert_eq!(
            read(&browser, &scratch).as_deref(),
            Some(&bundle[..]),
            "{form} {density}"
        );
    }
    browser.click("pause");
    let before = browser.text("which");
    browser.wait("the next code", |browser| browser.text("which") != before);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn says_why_a_file_cannot_be_shown() {
    let scratch = Scratch::new("scanner-refused");
    let browser = Browser::start(&scratch, None);
    // There are no plans of this shape; the page looks at envelopes.
    let body = "x".repeat(300_000 - 41);
    let large = serde_json::json!({ "type": "plan", "version": 1, "rehearsal": true, "body": body });
    for (name, octets, said) in [
        ("empty", Vec::new(), "There is nothing to show as codes: 0 octets."),
        (
            "photograph.jpg",
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01".repeat(200),
            "This is no bundle, or a damaged one: it is not shown. Choose the bundle, a file NAME.cbor, ",
        ),
        (
            "large.cbor",
            record::cbor::encode(&large).expect("encodes"),
            "300000 octets are too many for these codes: at most 262144 go.",
        ),
    ] {
        let file = scratch.join(name);
        fs::write(&file, octets).expect("a file");
        // WebDriver adds to the files that were chosen before.
        open(&browser);
        browser.give_files("file", &[&file]);
        browser.wait("the refusal", |browser| browser.text("show-trouble").starts_with(said));
        assert_eq!(browser.text("shown"), "");
    }
}

/// Goes from code to code, and takes of each what zbar reads on the screen.
fn read(browser: &Browser, scratch: &Scratch) -> Option<Vec<u8>> {
    let mut receiver = Receiver::new();
    for _ in 0..40 {
        fs::write(scratch.join("code.png"), browser.picture_of("code")).expect("a picture");
        let code = zbar(scratch);
        if code.is_some_and(|code| receiver.take(&code) == Taken::Complete) {
            return receiver.bundle().map(<[u8]>::to_vec);
        }
        browser.click("next");
    }
    None
}

/// The octets that zbar reads in it.
fn zbar(scratch: &Scratch) -> Option<Vec<u8>> {
    let mut command = Command::new("zbarimg");
    command.args(["-q", "--nodbus", "--raw", "--oneshot", "-Sbinary"]);
    let told = command
        .arg(scratch.join("code.png"))
        .output()
        .expect("zbarimg is installed");
    Some(told.stdout).filter(|octets| !octets.is_empty())
}
