//! Object identifiers, and the few that this crate knows by name.

use crate::Error;
use der::Encode;
use der::asn1::ObjectIdentifier;
use std::fmt;

/// An object identifier; ordered by its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(ObjectIdentifier);

impl Oid {
    /// Reads the dotted form, `1.3.6.1.4.1.32473.3579`.
    pub fn parse(dotted: &str) -> Result<Self, Error> {
        let refused = || Error::Oid {
            found: dotted.chars().take(80).collect(),
        };
        let oid = Oid(ObjectIdentifier::new(dotted).map_err(|_| refused())?);
        if oid.to_string() == dotted {
            Ok(oid)
        } else {
            Err(refused())
        }
    }

    /// The DER encoding with tag and length.
    pub fn der(&self) -> Vec<u8> {
        self.0.to_der().expect("an object identifier has at most 39 bytes")
    }

    /// The encoding's content alone, without tag and length.
    pub fn value(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The arcs, first to last.
    pub fn arcs(&self) -> Vec<u64> {
        self.0.arcs().map(u64::from).collect()
    }

    /// The parser's own type.
    pub fn inner(&self) -> ObjectIdentifier {
        self.0
    }

    const fn known(dotted: &str) -> Self {
        Oid(ObjectIdentifier::new_unwrap(dotted))
    }
}

impl From<ObjectIdentifier> for Oid {
    fn from(oid: ObjectIdentifier) -> Self {
        Oid(oid)
    }
}

impl From<Oid> for ObjectIdentifier {
    fn from(oid: Oid) -> Self {
        oid.0
    }
}

impl std::str::FromStr for Oid {
    type Err = Error;

    fn from_str(dotted: &str) -> Result<Self, Error> {
        Oid::parse(dotted)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// subjectKeyIdentifier, RFC 5280 section 4.2.1.2.
pub const SUBJECT_KEY_IDENTIFIER: Oid = Oid::known("2.5.29.14");
/// keyUsage, RFC 5280 section 4.2.1.3.
pub const KEY_USAGE: Oid = Oid::known("2.5.29.15");
/// subjectAltName, RFC 5280 section 4.2.1.6.
pub const SUBJECT_ALT_NAME: Oid = Oid::known("2.5.29.17");
/// basicConstraints, RFC 5280 section 4.2.1.9.
pub const BASIC_CONSTRAINTS: Oid = Oid::known("2.5.29.19");
/// cRLNumber, RFC 5280 section 5.2.3.
pub const CRL_NUMBER: Oid = Oid::known("2.5.29.20");
/// reasonCode, RFC 5280 section 5.3.1.
pub const REASON_CODE: Oid = Oid::known("2.5.29.21");
/// invalidityDate, RFC 5280 section 5.3.2.
pub const INVALIDITY_DATE: Oid = Oid::known("2.5.29.24");
/// issuingDistributionPoint, RFC 5280 section 5.2.5.
pub const ISSUING_DISTRIBUTION_POINT: Oid = Oid::known("2.5.29.28");
/// nameConstraints, RFC 5280 section 4.2.1.10.
pub const NAME_CONSTRAINTS: Oid = Oid::known("2.5.29.30");
/// policyMappings, RFC 5280 section 4.2.1.5.
pub const POLICY_MAPPINGS: Oid = Oid::known("2.5.29.33");
/// authorityKeyIdentifier, RFC 5280 section 4.2.1.1.
pub const AUTHORITY_KEY_IDENTIFIER: Oid = Oid::known("2.5.29.35");
/// policyConstraints, RFC 5280 section 4.2.1.11.
pub const POLICY_CONSTRAINTS: Oid = Oid::known("2.5.29.36");
/// extendedKeyUsage, RFC 5280 section 4.2.1.12.
pub const EXTENDED_KEY_USAGE: Oid = Oid::known("2.5.29.37");
/// inhibitAnyPolicy, RFC 5280 section 4.2.1.14.
pub const INHIBIT_ANY_POLICY: Oid = Oid::known("2.5.29.54");
/// extensionRequest, RFC 2985 section 5.4.2.
pub const EXTENSION_REQUEST: Oid = Oid::known("1.2.840.113549.1.9.14");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_dotted_form() {
        let oid = Oid::parse("1.3.6.1.4.1.32473.3579.1").unwrap();
        assert_eq!(oid.to_string(), "1.3.6.1.4.1.32473.3579.1");
        assert_eq!(oid.der(), [&[6, oid.value().len() as u8], oid.value()].concat());
        assert_eq!(oid.arcs()[6], 32473);
    }

    #[test]
    fn refuses_what_is_not_dotted() {
        for text in ["", "1", "1.3.", "1.3.06", "4.1.1", "1.2.x", " 1.2.3"] {
            assert_eq!(
                Oid::parse(text).unwrap_err().to_string(),
                format!("{text:?} is not an object identifier")
            );
        }
    }
}
