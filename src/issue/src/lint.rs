//! Lints: what neither builder checks for us. Each has a name that stays, so that an exemption can name it.

mod certificate;
mod crl;
mod shared;

use std::fmt;

pub use certificate::{certificate, certificate_profile};
pub use crl::{crl, crl_profile};

/// What a lint found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The lint.
    pub lint: Lint,
    /// What is wrong, with the values.
    pub detail: String,
}

impl Finding {
    pub(crate) fn new(lint: Lint, detail: impl Into<String>) -> Self {
        Finding {
            lint,
            detail: detail.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.lint, self.detail)
    }
}

macro_rules! lints {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A lint, known to exemptions by its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Lint { $($(#[$doc])* $variant,)* }

        impl Lint {
            /// Every lint, in the order in which people read about them.
            pub const ALL: &[Lint] = &[$(Lint::$variant,)*];

            /// The stable name, as exemptions and records write it.
            pub fn name(self) -> &'static str {
                match self { $(Lint::$variant => $name,)* }
            }
        }
    };
}

lints! {
    /// The bytes are not exactly what the specification says.
    CertificateProfile = "certificate-profile",
    /// The bytes are not exactly what the specification says.
    CrlProfile = "crl-profile",
    /// RFC 5280 §4.1.2.2: a serial number is positive; and written without zeros before it.
    SerialForm = "serial-form",
    /// RFC 5280 §4.1.2.2: a serial number has at most 20 octets.
    SerialLength = "serial-length",
    /// A serial number that cannot hold 64 random bits can be guessed.
    SerialEntropy = "serial-entropy",
    /// A name has a common name, which is how people call it.
    NameWithoutCommonName = "name-without-common-name",
    /// A name has one attribute of each kind.
    NameRepeats = "name-repeats",
    /// notBefore comes before notAfter.
    ValidityOrder = "validity-order",
    /// Nobody outlives the issuer, and no CRL does.
    OutlivesIssuer = "outlives-issuer",
    /// RFC 5280 §4.2.1.3 and §4.2.1.9: a CA signs certificates and its CRL, nothing else does.
    KeyUsageOfCa = "key-usage-of-ca",
    /// A certificate that is not self-signed says what it is for.
    PurposeMissing = "purpose-missing",
    /// anyExtendedKeyUsage says nothing.
    PurposeAny = "purpose-any",
    /// A purpose is listed once.
    PurposeDuplicate = "purpose-duplicate",
    /// A purpose is among the issuer's.
    PurposeNotOfIssuer = "purpose-not-of-issuer",
    /// A URI is absolute, in ASCII without white space.
    UriForm = "uri-form",
    /// RFC 5280 §4.2: an extension occurs once.
    ExtensionDuplicate = "extension-duplicate",
    /// The value of a further extension is one DER element.
    ExtensionValue = "extension-value",
    /// Arcs under 2.25 are UUIDs of 128 bits; libraries and linters break on them.
    OidUuidArc = "oid-uuid-arc",
    /// A CRL's nextUpdate comes after its thisUpdate.
    CrlDates = "crl-dates",
    /// A serial number is on a CRL once.
    CrlEntryDuplicate = "crl-entry-duplicate",
    /// No entry is dated after its CRL.
    CrlEntryDate = "crl-entry-date",
}

impl Lint {
    /// The lint of that name.
    pub fn from_name(name: &str) -> Option<Lint> {
        Lint::ALL.iter().copied().find(|lint| lint.name() == name)
    }

    /// Whether an exemption can cover it. Bytes that are not what people reviewed are never passed over.
    pub fn exemptible(self) -> bool {
        !matches!(self, Lint::CertificateProfile | Lint::CrlProfile)
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
