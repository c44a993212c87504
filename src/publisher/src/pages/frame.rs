//! The frame around every page: head, rehearsal banner, footer, and the one style sheet.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use verifier::layout;

use crate::site::Site;

/// A page of the store.
pub struct Frame<'p> {
    /// The page's title.
    pub title: &'p str,
    /// The store.
    pub site: &'p Site,
    /// The way from this page to the store's root: empty, `../` or `../../`.
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
                    title { (self.title) @if self.site.rehearsal { " (REHEARSAL)" } }
                    // Without one, browsers ask for a file that no store has.
                    link rel="icon" href="data:,";
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header {
                        @if self.site.rehearsal { (banner()) }
                        p.site { a href={ (self.up) (layout::INDEX) } { "The Rust Project's public key store" } }
                        (self.navigation())
                        h1 { (self.title) }
                    }
                    main { (content) }
                    footer { p {
                        "This page was made from the files of this store, and proves nothing by itself. "
                        a href={ (self.up) (layout::INDEX) "#verify" } { "How do I verify this?" }
                    } }
                }
            }
        }
    }

    /// The ways to everything, the same on every page.
    fn navigation(&self) -> Markup {
        let newest = self.site.events.last().map(|event| event.roster_after().number);
        let of_home = |part: &str| format!("{}#{part}", layout::INDEX);
        let all = [
            Some(("Certificates", of_home("certificates"))),
            Some(("Events", of_home("events"))),
            newest.map(|number| ("Members", layout::roster_page(number))),
            self.site
                .has_documents()
                .then(|| ("Documents", layout::DOCUMENTS.into())),
            (!self.site.batches.is_empty()).then(|| ("Accesses", layout::ACCESS.into())),
            Some(("Log", layout::LOGS.into())),
            Some(("Verify", of_home("verify"))),
        ];
        html! {
            nav aria-label="This store" { ul {
                @for (name, path) in all.iter().flatten() { li { a href={ (self.up) (path) } { (name) } } }
            } }
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
