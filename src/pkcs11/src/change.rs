//! Changes to a key that exists, and what a token refuses of them.

use cryptoki::{
    error::{Error as CkError, RvError},
    object::{Attribute, AttributeType},
};

use crate::{Error, Key, Token, attributes::FLAGS, error::refused};

impl Token {
    /// Sets a truth value of a key, by its name in [`crate::Attributes`].
    pub fn set_flag(&mut self, key: &Key, name: &str, value: bool) -> Result<(), Error> {
        let (name, kind) = FLAGS
            .into_iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| Error::NoAttribute { name: name.into() })?;
        let attribute = settable(kind, value).ok_or_else(|| Error::NoAttribute { name: name.into() })?;
        let answer = self.session.update_attributes(key.handle, &[attribute]);
        answer.map_err(|error| forbidden(error, || format!("set {name} of {} to {value}", key.label())))
    }

    /// Destroys a key, this half of the pair alone.
    pub fn destroy(&mut self, key: &Key) -> Result<(), Error> {
        let answer = self.session.destroy_object(key.handle);
        answer.map_err(|error| forbidden(error, || format!("destroy {}", key.label())))
    }
}

/// Those that PKCS#11 lets anybody change on a key that exists.
fn settable(kind: AttributeType, value: bool) -> Option<Attribute> {
    Some(match kind {
        AttributeType::Decrypt => Attribute::Decrypt(value),
        AttributeType::Derive => Attribute::Derive(value),
        AttributeType::Destroyable => Attribute::Destroyable(value),
        AttributeType::Encrypt => Attribute::Encrypt(value),
        AttributeType::Extractable => Attribute::Extractable(value),
        AttributeType::Modifiable => Attribute::Modifiable(value),
        AttributeType::Sensitive => Attribute::Sensitive(value),
        AttributeType::Sign => Attribute::Sign(value),
        AttributeType::Unwrap => Attribute::Unwrap(value),
        AttributeType::Verify => Attribute::Verify(value),
        AttributeType::Wrap => Attribute::Wrap(value),
        AttributeType::WrapWithTrusted => Attribute::WrapWithTrusted(value),
        _ => return None,
    })
}

fn forbidden(error: CkError, what: impl Fn() -> String) -> Error {
    use RvError::*;
    match error {
        CkError::Pkcs11(
            code @ (ActionProhibited
            | AttributeReadOnly
            | AttributeValueInvalid
            | AttributeTypeInvalid
            | TemplateInconsistent
            | KeyFunctionNotPermitted),
            _,
        ) => Error::Forbidden {
            what: what(),
            code: format!("CKR {code:?}"),
        },
        other => refused(other),
    }
}
