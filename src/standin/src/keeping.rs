//! Where a cluster's private keys are: what the folder remembers of its seal key, and of a token if there is one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::Broken;
use crate::files;
use crate::init::{Making, MakingToken};
use crate::seal::SealKey;
use crate::state_file::{VERSION, read_form};
use crate::token_keys;
use crate::words::{base64, from_base64, random};

/// The file `keeping.json` of a state folder; written once, holds no secret in clear.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remembered {
    /// The form of this file.
    version: u32,
    /// Tells this cluster's keys in a token from another's: 8 random bytes, as base64.
    cluster: String,
    /// None: beside the folder, wherever both are moved to.
    seal_key: Option<PathBuf>,
    /// Which seal key it was.
    check: String,
    token: Option<Place>,
}

/// A token that keeps the keys.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    label: String,
    module: PathBuf,
    /// Sealed, as base64.
    pin: String,
}

/// The keys' place, opened.
pub struct Keeping {
    /// Tells this cluster from others.
    pub cluster: Vec<u8>,
    pub seal_key: SealKey,
    pub token: Option<MakingToken>,
}

impl Keeping {
    /// Tries the token, if there is one, and makes the seal key if it is not there; the bytes of [`FILE`].
    pub fn make(folder: &Path, making: &Making) -> Result<Vec<u8>, Broken> {
        let seal_key = making
            .seal_key
            .as_ref()
            .map(|path| elsewhere(folder, path))
            .transpose()?;
        if let Some(token) = &making.token {
            token_keys::try_out(token)?;
        }
        let key = SealKey::read_or_make(&place_of(folder, &seal_key)?)?;
        let place = |token: &MakingToken| {
            Ok::<_, Broken>(Place {
                label: token.label.clone(),
                module: token.module.clone(),
                pin: base64(&key.seal(token.pin.as_bytes())?),
            })
        };
        let remembered = Remembered {
            version: VERSION,
            cluster: base64(&random::<8>()?),
            seal_key,
            check: key.check(),
            token: making.token.as_ref().map(place).transpose()?,
        };
        serde_json::to_vec_pretty(&remembered).map_err(|source| Broken::State {
            path: folder.join(FILE),
            source,
        })
    }

    /// Refuses at once if the seal key is missing, or another one.
    pub fn open(folder: &Path) -> Result<Keeping, Broken> {
        let path = folder.join(FILE);
        let remembered: Remembered = read_form(&read(&path)?, &path, |remembered: &Remembered| remembered.version)?;
        let seal_path = place_of(folder, &remembered.seal_key)?;
        let seal_key = SealKey::read(&seal_path)?;
        if seal_key.check() != remembered.check {
            return Err(Broken::WrongSealKey { path: seal_path });
        }
        let damaged = || Broken::Damaged { path: path.clone() };
        let token = remembered.token.map(|place| {
            let pin = open_pin(&seal_key, &place.pin).ok_or_else(damaged);
            pin.map(|pin| MakingToken {
                label: place.label,
                module: place.module,
                pin,
            })
        });
        Ok(Keeping {
            cluster: from_base64("cluster", &remembered.cluster).map_err(|_| damaged())?,
            seal_key,
            token: token.transpose()?,
        })
    }
}

fn open_pin(seal_key: &SealKey, sealed: &str) -> Option<Zeroizing<String>> {
    let opened = seal_key.open(&from_base64("the PIN", sealed).ok()?)?;
    String::from_utf8(opened.to_vec()).ok().map(Zeroizing::new)
}

fn place_of(folder: &Path, seal_key: &Option<PathBuf>) -> Result<PathBuf, Broken> {
    match seal_key {
        Some(path) => Ok(path.clone()),
        None => beside(folder),
    }
}

/// `FOLDER.key`: whoever copies the folder does not copy the key with it.
fn beside(folder: &Path) -> Result<PathBuf, Broken> {
    let mut name = real(folder)?.into_os_string();
    name.push(".key");
    Ok(name.into())
}

/// A place that was asked for, as it can be remembered; refused within the folder.
fn elsewhere(folder: &Path, path: &Path) -> Result<PathBuf, Broken> {
    let path = std::path::absolute(path).map_err(|source| Broken::file(path, source))?;
    match real(path.parent().unwrap_or(&path))?.starts_with(real(folder)?) {
        true => Err(Broken::order(
            "the seal key would lie in the folder that it seals",
            "name a place outside it: whoever copies the folder is not to copy the key with it",
        )),
        false => Ok(path),
    }
}

fn real(path: &Path) -> Result<PathBuf, Broken> {
    path.canonicalize().map_err(|source| Broken::file(path, source))
}

fn read(path: &Path) -> Result<Vec<u8>, Broken> {
    match files::read_here(path, LARGEST) {
        Ok(bytes) => Ok(bytes),
        Err(source) if source.kind() == ErrorKind::NotFound => Err(Broken::NotSealed { path: path.into() }),
        Err(source) => Err(Broken::file(path, source)),
    }
}

/// In the state folder.
pub const FILE: &str = "keeping.json";
const LARGEST: u64 = 64 << 10;
