//! Every proof of every small tree, both ways against ct-merkle and tlog_tiles, and every proof with something wrong.

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use sha2::Sha256;
use tlog::{
    Error, Hash,
    merkle::{self, check_consistency, check_inclusion, prove_consistency, prove_inclusion},
};

use crate::support::{entries, tree};

const LARGEST: u64 = 66;

#[test]
fn every_entry_of_every_small_tree_is_proven() {
    let tree = tree(LARGEST);
    let entries = entries(0..LARGEST);
    for size in 1..=LARGEST {
        let root = merkle::root(&tree, size).unwrap();
        for index in 0..size {
            let leaf = Hash::leaf(&entries[index as usize]);
            let path = prove_inclusion(&tree, index, size).unwrap();
            assert_eq!(check_inclusion(&leaf, index, size, &path, &root), Ok(()));

            let theirs = InclusionProof::<Sha256>::from_bytes(bytes(&path));
            their_root(root, size)
                .verify_inclusion(&entries[index as usize], index, &theirs)
                .unwrap();
            let path = path.iter().map(their_hash).collect();
            tlog_tiles::check_record(&path, size, their_hash(&root), index, their_hash(&leaf)).unwrap();
        }
    }
}

#[test]
fn every_small_tree_continues_every_smaller_one() {
    let tree = tree(LARGEST);
    for new in 1..=LARGEST {
        let new_root = merkle::root(&tree, new).unwrap();
        for old in 1..=new {
            let old_root = merkle::root(&tree, old).unwrap();
            let path = prove_consistency(&tree, old, new).unwrap();
            assert_eq!(check_consistency(old, &old_root, new, &new_root, &path), Ok(()));

            let theirs = ConsistencyProof::<Sha256>::try_from_bytes(bytes(&path)).unwrap();
            their_root(new_root, new)
                .verify_consistency(&their_root(old_root, old), &theirs)
                .unwrap();
            let path = path.iter().map(their_hash).collect();
            tlog_tiles::check_tree(&path, new, their_hash(&new_root), old, their_hash(&old_root)).unwrap();
        }
        assert_eq!(prove_consistency(&tree, 0, new), Ok(vec![]));
        assert_eq!(check_consistency(0, &Hash::empty(), new, &new_root, &[]), Ok(()));
    }
}

#[test]
fn proofs_are_byte_for_byte_those_of_ct_merkle() {
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for size in 1..=LARGEST {
        theirs.push(entries(size - 1..size).remove(0));
        let tree = tree(size);
        assert_eq!(theirs.root().as_bytes()[..], tree.root().unwrap().0);
        for index in 0..size {
            let ours = prove_inclusion(&tree, index, size).unwrap();
            assert_eq!(theirs.prove_inclusion(index as usize).as_bytes(), bytes(&ours));
        }
        for old in 1..size {
            let ours = prove_consistency(&tree, old, size).unwrap();
            assert_eq!(theirs.prove_consistency((size - old) as usize).as_bytes(), bytes(&ours));
        }
    }
}

#[test]
fn refuses_an_inclusion_proof_with_anything_wrong() {
    let tree = tree(40);
    for (index, size) in [(0, 2), (1, 2), (5, 7), (6, 7), (39, 40), (31, 33), (32, 33)] {
        let leaf = merkle::Nodes::node(&tree, 0, index).unwrap();
        let root = merkle::root(&tree, size).unwrap();
        let path = prove_inclusion(&tree, index, size).unwrap();
        let refused = Err(Error::NotIncluded { index, size });
        assert_eq!(check_inclusion(&root, index, size, &path, &leaf), refused);
        assert_eq!(check_inclusion(&leaf, index, size, &path, &Hash::empty()), refused);
        for broken in broken(&path) {
            assert_eq!(check_inclusion(&leaf, index, size, &broken, &root), refused);
        }
        let (hashes, needed) = (path.len() + 1, path.len());
        let longer = [&path[..], &[root]].concat();
        let error = check_inclusion(&leaf, index, size, &longer, &root).unwrap_err();
        assert_eq!(error, Error::InclusionLength { hashes, needed });
        for other in (0..size).filter(|other| *other != index) {
            assert!(
                check_inclusion(&leaf, other, size, &path, &root).is_err(),
                "{index} passes as {other}"
            );
        }
    }
}

