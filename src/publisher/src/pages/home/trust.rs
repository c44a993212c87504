//! The chain: each certificate, what it is for, and how it stands by the newest list of its issuer.

use maud::{Markup, html};
use verifier::layout;

use super::event_link;
use crate::pages::{parts, words};
use crate::site::{Certificate, Crl, Event, Site, Standing};

/// The roots, the newest first, each with what it vouches for.
pub fn chain(site: &Site) -> Markup {
    html! {
        @if let Some(moment) = site.as_of() {
            p {
                "As of the end of the latest event, " (parts::moment(moment)) ". This page does not know what day it is: "
                "compare the dates with today's, and fetch the newest lists."
            }
        }
        @if site.roots().next().is_none() { p { "There is no root yet." } }
        ul.chain { @for (event, root) in site.roots() { li {
            (card(site, event, root))
            ul { @for (event, cross) in site.crosses(root) { li { (card(site, event, cross)) } } }
            ul { @for (event, delegate) in site.beneath(root) { li {
                (card(site, event, delegate))
                ul { @for (event, subkey) in site.beneath(delegate) { li { (card(site, event, subkey)) } } }
            } } }
        } } }
    }
}

fn card(site: &Site, event: &Event, certificate: &Certificate) -> Markup {
    let tbs = certificate.x509.tbs();
    html! {
        div.card id=(certificate.stem()) {
            h3 {
                @if certificate.is_cross() { "Cross-certificate " (certificate.stem()) }
                @else { (called(certificate)) }
            }
            p { (words::purpose(event, certificate)) }
            dl {
                dt { "State" } dd { (state(site, certificate)) }
                dt { "Valid" }
                dd { (parts::day(parts::time(tbs.not_before()))) " to " (parts::day(parts::time(tbs.not_after()))) }
                dt { "Private key" } dd { (words::keeping(event, certificate)) }
                dt { "Made in" } dd { (event_link(event)) }
                dt { "Fingerprint" } dd { (parts::digest(&certificate.fingerprint())) }
                @if let Some(list) = site.list_of(certificate) {
                    dt { "Revokes with" }
                    dd { (parts::file("", &layout::newest_crl(&certificate.stem()))) ", now " (numbered(list)) }
                }
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

/// The subject's name, and that of the files: a key that is signed again keeps its subject.
fn called(certificate: &Certificate) -> String {
    let stem = certificate.stem();
    match certificate.x509.tbs().subject().common_name() {
        Some(name) => format!("{name} ({stem})"),
        None => stem,
    }
}

/// Whether it may be relied on, as far as the store says.
fn state(site: &Site, certificate: &Certificate) -> Markup {
    let ends = parts::time(certificate.x509.tbs().not_after());
    html! {
        @if site.as_of().is_some_and(|moment| ends < moment) { strong { "EXPIRED." } " " }
        @match site.standing(certificate) {
            Standing::Root => (root_state(site, certificate)),
            Standing::Unlisted => "Its issuer has published no revocation list yet.",
            Standing::Unnamed(list) => { "Not revoked, as of " (numbered(list)) "; the next is due " (next(list)) "." },
            Standing::Revoked(list, entry) => {
                strong { "REVOKED" } " on " (parts::day(parts::time(entry.date)))
                @if let Some(reason) = entry.reason { " (" (words::reason(reason)) ")" }
                ", by " (numbered(list)) "."
            },
        }
        (superseded(site, certificate))
    }
}

/// A root is revoked by no list: what became of it is told by what came after it.
fn root_state(site: &Site, root: &Certificate) -> Markup {
    html! {
        "Generation " (root.number) ". "
        @match site.successor(root) {
            None => "A root: no list can revoke it, so its end would be announced.",
            Some((event, next)) if site.crosses(next).any(|(_, cross)| cross.is_by(root)) => {
                "Root " (next.number) " took its place in " (event_link(event))
                "; the two vouch for each other, and this one is used until it ends."
            },
            Some((event, next)) => {
                strong { "DO NOT RELY ON IT." } " Root " (next.number) " took its place out of schedule in "
                (event_link(event)) ", and does not vouch for it."
            },
        }
    }
}

/// What took its place, if something did.
fn superseded(site: &Site, certificate: &Certificate) -> Markup {
    let next = site.successor(certificate).filter(|_| !certificate.is_root());
    html! {
        @if let Some((event, next)) = next {
            " Superseded by " a href={ "#" (next.stem()) } { (next.stem()) } " in " (event_link(event)) "."
        }
    }
}

fn numbered(list: &Crl) -> Markup {
    let tbs = list.x509.tbs();
    html! {
        a href=(list.path) { "list " (tbs.number()) } " of " (parts::day(parts::time(tbs.this_update())))
    }
}

fn next(list: &Crl) -> Markup {
    parts::day(parts::time(list.x509.tbs().next_update()))
}
