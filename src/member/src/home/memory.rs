//! What the home remembers: plans reviewed, openings attended, and everything that was signed.

use std::fs;
use std::path::{Path, PathBuf};

use record::messages::Opening;
use record::plan::Inbound;
use record::{Body, Bundle, Digest, bundle, cbor};

use super::{ATTENDED, Home, MADE, REVIEWED};
use crate::error::Error;
use crate::files;

impl Home {
    /// Keeps a plan that was reviewed.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_reviewed(&self, plan: &[u8]) -> Result<(), Error> {
        self.keep(REVIEWED, &Digest::of(plan), plan)
    }

    /// The reviewed plan of this digest.
    ///
    /// # Errors
    /// There is none, or its copy was changed.
    pub fn reviewed(&self, plan: &Digest) -> Result<Inbound, Error> {
        let bytes = self.reviewed_bytes(plan)?;
        Inbound::open(&bytes).map_err(Error::kept(self.kept(REVIEWED, plan)))
    }

    /// The same, byte for byte.
    ///
    /// # Errors
    /// As [`Home::reviewed`].
    pub fn reviewed_bytes(&self, plan: &Digest) -> Result<Vec<u8>, Error> {
        let path = self.kept(REVIEWED, plan);
        if !path.exists() {
            return Err(Error::NotReviewed {
                plan: *plan,
                reviewed: self.list(REVIEWED)?.len(),
            });
        }
        let bytes = files::read(&path, cbor::BUNDLE_LIMIT)?;
        match Digest::of(&bytes) == *plan {
            true => Ok(bytes),
            false => Err(Error::ReviewedDamaged { plan: *plan }),
        }
    }

    /// All plans that were reviewed.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn reviewed_plans(&self) -> Result<Vec<Inbound>, Error> {
        self.list(REVIEWED)?.iter().map(|plan| self.reviewed(plan)).collect()
    }

    /// The plans of an event that were reviewed.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn plans_of(&self, event: &str) -> Result<Vec<Digest>, Error> {
        let mut plans = Vec::new();
        for plan in self.list(REVIEWED)? {
            if self.reviewed(&plan)?.plan.event == event {
                plans.push(plan);
            }
        }
        Ok(plans)
    }

    /// Keeps the opening that was attended.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_opening(&self, plan: &Digest, opening: &[u8]) -> Result<(), Error> {
        self.keep(ATTENDED, plan, opening)
    }

    /// The opening of this plan that was attended, if any.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn opening(&self, plan: &Digest) -> Result<Option<Opening>, Error> {
        let path = self.kept(ATTENDED, plan);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = files::read(&path, cbor::BUNDLE_LIMIT)?;
        let opening = Bundle::decode_marked(&bytes, self.member.rehearsal);
        opening.map(Some).map_err(Error::kept(path))
    }

    /// All openings that were attended.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn openings(&self) -> Result<Vec<Opening>, Error> {
        let plans = self.list(ATTENDED)?;
        plans.iter().filter_map(|plan| self.opening(plan).transpose()).collect()
    }

    /// Keeps what this member made, before it leaves: a record that holds anything else in their name is refused.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_made(&self, made: &[u8]) -> Result<(), Error> {
        keep_made(&self.path, made)
    }

    /// Everything of one type that this member made.
    ///
    /// # Errors
    /// Something cannot be read.
    pub fn made<B: Body>(&self) -> Result<Vec<(Digest, B)>, Error> {
        let mut found = Vec::new();
        for name in self.list(MADE)? {
            let path = self.kept(MADE, &name);
            let bytes = files::read(&path, cbor::BUNDLE_LIMIT)?;
            if bundle::peek(&bytes).map_err(Error::kept(&path))?.0 == B::TYPE {
                let body = Bundle::decode_marked(&bytes, self.member.rehearsal).map_err(Error::kept(&path))?;
                found.push((Digest::of(&bytes), body));
            }
        }
        Ok(found)
    }

    fn kept(&self, folder: &str, name: &Digest) -> PathBuf {
        kept(&self.path, folder, name)
    }

    fn keep(&self, folder: &str, name: &Digest, bytes: &[u8]) -> Result<(), Error> {
        keep(&self.path, folder, name, bytes)
    }

    fn list(&self, folder: &str) -> Result<Vec<Digest>, Error> {
        let path = self.path.join(folder);
        let failed = |cause| Error::Read {
            path: path.clone(),
            cause,
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(&path).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            names.extend(
                name.to_str()
                    .and_then(|name| Digest::from_hex(name.strip_suffix(".cbor")?)),
            );
        }
        names.sort();
        Ok(names)
    }
}

/// As [`Home::keep_made`], in a home that is being set up.
///
/// # Errors
/// It cannot be written.
pub fn keep_made(home: &Path, made: &[u8]) -> Result<(), Error> {
    keep(home, MADE, &Digest::of(made), made)
}

fn kept(home: &Path, folder: &str, name: &Digest) -> PathBuf {
    home.join(folder).join(format!("{name}.cbor"))
}

/// Whole or not at all: written under another name first.
fn keep(home: &Path, folder: &str, name: &Digest, bytes: &[u8]) -> Result<(), Error> {
    let path = kept(home, folder, name);
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    files::replace(&path, bytes)
}
