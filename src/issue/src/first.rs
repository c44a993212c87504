//! The first builder: writes with x509-cert the bytes that will be signed.
//!
//! That library's own builders are left alone: for CRLs they take the wrong authority key and write an empty list of
//! revocations where there should be none.

mod convert;

use der::asn1::OctetString;
use der::{Decode, Encode, Sequence};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509::Oid;
use x509_cert::certificate::Version;
use x509_cert::crl::{RevokedCert, TbsCertList};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, CrlNumber, ExtendedKeyUsage, SubjectAltName, SubjectKeyIdentifier};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::Validity;

use crate::error::Error;
use crate::spec::{CertificateSpec, CrlEntry, CrlSpec};
use convert::{
    authority_key_id, cannot, extension, extra_extension, key_usage, name, reason, serial, signature, time, uri,
};

/// The DER bytes of the TBSCertificate.
///
/// # Errors
/// `Error::Unbuildable` with the field that does not fit its type, such as a serial number of 21 octets.
pub fn certificate(spec: &CertificateSpec) -> Result<Vec<u8>, Error> {
    let tbs = Tbs {
        version: Version::V3,
        serial_number: serial(&spec.serial)?,
        signature: signature(&spec.issuer_key),
        issuer: name(&spec.issuer).map_err(cannot("issuer"))?,
        validity: Validity::new(
            time(spec.not_before).map_err(cannot("notBefore"))?,
            time(spec.not_after).map_err(cannot("notAfter"))?,
        ),
        subject: name(&spec.subject).map_err(cannot("subject"))?,
        subject_public_key_info: SubjectPublicKeyInfoOwned::from_der(spec.subject_key.spki_der())
            .map_err(cannot("subjectPublicKeyInfo"))?,
        extensions: extensions(spec).map_err(cannot("extensions"))?,
    };
    tbs.to_der().map_err(cannot("certificate"))
}

/// The DER bytes of the TBSCertList.
///
/// # Errors
/// `Error::Unbuildable` with the field that does not fit its type.
pub fn crl(spec: &CrlSpec) -> Result<Vec<u8>, Error> {
    let entries: Vec<_> = spec.entries.iter().map(entry).collect::<Result<_, _>>()?;
    let tbs = TbsCertList {
        version: Version::V2,
        signature: signature(&spec.issuer_key),
        issuer: name(&spec.issuer).map_err(cannot("issuer"))?,
        this_update: time(spec.this_update).map_err(cannot("thisUpdate"))?,
        next_update: Some(time(spec.next_update).map_err(cannot("nextUpdate"))?),
        // RFC 5280 §5.1.2.6: absent, not empty, when nothing is revoked.
        revoked_certificates: (!entries.is_empty()).then_some(entries),
        crl_extensions: Some(crl_extensions(spec).map_err(cannot("extensions"))?),
    };
    tbs.to_der().map_err(cannot("CRL"))
}

/// TBSCertificate of RFC 5280 §4.1, without the unique identifiers, which conforming CAs do not write.
///
/// x509-cert's own type has private fields, opened only by its `builder` feature.
#[derive(Sequence)]
struct Tbs {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: Version,
    serial_number: SerialNumber,
    signature: AlgorithmIdentifierOwned,
    issuer: Name,
    validity: Validity,
    subject: Name,
    subject_public_key_info: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Vec<Extension>,
}

/// In the order in which the second builder writes them, so that the whole encodings can be compared as well.
fn extensions(spec: &CertificateSpec) -> der::Result<Vec<Extension>> {
    let mut all = vec![authority_key_id(&spec.issuer_key)?];
    if !spec.uris.is_empty() {
        let uris: der::Result<_> = spec.uris.iter().map(uri).collect();
        all.push(extension(&SubjectAltName(uris?), false)?);
    }
    all.push(extension(&key_usage(spec.key_usage), true)?);
    if !spec.purposes.is_empty() {
        let purposes = spec.purposes.iter().map(Oid::inner).collect();
        all.push(extension(&ExtendedKeyUsage(purposes), false)?);
    }
    let key_id = OctetString::new(spec.subject_key.key_id())?;
    all.push(extension(&SubjectKeyIdentifier(key_id), false)?);
    let constraints = BasicConstraints {
        ca: spec.ca.is_some(),
        path_len_constraint: spec.ca.and_then(|ca| ca.path_len),
    };
    all.push(extension(&constraints, true)?);
    for extra in &spec.extra {
        all.push(extra_extension(extra)?);
    }
    Ok(all)
}

fn crl_extensions(spec: &CrlSpec) -> der::Result<Vec<Extension>> {
    let number = CrlNumber::try_from(spec.number)?;
    Ok(vec![authority_key_id(&spec.issuer_key)?, extension(&number, false)?])
}

fn entry(entry: &CrlEntry) -> Result<RevokedCert, Error> {
    let reason = entry.reason.map(reason).transpose();
    Ok(RevokedCert {
        serial_number: serial(&entry.serial)?,
        revocation_date: time(entry.date).map_err(cannot("revocationDate"))?,
        crl_entry_extensions: reason.map_err(cannot("reasonCode"))?.map(|reason| vec![reason]),
    })
}
