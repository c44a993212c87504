//! The chain: each certificate, what it is for, and how it stands by the newest list of its issuer.

use maud::{Markup, html};
use verifier::layout;

use crate::pages::{parts, state, words};
use crate::site::{Certificate, Event, Site};

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
                a href=(layout::certificate_page(&certificate.stem())) {
                    @if certificate.is_cross() { "Cross-certificate " (certificate.stem()) }
                    @else { (words::called(certificate)) }
                }
            }
            p { (words::purpose(event, certificate)) }
            dl {
                dt { "State" } dd { (state::of(site, certificate, "")) }
                dt { "Valid" }
                dd { (parts::day(parts::time(tbs.not_before()))) " to " (parts::day(parts::time(tbs.not_after()))) }
                dt { "Private key" } dd { (words::keeping(event, certificate)) }
                dt { (if site.is_outside(certificate) { "Made after" } else { "Made in" }) } dd { (parts::event("", event)) }
                dt { "Fingerprint" } dd { (parts::digest(&certificate.fingerprint())) }
                @if let Some(list) = site.list_of(certificate) {
                    dt { "Revokes with" }
                    dd { (parts::file("", &layout::newest_crl(&certificate.stem()))) ", now " (state::numbered(list, "")) }
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
