//! The values of a specification in x509-cert's types.

use std::time::Duration;

use der::asn1::{Ia5String, ObjectIdentifier, OctetString};
use der::flagset::FlagSet;
use der::oid::AssociatedOid;
use der::{DateTime, Decode, Encode, ErrorKind};
use spki::AlgorithmIdentifierOwned;
use x509::{Algorithm, PublicKey, Reason};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, CrlReason, KeyUsage, KeyUsages};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::Time;

use crate::error::{Builder, Error};
use crate::spec::ExtraExtension;

pub fn reason(reason: Reason) -> der::Result<Extension> {
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

pub fn key_usage(usage: x509::KeyUsage) -> KeyUsage {
    let bits = [
        (x509::KeyUsage::DIGITAL_SIGNATURE, KeyUsages::DigitalSignature),
        (x509::KeyUsage::KEY_CERT_SIGN, KeyUsages::KeyCertSign),
        (x509::KeyUsage::CRL_SIGN, KeyUsages::CRLSign),
    ];
    let held = bits.into_iter().filter(|(one, _)| usage.contains(*one));
    KeyUsage(held.fold(FlagSet::default(), |set, (_, flag)| set | flag))
}

pub fn authority_key_id(key: &PublicKey) -> der::Result<Extension> {
    let identifier = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(key.key_id())?),
        ..Default::default()
    };
    extension(&identifier, false)
}

pub fn uri(uri: &String) -> der::Result<GeneralName> {
    Ia5String::new(uri).map(GeneralName::UniformResourceIdentifier)
}

pub fn extra_extension(extra: &ExtraExtension) -> der::Result<Extension> {
    Ok(Extension {
        extn_id: extra.oid.inner(),
        critical: extra.critical,
        extn_value: OctetString::new(extra.value.as_slice())?,
    })
}

pub fn extension<T: AssociatedOid + Encode>(value: &T, critical: bool) -> der::Result<Extension> {
    Ok(Extension {
        extn_id: T::OID,
        critical,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

pub fn serial(bytes: &[u8]) -> Result<SerialNumber, Error> {
    SerialNumber::new(bytes).map_err(cannot("serialNumber"))
}

pub fn signature(key: &PublicKey) -> AlgorithmIdentifierOwned {
    let oid = match key.algorithm() {
        Algorithm::P384 => ECDSA_WITH_SHA384,
        Algorithm::Ed25519 => ED25519,
    };
    // RFC 5758 §3.2 and RFC 8410 §3: both without parameters.
    AlgorithmIdentifierOwned { oid, parameters: None }
}

pub fn name(name: &x509::Name) -> der::Result<Name> {
    Name::from_der(&name.to_der())
}

/// UTCTime through 2049, GeneralizedTime after (RFC 5280 §4.1.2.5); before 1970 there is none.
pub fn time(time: x509::Time) -> der::Result<Time> {
    let seconds = u64::try_from(time.0).map_err(|_| ErrorKind::DateTime)?;
    DateTime::from_unix_duration(Duration::from_secs(seconds)).map(Time::from)
}

pub fn cannot(field: &'static str) -> impl Fn(der::Error) -> Error {
    move |error| Error::Unbuildable {
        builder: Builder::First,
        field,
        reason: error.to_string(),
    }
}

const ECDSA_WITH_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
