//! What signed the console's quotes the last time that this member saw one: its kind, and its name.

use std::fmt;
use std::str::FromStr;

use record::boot::{Proof, Quoted};
use record::{Digest, text};

use super::Home;
use crate::error::Error;
use crate::files;

/// What signs quotes of a console. Its kind is a part of its name: a console whose TPM became another kind of TPM is as new
/// as one whose key is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attester {
    /// A key of a TPM 2.0, by its name: the SHA-256 of its public area.
    Tpm(Digest),
    /// A NitroTPM, by what AWS calls it: AWS vouches for the name, and its keys live for hours.
    Nitro(String),
}

impl Attester {
    /// What signed this quote.
    #[must_use]
    pub fn of(quoted: &Quoted) -> Self {
        match &quoted.proof {
            Proof::Tpm2(tpm) => Self::Tpm(tpm.key),
            Proof::Nitro(document) => Self::Nitro(document.module.clone()),
        }
    }
}

/// As it is said, and told apart.
impl fmt::Display for Attester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tpm(name) => write!(f, "the key {name}"),
            Self::Nitro(module) => write!(f, "the NitroTPM {module}"),
        }
    }
}

/// As it is typed, and kept: 64 digits, with or without the `000b` for SHA-256 that the TPM's tools print before them; or
/// `nitro:` and AWS's name.
impl FromStr for Attester {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        if let Some(module) = written.strip_prefix(NITRO) {
            let is_name = !module.is_empty() && module.trim() == module;
            return match is_name && text::plain(module, LONGEST_MODULE) == module {
                true => Ok(Self::Nitro(module.to_owned())),
                false => Err("what follows nitro: is no name of a NitroTPM".into()),
            };
        }
        let digits = written.strip_prefix("000b").filter(|name| name.len() == 64);
        let name = Digest::from_hex(digits.unwrap_or(written));
        name.map(Self::Tpm).ok_or_else(|| {
            "neither the SHA-256 name of a key in 64 lower-case hexadecimal digits, nor nitro: and a NitroTPM's name".into()
        })
    }
}

impl Home {
    /// What signed the quote that was seen the last time, if any was.
    ///
    /// # Errors
    /// The file cannot be read, or has something else in it.
    pub fn attestation_key(&self) -> Result<Option<Attester>, Error> {
        let path = self.path.join(ATTESTATION_KEY);
        let found = path.try_exists().map_err(|cause| Error::Read {
            path: path.clone(),
            cause,
        })?;
        if !found {
            return Ok(None);
        }
        let written = String::from_utf8(files::read(&path, LIMIT)?).ok();
        let attester = written.and_then(|written| written.trim_end().parse().ok());
        attester.map(Some).ok_or_else(|| Error::DamagedKey {
            path,
            what: "it holds neither 64 lower-case hexadecimal digits, nor nitro: and a name".into(),
        })
    }

    /// Keeps it, in the place of another. Whole or not at all.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_attestation_key(&self, attester: &Attester) -> Result<(), Error> {
        let line = match attester {
            Attester::Tpm(name) => format!("{name}\n"),
            Attester::Nitro(module) => format!("{NITRO}{module}\n"),
        };
        files::replace(&self.path.join(ATTESTATION_KEY), line.as_bytes())
    }
}

/// Its file.
pub const ATTESTATION_KEY: &str = "attestation-key";
/// What is before AWS's name.
const NITRO: &str = "nitro:";
/// A document's name is shown with as many letters at most.
const LONGEST_MODULE: usize = 100;
const LIMIT: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_and_a_nitro_tpm_are_read_as_they_are_written_and_nothing_else_is() {
        let hex = "11".repeat(32);
        let key = Attester::Tpm(Digest([0x11; 32]));
        assert_eq!(hex.parse(), Ok(key.clone()));
        assert_eq!(format!("000b{hex}").parse(), Ok(key));
        let nitro = Attester::Nitro("i-0abc-tpm1".into());
        assert_eq!("nitro:i-0abc-tpm1".parse(), Ok(nitro));
        for bad in [
            "",
            "nitro:",
            "nitro: a",
            "nitro:a\u{202e}",
            "000b",
            &hex[2..],
            &hex.replace('1', "A"),
        ] {
            assert!(bad.parse::<Attester>().is_err(), "{bad:?}");
        }
    }
}
