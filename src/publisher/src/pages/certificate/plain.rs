//! What a certificate is, for somebody who never saw one: what it may do, whose it is, who made it, until when.

use maud::{Markup, html};
use x509::KeyUsage;

use super::UP;
use crate::pages::{parts, state, words};
use crate::site::{Certificate, Event, Site};

/// The facts, each in a sentence or a few words.
pub fn words(site: &Site, event: &Event, certificate: &Certificate) -> Markup {
    let tbs = certificate.x509.tbs();
    html! {
        p.lead { (words::purpose(event, certificate)) }
        dl {
            dt { "State" } dd { (state::of(site, certificate, UP)) }
            dt { "It may" } dd { (may(certificate)) }
            dt { "Whose" } dd { (tbs.subject()) }
            dt { "Private key" } dd { (words::keeping(event, certificate)) }
            dt { "Vouched for by" } dd { (issuer(site, certificate)) }
            dt { "Valid" }
            dd { "from " (parts::moment(parts::time(tbs.not_before()))) " to " (parts::moment(parts::time(tbs.not_after()))) }
            dt { "Made" } dd { (made(site, event, certificate)) }
            @let beneath = beneath(site, certificate);
            @if !beneath.is_empty() {
                dt { "It vouches for" }
                dd { @for (n, stem) in beneath.iter().enumerate() { @if n > 0 { ", " } (parts::certificate(UP, stem)) } }
            }
        }
    }
}

/// What the key usage allows (RFC 5280 section 4.2.1.3), in plain words.
fn may(certificate: &Certificate) -> &'static str {
    let tbs = certificate.x509.tbs();
    match (
        tbs.allows(KeyUsage::KEY_CERT_SIGN),
        tbs.allows(KeyUsage::DIGITAL_SIGNATURE),
    ) {
        (true, true) => "vouch for other keys, say which of them are revoked, and sign",
        (true, false) => "vouch for other keys and say which of them are revoked, and sign nothing else",
        (false, true) => "sign, and vouch for no other key",
        (false, false) => "nothing that this project uses",
    }
}

fn issuer(site: &Site, certificate: &Certificate) -> Markup {
    if certificate.is_root() {
        return html! { "itself: whether it is the right one, no file of this store can say" };
    }
    match site.issuer(certificate) {
        Some((_, issuer)) => parts::certificate(UP, &issuer.stem()),
        None => html! { (certificate.x509.tbs().issuer()) ", of which this store has no certificate" },
    }
}

fn made(site: &Site, event: &Event, certificate: &Certificate) -> Markup {
    let quorum = &event.policy().quorum;
    match site.is_outside(certificate) {
        true => html! {
            "by the keeper of its delegate, outside of any event; it is logged after " (parts::event(UP, event))
            ", by whose rules it was issued"
        },
        false => html! {
            "in the event " (parts::event(UP, event)) ", which ended on " (parts::day(event.record.ended)) "; "
            (quorum.threshold) " of " (quorum.members) " members must agree to such a signature, and the event's page says who did"
        },
    }
}

fn beneath(site: &Site, certificate: &Certificate) -> Vec<String> {
    site.beneath(certificate).map(|(_, found)| found.stem()).collect()
}

/// What nobody should read into it.
pub fn limits(certificate: &Certificate) -> Markup {
    html! {
        ul {
            li { (own_limit(certificate)) }
            li {
                "It does not say that the key is in good hands today. "
                @match certificate.name.as_str() {
                    "root" if !certificate.is_cross() => "No list can revoke a root: look for an announcement of the Rust Project.",
                    _ => "Fetch the newest revocation list before you rely on it.",
                }
            }
            li { "That this page shows it proves nothing: whoever serves the page could have written another. Check the file." }
        }
    }
}

fn own_limit(certificate: &Certificate) -> &'static str {
    match certificate.name.as_str() {
        _ if certificate.is_cross() => "It makes nothing more trusted than the root that signed it.",
        "root" => "It does not say that any program, crate or release is good: it only says whose keys are whose.",
        "release" => "It does not say that a release has no faults, only that the Rust Project published it.",
        "crates-io" => {
            "It does not say that a crate is harmless, only that the registry's index is as crates.io published it."
        }
        "bors" => "It does not say that a change was reviewed well, only which keys may sign merges.",
        "transparency" => {
            "It does not say that the access logs are complete: what is missing in them is looked for by the verifier."
        }
        "console" => "It does not stand for the members: what they approved, they signed with keys of their own.",
        _ => "It says nothing beyond the purposes among its extensions below.",
    }
}
