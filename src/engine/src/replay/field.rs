//! Which field of a certificate or revocation list two encodings differ in.

use record::difference::{Difference, Leaf};
use record::digest::hex;
use x509::{Certificate, Crl, Extension, TbsCertificate, TbsCrl};

/// A field, and what each has there.
pub struct Field {
    /// Its name.
    pub name: String,
    /// What was recorded.
    pub was: String,
    /// What was made.
    pub is: String,
}

type Fields = Vec<(String, String)>;
type Reader = fn(&[u8]) -> Option<Fields>;

/// The first field that differs; none if these are no certificates or lists, or differ in no field that has a name.
pub fn of(found: &Difference) -> Option<Field> {
    let (Leaf::Octets(was), Leaf::Octets(is)) = (&found.first, &found.second) else {
        return None;
    };
    let readers: [Reader; 4] = [certificate, tbs_certificate, crl, tbs_crl];
    let (was, is) = readers.iter().find_map(|read| Some((read(was)?, read(is)?)))?;
    let in_is = |name: &str| {
        is.iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.clone())
    };
    let absent = || "nothing".to_owned();
    let changed = was.iter().find_map(|(name, value)| {
        let now = in_is(name).unwrap_or_else(absent);
        (now != *value).then(|| Field {
            name: name.clone(),
            was: value.clone(),
            is: now,
        })
    });
    let added = || {
        let new = is
            .iter()
            .find(|(name, _)| !was.iter().any(|(found, _)| found == name))?;
        Some(Field {
            name: new.0.clone(),
            was: absent(),
            is: new.1.clone(),
        })
    };
    changed.or_else(added)
}

fn certificate(der: &[u8]) -> Option<Fields> {
    let certificate = Certificate::parse(der).ok()?;
    let mut fields = of_tbs(certificate.tbs());
    fields.push(("signature".into(), hex(certificate.signature())));
    Some(fields)
}

fn tbs_certificate(der: &[u8]) -> Option<Fields> {
    Some(of_tbs(&TbsCertificate::parse(der).ok()?))
}

fn crl(der: &[u8]) -> Option<Fields> {
    let crl = Crl::parse(der).ok()?;
    let mut fields = of_list(crl.tbs());
    fields.push(("signature".into(), hex(crl.signature())));
    Some(fields)
}

fn tbs_crl(der: &[u8]) -> Option<Fields> {
    Some(of_list(&TbsCrl::parse(der).ok()?))
}

fn of_tbs(tbs: &TbsCertificate) -> Fields {
    let fields = [
        ("serial number", tbs.serial_hex()),
        (
            "signature algorithm",
            tbs.signature_algorithm().signature_name().to_owned(),
        ),
        ("issuer", tbs.issuer().to_string()),
        ("not before", tbs.not_before().to_rfc3339()),
        ("not after", tbs.not_after().to_rfc3339()),
        ("subject", tbs.subject().to_string()),
        ("public key", hex(tbs.public_key().spki_der())),
    ];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
    fields.chain(tbs.extensions().iter().map(extension)).collect()
}

fn of_list(tbs: &TbsCrl) -> Fields {
    let fields = [
        (
            "signature algorithm",
            tbs.signature_algorithm().signature_name().to_owned(),
        ),
        ("issuer", tbs.issuer().to_string()),
        ("this update", tbs.this_update().to_rfc3339()),
        ("next update", tbs.next_update().to_rfc3339()),
    ];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
    let revoked = tbs.entries().iter().map(|entry| {
        let reason = entry.reason.map_or("no reason", x509::Reason::name);
        let said = format!("{}, {reason}", entry.date.to_rfc3339());
        (format!("revoked certificate {}", hex(&entry.serial)), said)
    });
    fields
        .chain(revoked)
        .chain(tbs.extensions().iter().map(extension))
        .collect()
}

fn extension(extension: &Extension) -> (String, String) {
    let critical = if extension.critical { ", critical" } else { "" };
    (
        format!("extension {}", extension.oid),
        format!("{}{critical}", hex(&extension.value)),
    )
}
