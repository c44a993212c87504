//! The Merkle tree of RFC 6962: roots and proofs, made from its complete nodes and checked without them.

mod check;
mod tree;

pub use check::{check_consistency, check_inclusion};
pub use tree::{Nothing, Tree};

use crate::{Error, Hash};

/// A tree as its complete nodes, wherever they are kept.
///
/// Node (`level`, `index`) is the hash of the 2^level entries from `index` * 2^level; it exists, and never changes again,
/// once the tree holds them all. Roots and proofs of every size up to the tree's follow from these.
pub trait Nodes {
    /// How many entries the tree has.
    fn size(&self) -> u64;

    /// The complete node at `level` and `index`; [`Error::BeyondTree`] if the tree does not hold all of its entries.
    fn node(&self, level: u8, index: u64) -> Result<Hash, Error>;
}

impl<N: Nodes + ?Sized> Nodes for &N {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn node(&self, level: u8, index: u64) -> Result<Hash, Error> {
        (**self).node(level, index)
    }
}

/// The root of the first `size` entries.
pub fn root(nodes: &impl Nodes, size: u64) -> Result<Hash, Error> {
    within(nodes, size)?;
    match size {
        0 => Ok(Hash::empty()),
        _ => range(nodes, 0, size),
    }
}

/// The proof that entry `index` is in the tree of the first `size` entries: at most 63 hashes, from the leaf upward.
pub fn prove_inclusion(nodes: &impl Nodes, index: u64, size: u64) -> Result<Vec<Hash>, Error> {
    within(nodes, size)?;
    if index >= size {
        return Err(Error::BeyondTree { wanted: index, size });
    }
    let (mut begin, mut end, mut path) = (0, size, Vec::new());
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        if index < middle {
            path.push(range(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range(nodes, begin, middle)?);
            begin = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the first `new` entries begin with the first `old` ones (RFC 6962 §2.1.2); empty if `old` is 0 or `new`.
pub fn prove_consistency(nodes: &impl Nodes, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
    within(nodes, new)?;
    if old > new {
        return Err(Error::BeyondTree { wanted: old, size: new });
    }
    let (mut begin, mut end, mut path) = (0, new, Vec::new());
    while old != 0 && old != end {
        let middle = begin + split(end - begin);
        if old <= middle {
            path.push(range(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range(nodes, begin, middle)?);
            begin = middle;
        }
    }
    // The old tree's last complete subtree; a verifier knows it already when it is the whole old tree.
    if begin != 0 {
        path.push(range(nodes, begin, end)?);
    }
    path.reverse();
    Ok(path)
}

/// The hash over a power of two of hashes, pair by pair.
pub(crate) fn subtree(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|pair| Hash::node(&pair[0], &pair[1])).collect();
    }
    row[0]
}

/// How many complete nodes a tree of `size` has at `level`.
pub(crate) fn complete(size: u64, level: u8) -> u64 {
    size.checked_shr(level.into()).unwrap_or(0)
}

/// The hash of the entries from `begin` to `end`, a range that RFC 6962's recursion visits: never empty, and aligned.
fn range(nodes: &impl Nodes, begin: u64, end: u64) -> Result<Hash, Error> {
    let count = end - begin;
    if count.is_power_of_two() {
        return nodes.node(count.trailing_zeros() as u8, begin / count);
    }
    let middle = begin + split(count);
    Ok(Hash::node(&range(nodes, begin, middle)?, &range(nodes, middle, end)?))
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

fn within(nodes: &impl Nodes, size: u64) -> Result<(), Error> {
    match size <= nodes.size() {
        true => Ok(()),
        false => Err(Error::BeyondTree {
            wanted: size,
            size: nodes.size(),
        }),
    }
}
