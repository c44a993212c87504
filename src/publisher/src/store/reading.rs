//! A store that is only read: nothing is locked, nothing is probed, so that whoever may only read it can.

use std::io;
use std::path::PathBuf;

use super::{Bucket, Opened, Place, Source};
use crate::error::Error;

/// Where a store is, as the command line has it.
#[derive(clap::Args)]
pub struct Given {
    /// The store: a folder, or s3://BUCKET[/PREFIX].
    #[arg(long, value_name = "PLACE", value_parser = Place::parse)]
    store: Place,
    /// The address of an S3 that is not Amazon's.
    #[arg(long, value_name = "URL", value_parser = super::endpoint)]
    endpoint: Option<String>,
}

impl Given {
    /// A place that an option of another name, or none, may give.
    pub fn of(store: Place, endpoint: Option<String>) -> Self {
        Self { store, endpoint }
    }

    /// Opens it to write.
    ///
    /// # Errors
    /// As [`Opened::open`].
    pub fn open(&self) -> Result<Opened, Error> {
        Opened::open(&self.store, self.endpoint.as_deref())
    }

    /// Opens it to read.
    ///
    /// # Errors
    /// A folder that cannot be listed, or a service that cannot be reached by what was said.
    pub fn read(&self) -> Result<Reading, Error> {
        let endpoint = self.endpoint.as_deref();
        match &self.store {
            Place::Folder(_) if endpoint.is_some() => Err(Place::no_endpoint()),
            Place::Folder(root) => Reading::folder(root.clone()),
            Place::Bucket(address) => Bucket::connect(address, endpoint).map(Reading::Bucket),
        }
    }
}

/// A folder or a bucket.
pub enum Reading {
    /// A folder on this machine.
    Folder(verifier::Folder),
    /// A bucket of an S3.
    Bucket(Bucket),
}

impl Reading {
    fn folder(root: PathBuf) -> Result<Self, Error> {
        let folder = verifier::Folder(root);
        match folder.list() {
            Ok(_) => Ok(Self::Folder(folder)),
            Err(cause) => Err(Error::Read { path: folder.0, cause }),
        }
    }

    fn source(&self) -> &dyn Source {
        match self {
            Self::Folder(folder) => folder,
            Self::Bucket(bucket) => bucket,
        }
    }
}

impl Source for Reading {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.source().read(path)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.source().list()
    }
}
