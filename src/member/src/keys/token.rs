//! RSA keys in a PKCS#11 token, such as two slots of a smart card. The token's PIN is asked once a run.

use std::path::Path;

use pkcs11::{Class, Key, KeyName, Module, NewKey, Pin, Token, TokenName};
use record::Digest;
use record::approval_key::ApprovalKey;
use record::messages::KeyUse;

use super::{RsaKeys, TokenPlace};
use crate::error::Error;
use crate::home::Fingerprints;
use crate::terminal::Terminal;

/// A token that the member is logged in to.
pub struct Opened {
    token: Token,
    pin: Pin,
}

impl Opened {
    /// Loads the module, finds the token, asks for its PIN and logs in. A wrong PIN is never tried twice.
    ///
    /// # Errors
    /// No such module or token, or a wrong PIN.
    pub fn at(module: &Path, name: &TokenName, terminal: &mut Terminal) -> Result<Self, Error> {
        let failed = Error::token;
        let module = Module::load(module).map_err(failed("loading the token's module"))?;
        let mut token = module.open(name).map_err(failed("looking for the token"))?;
        // Nobody types a PIN that cannot help.
        if token.info().pin_locked {
            return Err(failed("the login at the token")(pkcs11::Error::PinLocked));
        }
        let pin = terminal.pin(token.info())?;
        token.login(&pin).map_err(failed("the login at the token"))?;
        Ok(Self { token, pin })
    }

    /// The name by which the token is found again: its serial number, since labels repeat.
    #[must_use]
    pub fn name(&self) -> TokenName {
        let info = self.token.info();
        let serial = format!("serial:{}", info.serial);
        let label = || TokenName::Label(info.label.clone());
        serial.parse().unwrap_or_else(|_| label())
    }

    /// The fingerprints of all RSA-2048 keys in the token, whoever they belong to.
    ///
    /// # Errors
    /// The token does not list its keys.
    pub fn fingerprints(&self) -> Result<Vec<Digest>, Error> {
        let keys = self.token.keys().map_err(Error::token("listing the token's keys"))?;
        let public = keys.iter().filter_map(|key| self.token.public_key_spki(key).ok());
        Ok(public.map(|spki| Digest::of(&spki)).collect())
    }

    /// Makes a key that never leaves the token.
    ///
    /// # Errors
    /// There is one of that name, or the token makes none.
    pub fn make(&mut self, key: KeyUse, name: &KeyName) -> Result<(), Error> {
        let label = match (name, key) {
            (KeyName::Label(label), _) => label.as_str(),
            (KeyName::Id(_), KeyUse::Approval) => "approval",
            (KeyName::Id(_), KeyUse::Admin) => "admin",
        };
        let mut new = NewKey::rsa2048(label, label);
        if let KeyName::Id(id) = name {
            new.id = Some(id.clone());
        }
        let made = self.token.generate(&new);
        made.map(drop).map_err(Error::token("making a key in the token"))
    }

    /// The key of this name: RSA-2048, and not to be had out of the token.
    ///
    /// # Errors
    /// None, another kind, or one that can leave.
    pub fn find(&self, name: &KeyName) -> Result<TokenKey, Error> {
        let failed = Error::token;
        let key = self
            .token
            .named(name, Class::Private)
            .map_err(failed("looking for the key"))?;
        for (attribute, expected) in [("sensitive", true), ("extractable", false)] {
            key.demand(attribute, expected).map_err(failed("checking the key"))?;
        }
        let spki = self.token.public_key_spki(&key).map_err(failed("reading the key"))?;
        let public = ApprovalKey::from_spki_der(&spki).map_err(|cause| Error::Key {
            doing: "reading the token's key",
            what: cause.to_string(),
        })?;
        Ok(TokenKey { key, public })
    }
}

/// Where a token says that a key is from (PKCS#11: CKA_LOCAL, CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was made in the token, and never was outside.
    Made,
    /// It was outside: what the token says by this attribute.
    Outside(&'static str),
    /// The token does not know all of the attributes, as many a smart card.
    NotSaid,
}

