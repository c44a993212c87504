//! The frame around every page: head, rehearsal banner, footer, and the one style sheet.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page of the store.
pub struct Frame<'p> {
    /// The page's title.
    pub title: &'p str,
    /// Whether the store is a rehearsal's.
    pub rehearsal: bool,
    /// The way from this page to the store's root: empty or `../../`.
    pub up: &'p str,
}

impl Frame<'_> {
    /// The whole page.
    pub fn around(&self, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) @if self.rehearsal { " (REHEARSAL)" } }
                    // Without one, browsers ask for a file that no store has.
                    link rel="icon" href="data:,";
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    @if self.rehearsal { (banner()) }
                    header {
                        p.site { a href={ (self.up) "index.html" } { "The Rust Project's public key store" } }
                        h1 { (self.title) }
                    }
                    main { (content) }
                    footer { p {
                        "This page was made from the files of this store, and proves nothing by itself. "
                        a href={ (self.up) "index.html#verify" } { "How do I verify this?" }
                    } }
                }
            }
        }
    }
}

fn banner() -> Markup {
    html! {
        p.banner role="note" {
            strong { "REHEARSAL." }
            " Nothing here is trusted by anybody. The keys were made on an imitation of the hardware, "
            "to practise and to test."
        }
    }
}

/// Nothing is loaded and nothing runs, but this one style sheet, by its digest.
fn policy() -> String {
    format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'",
        tlog::Hash::sha256(STYLE.as_bytes())
    )
}

const STYLE: &str = include_str!("style.css");
