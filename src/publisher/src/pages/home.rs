//! The home page: the chain, the events, and how to verify all of it.

use maud::{Markup, html};
use record::Digest;
use verifier::layout;

use super::frame::Frame;
use super::{commands, parts, words};
use crate::site::{Certificate, Event, Site};

/// The page.
pub fn page(site: &Site) -> Markup {
    let content = html! {
        (lead(site))
        h2 { "Who is trusted for what" }
        ul.chain {
            @for (event, root) in site.roots() {
                li {
                    (card(event, root))
                    ul { @for (event, delegate) in site.delegates(root) { li { (card(event, delegate)) } } }
                }
            }
        }
        h2 { "Events" }
        (events(site))
        h2 #verify { "How do I verify this?" }
        (verify(site))
        h2 { "The log" }
        (log(site))
    };
    Frame {
        title: "Keys and events",
        rehearsal: site.rehearsal,
        up: "",
    }
    .around(&content)
}

fn lead(site: &Site) -> Markup {
    let certificates = site.certificates().count();
    html! {
        p {
            "Here is what the root keys of the Rust Project did: "
            (parts::count(certificates, "certificate", "certificates")) ", made in "
            (parts::count(site.events.len(), "event", "events"))
            ", with the signed record of each. What is published here never changes; a log that only grows shows it."
        }
    }
}

fn card(event: &Event, certificate: &Certificate) -> Markup {
    let tbs = certificate.x509.tbs();
    html! {
        div.card id=(certificate.stem()) {
            h3 { (tbs.subject().common_name().map_or_else(|| certificate.stem(), str::to_owned)) }
            p { (words::purpose(event, certificate)) }
            dl {
                dt { "Valid" }
                dd { (parts::day(parts::time(tbs.not_before()))) " to " (parts::day(parts::time(tbs.not_after()))) }
                dt { "Private key" } dd { (words::keeping(event, certificate)) }
                dt { "Made in" } dd { (event_link(event)) }
                dt { "Fingerprint" } dd { (parts::digest(&certificate.fingerprint())) }
                dt { "Files" }
                dd {
                    (parts::file("", &layout::certificate_pem(&certificate.stem()))) ", "
                    (parts::file("", &layout::certificate(&certificate.stem()))) ", "
                    (parts::file("", &layout::proof(&certificate.stem())))
                }
            }
        }
    }
}

fn events(site: &Site) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Events" {
            table {
                thead { tr {
                    th scope="col" { "Ended" } th scope="col" { "Event" } th scope="col" { "What for" }
                    th scope="col" { "Present" }
                } }
                tbody { @for event in &site.events { tr {
                    td { (parts::moment(event.record.ended)) }
                    td { (event_link(event)) }
                    td { (event.record.description) }
                    td { (parts::count(event.record.present.len(), "member", "members")) }
                } } }
            }
        }
    }
}

fn event_link(event: &Event) -> Markup {
    let name = &event.record.event;
    html! { a href=(layout::event_page(name)) { (name) } }
}

fn verify(site: &Site) -> Markup {
    html! {
        p {
            "You need not trust this page, nor whoever serves it. Copy this store to your machine, go to its folder, and "
            "run the commands there. Compare the root's fingerprint with one from elsewhere: from the Rust Project's "
            "announcements, or from a member you know."
        }
        @for (_, root) in site.roots() { (of_root(site, root)) }
        @if let Some(event) = site.events.last() {
            p { "The members' own signatures of the latest record; the page of each event has all of them:" }
            @if let Some(command) = commands::countersignatures(event).first() { pre { (command) } }
        }
    }
}

fn of_root(site: &Site, root: &Certificate) -> Markup {
    html! {
        p { "Everything at once, from the root " (root.stem()) " alone: certificates, records, signatures, log." }
        pre { (commands::store(site, root)) }
        p { "With tools that are not ours: the root's fingerprint, then each certificate against the root." }
        pre { (commands::fingerprint(root)) }
        pre { @for (_, delegate) in site.delegates(root) { (commands::chain(root, delegate)) "\n" } }
    }
}

fn log(site: &Site) -> Markup {
    html! {
        dl {
            dt { "Origin" } dd { (site.log.origin()) }
            dt { "Entries" } dd { (site.log.size()) }
            dt { "Root hash" } dd { (parts::digest(&Digest(site.log.root().0))) }
            dt { "Files" }
            dd { (parts::file("", layout::CHECKPOINT)) ", " (parts::file("", &layout::log_policy(1))) }
        }
        p.soft {
            "Its files follow C2SP tlog-tiles: below " code { (layout::LOG) "/" } " lie " code { "tile/0/000" }
            " and so on, " code { "tile/entries/000" } " and so on; a last, partial one ends in "
            code { ".p/" } " and its width."
        }
    }
}
