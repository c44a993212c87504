//! The store that the pages are of: a rehearsal with a refresh of the lists, which published documents.

use std::sync::LazyLock;

use support::Scratch;
use support::browser::Browser;
use support::rehearsal::{self, Rehearsal};
use support::scratch::files_under;

use super::server::serve;

/// The rehearsal.
pub fn store() -> &'static Rehearsal {
    rehearsal::refreshed().done()
}

/// Its address: one server for all tests of the process.
pub fn address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| serve(store().dir.join("store")));
    &ADDRESS
}

/// The paths of all pages in the store.
pub fn all() -> Vec<String> {
    let folder = store().dir.join("store");
    let files = files_under(&folder);
    let files = files.iter().map(|file| file.display().to_string());
    let mut pages: Vec<String> = files.filter(|path| path.ends_with(".html")).collect();
    pages.sort();
    pages
}

/// One page of each kind.
pub const KINDS: [&str; 9] = [
    "index.html",
    "certs/root-1.html",
    "certs/bors-1.html",
    "events/root-generation-1/index.html",
    "roster/1.html",
    "log/index.html",
    "access/index.html",
    "documents.html",
    "docs/auditor.md.html",
];

/// A browser with a profile of its own.
pub fn browser(name: &str) -> (Scratch, Browser) {
    let scratch = Scratch::new(name);
    let browser = Browser::start(&scratch, None);
    (scratch, browser)
}

/// Opens a page of the store.
pub fn open(browser: &Browser, path: &str) {
    browser.open(&format!("{}/{path}", address()));
}
