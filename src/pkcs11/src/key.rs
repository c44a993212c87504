//! A key of a token: which half it is, of what kind, and what must be true of it.

use cryptoki::{
    object::{ObjectClass, ObjectHandle},
    session::Session,
};

use crate::{Attributes, Error};

/// A key of an open token. It is of use only with the [`crate::Token`] that found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub(crate) handle: ObjectHandle,
    /// What the token said of it when it was found.
    pub attributes: Attributes,
}

/// Which half of a pair; or no half of any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The public key.
    Public,
    /// The private key.
    Private,
    /// A key without another half. None is made or used here; that one is there is worth knowing, for it may wrap others.
    Secret,
}

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// ECDSA on P-384.
    P384,
    /// Ed25519.
    Ed25519,
    /// RSA of 2048 bits: what CloudHSM takes for a member's approvals.
    Rsa2048,
    /// Something that is not used here.
    Other,
}

impl Key {
    /// The label.
    pub fn label(&self) -> &str {
        &self.attributes.label
    }

    /// An attribute that must have this value: absent is as wrong as the other value.
    pub fn demand(&self, attribute: &'static str, expected: bool) -> Result<(), Error> {
        match self.attributes.flag(attribute) {
            Some(found) if found == expected => Ok(()),
            found => Err(Error::AttributeWrong {
                label: self.label().into(),
                attribute,
                expected: expected.to_string(),
                found: found.map_or("nothing".into(), |found| found.to_string()),
            }),
        }
    }

    /// A half that is to be used as what it is.
    pub(crate) fn demand_class(&self, expected: Class) -> Result<(), Error> {
        match self.attributes.class {
            found if found == expected => Ok(()),
            found => Err(Error::AttributeWrong {
                label: self.label().into(),
                attribute: "class",
                expected: expected.as_str().into(),
                found: found.as_str().into(),
            }),
        }
    }

    pub(crate) fn read(session: &Session, handle: ObjectHandle, class: Class) -> Result<Key, Error> {
        let attributes = Attributes::read(session, handle, class)?;
        Ok(Key { handle, attributes })
    }
}

impl Class {
    /// In the words that the rest of the house uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Public => "public-key",
            Class::Private => "private-key",
            Class::Secret => "secret-key",
        }
    }

    pub(crate) fn object(self) -> ObjectClass {
        match self {
            Class::Public => ObjectClass::PUBLIC_KEY,
            Class::Private => ObjectClass::PRIVATE_KEY,
            Class::Secret => ObjectClass::SECRET_KEY,
        }
    }
}
