//! The first builder: writes with x509-cert the bytes that will be signed.
//!
//! That library's own builders are left alone: for CRLs they take the wrong authority key and write an empty list of
//! revocations where there should be none.

use std::time::Duration;

use der::asn1::{Ia5String, ObjectIdentifier, OctetString};
use der::flagset::FlagSet;
use der::oid::AssociatedOid;
use der::{DateTime, Decode, Encode, ErrorKind, Sequence};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509::{Algorithm, Oid, PublicKey, Reason};
use x509_cert::certificate::Version;
use x509_cert::crl::{RevokedCert, TbsCertList};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CrlNumber, CrlReason, ExtendedKeyUsage, KeyUsage, KeyUsages,
    SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use crate::error::{Builder, Error};
use crate::spec::{CertificateSpec, CrlEntry, CrlSpec, ExtraExtension};

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

fn reason(reason: Reason) -> der::Result<Extension> {
    let code = match reason {
        Reason::KeyCompromise => CrlReason::KeyCompromise,
        Reason::CaCompromise => CrlReason::CaCompromise,
        Reason::AffiliationChanged => CrlReason::AffiliationChanged,
        Reason::Superseded => CrlReason::Superseded,
        Reason::CessationOfOperation => CrlReason::CessationOfOperation,
        Reason::CertificateHold => CrlReason::CertificateHold,
        Reason::PrivilegeWithdrawn => CrlReason::PrivilegeWithdrawn,
        Reason::AaCompromise => CrlReason::AaCompromise,
    };
    extension(&code, false)
}

fn key_usage(usage: x509::KeyUsage) -> KeyUsage {
    let bits = [
        (x509::KeyUsage::DIGITAL_SIGNATURE, KeyUsages::DigitalSignature),
        (x509::KeyUsage::KEY_CERT_SIGN, KeyUsages::KeyCertSign),
        (x509::KeyUsage::CRL_SIGN, KeyUsages::CRLSign),
    ];
    let held = bits.into_iter().filter(|(one, _)| usage.contains(*one));
    KeyUsage(held.fold(FlagSet::default(), |set, (_, flag)| set | flag))
}

fn authority_key_id(key: &PublicKey) -> der::Result<Extension> {
    let identifier = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(key.key_id())?),
        ..Default::default()
    };
    extension(&identifier, false)
}

fn uri(uri: &String) -> der::Result<GeneralName> {
    Ia5String::new(uri).map(GeneralName::UniformResourceIdentifier)
}

fn extra_extension(extra: &ExtraExtension) -> der::Result<Extension> {
    Ok(Extension {
        extn_id: extra.oid.inner(),
        critical: extra.critical,
        extn_value: OctetString::new(extra.value.as_slice())?,
    })
}

fn extension<T: AssociatedOid + Encode>(value: &T, critical: bool) -> der::Result<Extension> {
    Ok(Extension {
        extn_id: T::OID,
        critical,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

fn serial(bytes: &[u8]) -> Result<SerialNumber, Error> {
    SerialNumber::new(bytes).map_err(cannot("serialNumber"))
}

fn signature(key: &PublicKey) -> AlgorithmIdentifierOwned {
    let oid = match key.algorithm() {
        Algorithm::P384 => ECDSA_WITH_SHA384,
        Algorithm::Ed25519 => ED25519,
    };
    // RFC 5758 §3.2 and RFC 8410 §3: both without parameters.
    AlgorithmIdentifierOwned { oid, parameters: None }
}

fn name(name: &x509::Name) -> der::Result<Name> {
    Name::from_der(&name.to_der())
}

/// UTCTime through 2049, GeneralizedTime after (RFC 5280 §4.1.2.5); before 1970 there is none.
fn time(time: x509::Time) -> der::Result<Time> {
    let seconds = u64::try_from(time.0).map_err(|_| ErrorKind::DateTime)?;
    DateTime::from_unix_duration(Duration::from_secs(seconds)).map(Time::from)
}

fn cannot(field: &'static str) -> impl Fn(der::Error) -> Error {
    move |error| Error::Unbuildable {
        builder: Builder::First,
        field,
        reason: error.to_string(),
    }
}

const ECDSA_WITH_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
