//! Passphrases and passwords of a rehearsal: random, kept for us alone, handed over on standard input.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Mutex;

use record::roster::admin_of;
use zeroize::Zeroizing;

use crate::cli::MEMBERS;
use crate::error::Error;
use crate::files;
use crate::members::lock;
use crate::places::Places;

/// One secret; it is shown as `Secret(..)` and wiped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret as it stands in a line.
    pub fn line(&self) -> &str {
        &self.0
    }

    /// One that somebody typed, or a program showed.
    pub fn typed(text: String) -> Self {
        Self(Zeroizing::new(text))
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
pub struct Secrets(Mutex<BTreeMap<String, Secret>>);

impl Secrets {
    /// Draws them and keeps them.
    pub fn make(places: &Places, people: &[String], owners: u32) -> Result<Self, Error> {
        let secrets = Self(Mutex::default());
        secrets.draw(names(people, owners))?;
        secrets.keep(places)?;
        Ok(secrets)
    }

    /// Reads those of a rehearsal that is gone on with, and draws those of people who are new in it.
    pub fn read(places: &Places, people: &[String], owners: u32) -> Result<Self, Error> {
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
        let mut first = names(&MEMBERS.map(str::to_owned), 1);
        // A rehearsal that an older program began has none of these two.
        first.retain(|name| ![SIGNATURES, TRANSPARENCY].contains(&name.as_str()));
        if !first.iter().all(|name| secrets.contains_key(name)) {
            return Err(wrong());
        }
        let secrets = Self(Mutex::new(secrets));
        if secrets.draw(names(people, owners))? {
            secrets.keep(places)?;
        }
        Ok(secrets)
    }

    /// Draws those that are missing. Says whether there were any.
    fn draw(&self, names: Vec<String>) -> Result<bool, Error> {
        let mut all = lock(&self.0);
        let before = all.len();
        for name in names {
            if let Entry::Vacant(missing) = all.entry(name) {
                missing.insert(Secret::random()?);
            }
        }
        Ok(all.len() > before)
    }

    /// Takes what the members opened, each their admin's password and the key owner's, in the place of what was drawn for
    /// them to type.
    pub fn handed_over(&self, places: &Places, opened: Vec<(&str, Secret, Secret)>) -> Result<(), Error> {
        let mut owners = opened.iter().map(|(_, _, owner)| owner.line());
        let first = owners.next();
        if owners.any(|owner| Some(owner) != first) {
            return Err(Error::Memory {
                path: places.passwords(),
                what: "the members opened different passwords of the key owner".into(),
            });
        }
        let mut all = lock(&self.0);
        for (id, of_admin, of_owner) in opened {
            all.insert(admin(id), of_admin);
            all.insert(owner(1), of_owner);
        }
        drop(all);
        self.keep(places)
    }

    /// Keeps them, in one move: a stop leaves the old ones or the new ones.
    fn keep(&self, places: &Places) -> Result<(), Error> {
        let all = lock(&self.0);
        let texts: BTreeMap<&str, &str> = all
            .iter()
            .map(|(name, secret)| (name.as_str(), secret.line()))
            .collect();
        let json = Zeroizing::new(serde_json::to_string_pretty(&texts).unwrap_or_default());
        let path = places.passwords();
        let beside = path.with_extension("json.new");
        files::clear(&beside)?;
        files::write_new(&beside, json.as_bytes(), true)?;
        std::fs::rename(&beside, &path).map_err(Error::file("write", &path))
    }

    /// The password that a program asks for: the one of the admin whom it names, or the key owner's of this number.
    pub fn asked(&self, prompt: &str, owner: u32) -> Secret {
        let names_admin = |id: &&str| prompt.split([' ', ',']).any(|word| word == admin_of(id));
        let all = lock(&self.0);
        let ids = all.keys().filter_map(|name| name.strip_prefix("admin of "));
        let id = ids.into_iter().find(names_admin).map(str::to_owned);
        drop(all);
        id.map_or_else(|| self.owner(owner), |id| self.admin(&id))
    }

    /// A member's passphrase.
    pub fn member(&self, id: &str) -> Secret {
        lock(&self.0)[id].clone()
    }

    /// The password of a member's admin account.
    pub fn admin(&self, id: &str) -> Secret {
        lock(&self.0)[&admin(id)].clone()
    }

    /// The key owner's password: the first one, or a later one, of which there is one for each time that somebody goes, and
    /// one more, should a stop leave it open whether the HSM took that.
    fn owner(&self, number: u32) -> Secret {
        let all = lock(&self.0);
        all.get(&owner(number)).unwrap_or(&all[OWNER]).clone()
    }

    /// The passphrase of the log's key.
    pub fn log(&self) -> Secret {
        lock(&self.0)[LOG].clone()
    }

    /// The passphrase of the key of the log of signatures.
    pub fn signatures(&self) -> Secret {
        lock(&self.0)[SIGNATURES].clone()
    }

    /// The passphrase of the transparency key, which its keeper has.
    pub fn transparency(&self) -> Secret {
        lock(&self.0)[TRANSPARENCY].clone()
    }
}

/// Fills with the kernel's randomness.
pub fn random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|cause| Error::Key {
        name: "the rehearsal".into(),
        what: cause.to_string(),
    })
}

/// What there is a secret for.
fn names(people: &[String], owners: u32) -> Vec<String> {
    let of_people = people.iter().flat_map(|id| [id.clone(), admin(id)]);
    of_people
        .chain((1..=owners).map(owner))
        .chain([LOG, SIGNATURES, TRANSPARENCY].map(str::to_owned))
        .collect()
}

fn owner(number: u32) -> String {
    match number {
        1 => OWNER.to_owned(),
        n => format!("{OWNER}, {n}"),
    }
}

fn admin(id: &str) -> String {
    format!("admin of {id}")
}

const OWNER: &str = "key owner";
const LOG: &str = "log key";
const SIGNATURES: &str = "key of the log of signatures";
const TRANSPARENCY: &str = "transparency key";
