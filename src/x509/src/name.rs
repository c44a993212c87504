//! Distinguished names, in the few forms that this PKI issues.

use crate::encoding::{canonical, encode};
use crate::{Error, Oid};
use der::asn1::{Any, ObjectIdentifier, SetOfVec};
use der::{Tag, Tagged};
use std::fmt;
use x509_cert::attr::AttributeTypeAndValue;

/// A distinguished name: one attribute in each RDN, in order, in printable ASCII.
///
/// Values are UTF8String, the country PrintableString. The characters that RFC 4514 would escape are refused, so the
/// text form needs no escapes and nothing can be hidden in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Vec<(Attribute, String)>);

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

impl Name {
    /// From its parts, in the order of the encoding.
    pub fn new(parts: Vec<(Attribute, String)>) -> Result<Self, Error> {
        if parts.is_empty() || parts.len() > MAX_PARTS {
            return Err(refused(format!(
                "it has {} parts, 1 to {MAX_PARTS} are allowed",
                parts.len()
            )));
        }
        parts
            .iter()
            .try_for_each(|(attribute, value)| check(*attribute, value))?;
        Ok(Name(parts))
    }

    /// Reads `CN=Rust Root 1, O=Rust Project`: the order of the text is the order of the encoding.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let part = |part: &str| {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| refused(format!("{:?} is not like CN=value", cut(part))))?;
            let attribute = Attribute::ALL
                .into_iter()
                .find(|attribute| attribute.short() == key);
            let attribute = attribute
                .ok_or_else(|| refused(format!("{:?} is none of CN, O, OU, C", cut(key))))?;
            Ok((attribute, value.to_string()))
        };
        Name::new(
            text.split(", ")
                .take(MAX_PARTS + 1)
                .map(part)
                .collect::<Result<_, _>>()?,
        )
    }

    /// The parts, in the order of the encoding.
    pub fn parts(&self) -> &[(Attribute, String)] {
        &self.0
    }

    /// The first common name.
    pub fn common_name(&self) -> Option<&str> {
        self.0
            .iter()
            .find(|(attribute, _)| *attribute == Attribute::CommonName)
            .map(|(_, value)| value.as_str())
    }

    /// Reads the DER of a Name in exactly the form that `to_der` writes.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let rdns: Rdns = canonical("name", der, LIMIT)?;
        let parts = rdns.iter().map(|rdn| match rdn.as_slice() {
            [one] => read(one),
            _ => Err(refused("an RDN does not have exactly one attribute".into())),
        });
        let name = Name::new(parts.collect::<Result<_, _>>()?)?;
        if name.to_der() == der {
            Ok(name)
        } else {
            Err(Error::NotCanonical { what: "name" })
        }
    }

    /// The DER of the Name.
    pub fn to_der(&self) -> Vec<u8> {
        let rdn = |(attribute, value): &(Attribute, String)| {
            let value = Any::new(attribute.tag(), value.as_bytes())?;
            SetOfVec::try_from(vec![AttributeTypeAndValue {
                oid: attribute.oid().inner(),
                value,
            }])
        };
        let rdns: Result<Rdns, der::Error> = self.0.iter().map(rdn).collect();
        encode("name", &rdns.expect("checked parts are short")).expect("checked parts are short")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self
            .0
            .iter()
            .map(|(attribute, value)| format!("{}={value}", attribute.short()))
            .collect();
        f.write_str(&parts.join(", "))
    }
}

impl std::str::FromStr for Name {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Name::parse(text)
    }
}

impl Attribute {
    const ALL: [Attribute; 4] = [
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

    fn tag(self) -> Tag {
        if self == Attribute::Country {
            Tag::PrintableString
        } else {
            Tag::Utf8String
        }
    }
}

fn read(part: &AttributeTypeAndValue) -> Result<(Attribute, String), Error> {
    let attribute = Attribute::ALL
        .into_iter()
        .find(|attribute| attribute.oid().inner() == part.oid);
    let attribute =
        attribute.ok_or_else(|| refused(format!("it has an attribute of type {}", part.oid)))?;
    if part.value.tag() != attribute.tag() {
        return Err(refused(format!(
            "{} is a {}, not a {}",
            attribute.short(),
            part.value.tag(),
            attribute.tag()
        )));
    }
    let value = std::str::from_utf8(part.value.value())
        .map_err(|_| refused(format!("{} is not text", attribute.short())))?;
    Ok((attribute, value.to_string()))
}

fn check(attribute: Attribute, value: &str) -> Result<(), Error> {
    let key = attribute.short();
    // RFC 5280 appendix A.1, ub-common-name and its like.
    if value.is_empty() || value.len() > 64 {
        return Err(refused(format!(
            "{key} has {} bytes, 1 to 64 are allowed",
            value.len()
        )));
    }
    let plain = |c: char| (c == ' ' || c.is_ascii_graphic()) && !"\",+;<=>\\#".contains(c);
    if let Some(odd) = value.chars().find(|c| !plain(*c)) {
        return Err(refused(format!("{key} holds {odd:?}")));
    }
    if value.starts_with(' ') || value.ends_with(' ') || value.contains("  ") {
        return Err(refused(format!("{key} has a space too many")));
    }
    if attribute == Attribute::Country
        && !(value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase()))
    {
        return Err(refused("C is not two capital letters".into()));
    }
    Ok(())
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

fn refused(detail: String) -> Error {
    Error::Name { detail }
}

type Rdns = Vec<SetOfVec<AttributeTypeAndValue>>;

const MAX_PARTS: usize = 8;
const LIMIT: usize = 1024;
