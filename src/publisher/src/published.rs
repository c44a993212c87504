//! A store that is only read: what its rules are, and whose it is.

use std::path::Path;

use record::Time;
use tlog::Policy;
use verifier::layout::{self, Log};

use crate::error::Error;
use crate::store::{Given, Reading, read};

/// Which store, and when. Nothing in it is changed.
#[derive(clap::Args)]
pub struct Shelf {
    #[command(flatten)]
    store: Given,
    /// The time, like 2026-11-22T10:00:00Z, instead of the clock's: in rehearsals only.
    #[arg(long, value_name = "TIME", value_parser = crate::time)]
    now: Option<Time>,
}

/// A store that is only read.
pub struct Published {
    /// Its files.
    pub store: Reading,
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
        Self::of(shelf.store.read()?, shelf.now)
    }

    /// One that is open, now, or in a rehearsal at another time.
    ///
    /// # Errors
    /// No event was published in it.
    pub fn of(store: Reading, now: Option<Time>) -> Result<Self, Error> {
        let first = read(&store, &layout::log_policy(1))?.ok_or(Error::NothingStands)?;
        let first = Policy::parse(&first)?;
        let origins = first.logs().iter().filter_map(|log| Log::of_origin(log.key.name()));
        let rehearsal = origins.map(|(_, rehearsal)| rehearsal).next().unwrap_or(false);
        if now.is_some() && !rehearsal {
            return Err(Error::NowInProduction);
        }
        Ok(Self {
            store,
            rehearsal,
            now: now.unwrap_or_else(crate::desk::clock),
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
