//! A store that is only read: what its rules are, and whose it is.

use std::path::{Path, PathBuf};

use record::Time;
use tlog::Policy;
use verifier::Folder;
use verifier::layout::{self, Log};

use crate::error::Error;
use crate::store::{Source, read};

/// Which store, and when.
#[derive(clap::Args)]
pub struct Shelf {
    /// The store's folder. Nothing in it is changed.
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// The time, like 2026-11-22T10:00:00Z, instead of the clock's: in rehearsals only.
    #[arg(long, value_name = "TIME", value_parser = crate::time)]
    now: Option<Time>,
}

/// A store that is only read.
pub struct Published {
    /// Its files.
    pub store: Folder,
    /// Whether it is a rehearsal's, by its first log policy.
    pub rehearsal: bool,
    /// The time.
    pub now: Time,
}

impl Published {
    /// Opens it.
    ///
    /// # Errors
    /// A folder that cannot be listed, or a store in which no event was published.
    pub fn open(shelf: &Shelf) -> Result<Self, Error> {
        let store = Folder(shelf.store.clone());
        store.list().map_err(|cause| Error::Read {
            path: shelf.store.clone(),
            cause,
        })?;
        let first = read(&store, &layout::log_policy(1))?.ok_or(Error::NothingStands)?;
        let first = Policy::parse(&first)?;
        let origins = first.logs().iter().filter_map(|log| Log::of_origin(log.key.name()));
        let rehearsal = origins.map(|(_, rehearsal)| rehearsal).next().unwrap_or(false);
        if shelf.now.is_some() && !rehearsal {
            return Err(Error::NowInProduction);
        }
        Ok(Self {
            store,
            rehearsal,
            now: shelf.now.unwrap_or_else(crate::desk::clock),
        })
    }
}

/// Reads a certificate of the local machine, PEM or DER.
///
/// # Errors
/// It cannot be read, or is none.
pub fn certificate(path: &Path) -> Result<x509::Certificate, Error> {
    let read = x509::Certificate::parse_file(&crate::files::read(path, LARGEST)?);
    read.map_err(|cause| Error::Certificate {
        path: path.into(),
        what: cause.to_string(),
    })
}

/// No certificate of ours is larger.
const LARGEST: usize = 64 * 1024;
