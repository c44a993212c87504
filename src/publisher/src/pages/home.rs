//! The home page: the chain, who decides, the events, and how to verify all of it.

mod picture;
mod rules;
mod trust;
mod verify;

use maud::{Markup, html};
use record::Digest;
use tlog::Checkpoint;
use verifier::layout::{self, Log};

use super::frame::Frame;
use super::parts;
use crate::site::{Event, Site};

/// The page.
pub fn page(site: &Site) -> Markup {
    let content = html! {
        (lead(site))
        h2 #certificates { "Who is trusted for what" }
        (picture::of(site))
        (trust::chain(site))
        @if let Some(event) = site.events.last() {
            h2 { "Who decides" }
            (rules::of(event))
            (rules::history(site))
        }
        (documents(site))
        (scanner(site))
        h2 #events { "Events" }
        (events(site))
        (refusals(site))
        (super::access::link(site))
        h2 #verify { "How do I verify this?" }
        (verify::commands(site))
        h2 { "The log" }
        (log(site))
    };
    Frame {
        title: "Keys and events",
        site,
        up: "",
    }
    .around(&content)
}

/// Refusals that members published by themselves.
fn refusals(site: &Site) -> Markup {
    html! {
        @if !site.refusals.is_empty() {
            h2 { "Refusals" }
            p { "A member who refuses to take part says so in a signed word, and it is published whatever becomes of the event." }
            ul {
                @for refused in &site.refusals {
                    li {
                        (parts::plain(&refused.refusal.member)) " refused '" (parts::plain(&refused.refusal.event)) "' at "
                        (refused.refusal.at) ": " (parts::plain(&refused.refusal.reason)) " (" (parts::file("", &refused.path)) ")"
                    }
                }
            }
        }
    }
}

fn lead(site: &Site) -> Markup {
    let certificates = site.certificates().count();
    html! {
        p {
            "Here is what the root keys of the Rust Project did: "
            (parts::count(certificates, "certificate", "certificates")) ", made in "
            (parts::count(site.events.len(), "event", "events"))
            ", with the signed record of each."
        }
        p {
            "Certificates, numbered revocation lists, records, rosters, policies and documents never change once they are here: a "
            "log that only grows names them, and would show it. What is replaced: pages like this one, the list of files ("
            code { (layout::FILES) } "), the newest list of each issuer (" code { (layout::newest_crl("ISSUER")) }
            "), and each log's checkpoint (" code { (which(&site.log).checkpoint()) } ")."
        }
    }
}

fn events(site: &Site) -> Markup {
    let row = |event: &Event| {
        vec![
            parts::event("", event),
            html! { (event.record.kind) },
            parts::day(event.record.ended),
            html! { (event.record.description) },
            html! { span.word { (parts::count(event.record.present.len(), "member", "members")) } },
        ]
    };
    let rows: Vec<_> = site.events.iter().map(row).collect();
    parts::table("Events", &["Event", "Ceremony", "Ended", "What for", "Present"], &rows)
}

/// What was published to be read, with the event that did so.
fn documents(site: &Site) -> Markup {
    let all = || {
        site.events
            .iter()
            .flat_map(|event| event.documents.iter().map(move |name| (event, name)))
    };
    html! {
        @if all().next().is_some() {
            h2 { "Documents" }
            p { a href=(layout::DOCUMENTS) { "All documents" } ", with their digests. The files:" }
            dl {
                @for (event, name) in all() {
                    dt { (parts::file("", &layout::document(name))) }
                    dd {
                        @if let Some(page) = layout::document_page(name) { a href=(page) { "set for reading" } ", " }
                        "published in " (parts::event("", event))
                    }
                }
            }
        }
    }
}

fn scanner(site: &Site) -> Markup {
    html! {
        @if site.scanner {
            h2 { "For members" }
            p {
                a href=(layout::SCANNER) { "The scanner" }
                " reads and shows the QR codes that carry files to the console and back, with a telephone or a laptop."
            }
        }
    }
}

fn log(site: &Site) -> Markup {
    let which = which(&site.log);
    html! {
        dl {
            dt { "Page" } dd { a href=(layout::LOGS) { "its entries, and how to fetch and check it" } }
            dt { "Origin" } dd { (site.log.origin()) }
            dt { "Entries" } dd { (site.log.size()) }
            dt { "Root hash" } dd { (parts::digest(&Digest(site.log.root().0))) }
            dt { "Files" }
            dd { (parts::file("", &which.checkpoint())) ", " (parts::file("", &rules::log_policy(site))) }
        }
        p.soft {
            "Its files follow C2SP tlog-tiles: below " code { (which.folder()) "/" } " lie " code { "tile/0/000" }
            " and so on, " code { "tile/entries/000" } " and so on; a last, partial one ends in "
            code { ".p/" } " and its width."
        }
        @for last in &site.frozen {
            (frozen(last))
        }
    }
}

/// A log before it, whose key is lost or was stolen.
fn frozen(last: &Checkpoint) -> Markup {
    html! {
        h3 { "Ended: " (last.origin()) }
        p { "Its key is lost or was stolen, and nothing after its last entry counts. What it proved stays proven." }
        dl {
            dt { "Entries" } dd { (last.size()) }
            dt { "Root hash" } dd { (parts::digest(&Digest(last.root().0))) }
            dt { "Files" } dd { (parts::file("", &which(last).checkpoint())) }
        }
    }
}

/// Where the log of a checkpoint lies.
fn which(checkpoint: &Checkpoint) -> Log {
    Log::of_origin(checkpoint.origin()).map_or(Log::MAIN, |(log, _)| log)
}
