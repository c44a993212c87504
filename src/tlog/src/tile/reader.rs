//! Reading a log from its tiles, believing only the checkpoint: each tile is checked before a hash of it is used.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::{Kind, MAX_LEVEL, Tile};
use crate::{
    Checkpoint, Error, Hash,
    merkle::{self, Nodes, Tree, complete},
};

/// Where a log's files are. It is not trusted.
pub trait Source {
    /// The whole file at a path such as `tile/0/000`; none if there is no such file.
    ///
    /// A file of more than [`MAX_FILE`](super::MAX_FILE) bytes is no tile: an error, or its beginning, will do.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError>;
}

/// A source's own error; only its words are kept.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

impl<S: Source + ?Sized> Source for &S {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        (**self).read(path)
    }
}

/// The log of one checkpoint, read from an untrusted source.
///
/// The partial tiles at the right edge are bound by the checkpoint's root; every full tile by its hash in the tile above
/// it; every entry by its hash in a level-0 tile. Nothing is returned that does not follow from the checkpoint.
/// Tiles of hashes, once checked, are kept: 32 bytes for each entry that was looked at.
pub struct TileReader<S> {
    source: S,
    size: u64,
    checked: RefCell<Checked>,
}

/// The hashes of checked tiles, by level and index.
type Checked = BTreeMap<(u8, u64), Rc<[Hash]>>;

impl<S: Source> TileReader<S> {
    /// Reads the tiles at the right edge and checks that they make the checkpoint's root.
    pub fn open(source: S, checkpoint: &Checkpoint) -> Result<TileReader<S>, Error> {
        let (size, root) = (checkpoint.size(), *checkpoint.root());
        let reader = TileReader {
            source,
            size,
            checked: RefCell::default(),
        };
        for level in 0..=MAX_LEVEL {
            let index = complete(size, 8 * level) / 256;
            if let Some(tile) = Tile::of(Kind::Hashes(level), index, size) {
                let hashes = reader.fetch(tile, Tile::read_hashes)?;
                reader.keep(level, index, hashes);
            }
        }
        let found = merkle::root(&reader, size)?;
        (found == root)
            .then_some(reader)
            .ok_or(Error::RootMismatch { found, root, size })
    }

