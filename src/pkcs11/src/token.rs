//! An open token: who is logged in, and what is done with its keys.

use std::path::{Path, PathBuf};

use cryptoki::{
    context::Pkcs11,
    error::{Error as CkError, RvError},
    mechanism::{
        Mechanism as Ck,
        eddsa::{EddsaParams, EddsaSignatureScheme},
    },
    object::Attribute,
    session::{Session, UserType},
    slot::Slot,
};

use crate::{
    Class, Error, Key, KeyName, Mechanism, NewKey, Pin, TokenInfo, error::refused, generate::check_label,
    reauthenticated, spki,
};

/// An open token: one read-write session. Dropping it closes the session, and with the last session the login ends.
#[derive(Debug)]
pub struct Token {
    path: PathBuf,
    library: Pkcs11,
    slot: Slot,
    pub(crate) session: Session,
    info: TokenInfo,
}

impl Token {
    pub(crate) fn new((path, library): (&Path, Pkcs11), slot: Slot, session: Session, info: TokenInfo) -> Token {
        Token {
            path: path.to_owned(),
            library,
            slot,
            session,
            info,
        }
    }

    /// What the token said of itself when it was opened.
    pub fn info(&self) -> &TokenInfo {
        &self.info
    }

    /// What it says now.
    pub fn info_now(&self) -> Result<TokenInfo, Error> {
        let now = self.library.get_token_info(self.slot).map_err(refused)?;
        Ok(TokenInfo::new(&now))
    }

    /// Logs the user in. Never tried twice: wrong PINs are counted. With an empty PIN the token asks by itself.
    pub fn login(&mut self, pin: &Pin) -> Result<(), Error> {
        if pin.typed().is_none() && !self.info.protected_path {
            return Err(Error::NoProtectedPath);
        }
        if self.info_now()?.pin_locked {
            return Err(Error::PinLocked);
        }
        let answer = self.session.login(UserType::User, pin.typed());
        answer.map_err(|error| match error {
            CkError::Pkcs11(RvError::PinIncorrect, _) => Error::WrongPin {
                last_try: self.info_now().is_ok_and(|now| now.last_try),
            },
            CkError::Pkcs11(RvError::FunctionCanceled | RvError::Cancel, _) => Error::LoginCancelled,
            other => refused(other),
        })
    }

    /// Logs out; private keys are out of sight afterwards.
    pub fn logout(&mut self) -> Result<(), Error> {
        self.session.logout().map_err(refused)
    }

    /// Does the token offer this, for making or using keys?
    pub fn offers(&self, mechanism: Mechanism) -> Result<bool, Error> {
        match self.library.get_mechanism_info(self.slot, mechanism.code()) {
            Ok(info) => Ok(match mechanism {
                Mechanism::EcKeys | Mechanism::EdwardsKeys | Mechanism::RsaKeys => info.generate_key_pair(),
                Mechanism::Ecdsa | Mechanism::Eddsa | Mechanism::Rsa => info.sign(),
            }),
            Err(CkError::Pkcs11(RvError::MechanismInvalid, _)) => Ok(false),
            Err(error) => Err(refused(error)),
        }
    }

    /// Makes a key pair: public key, private key. Refuses labels that are taken.
    pub fn generate(&mut self, new: &NewKey) -> Result<(Key, Key), Error> {
        new.check()?;
        self.demand(new.mechanism())?;
        for (label, class) in [(&new.label, Class::Private), (&new.public_label, Class::Public)] {
            if self.look(label, class)?.is_some() {
                return Err(Error::KeyThere { label: label.clone() });
            }
        }
        new.make(&self.session)
    }

    /// The one key with this label and class.
    pub fn find(&self, label: &str, class: Class) -> Result<Key, Error> {
        let absent = || Error::KeyAbsent { label: label.into() };
        self.look(label, class)?.ok_or_else(absent)
    }

    /// The same; `None` where there is none among those that the login sees.
    pub fn look(&self, label: &str, class: Class) -> Result<Option<Key>, Error> {
        check_label(label)?;
        self.look_for(&KeyName::Label(label.into()), class)
    }

    /// The one key with this label or id, and class.
    pub fn named(&self, name: &KeyName, class: Class) -> Result<Key, Error> {
        let absent = || Error::KeyAbsent {
            label: name.to_string(),
        };
        self.look_for(name, class)?.ok_or_else(absent)
    }

    fn look_for(&self, name: &KeyName, class: Class) -> Result<Option<Key>, Error> {
        let template = [Attribute::Class(class.object()), name.attribute()];
        let mut found = self.read(&template, class)?;
        match found.len() {
            0 | 1 => Ok(found.pop()),
            matched => Err(Error::KeyNotUnique {
                label: name.to_string(),
                matched,
            }),
        }
    }

