//! The page of this build, and what every test asks of it.

use std::path::PathBuf;
use std::sync::LazyLock;

use record::messages::Review;
use record::{Bundle, Digest, Time};
use support::browser::Browser;
use support::scratch::temporary;
use support::{ours, run};

/// The page, made once by the program that makes it for the store.
pub fn page() -> PathBuf {
    static PAGE: LazyLock<PathBuf> = LazyLock::new(|| {
        std::fs::create_dir_all(temporary()).expect("a folder");
        let page = temporary().join("scan.html");
        let _ = run(ours("scanner-page"), [&page], "").expect(0);
        page
    });
    PAGE.clone()
}

/// Opens the page from its file, and waits until it is ready.
pub fn open(browser: &Browser) {
    browser.open(&format!("file://{}", page().display()));
    ready(browser);
}

/// Waits until the WebAssembly has started.
pub fn ready(browser: &Browser) {
    browser.wait("the page to be ready", |browser| {
        browser.script("return !document.getElementById('file').disabled") == true
    });
}

/// Checks what the page says of a file: digest in blocks and in words, as every other program of ours shows them.
#[track_caller]
pub fn shows_digest(browser: &Browser, id: &str, file: &[u8]) {
    let digest = Digest::of(file);
    let rows = digest.blocks().into_iter().chain(digest.spoken());
    // On a narrow screen a row goes on in the next line.
    let [text, expected] = [browser.text(id), rows.collect::<Vec<_>>().join(" ")].map(|text| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").replace("In words ", "")
    });
    assert!(text.contains(&expected), "'{expected}' is not in: {text}");
}

/// Checks that the page has one file's words and nobody else's, whatever lies beside it.
#[track_caller]
pub fn shows_words_once(browser: &Browser, id: &str) {
    let text = browser.text(id);
    assert_eq!(text.matches("In words").count(), 1, "{text}");
}

/// A bundle of about so many octets.
pub fn bundle(octets: usize) -> Vec<u8> {
    let review = Review {
        event: "rehearsal-1".into(),
        plan: Digest::of(b"plan"),
        member: "member-1".into(),
        at: Time(1_800_000_000),
        compared: None,
    };
    let mut review = Bundle::new(true, review);
    // Digests are as good as random, so that no part is like another.
    let noise = (0u32..).flat_map(|n| Digest::of(&n.to_be_bytes()).hex().into_bytes());
    review.body.event = String::from_utf8(noise.take(octets).collect()).expect("hexadecimal");
    review.encode().expect("it encodes")
}
