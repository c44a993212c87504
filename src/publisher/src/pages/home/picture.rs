//! The chain as a picture: each root with what it vouches for, as drawn text that takes the page's own colours. The same is
//! said in words below it, card by card.

use maud::{Markup, html};

use crate::pages::words;
use crate::site::{Certificate, Event, Site, Standing};

/// The picture; none before there is a root.
pub fn of(site: &Site) -> Markup {
    let mut rows: Vec<Row> = Vec::new();
    for (_, root) in site.roots().filter(|(_, root)| !is_over(site, root)) {
        rows.push(Row::new(0, &root.stem(), &root_words(site, root)));
        for (event, delegate) in site.beneath(root).filter(|(_, found)| in_force(site, found)) {
            rows.push(Row::new(1, &delegate.stem(), &words_of(event, delegate)));
            let subkeys = site
                .beneath(delegate)
                .filter(|(_, found)| in_force(site, found))
                .count();
            if subkeys > 0 {
                rows.push(Row::new(
                    2,
                    &format!("{subkeys} of its own"),
                    "narrower keys for which it vouches",
                ));
            }
        }
    }
    if rows.is_empty() {
        return html! {};
    }
    let height = rows.len() * STEP + 4;
    html! {
           figure {
               svg.picture role="img" aria-labelledby="picture-title picture-words" viewBox={ "0 0 " (WIDTH) " " (height) }
    {
                   title #picture-title { "The chain of trust" }
                   desc #picture-words { (told(&rows)) }
                   @for (n, row) in rows.iter().enumerate() { (row.line(n, &rows)) }
                   @for (n, row) in rows.iter().enumerate() { (row.drawn(n)) }
               }
               figcaption.soft { "What leads from where to where, as far as it is in force. All of it, with dates and files, is below." }
           }
       }
}

/// One box of the picture.
struct Row {
    depth: usize,
    name: String,
    words: String,
}

impl Row {
    fn new(depth: usize, name: &str, words: &str) -> Self {
        Self {
            depth,
            name: name.to_owned(),
            words: words.to_owned(),
        }
    }

    fn left(&self) -> usize {
        2 + self.depth * INDENT
    }

    fn drawn(&self, n: usize) -> Markup {
        let (x, y) = (self.left(), n * STEP + 2);
        html! {
            g class={ "depth-" (self.depth) } {
                rect x=(x) y=(y) width=(WIDTH - 2 - x) height=(STEP - GAP) rx="4" {}
                text.name x=(x + 12) y=(y + 19) { (self.name) }
                text x=(x + 12) y=(y + 36) { (self.words) }
            }
        }
    }

    /// From the box above that it hangs on, down and to its side.
    fn line(&self, n: usize, rows: &[Row]) -> Markup {
        let above = rows[..n].iter().rposition(|row| row.depth < self.depth);
        let (middle, turn) = (n * STEP + (STEP - GAP) / 2 + 2, self.left().saturating_sub(INDENT / 2));
        html! {
            @if let Some(above) = above.filter(|_| self.depth > 0) {
                path d={ "M" (turn) " " (above * STEP + STEP - GAP + 2) " V" (middle) " H" (self.left()) } {}
            }
        }
    }
}

/// The same for those who hear it.
fn told(rows: &[Row]) -> String {
    let one = |row: &Row| match row.depth {
        0 => format!("The root {}: {}.", row.name, row.words),
        1 => format!("It vouches for {}: {}.", row.name, row.words),
        _ => format!("That one vouches for {}.", row.name),
    };
    rows.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn root_words(site: &Site, root: &Certificate) -> String {
    match site.successor(root) {
        None => "vouches for all below".into(),
        Some((_, next)) if site.crosses(next).any(|(_, cross)| cross.is_by(root)) => {
            format!("followed by {}; used until it ends", next.stem())
        }
        Some(_) => "NOT TO BE RELIED ON".into(),
    }
}

fn words_of(event: &Event, delegate: &Certificate) -> String {
    words::short(&delegate.name).map_or_else(|| words::keeping(event, delegate), str::to_owned)
}

/// Neither revoked nor over nor replaced by another of the same issuer.
fn in_force(site: &Site, certificate: &Certificate) -> bool {
    let newer = site
        .successor(certificate)
        .is_some_and(|(_, next)| next.is_by_same(certificate));
    !is_over(site, certificate) && !newer && !matches!(site.standing(certificate), Standing::Revoked(..))
}

/// As far as the pages know what day it is.
fn is_over(site: &Site, certificate: &Certificate) -> bool {
    let ends = crate::pages::parts::time(certificate.x509.tbs().not_after());
    site.as_of().is_some_and(|now| ends < now)
}

const WIDTH: usize = 340;
const STEP: usize = 58;
const GAP: usize = 12;
const INDENT: usize = 28;
