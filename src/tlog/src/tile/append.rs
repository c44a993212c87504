//! Appending: the files that a log needs for more entries, and the root that a checkpoint may then state.

use super::{Kind, Source, Tile, TileReader, bytes::push_entry, tiles_for};
use crate::{
    Error, Hash,
    merkle::{self, Nodes, Tree},
};

/// What an append comes to. Nothing of it holds until the files are durable and the checkpoint is signed, in this order.
pub struct Append<'r, S> {
    tree: Tree<&'r TileReader<S>>,
    root: Hash,
    files: Vec<(String, Vec<u8>)>,
}

/// Appends entries to the log of a checkpoint: `log` was opened on the newest one, or on the empty tree's.
///
/// What is on disk is checked as far as it is used. With no entries there are no files.
pub fn append<'r, S: Source, E: AsRef<[u8]>>(log: &'r TileReader<S>, entries: &[E]) -> Result<Append<'r, S>, Error> {
    let mut tree = log.grow();
    for entry in entries {
        tree.push(Hash::leaf(entry.as_ref()))?;
    }
    let bundles = Bundles { log, entries };
    let files = tiles_for(log.size(), tree.size())?.map(|tile| {
        let bytes = match tile.kind() {
            Kind::Entries => bundles.bytes(&tile)?,
            Kind::Hashes(_) => tile.hashes_of(&tree)?,
        };
        Ok((tile.path(), bytes))
    });
    let files = files.collect::<Result<_, Error>>()?;
    Ok(Append {
        root: tree.root()?,
        tree,
        files,
    })
}

impl<S: Source> Append<'_, S> {
    /// The size after the append.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The root after the append.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// The files to write, with their paths: bundles, then hashes from the leaves upward. None replaces a file with another
    /// content: a file that exists already must be equal.
    pub fn files(&self) -> &[(String, Vec<u8>)] {
        &self.files
    }

    /// The proof that entry `index`, old or new, is in the grown tree.
    pub fn prove_inclusion(&self, index: u64) -> Result<Vec<Hash>, Error> {
        merkle::prove_inclusion(&self.tree, index, self.size())
    }

    /// The proof that the grown tree continues the one of `old` entries: what a witness asks for.
    pub fn prove_consistency(&self, old: u64) -> Result<Vec<Hash>, Error> {
        merkle::prove_consistency(&self.tree, old, self.size())
    }
}

/// The entries of the log and those to append, as one sequence.
struct Bundles<'a, S, E> {
    log: &'a TileReader<S>,
    entries: &'a [E],
}

impl<S: Source, E: AsRef<[u8]>> Bundles<'_, S, E> {
    fn bytes(&self, tile: &Tile) -> Result<Vec<u8>, Error> {
        let old = self.log.size();
        let (first, end) = (tile.index() * 256, tile.index() * 256 + u64::from(tile.width()));
        let mut bundle = Vec::new();
        if first < old {
            for entry in self.log.bundle(tile.index())? {
                push_entry(&mut bundle, &entry)?;
            }
        }
        let new = (first.max(old) - old) as usize..(end - old) as usize;
        for entry in &self.entries[new] {
            push_entry(&mut bundle, entry.as_ref())?;
        }
        Ok(bundle)
    }
}
