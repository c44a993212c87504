//! On paper: everything is there, nothing is cut off at the side, and no row of a table lies on two sheets.

use std::fs;

use support::judges::on_path;
use support::run;
use support::skip::skip;

use super::pages::{KINDS, browser, open};

#[test]
fn a_printed_page_has_all_of_it_and_cuts_no_row() {
    let Some(reader) = on_path("pdftotext") else {
        return skip("the pages on paper", "there is no pdftotext (poppler-utils)");
    };
    let (scratch, browser) = browser("site-paper");
    for page in KINDS {
        browser.print_media(true);
        open(&browser, page);
        let beyond = "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
        assert_eq!(browser.script(beyond), 0, "{page} is wider than the paper");
        let file = scratch.join("page.pdf");
        fs::write(&file, browser.pdf()).expect("a file");
        let text = run(&reader, ["-raw", &file.display().to_string(), "-"], "")
            .expect(0)
            .out;
        let sheets: Vec<String> = text.split('\u{c}').map(flat).collect();
        for words in browser.script(ROWS).as_array().expect("rows") {
            let words = flat(words.as_str().expect("a text"));
            assert!(
                sheets.iter().any(|sheet| sheet.contains(&words)),
                "{page}: '{words}' is on no sheet as a whole"
            );
        }
        let title = browser.script("return document.querySelector('h1').innerText");
        assert!(
            sheets[0].contains(&flat(title.as_str().expect("a title"))),
            "{page}: {}",
            sheets[0]
        );
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Rows of one line each, whose text a reader of PDF gives as it stands; and each line of a list of facts.
const ROWS: &str = "
    const lines = (e) => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight);
    const rows = [...document.querySelectorAll('tbody tr')].filter((tr) => lines(tr) < 2);
    return rows.map((tr) => [...tr.cells].map((cell) => cell.innerText).join(' '));
";
