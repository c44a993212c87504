//! Passphrases and passwords of a rehearsal: random, kept for us alone, handed over on standard input.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::cli::MEMBERS;
use crate::error::Error;
use crate::files;
use crate::places::Places;

/// One secret; it is shown as `Secret(..)` and wiped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret as it stands in a line.
    pub fn line(&self) -> &str {
        &self.0
    }

    /// 128 random bits in 32 characters: the longest password that CloudHSM takes.
    fn random() -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; 16]);
        random(bytes.as_mut_slice())?;
        Ok(Self(Zeroizing::new(record::digest::hex(bytes.as_slice()))))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// All secrets of one rehearsal, by what they are for.
#[derive(Debug)]
pub struct Secrets(BTreeMap<String, Secret>);

impl Secrets {
    /// Draws them and keeps them.
    pub fn make(places: &Places) -> Result<Self, Error> {
        let mut secrets = BTreeMap::new();
        for name in names() {
            secrets.insert(name, Secret::random()?);
        }
        let texts: BTreeMap<&str, &str> = secrets
            .iter()
            .map(|(name, secret)| (name.as_str(), secret.line()))
            .collect();
        let json = Zeroizing::new(serde_json::to_string_pretty(&texts).unwrap_or_default());
        files::write_new(&places.passwords(), json.as_bytes(), true)?;
        Ok(Self(secrets))
    }

    /// Reads those of a rehearsal that is gone on with.
    pub fn read(places: &Places) -> Result<Self, Error> {
        let path = places.passwords();
        let bytes = Zeroizing::new(files::read(&path)?);
        let wrong = || Error::Memory {
            path: path.clone(),
            what: "these are not a rehearsal's passwords".into(),
        };
        let texts: BTreeMap<String, String> = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        let secrets: BTreeMap<_, _> = texts
            .into_iter()
            .map(|(name, text)| (name, Secret(Zeroizing::new(text))))
            .collect();
        match secrets.keys().cloned().eq(names()) {
            true => Ok(Self(secrets)),
            false => Err(wrong()),
        }
    }

    /// A member's passphrase.
    pub fn member(&self, id: &str) -> Secret {
        self.0[id].clone()
    }

    /// The password of a member's admin account.
    pub fn admin(&self, id: &str) -> Secret {
        self.0[&admin(id)].clone()
    }

    /// The key owner's password.
    pub fn owner(&self) -> Secret {
        self.0[OWNER].clone()
    }

    /// The passphrase of the log's key.
    pub fn log(&self) -> Secret {
        self.0[LOG].clone()
    }
}

/// Fills with the kernel's randomness.
pub fn random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|cause| Error::Key {
        name: "the rehearsal".into(),
        what: cause.to_string(),
    })
}

/// In the order of the file.
fn names() -> impl Iterator<Item = String> {
    let mut names: Vec<String> = MEMBERS.iter().flat_map(|id| [(*id).to_owned(), admin(id)]).collect();
    names.extend([OWNER.to_owned(), LOG.to_owned()]);
    names.sort();
    names.into_iter()
}

fn admin(id: &str) -> String {
    format!("admin of {id}")
}

const OWNER: &str = "key owner";
const LOG: &str = "log key";
