//! Distinguished names, in the few forms that this PKI issues.

mod attribute;

pub use attribute::Attribute;

use crate::Error;
use crate::encoding::{canonical, encode};
use der::asn1::{Any, SetOfVec};
use std::fmt;
use x509_cert::attr::AttributeTypeAndValue;

/// A distinguished name: one attribute in each RDN, in order, in printable ASCII.
///
/// Values are UTF8String, the country PrintableString. The characters that RFC 4514 would escape are refused, so the
/// text form needs no escapes and nothing can be hidden in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Vec<(Attribute, String)>);

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
            .try_for_each(|(attribute, value)| attribute::check(*attribute, value))?;
        Ok(Name(parts))
    }

    /// Reads `CN=Rust Root 1, O=Rust Project`: the order of the text is the order of the encoding.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let part = |part: &str| {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| refused(format!("{:?} is not like CN=value", cut(part))))?;
            let attribute = Attribute::ALL.into_iter().find(|attribute| attribute.short() == key);
            let attribute = attribute.ok_or_else(|| refused(format!("{:?} is none of CN, O, OU, C", cut(key))))?;
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
            [one] => attribute::read(one),
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

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

fn refused(detail: String) -> Error {
    Error::Name { detail }
}

type Rdns = Vec<SetOfVec<AttributeTypeAndValue>>;

const MAX_PARTS: usize = 8;
const LIMIT: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_encoding_have_one_order() {
        let name = Name::parse("C=XX, O=Rust Project, OU=Rehearsal, CN=Rust Root 1").unwrap();
        assert_eq!(name.to_string(), "C=XX, O=Rust Project, OU=Rehearsal, CN=Rust Root 1");
        assert_eq!(name.common_name(), Some("Rust Root 1"));
        assert_eq!(name.to_der()[2..13], [0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 6, 0x13, 2]);
        assert_eq!(Name::from_der(&name.to_der()).unwrap(), name);
    }

    #[test]
    fn refuses_what_cannot_be_shown_plainly() {
        let long = format!("CN={}", "x".repeat(65));
        let many = ["CN=x"; 9].join(", ");
        for (text, detail) in [
            ("", "\"\" is not like CN=value"),
            ("Rust Root 1", "\"Rust Root 1\" is not like CN=value"),
            ("cn=x", "\"cn\" is none of CN, O, OU, C"),
            ("CN=", "CN has 0 bytes, 1 to 64 are allowed"),
            (&long, "CN has 65 bytes, 1 to 64 are allowed"),
            (&many, "it has 9 parts, 1 to 8 are allowed"),
            ("CN=a+O=b", "CN holds '+'"),
            ("CN=a,O=b", "CN holds ','"),
            ("CN=caf\u{e9}", "CN holds '\u{e9}'"),
            ("CN=a\u{1b}[2J", "CN holds '\\u{1b}'"),
            ("CN= a", "CN has a space too many"),
            ("CN=a  b", "CN has a space too many"),
            ("C=xx", "C is not two capital letters"),
        ] {
            let error = Name::parse(text).unwrap_err();
            assert_eq!(error.to_string(), format!("the name is refused: {detail}"));
            assert!(error.hint().unwrap().contains("CN=Rust Root 1"));
        }
    }
}
