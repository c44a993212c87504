//! The values of a specification in rcgen's types.

use std::fmt::Display;

use rcgen::string::{Ia5String, PrintableString};
use rcgen::{
    CustomExtension, DistinguishedName, DnType, DnValue, KeyIdMethod, KeyUsagePurpose, RevocationReason,
    RevokedCertParams, SanType,
};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use x509::{Attribute, KeyUsage, Name, PublicKey, Reason, Time};

use crate::error::{Builder, Error};
use crate::spec::{CrlEntry, ExtraExtension};

pub fn name(field: &'static str, name: &Name) -> Result<DistinguishedName, Error> {
    let mut out = DistinguishedName::new();
    for (attribute, value) in name.parts() {
        match attribute {
            Attribute::CommonName => out.push(DnType::CommonName, value.as_str()),
            Attribute::Organization => out.push(DnType::OrganizationName, value.as_str()),
            Attribute::OrganizationalUnit => {
                out.push(DnType::OrganizationalUnitName, value.as_str());
            }
            Attribute::Country => {
                let value = PrintableString::try_from(value.as_str()).map_err(cannot(field))?;
                out.push(DnType::CountryName, DnValue::PrintableString(value));
            }
        }
    }
    Ok(out)
}

pub fn key_usages(usage: KeyUsage) -> Vec<KeyUsagePurpose> {
    let mut out = Vec::new();
    if usage.contains(KeyUsage::DIGITAL_SIGNATURE) {
        out.push(KeyUsagePurpose::DigitalSignature);
    }
    if usage.contains(KeyUsage::KEY_CERT_SIGN) {
        out.push(KeyUsagePurpose::KeyCertSign);
    }
    if usage.contains(KeyUsage::CRL_SIGN) {
        out.push(KeyUsagePurpose::CrlSign);
    }
    out
}

pub fn uri_name(uri: &str) -> Result<SanType, Error> {
    let uri = Ia5String::try_from(uri).map_err(cannot("subjectAltName"))?;
    Ok(SanType::URI(uri))
}

pub fn custom(extra: &ExtraExtension) -> CustomExtension {
    let mut out = CustomExtension::from_oid_content(&extra.oid.arcs(), extra.value.clone());
    out.set_criticality(extra.critical);
    out
}

pub fn revoked(entry: &CrlEntry) -> Result<RevokedCertParams, Error> {
    Ok(RevokedCertParams {
        serial_number: entry.serial.clone().into(),
        revocation_time: time("revocationDate", entry.date)?,
        reason_code: entry.reason.map(reason),
        invalidity_date: None,
    })
}

pub fn reason(reason: Reason) -> RevocationReason {
    match reason {
        Reason::KeyCompromise => RevocationReason::KeyCompromise,
        Reason::CaCompromise => RevocationReason::CaCompromise,
        Reason::AffiliationChanged => RevocationReason::AffiliationChanged,
        Reason::Superseded => RevocationReason::Superseded,
        Reason::CessationOfOperation => RevocationReason::CessationOfOperation,
        Reason::CertificateHold => RevocationReason::CertificateHold,
        Reason::PrivilegeWithdrawn => RevocationReason::PrivilegeWithdrawn,
        Reason::AaCompromise => RevocationReason::AaCompromise,
    }
}

/// RFC 7093 method 1, computed here and not by rcgen, which would hash the whole SubjectPublicKeyInfo.
pub fn key_id(key: &PublicKey) -> KeyIdMethod {
    KeyIdMethod::PreSpecified(Sha256::digest(key.point())[..20].to_vec())
}

/// By another calendar than the first builder's.
pub fn time(field: &'static str, time: Time) -> Result<OffsetDateTime, Error> {
    OffsetDateTime::from_unix_timestamp(time.0).map_err(cannot(field))
}

pub fn cannot<E: Display>(field: &'static str) -> impl Fn(E) -> Error {
    move |error| Error::Unbuildable {
        builder: Builder::Second,
        field,
        reason: error.to_string(),
    }
}
