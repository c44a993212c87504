//! Revocation lists: what its issuer's newest one says of a certificate, and which ones its own key signed.

use maud::{Markup, html};
use record::digest::hex;

use super::UP;
use crate::pages::{parts, state, words};
use crate::site::{Certificate, Crl, Site, Standing};

/// Which list would name it, and whether it does.
pub fn about(site: &Site, certificate: &Certificate) -> Markup {
    html! {
        p {
            @match site.standing(certificate) {
                Standing::Root => "No list can name a root: nobody is above it.",
                Standing::Unlisted => "Its issuer has published no list yet; nothing here says whether it is revoked.",
                Standing::Unnamed(list) => { "By " (state::numbered(list, UP)) ", the newest of its issuer, it is not revoked." },
                Standing::Revoked(list, _) => { strong { "It is revoked" } " by " (state::numbered(list, UP)) ", the newest of its issuer." },
            }
        }
    }
}

/// The lists that its key signed, the newest first, with what each names.
pub fn signed(site: &Site, certificate: &Certificate) -> Markup {
    let lists: Vec<&Crl> = site.lists_of(certificate).collect();
    let row = |list: &&Crl| {
        let tbs = list.x509.tbs();
        vec![
            html! { a href={ (UP) (list.path) } { (tbs.number()) } },
            parts::day(parts::time(tbs.this_update())),
            parts::day(parts::time(tbs.next_update())),
            named(site, list),
        ]
    };
    let rows: Vec<_> = lists.iter().rev().map(row).collect();
    html! {
        @if !rows.is_empty() {
            p { "Lists that this key signed:" }
            (parts::table("Lists that this key signed", &["List", "Of", "Next one due", "Revoked by it"], &rows))
        }
    }
}

fn named(site: &Site, list: &Crl) -> Markup {
    let (tbs, entries) = (list.x509.tbs(), list.x509.tbs().entries());
    let of = |serial: &[u8]| {
        let mut all = site.certificates().map(|(_, found)| found);
        all.find(|found| found.x509.tbs().serial() == serial && found.x509.tbs().issuer() == tbs.issuer())
    };
    html! {
        @if entries.is_empty() { "nothing" }
        @for (n, entry) in entries.iter().enumerate() {
            @if n > 0 { "; " }
            @match of(&entry.serial) {
                Some(found) => (parts::certificate(UP, &found.stem())),
                None => { "serial number " span.digest { (hex(&entry.serial)) } },
            }
            @if let Some(reason) = entry.reason { " (" (words::reason(reason)) ")" }
        }
    }
}
