//! The store as it is written: files that never change, a few that do, and when each of them lasts.

mod bucket;
mod folder;
mod opened;
mod path;
mod place;
mod reading;

pub use bucket::Bucket;
pub use folder::Folder;
pub use opened::Opened;
pub use place::{Address, Place, endpoint};
pub use reading::{Given, Reading};
pub use verifier::Source;

use crate::error::Error;

/// A public store. Paths are those of [`verifier::layout`]. What is written is read back through [`Source`].
///
/// Whoever holds a store is its only writer; readers may come at any time.
pub trait Store: Source {
    /// Creates files that never change; in any order, so that a store can take them side by side.
    ///
    /// *Exclusive*: no file is replaced. One that is there already with the same contents is as good as created, so
    /// that what was cut off can be done again; with other contents it is an error.
    /// *Whole*: readers see all of a file or none of it, even after a power cut.
    /// *Durable* after the next [`Store::settle`]; not before.
    ///
    /// # Errors
    /// [`Error::OtherBytes`], or the store's own, after which any of the files may or may not be there.
    fn create(&mut self, files: &[File]) -> Result<(), Error>;

    /// Replaces one of the few files that change, or creates it.
    ///
    /// *Compared*: it happens only if the file still is what the caller saw; `None` is no file.
    /// *Whole*: readers see the old or the new contents, even after a power cut.
    /// *Durable* after the next [`Store::settle`]; not before.
    ///
    /// # Errors
    /// [`Error::Changed`], or the store's own, after which the file is the old or the new one.
    fn swap(&mut self, path: &str, seen: Option<&[u8]>, bytes: &[u8]) -> Result<(), Error>;

    /// Waits until everything written so far is durable.
    ///
    /// *In order*: nothing that is written after it outlasts a power cut that something before it did not outlast.
    ///
    /// # Errors
    /// The store's own; then nothing since the last call is known to last.
    fn settle(&mut self) -> Result<(), Error>;

    /// Keeps something aside that readers of the store are not shown, under a name without folders.
    ///
    /// *Exclusive* and *whole*, as [`Store::create`] is. *Durable* on return.
    ///
    /// # Errors
    /// [`Error::OtherBytes`], or the store's own.
    fn stage(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error>;

    /// What was kept aside under a name; none if there is nothing.
    ///
    /// # Errors
    /// The store's own.
    fn staged(&self, name: &str) -> Result<Option<Vec<u8>>, Error>;

    /// Removes what was kept aside; nothing, if it is not there.
    ///
    /// # Errors
    /// The store's own.
    fn unstage(&mut self, name: &str) -> Result<(), Error>;
}

/// A file to be written: its path and its contents.
pub type File = (String, Vec<u8>);

/// Reads a file that must be there.
///
/// # Errors
/// It is not, or the store's own.
pub fn demand<S: Source + ?Sized>(store: &S, path: &str) -> Result<Vec<u8>, Error> {
    read(store, path)?.ok_or_else(|| Error::Page {
        path: path.into(),
        what: "it is missing".into(),
    })
}

/// Reads a file of the store.
///
/// # Errors
/// The store's own.
pub fn read<S: Source + ?Sized>(store: &S, path: &str) -> Result<Option<Vec<u8>>, Error> {
    store.read(path).map_err(|cause| Error::Store {
        path: path.into(),
        cause,
    })
}
