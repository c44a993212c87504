//! To whom a secret is sealed: the kinds of recipients that need no program beside this one.

use std::str::FromStr;

use age::ssh::ParseRecipientKeyError;

use crate::error::Error;

/// A recipient that stands in its one form.
pub enum Recipient {
    /// `age1…` (C2SP age.md, X25519).
    X25519(age::x25519::Recipient),
    /// `age1tag1…` (C2SP age.md, P-256 in a hardware key).
    Tag(age::tag::Recipient),
    /// `ssh-ed25519 AAAA…`, without comment.
    Ssh(age::ssh::Recipient),
}

impl Recipient {
    /// Reads a recipient.
    ///
    /// # Errors
    /// Another kind, a damaged one, or one that could be written in another way.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = |what: String| Error::BadRecipient {
            recipient: shown(text),
            what,
        };
        if text.starts_with("age1tag1") {
            let tag = exact(text, age::tag::Recipient::from_str).map_err(bad)?;
            return Ok(Self::Tag(tag));
        }
        if text.starts_with("ssh-ed25519 ") {
            let said = |error| match error {
                ParseRecipientKeyError::Invalid(what) => what.to_owned(),
                _ => "it is not of its kind".to_owned(),
            };
            let key = exact(text, |text| age::ssh::Recipient::from_str(text).map_err(said)).map_err(bad)?;
            return Ok(Self::Ssh(key));
        }
        // A plugin's recipient has a name between two ones: `age1yubikey1…`.
        match text.strip_prefix("age1") {
            Some(data) if !data.contains('1') => exact(text, age::x25519::Recipient::from_str)
                .map(Self::X25519)
                .map_err(bad),
            _ => Err(Error::UnknownRecipient { recipient: shown(text) }),
        }
    }

    /// The age file, binary.
    ///
    /// # Errors
    /// The format cannot be made: a key that nobody can have.
    pub fn seal(&self, secret: &[u8]) -> Result<Vec<u8>, Error> {
        let sealed = match self {
            Self::X25519(recipient) => age::encrypt(recipient, secret),
            Self::Tag(recipient) => age::encrypt(recipient, secret),
            Self::Ssh(recipient) => age::encrypt(recipient, secret),
        };
        sealed.map_err(|cause| Error::Seal {
            what: cause.to_string(),
        })
    }
}

/// What is written again must be what was read: no comment, no spaces, no other letters.
fn exact<T: ToString, E: ToString>(text: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, String> {
    let parsed = parse(text).map_err(|cause| cause.to_string())?;
    match parsed.to_string() == text {
        true => Ok(parsed),
        false => Err("it has more than the key, or another form of it".into()),
    }
}

/// Somebody's text, for a terminal.
fn shown(text: &str) -> String {
    let plain = |octet: char| {
        if octet.is_ascii_graphic() || octet == ' ' {
            octet
        } else {
            '?'
        }
    };
    let cut: String = text.chars().take(SHOWN).map(plain).collect();
    match text.chars().count() > SHOWN {
        true => format!("{cut}..."),
        false => cut,
    }
}

const SHOWN: usize = 40;
