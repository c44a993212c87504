//! What a log was on its way to a checkpoint: the proofs that witnesses ask for.

use tlog::merkle;
use tlog::{Checkpoint, Hash, SignedCheckpoint, TileReader, VerifierKey};
use verifier::layout::Log;

use crate::error::Error;
use crate::store::{File, Source, read};
use crate::witness::History;

/// A log that grows to a checkpoint. Its new files may not be in the store yet.
pub struct Grew<'a, S: ?Sized> {
    /// Where its old files are.
    pub store: &'a S,
    /// Which of the store's logs it is.
    pub which: Log,
    /// Its key.
    pub log: &'a VerifierKey,
    /// How many entries it had.
    pub before: u64,
    /// What it becomes.
    pub checkpoint: &'a Checkpoint,
    /// Its new files.
    pub files: &'a [File],
}

impl<S: Source + ?Sized> Grew<'_, S> {
    fn reader(&self) -> Result<TileReader<&Self>, Error> {
        Ok(TileReader::open(self, self.checkpoint)?)
    }

    /// The checkpoint that the store keeps of a size, if our key signed it.
    fn kept(&self, size: u64) -> Result<Option<Checkpoint>, Error> {
        let bytes = read(self.store, &self.which.checkpoint_of(size))?;
        let signed = bytes.and_then(|bytes| SignedCheckpoint::parse(&bytes).ok());
        let kept = signed.and_then(|signed| signed.open(self.log).ok().cloned());
        Ok(kept.filter(|kept| kept.size() == size))
    }
}

impl<S: Source + ?Sized> History for Grew<'_, S> {
    fn before(&self) -> u64 {
        self.before
    }

    fn consistency(&self, old: u64) -> Result<Vec<Hash>, Error> {
        Ok(merkle::prove_consistency(&self.reader()?, old, self.checkpoint.size())?)
    }

    fn root(&self, size: u64) -> Result<Hash, Error> {
        Ok(merkle::root(&self.reader()?, size)?)
    }

    fn signed(&self, size: u64) -> Result<bool, Error> {
        // Every log begins empty, and the checkpoint itself was signed before anybody is asked.
        if size == 0 || size == self.checkpoint.size() {
            return Ok(true);
        }
        match self.kept(size)? {
            Some(kept) if size < self.checkpoint.size() => Ok(self.root(size)? == *kept.root()),
            _ => Ok(false),
        }
    }
}

impl<S: Source + ?Sized> tlog::Source for Grew<'_, S> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, tlog::tile::SourceError> {
        let path = self.which.file(path);
        match self.files.iter().find(|(file, _)| *file == path) {
            Some((_, bytes)) => Ok(Some(bytes.clone())),
            None => Ok(self.store.read(&path)?),
        }
    }
}
