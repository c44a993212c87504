//! A tree that grows in memory, from nothing or over a tree that is kept elsewhere.

use super::Nodes;
use crate::{Error, Hash, MAX_SIZE};

/// A tree in memory. With a base it holds only what was pushed, and asks the base for the rest.
#[derive(Clone, Debug)]
pub struct Tree<B = Nothing> {
    base: B,
    size: u64,
    /// Per level, the complete nodes that the base does not have.
    levels: Vec<Vec<Hash>>,
}

/// The base of a tree that starts empty.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Tree {
    /// The empty tree.
    pub fn new() -> Tree {
        Tree::over(Nothing)
    }
}

impl Default for Tree {
    fn default() -> Tree {
        Tree::new()
    }
}

impl<B: Nodes> Tree<B> {
    /// A tree that continues `base`.
    pub fn over(base: B) -> Tree<B> {
        Tree {
            size: base.size(),
            base,
            levels: Vec::new(),
        }
    }

    /// Appends an entry by its leaf hash; returns its index. Only a base can fail, and then nothing was appended.
    pub fn push(&mut self, leaf: Hash) -> Result<u64, Error> {
        let index = self.size;
        if index == MAX_SIZE {
            return Err(Error::BeyondTree {
                wanted: index + 1,
                size: MAX_SIZE,
            });
        }
        // Every one-bit at the low end of the index is a left sibling that waits for this leaf.
        let mut done = vec![leaf];
        for level in 0..index.trailing_ones() as u8 {
            let left = self.node(level, (index >> level) - 1)?;
            done.push(Hash::node(&left, &done[usize::from(level)]));
        }
        self.levels.resize(self.levels.len().max(done.len()), Vec::new());
        self.levels
            .iter_mut()
            .zip(done)
            .for_each(|(level, hash)| level.push(hash));
        self.size += 1;
        Ok(index)
    }

    /// The root of the whole tree.
    pub fn root(&self) -> Result<Hash, Error> {
        super::root(self, self.size)
    }
}

impl<B: Nodes> Nodes for Tree<B> {
    fn size(&self) -> u64 {
        self.size
    }

    fn node(&self, level: u8, index: u64) -> Result<Hash, Error> {
        let of_base = super::complete(self.base.size(), level);
        if index < of_base {
            return self.base.node(level, index);
        }
        let level = self.levels.get(usize::from(level));
        let hash = level.and_then(|hashes| hashes.get(usize::try_from(index - of_base).ok()?));
        hash.copied().ok_or(Error::BeyondTree {
            wanted: index,
            size: self.size,
        })
    }
}

impl Nodes for Nothing {
    fn size(&self) -> u64 {
        0
    }

    fn node(&self, _: u8, index: u64) -> Result<Hash, Error> {
        Err(Error::BeyondTree { wanted: index, size: 0 })
    }
}