    /// All halves of pairs that the login sees, public ones first.
    pub fn keys(&self) -> Result<Vec<Key>, Error> {
        Ok([self.all(Class::Public)?, self.all(Class::Private)?].concat())
    }

    /// All keys without another half that the login sees: they belong to no pair, whatever their labels and ids are.
    pub fn secret_keys(&self) -> Result<Vec<Key>, Error> {
        self.all(Class::Secret)
    }

    /// The SubjectPublicKeyInfo (DER) of a key, from whatever form of the public key its token gives.
    pub fn public_key_spki(&self, key: &Key) -> Result<Vec<u8>, Error> {
        spki::of(&key.attributes)
    }

    /// ECDSA over a SHA-384 digest; `r ‖ s`, 48 bytes each. Whether it verifies is for the caller to check.
    pub fn sign_ecdsa(&mut self, key: &Key, digest: &[u8; 48]) -> Result<[u8; 96], Error> {
        self.demand(Mechanism::Ecdsa)?;
        exact(self.sign(&Ck::Ecdsa, Mechanism::Ecdsa, key, digest)?)
    }

    /// Ed25519 over a message.
    pub fn sign_eddsa(&mut self, key: &Key, message: &[u8]) -> Result<[u8; 64], Error> {
        self.demand(Mechanism::Eddsa)?;
        let pure = Ck::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
        exact(self.sign(&pure, Mechanism::Eddsa, key, message)?)
    }

    /// RSA with PKCS#1 v1.5 over a SHA-256 digest that was made outside; 256 bytes of an RSA-2048 key. A key that wants
    /// its PIN for each signature gets it: an empty one has the token ask by itself. Whether it verifies is for the caller
    /// to check.
    pub fn sign_rsa_sha256(&mut self, key: &Key, digest: &[u8; 32], pin: &Pin) -> Result<[u8; 256], Error> {
        self.demand(Mechanism::Rsa)?;
        let data = [SHA256_INFO, &digest[..]].concat();
        if key.attributes.flag("always-authenticate") != Some(true) {
            return exact(self.sign(&Ck::RsaPkcs, Mechanism::Rsa, key, &data)?);
        }
        key.demand_class(Class::Private)?;
        let signature = reauthenticated::sign(&self.path, &self.session, (&Ck::RsaPkcs, key), pin.typed(), &data)?;
        exact(signature)
    }

    /// Has the token verify an ECDSA signature with a public key.
    pub fn verify_ecdsa(&mut self, key: &Key, digest: &[u8; 48], signature: &[u8; 96]) -> Result<bool, Error> {
        match self.session.verify(&Ck::Ecdsa, key.handle, digest, signature) {
            Ok(()) => Ok(true),
            Err(CkError::Pkcs11(RvError::SignatureInvalid, _)) => Ok(false),
            Err(error) => Err(refused(error)),
        }
    }

    /// A module may list a mechanism and refuse it all the same.
    fn sign(&self, how: &Ck, mechanism: Mechanism, key: &Key, data: &[u8]) -> Result<Vec<u8>, Error> {
        key.demand_class(Class::Private)?;
        let answer = self.session.sign(how, key.handle, data);
        answer.map_err(|error| match error {
            CkError::Pkcs11(RvError::MechanismInvalid, _) => self.not_offered(mechanism),
            other => refused(other),
        })
    }

    fn demand(&self, mechanism: Mechanism) -> Result<(), Error> {
        match self.offers(mechanism)? {
            true => Ok(()),
            false => Err(self.not_offered(mechanism)),
        }
    }

    fn not_offered(&self, mechanism: Mechanism) -> Error {
        Error::NotOffered {
            mechanism: mechanism.as_str(),
            token: self.info.label.clone(),
        }
    }

    fn all(&self, class: Class) -> Result<Vec<Key>, Error> {
        self.read(&[Attribute::Class(class.object())], class)
    }

    fn read(&self, template: &[Attribute], class: Class) -> Result<Vec<Key>, Error> {
        let objects = self.session.iter_objects(template).map_err(refused)?;
        let handles: Vec<_> = objects.take(MOST_KEYS + 1).collect::<Result<_, _>>().map_err(refused)?;
        match handles.len() <= MOST_KEYS {
            true => handles
                .into_iter()
                .map(|handle| Key::read(&self.session, handle, class))
                .collect(),
            false => Err(Error::TooManyKeys { limit: MOST_KEYS }),
        }
    }
}

fn exact<const N: usize>(signature: Vec<u8>) -> Result<[u8; N], Error> {
    let found = signature.len();
    signature
        .try_into()
        .map_err(|_| Error::BadSignature { expected: N, found })
}

/// RFC 8017 §9.2: DigestInfo { sha256, NULL }, without the 32 octets that end it.
const SHA256_INFO: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];

/// More than the 16,666 keys that a CloudHSM holds.
const MOST_KEYS: usize = 20_000;
