//! The parts of a name: four types, each with its limits.

use super::refused;
use crate::{Error, Oid};
use der::asn1::ObjectIdentifier;
use der::{Tag, Tagged};
use x509_cert::attr::AttributeTypeAndValue;

/// What a part of a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// CN
    CommonName,
    /// O
    Organization,
    /// OU
    OrganizationalUnit,
    /// C, two capital letters
    Country,
}

impl Attribute {
    pub(super) const ALL: [Attribute; 4] = [
        Attribute::CommonName,
        Attribute::Organization,
        Attribute::OrganizationalUnit,
        Attribute::Country,
    ];

    /// CN, O, OU or C.
    pub fn short(self) -> &'static str {
        match self {
            Attribute::CommonName => "CN",
            Attribute::Organization => "O",
            Attribute::OrganizationalUnit => "OU",
            Attribute::Country => "C",
        }
    }

    /// The attribute type (X.520).
    pub fn oid(self) -> Oid {
        Oid::from(match self {
            Attribute::CommonName => const { ObjectIdentifier::new_unwrap("2.5.4.3") },
            Attribute::Organization => const { ObjectIdentifier::new_unwrap("2.5.4.10") },
            Attribute::OrganizationalUnit => const { ObjectIdentifier::new_unwrap("2.5.4.11") },
            Attribute::Country => const { ObjectIdentifier::new_unwrap("2.5.4.6") },
        })
    }

    pub(super) fn tag(self) -> Tag {
        if self == Attribute::Country {
            Tag::PrintableString
        } else {
            Tag::Utf8String
        }
    }
}

pub(super) fn read(part: &AttributeTypeAndValue) -> Result<(Attribute, String), Error> {
    let attribute = Attribute::ALL
        .into_iter()
        .find(|attribute| attribute.oid().inner() == part.oid);
    let attribute = attribute.ok_or_else(|| refused(format!("it has an attribute of type {}", part.oid)))?;
    if part.value.tag() != attribute.tag() {
        return Err(refused(format!(
            "{} is a {}, not a {}",
            attribute.short(),
            part.value.tag(),
            attribute.tag()
        )));
    }
    let value =
        std::str::from_utf8(part.value.value()).map_err(|_| refused(format!("{} is not text", attribute.short())))?;
    Ok((attribute, value.to_string()))
}

pub(super) fn check(attribute: Attribute, value: &str) -> Result<(), Error> {
    let key = attribute.short();
    // RFC 5280 appendix A.1, ub-common-name and its like.
    if value.is_empty() || value.len() > 64 {
        return Err(refused(format!("{key} has {} bytes, 1 to 64 are allowed", value.len())));
    }
    let plain = |c: char| (c == ' ' || c.is_ascii_graphic()) && !"\",+;<=>\\#".contains(c);
    if let Some(odd) = value.chars().find(|c| !plain(*c)) {
        return Err(refused(format!("{key} holds {odd:?}")));
    }
    if value.starts_with(' ') || value.ends_with(' ') || value.contains("  ") {
        return Err(refused(format!("{key} has a space too many")));
    }
    if attribute == Attribute::Country && !(value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase())) {
        return Err(refused("C is not two capital letters".into()));
    }
    Ok(())
}