    /// Entry `index`.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        let mut bundle = self.bundle(index / 256)?;
        let beyond = Error::BeyondTree {
            wanted: index,
            size: self.size,
        };
        let place = (index % 256) as usize;
        if place < bundle.len() {
            Ok(bundle.swap_remove(place))
        } else {
            Err(beyond)
        }
    }

    /// The entries of bundle `index`, which are entries 256 * `index` onward: 256, or fewer at the end.
    pub fn bundle(&self, index: u64) -> Result<Vec<Vec<u8>>, Error> {
        let beyond = Error::BeyondTree {
            wanted: index.saturating_mul(256),
            size: self.size,
        };
        let tile = Tile::of(Kind::Entries, index, self.size).ok_or(beyond)?;
        let entries = self.fetch(tile, Tile::read_entries)?;
        let hashes = self.hashes(0, index)?;
        match entries
            .iter()
            .zip(&*hashes)
            .position(|(entry, hash)| Hash::leaf(entry) != *hash)
        {
            Some(place) => Err(Error::EntryMismatch {
                index: index * 256 + place as u64,
                path: tile.path(),
            }),
            None => Ok(entries),
        }
    }

    /// All entries in order; ends after the first error.
    pub fn entries(&self) -> Entries<'_, S> {
        Entries {
            reader: self,
            bundle: 0,
            waiting: Vec::new().into_iter(),
        }
    }

    /// The proof that entry `index` is in the checkpoint's tree.
    pub fn prove_inclusion(&self, index: u64) -> Result<Vec<Hash>, Error> {
        merkle::prove_inclusion(self, index, self.size)
    }

    /// Checks that the checkpoint's log begins with all of an earlier checkpoint's.
    pub fn check_continues(&self, earlier: &Checkpoint) -> Result<(), Error> {
        let found = merkle::root(self, earlier.size())?;
        let inconsistent = Error::Inconsistent {
            old: earlier.size(),
            new: self.size,
        };
        (found == *earlier.root()).then_some(()).ok_or(inconsistent)
    }

    /// A tree that continues this log.
    pub fn grow(&self) -> Tree<&TileReader<S>> {
        Tree::over(self)
    }

    /// The checked hashes of a tile, which is in the tree.
    fn hashes(&self, level: u8, index: u64) -> Result<Rc<[Hash]>, Error> {
        let kept = self.checked.borrow().get(&(level, index)).cloned();
        if let Some(hashes) = kept {
            return Ok(hashes);
        }
        // All partial tiles were kept when the reader was opened: this one is full, and its parent is in the tree.
        let beyond = || Error::BeyondTree {
            wanted: index,
            size: self.size,
        };
        let tile = Tile::of(Kind::Hashes(level), index, self.size).ok_or_else(beyond)?;
        let (parent, place) = (tile.parent(), (index % 256) as usize);
        let expected = self.hashes(level + 1, parent.1)?[place];
        let hashes = self.fetch(tile, Tile::read_hashes)?;
        if merkle::subtree(&hashes) != expected {
            let parent = Tile::of(parent.0, parent.1, self.size).map_or_else(String::new, |tile| tile.path());
            return Err(Error::TileMismatch {
                path: tile.path(),
                parent,
            });
        }
        Ok(self.keep(level, index, hashes))
    }

    fn keep(&self, level: u8, index: u64, hashes: Vec<Hash>) -> Rc<[Hash]> {
        let hashes: Rc<[Hash]> = hashes.into();
        self.checked.borrow_mut().insert((level, index), hashes.clone());
        hashes
    }

    /// Reads a tile; unchecked. A log may have deleted a partial tile whose full tile exists: then the beginning of that.
    fn fetch<T>(&self, tile: Tile, read: fn(&Tile, &[u8]) -> Result<Vec<T>, Error>) -> Result<Vec<T>, Error> {
        for named in [Some(tile), tile.is_partial().then(|| tile.full())]
            .into_iter()
            .flatten()
        {
            if let Some(bytes) = self.bytes(&named.path())? {
                let mut all = read(&named, &bytes)?;
                all.truncate(tile.width().into());
                return Ok(all);
            }
        }
        Err(Error::Missing { path: tile.path() })
    }

    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        self.source.read(path).map_err(|why| Error::Unread {
            path: path.to_owned(),
            why: why.to_string(),
        })
    }
}

impl<S: Source> Nodes for TileReader<S> {
    fn size(&self) -> u64 {
        self.size
    }

    fn node(&self, level: u8, index: u64) -> Result<Hash, Error> {
        if index >= complete(self.size, level) {
            return Err(Error::BeyondTree {
                wanted: index,
                size: self.size,
            });
        }
        // Tiles hold every eighth level; the node is made of 2^within hashes beside each other in one tile.
        let (tile_level, within) = (level / 8, level % 8);
        let first = index << within;
        let place = (first % 256) as usize;
        let hashes = self.hashes(tile_level, first / 256)?;
        Ok(merkle::subtree(&hashes[place..place + (1 << within)]))
    }
}

/// The entries of a log in order, made by [`TileReader::entries`].
pub struct Entries<'r, S> {
    reader: &'r TileReader<S>,
    /// The next bundle; `u64::MAX` after the end.
    bundle: u64,
    waiting: std::vec::IntoIter<Vec<u8>>,
}

impl<S: Source> Iterator for Entries<'_, S> {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(entry) = self.waiting.next() {
            return Some(Ok(entry));
        }
        if self.bundle > self.reader.size / 256 || self.bundle * 256 == self.reader.size {
            return None;
        }
        match self.reader.bundle(self.bundle) {
            Ok(entries) => {
                self.bundle += 1;
                self.waiting = entries.into_iter();
                self.waiting.next().map(Ok)
            }
            Err(error) => {
                self.bundle = u64::MAX;
                Some(Err(error))
            }
        }
    }
}
