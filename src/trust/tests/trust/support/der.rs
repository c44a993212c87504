//! As much DER as certificates and lists need.

use x509::{Algorithm, Name, Oid, Time};

pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match content.len() {
        short @ 0..0x80 => vec![short as u8],
        long @ 0x80..0x100 => vec![0x81, long as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [&[tag], &length[..], &content].concat()
}

pub fn seq(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

pub fn time(at: &str) -> Vec<u8> {
    let digits: String = at.chars().filter(char::is_ascii_digit).collect();
    tlv(0x17, &[&digits.as_bytes()[2..], b"Z"])
}

/// One extension.
pub fn extension(oid: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { &[1, 1, 0xff][..] } else { &[] };
    seq(&[&Oid::parse(oid).unwrap().der(), critical, &tlv(4, &[value])])
}

/// Who is certified.
pub struct Subject<'s> {
    pub name: &'s str,
    pub spki: &'s [u8],
    pub key_id: [u8; 20],
    pub ca: bool,
    /// keyUsage's one octet.
    pub usage: u8,
    pub purposes: &'s [String],
    pub from: &'s str,
    pub until: &'s str,
}

pub fn certificate(subject: &Subject<'_>, serial: u8, issuer: &str, issuer_id: [u8; 20], by: Algorithm) -> Vec<u8> {
    let name = |text: &str| Name::parse(text).unwrap().to_der();
    let constraints = if subject.ca { seq(&[&[1, 1, 0xff]]) } else { seq(&[]) };
    let unused = subject.usage.trailing_zeros() as u8;
    let mut extensions = vec![
        extension("2.5.29.19", true, &constraints),
        extension("2.5.29.15", true, &tlv(3, &[&[unused, subject.usage]])),
        extension("2.5.29.14", false, &tlv(4, &[&subject.key_id])),
    ];
    if issuer_id != subject.key_id {
        extensions.push(extension("2.5.29.35", false, &seq(&[&tlv(0x80, &[&issuer_id])])));
    }
    if !subject.purposes.is_empty() {
        let oids: Vec<_> = subject
            .purposes
            .iter()
            .map(|oid| Oid::parse(oid).unwrap().der())
            .collect();
        extensions.push(extension("2.5.29.37", false, &seq(&[&oids.concat()])));
    }
    seq(&[
        &tlv(0xa0, &[&[2, 1, 2]]),
        &tlv(2, &[&[serial]]),
        by.identifier_der(),
        &name(issuer),
        &seq(&[&time(subject.from), &time(subject.until)]),
        &name(subject.name),
        subject.spki,
        &tlv(0xa3, &[&seq(&[&extensions.concat()])]),
    ])
}

/// A list; `revoked` are serial numbers.
pub fn crl(issuer: &str, id: [u8; 20], by: Algorithm, from: &str, until: &str, revoked: &[u8]) -> Vec<u8> {
    let entry = |serial: &u8| seq(&[&tlv(2, &[&[*serial]]), &time(from)]);
    let entries: Vec<u8> = revoked.iter().flat_map(entry).collect();
    let entries = if entries.is_empty() { entries } else { seq(&[&entries]) };
    let extensions = [
        extension("2.5.29.35", false, &seq(&[&tlv(0x80, &[&id])])),
        extension("2.5.29.20", false, &tlv(2, &[&[7]])),
    ];
    seq(&[
        &[2, 1, 1],
        by.identifier_der(),
        &Name::parse(issuer).unwrap().to_der(),
        &time(from),
        &time(until),
        &entries,
        &tlv(0xa0, &[&seq(&[&extensions.concat()])]),
    ])
}

pub fn at(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}
