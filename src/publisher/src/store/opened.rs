//! A store that was opened, whichever it is.

use std::io;

use super::{Bucket, File, Folder, Place, Source, Store};
use crate::error::Error;

/// A folder or a bucket.
pub enum Opened {
    /// A folder on this machine.
    Folder(Folder),
    /// A bucket of an S3.
    Bucket(Bucket),
}

impl Opened {
    /// Opens it. A bucket is probed first.
    ///
    /// # Errors
    /// It is not there, another process has it, or it does not keep its word.
    pub fn open(place: &Place, endpoint: Option<&str>) -> Result<Self, Error> {
        match place {
            Place::Folder(_) if endpoint.is_some() => Err(Place::no_endpoint()),
            Place::Folder(root) => Folder::open(root).map(Self::Folder),
            Place::Bucket(address) => Bucket::open(address, endpoint).map(Self::Bucket),
        }
    }

    fn store(&self) -> &dyn Store {
        match self {
            Self::Folder(folder) => folder,
            Self::Bucket(bucket) => bucket,
        }
    }

    fn store_mut(&mut self) -> &mut dyn Store {
        match self {
            Self::Folder(folder) => folder,
            Self::Bucket(bucket) => bucket,
        }
    }
}

impl Source for Opened {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.store().read(path)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.store().list()
    }
}

impl Store for Opened {
    fn create(&mut self, files: &[File]) -> Result<(), Error> {
        self.store_mut().create(files)
    }

    fn swap(&mut self, path: &str, seen: Option<&[u8]>, bytes: &[u8]) -> Result<(), Error> {
        self.store_mut().swap(path, seen, bytes)
    }

    fn settle(&mut self) -> Result<(), Error> {
        self.store_mut().settle()
    }

    fn stage(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.store_mut().stage(name, bytes)
    }

    fn staged(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.store().staged(name)
    }

    fn unstage(&mut self, name: &str) -> Result<(), Error> {
        self.store_mut().unstage(name)
    }
}
