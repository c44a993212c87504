//! What is signed to make a CRL: full, of version 2, one for each issuer key.

use super::{LIMIT, WHAT};
use crate::encoding::{canonical, encode, hex};
use crate::extension::{self, Extension, authority_key_id};
use crate::{Algorithm, Error, Name, Oid, Reason, Time, oid, tbs};
use der::asn1::{GeneralizedTime, UintRef};
use std::collections::BTreeSet;
use x509_cert::crl::{RevokedCert, TbsCertList};
use x509_cert::ext::pkix::CrlReason;

/// A TBSCertList: what is signed to make a CRL.
#[derive(Clone, Debug)]
pub struct TbsCrl {
    der: Vec<u8>,
    signature_algorithm: Algorithm,
    issuer: Name,
    this_update: Time,
    next_update: Time,
    number: u64,
    authority_key_id: Vec<u8>,
    entries: Vec<CrlEntry>,
    extensions: Vec<Extension>,
}

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlEntry {
    /// Its serial number, big-endian, without leading zeros.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub date: Time,
    /// Why, unless unspecified.
    pub reason: Option<Reason>,
}

impl TbsCrl {
    /// Reads DER; nextUpdate, cRLNumber and authorityKeyIdentifier are demanded (RFC 5280 section 5).
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let raw: TbsCertList = canonical(WHAT, der, LIMIT)?;
        if raw.version != x509_cert::Version::V2 {
            return Err(Error::Version {
                what: WHAT,
                expected: "2",
            });
        }
        let (this_update, next_update) = updates(&raw)?;
        let extensions = extension::list(WHAT, raw.crl_extensions.as_ref())?;
        Ok(TbsCrl {
            der: der.to_vec(),
            signature_algorithm: Algorithm::of_signature(&raw.signature)?,
            issuer: Name::from_der(&encode(WHAT, &raw.issuer)?)?,
            this_update,
            next_update,
            number: number(demanded(&extensions, oid::CRL_NUMBER, "cRLNumber")?)?,
            authority_key_id: authority_key_id(demanded(
                &extensions,
                oid::AUTHORITY_KEY_IDENTIFIER,
                "authorityKeyIdentifier",
            )?)?,
            entries: entries(raw.revoked_certificates.as_deref())?,
            extensions,
        })
    }

    /// The bytes that are signed.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The algorithm of the signature that is to be made.
    pub fn signature_algorithm(&self) -> Algorithm {
        self.signature_algorithm
    }

    /// Whose certificates it is about.
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// When it was issued.
    pub fn this_update(&self) -> Time {
        self.this_update
    }

    /// When the next one comes at the latest.
    pub fn next_update(&self) -> Time {
        self.next_update
    }

    /// Its number; each CRL of an issuer has a greater one than the last.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The identifier of the key that signs it.
    pub fn authority_key_id(&self) -> &[u8] {
        &self.authority_key_id
    }

    /// The revoked certificates, in order.
    pub fn entries(&self) -> &[CrlEntry] {
        &self.entries
    }

    /// The entry of this serial number.
    pub fn entry(&self, serial: &[u8]) -> Option<&CrlEntry> {
        self.entries.iter().find(|entry| entry.serial == serial)
    }

    /// Every extension of the list, in order.
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }
}

fn updates(raw: &TbsCertList) -> Result<(Time, Time), Error> {
    let this = Time::from_der_time(WHAT, raw.this_update)?;
    let next = Time::from_der_time(WHAT, raw.next_update.ok_or(Error::NoNextUpdate)?)?;
    if this < next {
        Ok((this, next))
    } else {
        Err(Error::Validity { what: WHAT })
    }
}

fn demanded<'a>(extensions: &'a [Extension], oid: Oid, name: &'static str) -> Result<&'a [u8], Error> {
    let found = extensions.iter().find(|extension| extension.oid == oid);
    found
        .map(|extension| extension.value.as_slice())
        .ok_or(Error::MissingExtension {
            what: WHAT,
            extension: name,
        })
}

fn number(value: &[u8]) -> Result<u64, Error> {
    let number: UintRef<'_> = extension::value("cRLNumber", value)?;
    let mut bytes = [0; 8];
    let digits = number.as_bytes();
    let too_large = || Error::BadExtension {
        extension: "cRLNumber",
        detail: "it has more than 64 bits".into(),
    };
    let start = bytes.len().checked_sub(digits.len()).ok_or_else(too_large)?;
    bytes[start..].copy_from_slice(digits);
    Ok(u64::from_be_bytes(bytes))
}

fn entries(raw: Option<&[RevokedCert]>) -> Result<Vec<CrlEntry>, Error> {
    let Some(raw) = raw else {
        return Ok(Vec::new());
    };
    if raw.is_empty() {
        return Err(Error::EmptyRevocationList);
    }
    let mut serials = BTreeSet::new();
    let mut entries = Vec::new();
    for entry in raw.iter().map(entry) {
        let entry = entry?;
        if !serials.insert(entry.serial.clone()) {
            return Err(Error::DuplicateEntry {
                serial: hex(&entry.serial),
            });
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn entry(raw: &RevokedCert) -> Result<CrlEntry, Error> {
    let mut reason = None;
    for Extension { oid, critical, value } in extension::list("crl entry", raw.crl_entry_extensions.as_ref())? {
        match oid {
            oid::REASON_CODE => reason = Some(reason_code(&value)?),
            oid::INVALIDITY_DATE => drop(extension::value::<GeneralizedTime>("invalidityDate", &value)?),
            _ => return Err(entry_extension(format!("{oid} is unknown"))),
        }
        if critical {
            return Err(entry_extension(format!("{oid} is critical")));
        }
    }
    Ok(CrlEntry {
        serial: tbs::serial(raw.serial_number.as_bytes())?,
        date: Time::from_der_time(WHAT, raw.revocation_date)?,
        reason,
    })
}

fn reason_code(value: &[u8]) -> Result<Reason, Error> {
    let reason: CrlReason = extension::value("reasonCode", value)?;
    Reason::from_code(reason as u32)
}

fn entry_extension(detail: String) -> Error {
    Error::BadExtension {
        extension: "of a crl entry",
        detail,
    }
}
