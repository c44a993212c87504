//! Checking proofs, as RFC 9162 §2.1.3.2 and §2.1.4.2 describe it.

use crate::{Error, Hash};

/// Checks that `leaf` is entry `index` of the tree with `size` entries and this root.
pub fn check_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> Result<(), Error> {
    if index >= size {
        return Err(Error::BeyondTree { wanted: index, size });
    }
    let needed = inclusion_length(index, size);
    if path.len() != needed {
        return Err(Error::InclusionLength {
            hashes: path.len(),
            needed,
        });
    }
    let mut climb = Climb {
        at: index,
        last: size - 1,
    };
    let hash = path.iter().fold(*leaf, |hash, sibling| match climb.up() {
        Side::Left => Hash::node(sibling, &hash),
        Side::Right => Hash::node(&hash, sibling),
    });
    (hash == *root).then_some(()).ok_or(Error::NotIncluded { index, size })
}

/// Checks that the tree (`new`, `new_root`) begins with all of the tree (`old`, `old_root`).
pub fn check_consistency(old: u64, old_root: &Hash, new: u64, new_root: &Hash, path: &[Hash]) -> Result<(), Error> {
    if old > new {
        return Err(Error::BeyondTree { wanted: old, size: new });
    }
    let needed = consistency_length(old, new);
    if path.len() != needed {
        return Err(Error::ConsistencyLength {
            hashes: path.len(),
            needed,
        });
    }
    let (old_found, new_found) = match (old, path) {
        (0, _) => (Hash::empty(), *new_root),
        (_, []) => (*new_root, *new_root),
        _ => both_roots(old, old_root, new, path),
    };
    let both = old_found == *old_root && new_found == *new_root;
    both.then_some(()).ok_or(Error::Inconsistent { old, new })
}

/// How many hashes prove entry `index` in a tree of `size`; `index` is below `size`.
fn inclusion_length(index: u64, size: u64) -> usize {
    Climb {
        at: index,
        last: size - 1,
    }
    .length()
}

/// Both roots that a path of the right length leads to; 0 < `old` < `new`.
fn both_roots(old: u64, old_root: &Hash, new: u64, path: &[Hash]) -> (Hash, Hash) {
    // A power of two is one subtree of the new tree, whose hash the verifier has: the path leaves it out.
    let (start, rest) = match old.is_power_of_two() {
        true => (*old_root, path),
        false => (path[0], &path[1..]),
    };
    let mut climb = seam(old, new);
    rest.iter()
        .fold((start, start), |(old_hash, new_hash), sibling| match climb.up() {
            Side::Left => (Hash::node(sibling, &old_hash), Hash::node(sibling, &new_hash)),
            Side::Right => (old_hash, Hash::node(&new_hash, sibling)),
        })
}

fn consistency_length(old: u64, new: u64) -> usize {
    if old == 0 || old == new {
        return 0;
    }
    seam(old, new).length() + usize::from(!old.is_power_of_two())
}

/// The climb from the old tree's last complete subtree to the new tree's root.
fn seam(old: u64, new: u64) -> Climb {
    let level = old.trailing_zeros();
    Climb {
        at: (old - 1) >> level,
        last: (new - 1) >> level,
    }
}

/// The way from a node to the root, in a row of nodes whose last one has the index `last`.
#[derive(Clone, Copy)]
struct Climb {
    at: u64,
    last: u64,
}

/// On which side of the node its sibling is.
enum Side {
    Left,
    Right,
}

impl Climb {
    /// Goes up to the next node that has a sibling, and past it. A last node without one is its own parent.
    fn up(&mut self) -> Side {
        while self.at & 1 == 0 && self.at == self.last && self.last != 0 {
            self.halve();
        }
        let side = if self.at & 1 == 1 { Side::Left } else { Side::Right };
        self.halve();
        side
    }

    fn length(mut self) -> usize {
        let mut steps = 0;
        while self.last != 0 {
            self.up();
            steps += 1;
        }
        steps
    }

    fn halve(&mut self) {
        self.at >>= 1;
        self.last >>= 1;
    }
}
