//! What a token says of a key: every attribute by its name, and an absent one as absent.

use std::collections::BTreeMap;

use cryptoki::{
    object::{Attribute, AttributeInfo, AttributeType, KeyType, ObjectHandle},
    session::Session,
};

use crate::{Class, Error, Kind, error::refused, spki};

/// A key's attributes. `None` where the token does not have one, which a check must not take for any value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// `CKA_LABEL`; empty where it is absent.
    pub label: String,
    /// `CKA_ID`.
    pub id: Option<Vec<u8>>,
    /// `CKA_CLASS`.
    pub class: Class,
    /// By `CKA_KEY_TYPE`, and `CKA_EC_PARAMS` or the size of `CKA_MODULUS`.
    pub kind: Kind,
    /// `CKA_EC_POINT` as the token gave it.
    pub ec_point: Option<Vec<u8>>,
    /// `CKA_PUBLIC_KEY_INFO`, where it is there and not empty.
    pub public_key_info: Option<Vec<u8>>,
    /// `CKA_MODULUS`, big-endian, as the token gave it: there may be zeros before it.
    pub modulus: Option<Vec<u8>>,
    /// `CKA_PUBLIC_EXPONENT`, likewise.
    pub public_exponent: Option<Vec<u8>>,
    flags: BTreeMap<&'static str, bool>,
}

impl Attributes {
    /// A truth value by its name, as `extractable`; `None` where the token does not have it.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.flags.get(name).copied()
    }

    #[cfg(test)]
    pub(crate) fn for_tests(
        label: &str,
        kind: Kind,
        ec_point: Option<Vec<u8>>,
        public_key_info: Option<Vec<u8>>,
    ) -> Attributes {
        Attributes {
            label: label.into(),
            id: None,
            class: Class::Public,
            kind,
            ec_point,
            public_key_info,
            modulus: None,
            public_exponent: None,
            flags: BTreeMap::new(),
        }
    }

    /// All truth values that are there, by name.
    pub fn flags(&self) -> impl Iterator<Item = (&'static str, bool)> + '_ {
        self.flags.iter().map(|(name, value)| (*name, *value))
    }

    pub(crate) fn read(session: &Session, handle: ObjectHandle, class: Class) -> Result<Attributes, Error> {
        let mut attributes = Attributes {
            label: String::new(),
            id: None,
            class,
            kind: Kind::Other,
            ec_point: None,
            public_key_info: None,
            modulus: None,
            public_exponent: None,
            flags: BTreeMap::new(),
        };
        let (mut key_type, mut curve) = (None, None);
        for value in there(session, handle)? {
            match value {
                // A label that is no text is none of ours.
                Attribute::Label(label) => attributes.label = String::from_utf8_lossy(&label).into_owned(),
                Attribute::Id(id) => attributes.id = Some(id),
                Attribute::KeyType(kind) => key_type = Some(kind),
                Attribute::EcParams(params) => curve = Some(params),
                Attribute::EcPoint(point) => attributes.ec_point = Some(point).filter(|point| !point.is_empty()),
                Attribute::PublicKeyInfo(info) => {
                    attributes.public_key_info = Some(info).filter(|info| !info.is_empty())
                }
                Attribute::Modulus(modulus) => attributes.modulus = Some(modulus).filter(|octets| !octets.is_empty()),
                Attribute::PublicExponent(exponent) => {
                    attributes.public_exponent = Some(exponent).filter(|octets| !octets.is_empty())
                }
                other => attributes.flags.extend(flag(&other)),
            }
        }
        attributes.kind = kind(key_type, curve.as_deref(), attributes.modulus.as_deref());
        Ok(attributes)
    }
}

