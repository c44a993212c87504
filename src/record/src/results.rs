//! The outbound bundle: everything that an event made, for the publisher. Signed by the console's key.

use serde::{Deserialize, Serialize};

use crate::{Body, Bytes, cbor, sshsig};

/// What leaves the console at the end of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Results {
    /// The event's name.
    pub event: String,
    /// The inbound bundle, byte for byte.
    pub plan: Bytes,
    /// The record bundle, byte for byte: what members countersign.
    pub record: Bytes,
    /// The journal up to the record, byte for byte.
    pub journal: Bytes,
    /// The certificates, in the plan's order.
    pub certificates: Vec<IssuedCertificate>,
    /// The CRLs, in the plan's order.
    pub crls: Vec<IssuedCrl>,
}

impl Body for Results {
    const TYPE: &'static str = "results";
    const NAMESPACE: &'static str = sshsig::namespace::BUNDLE;
    /// It holds other bundles, byte for byte.
    const LIMIT: usize = cbor::BUNDLE_LIMIT;
}

/// A certificate that the event made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IssuedCertificate {
    /// `root`, or the delegate's name.
    pub name: String,
    /// Its number among those of its name.
    pub number: u32,
    /// DER.
    pub der: Bytes,
}

impl IssuedCertificate {
    /// The stem of its files: `root-1`.
    #[must_use]
    pub fn stem(&self) -> String {
        format!("{}-{}", self.name, self.number)
    }
}

/// A CRL that the event made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IssuedCrl {
    /// The stem of the issuer's certificate: `root-1`.
    pub issuer: String,
    /// The CRL's number.
    pub number: u64,
    /// DER.
    pub der: Bytes,
}