impl Origin {
    fn of(flag: impl Fn(&'static str) -> Option<bool>) -> Self {
        let all = ["local", "always-sensitive", "never-extractable"];
        let outside = all.into_iter().find(|attribute| flag(attribute) == Some(false));
        match outside {
            Some(attribute) => Self::Outside(attribute),
            None if all.into_iter().all(|attribute| flag(attribute) == Some(true)) => Self::Made,
            None => Self::NotSaid,
        }
    }
}

/// One RSA key of a token, and its public half.
#[derive(Clone)]
pub struct TokenKey {
    key: Key,
    /// The public half.
    pub public: ApprovalKey,
}

impl TokenKey {
    /// SHA-256 of the public half.
    #[must_use]
    pub fn fingerprint(&self) -> Digest {
        Digest(self.public.fingerprint())
    }

    /// Where it is from, by what the token says.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of(|attribute| self.key.attributes.flag(attribute))
    }

    /// The name by which it is found again.
    #[must_use]
    pub fn name(&self) -> KeyName {
        KeyName::of(&self.key.attributes)
    }
}

/// The keys of one run; no token where none is needed.
pub struct TokenKeys {
    opened: Option<Opened>,
    approval: Option<TokenKey>,
    admin: Option<TokenKey>,
}

impl TokenKeys {
    /// Both keys of an open token.
    #[must_use]
    pub fn new(opened: Opened, approval: TokenKey, admin: TokenKey) -> Self {
        Self {
            opened: Some(opened),
            approval: Some(approval),
            admin: Some(admin),
        }
    }

    /// Opens the token, if any RSA key is wanted, and finds those keys again.
    ///
    /// # Errors
    /// As [`Opened::at`], or another key than the one of setup.
    pub fn unlock(
        place: &TokenPlace,
        known: &Fingerprints,
        terminal: &mut Terminal,
        wanted: &[KeyUse],
    ) -> Result<Self, Error> {
        let mut keys = Self {
            opened: None,
            approval: None,
            admin: None,
        };
        if wanted.is_empty() {
            return Ok(keys);
        }
        let opened = Opened::at(&place.module, &place.token()?, terminal)?;
        let find = |key: KeyUse| match wanted.contains(&key) {
            true => same_key(&opened, place, known, key).map(Some),
            false => Ok(None),
        };
        (keys.approval, keys.admin) = (find(KeyUse::Approval)?, find(KeyUse::Admin)?);
        keys.opened = Some(opened);
        Ok(keys)
    }
}

fn same_key(opened: &Opened, place: &TokenPlace, known: &Fingerprints, key: KeyUse) -> Result<TokenKey, Error> {
    let found = opened.find(&place.key(key)?)?;
    match found.fingerprint() == known.of(key) {
        true => Ok(found),
        false => Err(Error::OtherTokenKey {
            key,
            token: place.token.clone(),
        }),
    }
}

impl RsaKeys for TokenKeys {
    fn sign(&mut self, key: KeyUse, token: &Digest) -> Result<Vec<u8>, Error> {
        let chosen = match key {
            KeyUse::Approval => &self.approval,
            KeyUse::Admin => &self.admin,
        };
        let (Some(opened), Some(chosen)) = (&mut self.opened, chosen) else {
            return Err(Error::Key {
                doing: "the RSA signature",
                what: "the key was not opened".into(),
            });
        };
        let signature = opened
            .token
            .sign_rsa_sha256(&chosen.key, &token.0, &opened.pin)
            .map_err(Error::token("the token's signature"))?;
        // A token that signs with another key than it names would waste a quorum's time, and this shows it at once.
        chosen
            .public
            .verify_token(&token.0, &signature)
            .map_err(|_| Error::TokenSignature { key })?;
        Ok(signature.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn a_key_is_made_in_the_token_only_if_the_token_says_all_of_it() {
        let said = |values: [Option<bool>; 3]| {
            Origin::of(|attribute| match attribute {
                "local" => values[0],
                "always-sensitive" => values[1],
                _ => values[2],
            })
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(said([yes, yes, yes]), Origin::Made);
        for values in [[None, None, None], [yes, None, yes], [None, yes, yes], [yes, yes, None]] {
            assert_eq!(said(values), Origin::NotSaid, "{values:?}");
        }
        assert_eq!(said([no, None, None]), Origin::Outside("local"));
        assert_eq!(said([yes, no, no]), Origin::Outside("always-sensitive"));
        assert_eq!(said([None, yes, no]), Origin::Outside("never-extractable"));
    }
}
