//! Documents: the list of what was published to be read, and a page for each text in Markdown.

mod markdown;

use maud::{Markup, html};
use record::Digest;
use verifier::{brought, layout};

use super::frame::Frame;
use super::parts;
use crate::site::{Event, Site};

/// A document, and the event that published it.
struct Document<'s> {
    event: &'s Event,
    name: &'s str,
    bytes: &'s [u8],
}

/// The pages, each with its path; none in a store without documents.
pub fn pages(site: &Site) -> Vec<(String, String)> {
    let all = all(site);
    if all.is_empty() {
        return Vec::new();
    }
    let list = (layout::DOCUMENTS.to_owned(), list(site, &all).into_string());
    let read = all.iter().filter_map(|document| {
        let path = layout::document_page(document.name)?;
        Some((path, page(site, document).into_string()))
    });
    [list].into_iter().chain(read).collect()
}

fn all(site: &Site) -> Vec<Document<'_>> {
    let mut all = Vec::new();
    for event in &site.events {
        let own = brought::documents_of(&event.inbound, &event.record).into_iter();
        all.extend(own.map(|(name, bytes)| Document { event, name, bytes }));
    }
    all
}

fn list(site: &Site, all: &[Document<'_>]) -> Markup {
    let row = |document: &Document<'_>| {
        vec![
            title_of(document),
            html! { (parts::event("", document.event)) ", " (parts::day(document.event.record.ended)) },
            parts::file("", &layout::document(document.name)),
            parts::digest(&Digest::of(document.bytes)),
        ]
    };
    let rows: Vec<_> = all.iter().rev().map(row).collect();
    let content = html! {
        p.lead {
            "What the members had published to be read. Each was an input of an event's plan, which the members reviewed, and is "
            "in the log: it can be replaced by a newer document, and never changed or taken back."
        }
        (parts::table("Documents", &["Document", "Published in", "File", "SHA-256"], &rows))
    };
    Frame {
        title: "Documents",
        site,
        up: "",
    }
    .around(&content)
}

/// Its name, with the way to its page where it has one.
fn title_of(document: &Document<'_>) -> Markup {
    let path = layout::document_page(document.name).unwrap_or_else(|| layout::document(document.name));
    html! { a href=(path) { (document.name) } }
}

fn page(site: &Site, document: &Document<'_>) -> Markup {
    let resolve = |target: &str| leads_to(site, target);
    let content = html! {
        dl {
            dt { "Published in" } dd { (parts::event(UP, document.event)) ", " (parts::day(document.event.record.ended)) }
            dt { "File" } dd { (parts::file(UP, &layout::document(document.name))) }
            dt { "SHA-256" } dd { (parts::digest(&Digest::of(document.bytes))) }
        }
        p.soft { "What follows is the file, set for reading. The file counts." }
        article.text { (markdown::read(&String::from_utf8_lossy(document.bytes), &resolve)) }
    };
    Frame {
        title: document.name,
        site,
        up: UP,
    }
    .around(&content)
}

/// Where a link in a document may lead: to https, within the page, or to another document of this store, whatever folder
/// it had where it was written. Nowhere else.
fn leads_to(site: &Site, target: &str) -> Option<String> {
    if target.starts_with("https://") || target.starts_with('#') {
        return Some(target.to_owned());
    }
    let (path, part) = target.split_once('#').map_or((target, ""), |(path, part)| (path, part));
    let name = path.rsplit('/').next()?;
    let known = site
        .events
        .iter()
        .flat_map(|event| &event.documents)
        .any(|known| known == name);
    let page = layout::document_page(name).unwrap_or_else(|| layout::document(name));
    let part = if part.is_empty() {
        String::new()
    } else {
        format!("#{part}")
    };
    (known && !path.contains(':')).then(|| format!("{UP}{page}{part}"))
}

/// From `docs/` to the store's root.
const UP: &str = "../";