#[test]
fn refuses_a_consistency_proof_with_anything_wrong() {
    let tree = tree(40);
    for (old, new) in [(1, 2), (4, 7), (6, 7), (7, 8), (31, 40), (32, 40), (33, 40), (39, 40)] {
        let roots = [old, new].map(|size| merkle::root(&tree, size).unwrap());
        let path = prove_consistency(&tree, old, new).unwrap();
        let refused = Err(Error::Inconsistent { old, new });
        let other = Hash::sha256(b"other");
        assert_eq!(check_consistency(old, &other, new, &roots[1], &path), refused);
        assert_eq!(check_consistency(old, &roots[0], new, &other, &path), refused);
        for broken in broken(&path) {
            assert_eq!(check_consistency(old, &roots[0], new, &roots[1], &broken), refused);
        }
        let error = check_consistency(old, &roots[0], new, &roots[1], &path[1..]).unwrap_err();
        assert_eq!(
            error,
            Error::ConsistencyLength {
                hashes: path.len() - 1,
                needed: path.len()
            }
        );
    }
}

#[test]
fn equal_sizes_need_equal_roots() {
    let (root, other) = (tree(7).root().unwrap(), Hash::sha256(b"other"));
    assert_eq!(check_consistency(7, &root, 7, &root, &[]), Ok(()));
    let error = check_consistency(7, &root, 7, &other, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tree of size 7 does not continue the tree of size 7"
    );
    assert_eq!(
        error.hint(),
        Some("keep both checkpoints: together they show that the log was rewritten")
    );
    assert_eq!(
        check_consistency(0, &root, 7, &root, &[]),
        Err(Error::Inconsistent { old: 0, new: 7 })
    );
}

#[test]
fn nothing_is_proven_beyond_the_tree() {
    let (tree, root) = (tree(7), Hash::empty());
    assert_eq!(
        prove_inclusion(&tree, 7, 7),
        Err(Error::BeyondTree { wanted: 7, size: 7 })
    );
    assert_eq!(
        prove_inclusion(&tree, 0, 8),
        Err(Error::BeyondTree { wanted: 8, size: 7 })
    );
    assert_eq!(
        prove_consistency(&tree, 8, 8),
        Err(Error::BeyondTree { wanted: 8, size: 7 })
    );
    assert_eq!(
        check_inclusion(&root, 0, 0, &[], &root),
        Err(Error::BeyondTree { wanted: 0, size: 0 })
    );
    assert_eq!(
        check_consistency(2, &root, 1, &root, &[]),
        Err(Error::BeyondTree { wanted: 2, size: 1 })
    );
    assert_eq!(
        merkle::Nodes::node(&tree, 3, 0),
        Err(Error::BeyondTree { wanted: 0, size: 7 })
    );
    assert_eq!(
        merkle::Nodes::node(&tree, 200, 0),
        Err(Error::BeyondTree { wanted: 0, size: 7 })
    );
}

#[test]
fn the_largest_numbers_do_no_harm() {
    let hash = Hash::empty();
    for (index, size) in [
        (0, u64::MAX),
        (u64::MAX - 1, u64::MAX),
        (1 << 63, u64::MAX),
        (u64::MAX, u64::MAX),
    ] {
        assert!(check_inclusion(&hash, index, size, &[hash; 64], &hash).is_err());
        assert!(check_consistency(index, &hash, size, &hash, &[hash; 63]).is_err());
    }
}

/// The path with each hash changed in turn, and with each two neighbours exchanged.
fn broken(path: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = Vec::new();
    for place in 0..path.len() {
        let mut changed = path.to_vec();
        changed[place].0[31] ^= 1;
        all.push(changed);
        if place > 0 {
            let mut swapped = path.to_vec();
            swapped.swap(place - 1, place);
            all.push(swapped);
        }
    }
    all
}

fn bytes(path: &[Hash]) -> Vec<u8> {
    path.iter().flat_map(|hash| hash.0).collect()
}

fn their_hash(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

fn their_root(root: Hash, size: u64) -> RootHash<Sha256> {
    RootHash::new(root.0.into(), size)
}
