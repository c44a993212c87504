//! The images' manifests whose signatures `image` found good here: what is compared with one later rests on who signed it.

use std::io::ErrorKind;
use std::path::PathBuf;

use record::{Digest, Time};

use super::{Home, MANIFESTS};
use crate::error::Error;
use crate::files;

/// Who signed a manifest, as `image` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// When that was, by this machine's clock.
    pub at: Time,
    /// Their names, of which as many as were demanded.
    pub by: Vec<String>,
}

impl Home {
    /// Keeps who signed the manifest whose file has this digest, in the place of what was kept of it before.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_vouched(&self, manifest: &Digest, vouched: &Vouched) -> Result<(), Error> {
        files::private_folder(&self.path.join(MANIFESTS))?;
        let line = format!("{} {}\n", vouched.at, vouched.by.join(" "));
        files::replace(&self.vouched_file(manifest), line.as_bytes())
    }

    /// Who signed the manifest whose file has this digest; none if `image` never saw it, or not with its signatures.
    ///
    /// # Errors
    /// What was kept cannot be read.
    pub fn vouched(&self, manifest: &Digest) -> Result<Option<Vouched>, Error> {
        let path = self.vouched_file(manifest);
        let line = match files::read(&path, LIMIT) {
            Ok(line) => line,
            Err(Error::Read { cause, .. }) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let line = String::from_utf8(line).unwrap_or_default();
        let mut words = line.split_whitespace();
        let at = words.next().and_then(Time::parse);
        let by: Vec<String> = words.map(str::to_owned).collect();
        match (at, by.is_empty()) {
            (Some(at), false) => Ok(Some(Vouched { at, by })),
            _ => Err(Error::DamagedMemory { path }),
        }
    }

    fn vouched_file(&self, manifest: &Digest) -> PathBuf {
        self.path.join(MANIFESTS).join(format!("{manifest}.signers"))
    }
}

/// Far more names than a roster has.
const LIMIT: usize = 16 * 1024;
