//! Why a certificate was revoked.

use crate::Error;
use std::fmt;

/// A reason code of RFC 5280 section 5.3.1.
///
/// `unspecified` is told by leaving the code out, and `removeFromCRL` belongs to delta CRLs: both are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Reason {
    /// The certificate's key is known or suspected to be in other hands.
    KeyCompromise = 1,
    /// The same of a CA's key.
    CaCompromise = 2,
    /// The subject's name or affiliation changed.
    AffiliationChanged = 3,
    /// Another certificate took its place.
    Superseded = 4,
    /// It is no longer needed.
    CessationOfOperation = 5,
    /// On hold, for now.
    CertificateHold = 6,
    /// The subject lost a privilege that the certificate states.
    PrivilegeWithdrawn = 9,
    /// An attribute authority's key is in other hands.
    AaCompromise = 10,
}

impl Reason {
    /// Every reason, in order of its code.
    pub const ALL: [Reason; 8] = [
        Reason::KeyCompromise,
        Reason::CaCompromise,
        Reason::AffiliationChanged,
        Reason::Superseded,
        Reason::CessationOfOperation,
        Reason::CertificateHold,
        Reason::PrivilegeWithdrawn,
        Reason::AaCompromise,
    ];

    /// The code in DER.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The name in RFC 5280.
    pub fn name(self) -> &'static str {
        match self {
            Reason::KeyCompromise => "keyCompromise",
            Reason::CaCompromise => "cACompromise",
            Reason::AffiliationChanged => "affiliationChanged",
            Reason::Superseded => "superseded",
            Reason::CessationOfOperation => "cessationOfOperation",
            Reason::CertificateHold => "certificateHold",
            Reason::PrivilegeWithdrawn => "privilegeWithdrawn",
            Reason::AaCompromise => "aACompromise",
        }
    }

    /// The reason with this code.
    pub fn from_code(code: u32) -> Result<Self, Error> {
        Reason::ALL
            .into_iter()
            .find(|reason| u32::from(reason.code()) == code)
            .ok_or(Error::Reason { code })
    }

    /// The reason with this name of RFC 5280.
    pub fn from_name(name: &str) -> Option<Self> {
        Reason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
