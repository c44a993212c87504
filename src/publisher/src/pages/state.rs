//! How a certificate stands, in plain words: by the newest list of its issuer, and by what came after it.

use maud::{Markup, html};

use super::{parts, words};
use crate::site::{Certificate, Crl, Site, Standing};

/// Whether it may be relied on, as far as the store says.
pub fn of(site: &Site, certificate: &Certificate, up: &str) -> Markup {
    let ends = parts::time(certificate.x509.tbs().not_after());
    html! {
        @if site.as_of().is_some_and(|moment| ends < moment) { strong { "EXPIRED." } " " }
        @match site.standing(certificate) {
            Standing::Root => (root(site, certificate, up)),
            Standing::Unlisted => "Its issuer has published no revocation list yet.",
            Standing::Unnamed(list) => { "Not revoked, as of " (numbered(list, up)) "; the next is due " (next(list)) "." },
            Standing::Revoked(list, entry) => {
                strong { "REVOKED" } " on " (parts::day(parts::time(entry.date)))
                @if let Some(reason) = entry.reason { " (" (words::reason(reason)) ")" }
                ", by " (numbered(list, up)) "."
            },
        }
        (superseded(site, certificate, up))
    }
}

/// A root is revoked by no list: what became of it is told by what came after it.
fn root(site: &Site, root: &Certificate, up: &str) -> Markup {
    html! {
        "Generation " (root.number) ". "
        @match site.successor(root) {
            None => "A root: no list can revoke it, so its end would be announced.",
            Some((event, next)) if site.crosses(next).any(|(_, cross)| cross.is_by(root)) => {
                "Root " (next.number) " took its place in " (parts::event(up, event))
                "; the two vouch for each other, and this one is used until it ends."
            },
            Some((event, next)) => {
                strong { "DO NOT RELY ON IT." } " Root " (next.number) " took its place out of schedule in "
                (parts::event(up, event)) ", and does not vouch for it."
            },
        }
    }
}

/// What took its place, if something did.
fn superseded(site: &Site, certificate: &Certificate, up: &str) -> Markup {
    let next = site.successor(certificate).filter(|_| !certificate.is_root());
    html! {
        @if let Some((event, next)) = next {
            " Superseded by " (parts::certificate(up, &next.stem())) " in " (parts::event(up, event)) "."
        }
    }
}

pub fn numbered(list: &Crl, up: &str) -> Markup {
    let tbs = list.x509.tbs();
    html! {
        a href={ (up) (list.path) } { "list " (tbs.number()) } " of " (parts::day(parts::time(tbs.this_update())))
    }
}

fn next(list: &Crl) -> Markup {
    parts::day(parts::time(list.x509.tbs().next_update()))
}
