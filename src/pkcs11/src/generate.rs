//! Making a key: what is asked, and that the token made what was asked.

use cryptoki::{
    mechanism::Mechanism as Ck,
    object::{Attribute, KeyType},
    session::Session,
};

use crate::{Class, Error, Key, Kind, Mechanism, error::refused, spki};

/// A signing key to be made in the token. It signs and does nothing else, and never leaves the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// P-384, Ed25519 or RSA-2048.
    pub kind: Kind,
    /// The private key's label.
    pub label: String,
    /// The public key's label; it may be the same.
    pub public_label: String,
    /// An id for both halves.
    pub id: Option<Vec<u8>>,
    /// May the private key be destroyed? Not every module can forbid it; what it made is read back.
    pub destroyable: bool,
    /// May attributes of the private key change later?
    pub modifiable: bool,
}

impl NewKey {
    /// A P-384 key that can neither be destroyed nor modified.
    pub fn p384(label: &str, public_label: &str) -> NewKey {
        NewKey {
            kind: Kind::P384,
            label: label.into(),
            public_label: public_label.into(),
            id: None,
            destroyable: false,
            modifiable: false,
        }
    }

    /// An Ed25519 key, otherwise the same.
    pub fn ed25519(label: &str, public_label: &str) -> NewKey {
        NewKey {
            kind: Kind::Ed25519,
            ..NewKey::p384(label, public_label)
        }
    }

    /// An RSA-2048 key of the holder's own, otherwise the same: it can be destroyed, since the token is theirs.
    pub fn rsa2048(label: &str, public_label: &str) -> NewKey {
        NewKey {
            kind: Kind::Rsa2048,
            destroyable: true,
            ..NewKey::p384(label, public_label)
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        [&self.label, &self.public_label]
            .into_iter()
            .try_for_each(|label| check_label(label))
    }

    pub(crate) fn mechanism(&self) -> Mechanism {
        match self.kind {
            Kind::Ed25519 => Mechanism::EdwardsKeys,
            Kind::Rsa2048 => Mechanism::RsaKeys,
            _ => Mechanism::EcKeys,
        }
    }

    /// Both halves as the token describes them afterwards, public key first.
    pub(crate) fn make(&self, session: &Session) -> Result<(Key, Key), Error> {
        let curve = |curve: &[u8]| vec![Attribute::EcParams(curve.to_vec())];
        let (mechanism, key_type, shape) = match self.kind {
            Kind::P384 => (Ck::EccKeyPairGen, KeyType::EC, curve(spki::P384)),
            Kind::Ed25519 => (Ck::EccEdwardsKeyPairGen, KeyType::EC_EDWARDS, curve(spki::ED25519)),
            Kind::Rsa2048 => (Ck::RsaPkcsKeyPairGen, KeyType::RSA, rsa()),
            Kind::Other => {
                return Err(Error::BadPublicKey {
                    why: "no key of such a kind is made here".into(),
                });
            }
        };
        let id = || self.id.clone().map(Attribute::Id);
        let mut public = vec![
            Attribute::KeyType(key_type),
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::Label(self.public_label.clone().into_bytes()),
        ];
        public.extend(shape);
        public.extend(id());
        let mut private = vec![
            Attribute::KeyType(key_type),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Decrypt(false),
            Attribute::Unwrap(false),
            Attribute::Derive(false),
            Attribute::Modifiable(self.modifiable),
            Attribute::Destroyable(self.destroyable),
            Attribute::Label(self.label.clone().into_bytes()),
        ];
        private.extend(id());
        let made = session
            .generate_key_pair(&mechanism, &public, &private)
            .map_err(refused)?;
        Ok((
            Key::read(session, made.0, Class::Public)?,
            Key::read(session, made.1, Class::Private)?,
        ))
    }
}

/// The size that CloudHSM takes, and the exponent that everybody uses.
fn rsa() -> Vec<Attribute> {
    vec![
        Attribute::ModulusBits((spki::RSA_BITS as u64).into()),
        Attribute::PublicExponent(spki::RSA_EXPONENT.to_vec()),
    ]
}

pub(crate) fn check_label(label: &str) -> Result<(), Error> {
    match (1..=LABEL_LIMIT).contains(&label.len()) && !label.chars().any(char::is_control) {
        true => Ok(()),
        false => Err(Error::BadLabel { label: label.into() }),
    }
}

/// CloudHSM's bound; the standard has none.
const LABEL_LIMIT: usize = 127;
