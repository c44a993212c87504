//! What an event made: keys, certificates, revocation lists.

use maud::{Markup, html};
use record::Digest;
use record::record::{KeyChange, KeyRecord};
use verifier::layout;

use super::UP;
use crate::pages::{parts, words};
use crate::site::{Certificate, Crl, Event};

/// The keys that were made in the HSM.
pub fn keys(event: &Event) -> Markup {
    let guarded = |key: &KeyRecord| event.inbound.is_guarded(&key.key) == Some(true);
    html! { @for key in &event.record.keys { (card(key, guarded(key))) } }
}

/// Whether there is nothing to show.
pub fn is_nothing(event: &Event) -> bool {
    let made = event.record.keys.len() + event.certificates.len() + event.crls.len();
    made + event.rules.len() + event.documents.len() == 0
}

/// The certificates and CRLs that were signed.
pub fn certificates(event: &Event) -> Markup {
    html! {
        @for found in &event.certificates { (certificate(event, found)) }
        @for crl in &event.crls {
            div.card {
                h3 { "Revocation list " (crl.x509.tbs().number()) " of " (crl.x509.tbs().issuer()) }
                dl {
                    dt { "Revoked" } dd { (revoked(event, crl)) }
                    dt { "Next one due" } dd { (parts::day(parts::time(crl.x509.tbs().next_update()))) }
                    dt { "Fingerprint" } dd { (parts::digest(&Digest(crl.x509.fingerprint()))) }
                    dt { "File" } dd { (parts::file(UP, &crl.path)) }
                }
            }
        }
    }
}

fn card(key: &KeyRecord, guarded: bool) -> Markup {
    let change = match key.change {
        KeyChange::Made => "made in the HSM",
        KeyChange::Adopted => "made in the HSM before a stop, and adopted after it",
        KeyChange::Used => "made in an earlier event, used in this one",
        KeyChange::Shared => "made in an earlier event, shared anew in this one",
    };
    html! {
        div.card {
            h3 { "Key " (key.key) }
            dl {
                dt { "How" } dd { (change) }
                dt { "Quorum" }
                dd { @match key.quorum {
                    Some((manage, usage)) => {
                        (parts::count(usize::from(usage), "approval", "approvals")) " to use it, "
                        (manage) " to change it"
                    },
                    None if guarded => "approvals that the console counted: the HSM demands none",
                    None => "none: no approval is needed",
                } }
                dt { "Owner" } dd { (parts::plain(&key.owner)) }
                dt { "Shared with" } dd { (list(&key.shared, "nobody")) }
                dt { "Label" } dd { (parts::plain(&key.label)) }
                dt { "Attributes" } dd { (list(&key.attributes, "the HSM stated none")) }
                dt { "Fingerprint" } dd { (parts::digest(&key.fingerprint)) }
            }
        }
    }
}

fn list(values: &[String], none: &str) -> String {
    match values.is_empty() {
        true => none.into(),
        false => values
            .iter()
            .map(|value| parts::plain(value))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn certificate(event: &Event, certificate: &Certificate) -> Markup {
    let tbs = certificate.x509.tbs();
    html! {
        div.card {
            h3 { "Certificate " (certificate.stem()) }
            p { (words::purpose(event, certificate)) }
            dl {
                dt { "Subject" } dd { (tbs.subject()) }
                dt { "Issuer" } dd { (tbs.issuer()) }
                dt { "Serial number" } dd.digest { (tbs.serial_hex()) }
                dt { "Valid" }
                dd { (parts::moment(parts::time(tbs.not_before()))) " to " (parts::moment(parts::time(tbs.not_after()))) }
                dt { "Key" } dd { (tbs.public_key().algorithm()) (parts::digest(&Digest(tbs.public_key().fingerprint()))) }
                dt { "Fingerprint" } dd { (parts::digest(&certificate.fingerprint())) }
                dt { "Revoked?" } dd { "see the page of " (parts::certificate(UP, &certificate.stem())) }
                dt { "Files" }
                dd {
                    (parts::file(UP, &layout::certificate_pem(&certificate.stem()))) ", "
                    (parts::file(UP, &layout::certificate(&certificate.stem()))) ", "
                    (parts::file(UP, &layout::proof(&certificate.stem())))
                }
            }
        }
    }
}

/// Every entry, each with its reason; a certificate of this store by its name.
fn revoked(event: &Event, crl: &Crl) -> Markup {
    let entries = crl.x509.tbs().entries();
    html! {
        @if entries.is_empty() { "nothing" }
        @else {
            ul {
                @for entry in entries {
                    li {
                        (name_of(event, crl, &entry.serial)) ", on " (parts::day(parts::time(entry.date)))
                        @if let Some(reason) = entry.reason { ": " (words::reason(reason)) }
                    }
                }
            }
        }
    }
}

/// A revoked certificate's name, if it stood before the event, and its serial number.
fn name_of(event: &Event, crl: &Crl, serial: &[u8]) -> Markup {
    let standing = event
        .inbound
        .standing
        .iter()
        .flat_map(|standing| &standing.certificates);
    let stem = standing.into_iter().find_map(|one| {
        let read = x509::Certificate::parse(&one.der).ok()?;
        let tbs = read.tbs();
        let same = tbs.serial() == serial && tbs.issuer() == crl.x509.tbs().issuer();
        same.then(|| one.stem())
    });
    html! {
        @match stem {
            Some(stem) => { (stem) " (serial number " span.digest { (record::digest::hex(serial)) } ")" },
            None => { "serial number " span.digest { (record::digest::hex(serial)) } },
        }
    }
}
