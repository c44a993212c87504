//! The records that this member signed: a refusal later is none of theirs, and the same record can be signed once more.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use record::{Digest, Time};

use super::{COUNTERSIGNED, Home};
use crate::error::Error;
use crate::files;

/// That a record was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countersigned {
    /// When that was first, by this machine's clock.
    pub at: Time,
    /// The plan of its event.
    pub plan: Digest,
}

impl Home {
    /// Keeps that the record whose file has this digest was signed; the first time stays.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_countersigned(&self, record: &Digest, signed: &Countersigned) -> Result<(), Error> {
        if self.countersigned(record)?.is_some() {
            return Ok(());
        }
        files::private_folder(&self.path.join(COUNTERSIGNED))?;
        let line = format!("{} {}\n", signed.at, signed.plan);
        files::replace(&self.countersigned_file(record), line.as_bytes())
    }

    /// Whether and when the record whose file has this digest was signed.
    ///
    /// # Errors
    /// What was kept cannot be read.
    pub fn countersigned(&self, record: &Digest) -> Result<Option<Countersigned>, Error> {
        let path = self.countersigned_file(record);
        let line = match files::read(&path, LIMIT) {
            Ok(line) => line,
            Err(Error::Read { cause, .. }) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let line = String::from_utf8(line).unwrap_or_default();
        let kept = line.trim_end().split_once(' ');
        let kept = kept.and_then(|(at, plan)| Some((Time::parse(at)?, Digest::from_hex(plan)?)));
        match kept {
            Some((at, plan)) => Ok(Some(Countersigned { at, plan })),
            None => Err(Error::DamagedMemory { path }),
        }
    }

    /// When a record of this plan was first signed, if one was.
    ///
    /// # Errors
    /// What was kept cannot be read.
    pub fn countersigned_of(&self, plan: &Digest) -> Result<Option<Time>, Error> {
        let path = self.path.join(COUNTERSIGNED);
        let entries = match fs::read_dir(&path) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            entries => entries.map_err(|cause| Error::Read {
                path: path.clone(),
                cause,
            })?,
        };
        let mut first = None;
        for entry in entries {
            let name = entry
                .map_err(|cause| Error::Read {
                    path: path.clone(),
                    cause,
                })?
                .file_name();
            let record = name
                .to_str()
                .and_then(|name| Digest::from_hex(name.strip_suffix(".signed")?));
            let signed = record.map(|record| self.countersigned(&record)).transpose()?.flatten();
            let of_plan = signed.filter(|signed| signed.plan == *plan).map(|signed| signed.at);
            first = first.into_iter().chain(of_plan).min();
        }
        Ok(first)
    }

    fn countersigned_file(&self, record: &Digest) -> PathBuf {
        self.path.join(COUNTERSIGNED).join(format!("{record}.signed"))
    }
}

/// Far more than a time and a digest.
const LIMIT: usize = 1024;
