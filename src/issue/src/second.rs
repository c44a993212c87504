//! The second builder: writes the same with rcgen, so that a mistake of the first does not go unseen.
//!
//! It shares nothing with the first but the specification: names, keys and key identifiers are encoded anew.

use std::cell::RefCell;
use std::fmt::Display;

use rcgen::string::{Ia5String, PrintableString};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DistinguishedName, DnType,
    DnValue, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose, PublicKeyData, RevocationReason,
    RevokedCertParams, SanType, SignatureAlgorithm, SigningKey,
};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use x509::{Algorithm, Attribute, KeyUsage, Name, PublicKey, Reason, Time};

use crate::error::{Builder, Error};
use crate::spec::{CertificateSpec, CrlEntry, CrlSpec, ExtraExtension};

/// The DER bytes of the TBSCertificate.
///
/// # Errors
/// `Error::Unbuildable` with the field that rcgen cannot write.
pub fn certificate(spec: &CertificateSpec) -> Result<Vec<u8>, Error> {
    let issuer = issuer(&spec.issuer, &spec.issuer_key)?;
    params(spec)?
        .signed_by(&Capturing::new(&spec.subject_key), &issuer)
        .map_err(cannot("certificate"))?;
    Ok(issuer.key().captured())
}

/// The DER bytes of the TBSCertList.
///
/// # Errors
/// `Error::Unbuildable` with the field that rcgen cannot write.
pub fn crl(spec: &CrlSpec) -> Result<Vec<u8>, Error> {
    let issuer = issuer(&spec.issuer, &spec.issuer_key)?;
    let revoked_certs: Result<_, _> = spec.entries.iter().map(revoked).collect();
    let params = CertificateRevocationListParams {
        this_update: time("thisUpdate", spec.this_update)?,
        next_update: time("nextUpdate", spec.next_update)?,
        crl_number: spec.number.into(),
        issuing_distribution_point: None,
        revoked_certs: revoked_certs?,
        // rcgen takes the CRL's authority key from here, and not from the issuer.
        key_identifier_method: key_id(&spec.issuer_key),
    };
    params.signed_by(&issuer).map_err(cannot("CRL"))?;
    Ok(issuer.key().captured())
}

/// A key that cannot sign: it keeps what it was asked to sign, and answers with an empty signature.
struct Capturing<'a> {
    key: &'a PublicKey,
    message: RefCell<Vec<u8>>,
}

impl<'a> Capturing<'a> {
    fn new(key: &'a PublicKey) -> Self {
        Capturing {
            key,
            message: RefCell::default(),
        }
    }

    fn captured(&self) -> Vec<u8> {
        self.message.take()
    }
}

impl PublicKeyData for Capturing<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.key.point()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        match self.key.algorithm() {
            Algorithm::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            Algorithm::Ed25519 => &rcgen::PKCS_ED25519,
        }
    }
}

impl SigningKey for Capturing<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.message.replace(message.to_vec());
        Ok(Vec::new())
    }
}

fn issuer<'a>(issuer: &Name, key: &'a PublicKey) -> Result<Issuer<'static, Capturing<'a>>, Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = name("issuer", issuer)?;
    params.key_identifier_method = key_id(key);
    Ok(Issuer::new(params, Capturing::new(key)))
}

fn params(spec: &CertificateSpec) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::default();
    params.serial_number = Some(spec.serial.clone().into());
    params.distinguished_name = name("subject", &spec.subject)?;
    params.not_before = time("notBefore", spec.not_before)?;
    params.not_after = time("notAfter", spec.not_after)?;
    params.is_ca = match spec.ca.map(|ca| ca.path_len) {
        // Not NoCa, which leaves out the subject key identifier as well.
        None => IsCa::ExplicitNoCa,
        Some(None) => IsCa::Ca(BasicConstraints::Unconstrained),
        Some(Some(path_len)) => IsCa::Ca(BasicConstraints::Constrained(path_len)),
    };
    params.key_usages = key_usages(spec.key_usage);
    let purposes = spec.purposes.iter();
    params.extended_key_usages = purposes
        .map(|purpose| ExtendedKeyUsagePurpose::Other(purpose.arcs()))
        .collect();
    let uris: Result<_, _> = spec.uris.iter().map(|uri| uri_name(uri)).collect();
    params.subject_alt_names = uris?;
    params.custom_extensions = spec.extra.iter().map(custom).collect();
    params.use_authority_key_identifier_extension = true;
    params.key_identifier_method = key_id(&spec.subject_key);
    Ok(params)
}

fn name(field: &'static str, name: &Name) -> Result<DistinguishedName, Error> {
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

fn key_usages(usage: KeyUsage) -> Vec<KeyUsagePurpose> {
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

fn uri_name(uri: &str) -> Result<SanType, Error> {
    let uri = Ia5String::try_from(uri).map_err(cannot("subjectAltName"))?;
    Ok(SanType::URI(uri))
}

fn custom(extra: &ExtraExtension) -> CustomExtension {
    let mut out = CustomExtension::from_oid_content(&extra.oid.arcs(), extra.value.clone());
    out.set_criticality(extra.critical);
    out
}

fn revoked(entry: &CrlEntry) -> Result<RevokedCertParams, Error> {
    Ok(RevokedCertParams {
        serial_number: entry.serial.clone().into(),
        revocation_time: time("revocationDate", entry.date)?,
        reason_code: entry.reason.map(reason),
        invalidity_date: None,
    })
}

fn reason(reason: Reason) -> RevocationReason {
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
fn key_id(key: &PublicKey) -> KeyIdMethod {
    KeyIdMethod::PreSpecified(Sha256::digest(key.point())[..20].to_vec())
}

/// By another calendar than the first builder's.
fn time(field: &'static str, time: Time) -> Result<OffsetDateTime, Error> {
    OffsetDateTime::from_unix_timestamp(time.0).map_err(cannot(field))
}

fn cannot<E: Display>(field: &'static str) -> impl Fn(E) -> Error {
    move |error| Error::Unbuildable {
        builder: Builder::Second,
        field,
        reason: error.to_string(),
    }
}
