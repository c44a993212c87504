//! A certificate's fields and extensions, in words and with their numbers (RFC 5280).

use maud::{Markup, html};
use record::{Digest, digest::hex, policy::Policy};
use x509::{Extension, KeyUsage, TbsCertificate, oid};

use crate::pages::parts;
use crate::site::{Certificate, Event};

/// The fields.
pub fn table(event: &Event, certificate: &Certificate) -> Markup {
    let tbs = certificate.x509.tbs();
    let fingerprint = certificate.fingerprint();
    let mut outputs = event.record.outputs.iter();
    let output = outputs.find(|output| output.fingerprint == fingerprint);
    html! {
        dl {
            dt { "Subject" } dd { (tbs.subject()) }
            dt { "Issuer" } dd { (tbs.issuer()) }
            dt { "Serial number" } dd.digest { (tbs.serial_hex()) }
            dt { "Not before" } dd { (parts::moment(parts::time(tbs.not_before()))) }
            dt { "Not after" } dd { (parts::moment(parts::time(tbs.not_after()))) }
            dt { "Key" } dd { (tbs.public_key().algorithm()) }
            dt { "Key's fingerprint" } dd { "SHA-256 of the SubjectPublicKeyInfo" (parts::digest(&Digest(tbs.public_key().fingerprint()))) }
            dt { "Signature" } dd { (tbs.signature_algorithm().signature_name()) }
            dt { "Fingerprint" } dd { "SHA-256 of the certificate" (parts::digest(&fingerprint)) }
            @if let Some(output) = output {
                dt { "To be signed" } dd { "SHA-256 of the bytes that members approved" (parts::digest(&output.signed)) }
            }
        }
    }
}

/// Each extension.
pub fn extensions(event: &Event, certificate: &Certificate) -> Markup {
    let (tbs, policy) = (certificate.x509.tbs(), event.policy());
    let row = |extension: &Extension| {
        vec![
            html! { (name(extension, policy)) },
            html! { span.digest.oid { (extension.oid) } },
            html! { @if extension.critical { "yes" } @else { "no" } },
            value(extension, tbs, policy),
        ]
    };
    let rows: Vec<_> = tbs.extensions().iter().map(row).collect();
    parts::table("Extensions", &["Extension", "OID", "Critical", "Value"], &rows)
}

fn name(extension: &Extension, policy: &Policy) -> &'static str {
    match extension.oid {
        oid::BASIC_CONSTRAINTS => "Basic constraints",
        oid::KEY_USAGE => "Key usage",
        oid::EXTENDED_KEY_USAGE => "Purposes (extended key usage)",
        oid::SUBJECT_KEY_IDENTIFIER => "Key's identifier",
        oid::AUTHORITY_KEY_IDENTIFIER => "Issuer's key identifier",
        oid::SUBJECT_ALT_NAME => "Other names",
        other if other.to_string() == policy.founding_extension() => "First rules",
        _ => "Another",
    }
}

fn value(extension: &Extension, tbs: &TbsCertificate, policy: &Policy) -> Markup {
    let identifier = |id: Option<&[u8]>| html! { span.digest { (hex(id.unwrap_or_default())) } };
    match extension.oid {
        oid::BASIC_CONSTRAINTS => constraints(tbs),
        oid::KEY_USAGE => html! { (usages(tbs)) },
        oid::EXTENDED_KEY_USAGE => purposes(tbs, policy),
        oid::SUBJECT_KEY_IDENTIFIER => identifier(tbs.subject_key_id()),
        oid::AUTHORITY_KEY_IDENTIFIER => identifier(tbs.authority_key_id()),
        oid::SUBJECT_ALT_NAME => html! { @for uri in tbs.subject_alt_uris() { "URI " (parts::plain(uri)) " " } },
        other if other.to_string() == policy.founding_extension() => first_rules(&extension.value),
        _ => identifier(Some(&extension.value)),
    }
}

/// RFC 5280 section 4.2.1.9.
fn constraints(tbs: &TbsCertificate) -> Markup {
    match tbs.basic_constraints() {
        Some(found) if found.ca => html! {
            "It may issue certificates"
            @match found.path_len {
                None => ", to any depth",
                Some(0) => ", but none that issues more (path length 0)",
                Some(1) => ", with at most 1 issuer below (path length)",
                Some(depth) => { ", with at most " (depth) " issuers below (path length)" },
            }
        },
        _ => html! { "It issues no certificates" },
    }
}

/// RFC 5280 section 4.2.1.3.
fn usages(tbs: &TbsCertificate) -> String {
    let names = [
        (KeyUsage::DIGITAL_SIGNATURE, "signatures (digitalSignature)"),
        (KeyUsage::KEY_CERT_SIGN, "certificates (keyCertSign)"),
        (KeyUsage::CRL_SIGN, "revocation lists (cRLSign)"),
    ];
    let names = names.into_iter().filter(|(usage, _)| tbs.allows(*usage));
    names.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

/// The purposes by the names that the policy gives them.
fn purposes(tbs: &TbsCertificate, policy: &Policy) -> Markup {
    let all = tbs.ekus().map(|(oids, _)| oids).unwrap_or_default();
    let called = |number: &str| {
        let own = policy.delegate.iter().find(|rule| policy.purpose(rule) == number);
        let narrower = || {
            let mut all = policy.delegate.iter().flat_map(|rule| &rule.narrower);
            all.find(|one| format!("{}.1.{}", policy.arc, one.purpose) == number)
        };
        own.map(|rule| rule.name.as_str())
            .or_else(|| narrower().map(|one| one.name.as_str()))
    };
    html! {
        @for (n, oid) in all.iter().map(ToString::to_string).enumerate() {
            @if n > 0 { ", " }
            @if let Some(name) = called(&oid) { (name) " " }
            span.digest { (oid) }
        }
    }
}

/// The founding extension: three octet strings of 32 octets (docs/formats, the root's extension).
fn first_rules(value: &[u8]) -> Markup {
    let names = ["the first roster", "the first policy", "the first log policy"];
    let of = |n: usize| {
        value
            .get(4 + 34 * n..36 + 34 * n)
            .and_then(|octets| <[u8; 32]>::try_from(octets).ok())
    };
    html! {
        "The digests of the rules that everything begins with:"
        @for (n, name) in names.into_iter().enumerate() {
            @if let Some(octets) = of(n) { br; (name) (parts::digest(&Digest(octets))) }
        }
    }
}
