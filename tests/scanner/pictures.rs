//! Pictures of codes, chosen as files.

use std::fs;
use std::path::{Path, PathBuf};

use support::browser::Browser;
use support::{Scratch, run};

use super::frames::{photograph, straight};
use super::page::{bundle, open, shows_digest};

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

fn give(browser: &Browser, pictures: &[PathBuf]) {
    let paths: Vec<&Path> = pictures.iter().map(PathBuf::as_path).collect();
    browser.give_files("pictures", &paths);
}
