//! A store in a bucket of an S3.

mod connect;
mod headers;
mod objects;
mod probe;

use std::io;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::Error as Refused;

use super::path::demand_plain;
use super::{Address, File, Source, Store};
use crate::error::Error;
use headers::Kind;
use objects::{Objects, failed};

/// A store in a bucket. It has no lock of its own: each write says what it expects to find, and the service judges that.
///
/// A service answers when what was written lasts, so nothing is left to settle.
pub struct Bucket {
    /// Nothing else here is asynchronous: one thread drives this, when it is asked.
    runtime: tokio::runtime::Runtime,
    objects: Objects,
}

impl Bucket {
    /// Connects to it, and asks whether it keeps its word.
    ///
    /// # Errors
    /// It cannot be reached, or it replaces what must not be replaced.
    pub fn open(address: &Address, endpoint: Option<&str>) -> Result<Self, Error> {
        let bucket = Self::connect(address, endpoint)?;
        probe::check(&bucket)?;
        Ok(bucket)
    }

    /// Connects to it, to read: whether it keeps its word is not asked, since that writes.
    ///
    /// # Errors
    /// Nothing says with which keys, or in which region.
    pub fn connect(address: &Address, endpoint: Option<&str>) -> Result<Self, Error> {
        let (runtime, objects) = connect::connect(address, endpoint)?;
        Ok(Self { runtime, objects })
    }

    /// Creates a file, or finds it there with the same contents: what was cut off, or answered too late.
    async fn create_one(&self, path: &str, bytes: &[u8], kind: Kind) -> Result<(), Error> {
        match self.objects.create(path, bytes, kind).await {
            Err(Refused::AlreadyExists { .. } | Refused::Precondition { .. }) => {}
            created => return created.map_err(|error| failed(path, &error)),
        }
        match self.objects.get(path, kind.limit()).await {
            Ok(Some((found, _))) if found == bytes => Ok(()),
            Ok(Some(_)) => Err(Error::OtherBytes { path: path.into() }),
            Ok(None) => Err(Error::NotKept { path: path.into() }),
            Err(cause) => Err(Error::Store {
                path: path.into(),
                cause,
            }),
        }
    }

    fn get(&self, path: &str, kind: Kind) -> io::Result<Option<(Vec<u8>, Option<String>)>> {
        self.runtime.block_on(self.objects.get(path, kind.limit()))
    }
}

impl Source for Bucket {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.get(path, Kind::Immutable)?.map(|(bytes, _)| bytes))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut all = self.runtime.block_on(self.objects.list())?;
        all.retain(|path| !path.starts_with(ASIDE));
        all.sort();
        Ok(all)
    }
}

impl Store for Bucket {
    fn create(&mut self, files: &[File]) -> Result<(), Error> {
        files.iter().try_for_each(|(path, _)| demand_public(path))?;
        let puts = files
            .iter()
            .map(|(path, bytes)| self.create_one(path, bytes, Kind::Immutable));
        let all = stream::iter(puts).buffer_unordered(SIDE_BY_SIDE);
        self.runtime.block_on(all.try_collect())
    }

    fn swap(&mut self, path: &str, seen: Option<&[u8]>, bytes: &[u8]) -> Result<(), Error> {
        demand_public(path)?;
        let unreadable = |cause| Error::Store {
            path: path.into(),
            cause,
        };
        let found = self.get(path, Kind::Mutable).map_err(unreadable)?;
        if found.as_ref().map(|(bytes, _)| &bytes[..]) != seen {
            return Err(Error::Changed { path: path.into() });
        }
        let tag = found.and_then(|(_, tag)| tag);
        let put = async {
            match tag {
                Some(tag) => self.objects.update(path, bytes, tag).await,
                None => self.objects.create(path, bytes, Kind::Mutable).await,
            }
        };
        match self.runtime.block_on(put) {
            // The answer to an earlier attempt may be what was lost.
            Err(Refused::AlreadyExists { .. } | Refused::Precondition { .. }) => {
                let found = self.get(path, Kind::Mutable).map_err(unreadable)?;
                match found.is_some_and(|(found, _)| found == bytes) {
                    true => Ok(()),
                    false => Err(Error::Changed { path: path.into() }),
                }
            }
            put => put.map_err(|error| failed(path, &error)),
        }
    }

    fn settle(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn stage(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = aside(name)?;
        self.runtime.block_on(self.create_one(&path, bytes, Kind::Aside))
    }

    fn staged(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = aside(name)?;
        let found = self.get(&path, Kind::Aside);
        Ok(found
            .map_err(|cause| Error::Store { path, cause })?
            .map(|(bytes, _)| bytes))
    }

    fn unstage(&mut self, name: &str) -> Result<(), Error> {
        let path = aside(name)?;
        let removed = self.runtime.block_on(self.objects.remove(&path));
        removed.map_err(|error| failed(&path, &error))
    }
}

/// What is kept aside has names that no file of a store has.
fn aside(name: &str) -> Result<String, Error> {
    demand_plain(name)?;
    Ok(format!("{ASIDE}{name}"))
}

fn demand_public(path: &str) -> Result<(), Error> {
    demand_plain(path)?;
    match path.starts_with(ASIDE) {
        true => Err(Error::Path { path: path.into() }),
        false => Ok(()),
    }
}

/// The bucket's policy keeps this private, and lets it be deleted.
const ASIDE: &str = "staging/";
/// A service takes some milliseconds for each; more at once gain little, and it may ask to slow down.
const SIDE_BY_SIDE: usize = 16;