/// The attributes that are there. One is asked after the other: told of several, a careless module stops at the first
/// that it does not know and leaves the rest as they were, and a buffer of zeros would read as `false`.
fn there(session: &Session, handle: ObjectHandle) -> Result<Vec<Attribute>, Error> {
    let wanted: Vec<AttributeType> = FLAGS.iter().map(|(_, kind)| *kind).chain(VALUES).collect();
    let found = session.get_attribute_info(handle, &wanted).map_err(refused)?;
    let is_there = |info: &AttributeInfo| matches!(info, AttributeInfo::Available(size) if *size <= ATTRIBUTE_LIMIT);
    let there: Vec<_> = wanted
        .into_iter()
        .zip(&found)
        .filter(|(_, info)| is_there(info))
        .map(|(kind, _)| kind)
        .collect();
    let values = session.get_attributes(handle, &there).map_err(refused)?;
    // The answer leaves out silently what it could not read.
    match values.len() == there.len()
        && values
            .iter()
            .zip(&there)
            .all(|(value, kind)| value.attribute_type() == *kind)
    {
        true => Ok(values),
        false => Err(Error::Refused {
            function: "C_GetAttributeValue".into(),
            code: format!("{} of {} attributes came", values.len(), there.len()),
        }),
    }
}

fn kind(key_type: Option<KeyType>, curve: Option<&[u8]>, modulus: Option<&[u8]>) -> Kind {
    match (key_type, curve) {
        (Some(KeyType::RSA), _) if modulus.is_some_and(|modulus| spki::bits(modulus) == spki::RSA_BITS) => {
            Kind::Rsa2048
        }
        (Some(KeyType::EC), Some(curve)) if curve == spki::P384 => Kind::P384,
        (Some(KeyType::EC_EDWARDS), Some(curve)) if spki::ED25519_NAMES.contains(&curve) => Kind::Ed25519,
        _ => Kind::Other,
    }
}

fn flag(value: &Attribute) -> Option<(&'static str, bool)> {
    use Attribute::*;
    let kind = value.attribute_type();
    let (name, _) = FLAGS.iter().find(|(_, of)| *of == kind)?;
    match value {
        AlwaysAuthenticate(flag)
        | AlwaysSensitive(flag)
        | Copyable(flag)
        | Decrypt(flag)
        | Derive(flag)
        | Destroyable(flag)
        | Encrypt(flag)
        | Extractable(flag)
        | Local(flag)
        | Modifiable(flag)
        | NeverExtractable(flag)
        | Private(flag)
        | Sensitive(flag)
        | Sign(flag)
        | SignRecover(flag)
        | Token(flag)
        | Trusted(flag)
        | Unwrap(flag)
        | Verify(flag)
        | Wrap(flag)
        | WrapWithTrusted(flag) => Some((name, *flag)),
        _ => None,
    }
}

/// Names as CloudHSM's table has them; those of PKCS#11 without `CKA_` and with dashes.
pub(crate) const FLAGS: [(&str, AttributeType); 21] = [
    ("always-authenticate", AttributeType::AlwaysAuthenticate),
    ("always-sensitive", AttributeType::AlwaysSensitive),
    ("copyable", AttributeType::Copyable),
    ("decrypt", AttributeType::Decrypt),
    ("derive", AttributeType::Derive),
    ("destroyable", AttributeType::Destroyable),
    ("encrypt", AttributeType::Encrypt),
    ("extractable", AttributeType::Extractable),
    ("local", AttributeType::Local),
    ("modifiable", AttributeType::Modifiable),
    ("never-extractable", AttributeType::NeverExtractable),
    ("private", AttributeType::Private),
    ("sensitive", AttributeType::Sensitive),
    ("sign", AttributeType::Sign),
    ("sign-recover", AttributeType::SignRecover),
    ("token", AttributeType::Token),
    ("trusted", AttributeType::Trusted),
    ("unwrap", AttributeType::Unwrap),
    ("verify", AttributeType::Verify),
    ("wrap", AttributeType::Wrap),
    ("wrap-with-trusted", AttributeType::WrapWithTrusted),
];

const VALUES: [AttributeType; 8] = [
    AttributeType::Label,
    AttributeType::Id,
    AttributeType::KeyType,
    AttributeType::EcParams,
    AttributeType::EcPoint,
    AttributeType::PublicKeyInfo,
    AttributeType::Modulus,
    AttributeType::PublicExponent,
];

/// In bytes; longer than any public key of ours.
const ATTRIBUTE_LIMIT: usize = 4096;
