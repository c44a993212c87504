//! Which key of a token: its label, or its id where the token's maker chose the labels.

use std::{fmt, str::FromStr};

use cryptoki::object::Attribute;

use crate::{Attributes, Error, generate::check_label};

/// A key's name. Text of the form `id:…` is an id in hexadecimal, such as `id:02`; all else is a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyName {
    /// `CKA_LABEL`.
    Label(String),
    /// `CKA_ID`: what a smart card has instead, one for each of its slots.
    Id(Vec<u8>),
}

impl KeyName {
    /// The name of a key that was found: its id if it has one, because nobody changes that by accident.
    pub fn of(attributes: &Attributes) -> KeyName {
        match &attributes.id {
            Some(id) if (1..=ID_LIMIT).contains(&id.len()) => KeyName::Id(id.clone()),
            _ => KeyName::Label(attributes.label.clone()),
        }
    }

    pub(crate) fn attribute(&self) -> Attribute {
        match self {
            KeyName::Label(label) => Attribute::Label(label.clone().into_bytes()),
            KeyName::Id(id) => Attribute::Id(id.clone()),
        }
    }
}

impl FromStr for KeyName {
    type Err = Error;

    /// Refuses a label that no key of ours can have, and an id that is not 1 to 32 octets.
    fn from_str(text: &str) -> Result<KeyName, Error> {
        let Some(hex) = text.strip_prefix("id:") else {
            return check_label(text).map(|()| KeyName::Label(text.to_owned()));
        };
        let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let octets: Option<Vec<u8>> = hex.as_bytes().chunks(2).map(octet).collect();
        let plain = hex.len() % 2 == 0 && hex.bytes().all(|letter| letter.is_ascii_hexdigit());
        match octets.filter(|octets| plain && (1..=ID_LIMIT).contains(&octets.len())) {
            Some(id) => Ok(KeyName::Id(id)),
            None => Err(Error::BadKeyId { text: text.to_owned() }),
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyName::Label(label) => f.write_str(label),
            KeyName::Id(id) => {
                f.write_str("id:")?;
                id.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }
    }
}

/// In octets. A smart card's have one, and a digest is the longest that anybody uses.
const ID_LIMIT: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_hexadecimal_and_all_else_a_label() {
        assert_eq!("id:02".parse(), Ok(KeyName::Id(vec![2])));
        assert_eq!("id:02Ff".parse::<KeyName>().expect("an id").to_string(), "id:02ff");
        assert_eq!("approval".parse(), Ok(KeyName::Label("approval".into())));
        for text in ["id:", "id:2", "id:+2", "id:9é", &format!("id:{}", "00".repeat(33))] {
            let refused = text.parse::<KeyName>().expect_err("refused");
            assert_eq!(refused.to_string(), format!("{text:?} is no key's id"));
        }
    }
}
