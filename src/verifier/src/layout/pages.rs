//! The pages, which are made from the rest for people: where each lies.

use super::Series;

/// `index.html`: the first page.
pub const INDEX: &str = "index.html";

/// `scan.html`: the scanner page, which reads and shows codes.
pub const SCANNER: &str = "scan.html";

/// `documents.html`: what was published to be read. A store without documents has none.
pub const DOCUMENTS: &str = "documents.html";

/// `log/index.html`: the logs, and the newest entries of `log/1`. Beside the logs' own folders, in which C2SP gives the names.
pub const LOGS: &str = "log/index.html";

/// The page of an event.
#[must_use]
pub fn event_page(event: &str) -> String {
    format!("events/{event}/index.html")
}

/// The page of a certificate: `certs/root-1.html`.
#[must_use]
pub fn certificate_page(stem: &str) -> String {
    format!("certs/{stem}.html")
}

/// The page of a roster: `roster/1.html`.
#[must_use]
pub fn roster_page(number: u32) -> String {
    format!("roster/{number}.html")
}

/// The page of a document, where it has one: `docs/auditor.md.html`, which no document can be called.
#[must_use]
pub fn document_page(name: &str) -> Option<String> {
    name.ends_with(".md").then(|| format!("docs/{name}.html"))
}

/// The page with so many entries of the log, from the first of them on: `log/entries-0.html`. Only full ones have a page of
/// their own, which then never changes; [`LOGS`] has the rest.
#[must_use]
pub fn entries_page(first: u64) -> String {
    format!("{}/entries-{first}.html", Series::Main.name())
}

/// The first entries of those pages, in a log of this size.
pub fn full_pages(size: u64) -> impl DoubleEndedIterator<Item = u64> {
    (0..size.saturating_sub(1) / ENTRIES_A_PAGE).map(|page| page * ENTRIES_A_PAGE)
}

/// As many entries as one page has.
pub const ENTRIES_A_PAGE: u64 = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_page_of_entries_has_a_file_of_its_own_once_another_entry_follows() {
        let pages = |size| full_pages(size).collect::<Vec<_>>();
        for (size, first) in [
            (0, vec![]),
            (500, vec![]),
            (501, vec![0]),
            (1000, vec![0]),
            (1001, vec![0, 500]),
        ] {
            assert_eq!(pages(size), first, "{size}");
        }
    }

    #[test]
    fn only_a_text_that_can_be_set_as_a_page_has_one() {
        assert_eq!(document_page("auditor.md").as_deref(), Some("docs/auditor.md.html"));
        for name in ["rfc.pdf", "rfc.txt", "index.html"] {
            assert_eq!(document_page(name), None);
        }
    }
}
