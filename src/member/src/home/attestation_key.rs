//! The console's attestation key, as this member saw it the last time.

use std::fs;
use std::io::ErrorKind;

use record::Digest;

use super::Home;
use crate::error::Error;
use crate::files::{self, PRIVATE};

impl Home {
    /// The name of the key that was seen the last time, if any was.
    ///
    /// # Errors
    /// The file cannot be read, or has something else in it.
    pub fn attestation_key(&self) -> Result<Option<Digest>, Error> {
        let path = self.path.join(ATTESTATION_KEY);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = files::read(&path, LIMIT)?;
        let name = String::from_utf8(bytes).ok();
        let name = name.and_then(|name| Digest::from_hex(name.trim_end()));
        name.map(Some).ok_or_else(|| Error::DamagedKey {
            path,
            what: "it does not hold 64 lower-case hexadecimal digits".into(),
        })
    }

    /// Keeps the name of a key, in the place of another. Whole or not at all.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_attestation_key(&self, key: &Digest) -> Result<(), Error> {
        let (path, new) = (self.path.join(ATTESTATION_KEY), self.path.join(NEW));
        let failed = |cause| Error::Write {
            path: path.clone(),
            cause,
        };
        match fs::remove_file(&new) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(failed(cause)),
            _ => files::create(&new, format!("{key}\n").as_bytes(), PRIVATE)?,
        }
        fs::rename(&new, &path).map_err(failed)?;
        files::sync(&self.path)
    }
}

/// Its file.
pub const ATTESTATION_KEY: &str = "attestation-key";
const NEW: &str = "attestation-key.new";
const LIMIT: usize = 128;
