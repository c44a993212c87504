//! What the log becomes: its new files, its new checkpoint, and the proof of each new entry.

use tlog::{Checkpoint, Hash, TileReader, VerifierKey, tile};
use verifier::entries::Expected;
use verifier::layout::Log;

use crate::error::Error;
use crate::store::{File, Source};

/// What the log becomes by an append.
pub struct Grown {
    /// The checkpoint, to be signed.
    pub checkpoint: Checkpoint,
    /// Bundles and tiles, with their paths in the store.
    pub files: Vec<File>,
    /// Per new entry, its index and the hashes that lead from it to the root.
    pub proofs: Vec<(u64, Vec<Hash>)>,
}

impl Grown {
    /// Grows the log of `base` by `entries`, in memory. What is read of the old tiles is checked against `base`.
    ///
    /// # Errors
    /// Tiles that are not those of the checkpoint.
    pub fn by<S: Source + ?Sized>(
        store: &S,
        which: Log,
        log: &VerifierKey,
        base: &Checkpoint,
        entries: &[Expected],
    ) -> Result<Self, Error> {
        let reader = TileReader::open(InLog(store, which), base)?;
        let bytes: Vec<&[u8]> = entries.iter().map(|expected| expected.entry.bytes()).collect();
        let append = tile::append(&reader, &bytes)?;
        let files = append
            .files()
            .iter()
            .map(|(path, bytes)| (which.file(path), bytes.clone()))
            .collect();
        let proof = |index| Ok((index, append.prove_inclusion(index)?));
        let proofs = (base.size()..append.size())
            .map(proof)
            .collect::<Result<_, tlog::Error>>()?;
        Ok(Self {
            checkpoint: Checkpoint::new(log.name(), append.size(), *append.root())?,
            files,
            proofs,
        })
    }
}

/// The log's files in the store.
pub struct InLog<'s, S: ?Sized>(pub &'s S, pub Log);

impl<S: Source + ?Sized> tlog::Source for InLog<'_, S> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, tlog::tile::SourceError> {
        Ok(self.0.read(&self.1.file(path))?)
    }
}
