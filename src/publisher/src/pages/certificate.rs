//! A certificate's page: what it may do in plain words, then the fields, its place in the log, and how to check it.

mod fields;
mod lists;
mod plain;

use maud::{Markup, html};
use verifier::layout;

use super::frame::Frame;
use super::{commands, parts};
use crate::site::{Certificate, Event, Site};

/// The page.
pub fn page(site: &Site, event: &Event, certificate: &Certificate) -> Markup {
    let stem = certificate.stem();
    let content = html! {
        (plain::words(site, event, certificate))
        h2 { "What it does not mean" }
        (plain::limits(certificate))
        h2 { "Fields" }
        (fields::table(event, certificate))
        h2 { "Extensions" }
        (fields::extensions(event, certificate))
        h2 { "Lists" }
        (lists::about(site, certificate))
        (lists::signed(site, certificate))
        h2 { "In the log" }
        (logged(site, certificate))
        h2 { "Files" }
        p { "As text (PEM), as octets (DER), and the proof that the log has it:" }
        ul {
            @for path in [layout::certificate_pem(&stem), layout::certificate(&stem), layout::proof(&stem)] {
                li { (parts::file(UP, &path)) }
            }
        }
        h2 { "How do I verify this?" }
        (checks(site, certificate))
    };
    Frame {
        title: &format!("Certificate {stem}"),
        site,
        up: UP,
    }
    .around(&content)
}

fn logged(site: &Site, certificate: &Certificate) -> Markup {
    let fingerprint = certificate.fingerprint();
    let entry = site.entries.iter().find(|entry| entry.digest == fingerprint);
    let proved = site.proofs.get(&certificate.stem());
    html! {
        @match entry.map(|entry| entry.place) {
            Some((log, index)) => p {
                "It is entry " (index) " of the log " (log.origin(site.rehearsal)) "."
                @if let Some(size) = proved {
                    " Its proof leads to the checkpoint of " (parts::count(usize::try_from(*size).unwrap_or(usize::MAX), "entry", "entries"))
                    ", which it has with its signatures: whoever has certificate, proof and log policy needs no network."
                }
            },
            None => p { "The log has no entry for it." },
        }
    }
}

/// Commands, in a copy of the store. What ended or is revoked is refused by them, as it should be.
fn checks(site: &Site, certificate: &Certificate) -> Markup {
    html! {
        @match commands::certificate(site, certificate) {
            Some(command) => {
                p { "In a copy of this store, at its top, from a root that you know to be the right one:" }
                pre { (command) }
                p { "Once it ends or is revoked, the command refuses it. With a tool that is not ours, its fingerprint:" }
                pre { (commands::fingerprint(certificate)) }
            },
            None => p { "No root of this store leads to it." },
        }
        p {
            "All of the store at once, this certificate with it: see "
            a href={ (UP) (layout::INDEX) "#verify" } { "the first page" } "."
        }
    }
}

/// From `certs/` to the store's root.
const UP: &str = "../";
