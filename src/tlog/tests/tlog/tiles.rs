//! Logs as files: what an append writes, what a reader believes, and what a lying store is caught at.

use std::cell::RefCell;

use tlog::{
    Checkpoint, Error, Hash, Source, Tile, TileReader,
    merkle::{self, check_consistency, check_inclusion},
    tile::{SourceError, append, tiles_for, tiles_of},
};

use crate::support::{ORIGIN, Store, entries};

#[test]
fn an_append_writes_the_tiles_that_tlog_tiles_names() {
    for (old, new) in [
        (0, 1),
        (0, 256),
        (1, 255),
        (255, 256),
        (255, 600),
        (256, 70_000),
        (65_535, 65_537),
        (70_000, 70_000),
    ] {
        let ours = tiles_for(old, new).unwrap().map(|tile| tile.path());
        let ours: Vec<_> = ours.filter(|path| !path.starts_with("tile/entries/")).collect();
        let theirs: Vec<_> = tlog_tiles::Tile::new_tiles(8, old, new)
            .iter()
            .map(their_path)
            .collect();
        assert_eq!(ours, theirs, "{old} to {new}");
    }
}

#[test]
fn a_log_grown_in_steps_holds_all_that_a_log_made_at_once_does() {
    let (at_once, checkpoint) = Store::of(&[600]);
    let (in_steps, same) = Store::of(&[1, 2, 255, 256, 257, 511, 512, 600]);
    assert_eq!(checkpoint, same);
    let paths: Vec<_> = tiles_of(600).unwrap().map(|tile| tile.path()).collect();
    assert_eq!(at_once.0.keys().cloned().collect::<Vec<_>>(), { sorted(paths) });
    for (path, bytes) in &at_once.0 {
        assert_eq!(in_steps.0.get(path), Some(bytes), "{path}");
    }
}

#[test]
fn reads_back_every_entry_in_order() {
    for size in [0, 1, 255, 256, 257, 512, 600] {
        let (store, checkpoint) = Store::of(&[size]);
        let reader = store.open(&checkpoint).unwrap();
        let read: Vec<_> = reader.entries().map(Result::unwrap).collect();
        assert_eq!(read, entries(0..size));
        for index in [0, 255, 256, 599].into_iter().filter(|index| *index < size) {
            assert_eq!(reader.entry(index), Ok(entries(index..index + 1).remove(0)));
        }
        assert_eq!(
            reader.entry(size),
            Err(Error::BeyondTree {
                wanted: size - size % 256 + size % 256,
                size
            })
        );
    }
}

#[test]
fn proves_entries_and_growth_from_tiles() {
    let (store, checkpoint) = Store::of(&[600, 70_000]);
    let reader = store.open(&checkpoint).unwrap();
    for index in [0, 1, 255, 256, 65_535, 65_536, 69_999] {
        let leaf = Hash::leaf(&entries(index..index + 1)[0]);
        let path = reader.prove_inclusion(index).unwrap();
        assert_eq!(check_inclusion(&leaf, index, 70_000, &path, checkpoint.root()), Ok(()));
    }
    let (_, earlier) = Store::of(&[600]);
    assert_eq!(reader.check_continues(&earlier), Ok(()));
    let path = merkle::prove_consistency(&reader, 600, 70_000).unwrap();
    assert_eq!(
        check_consistency(600, earlier.root(), 70_000, checkpoint.root(), &path),
        Ok(())
    );
    let forged = Checkpoint::new(ORIGIN, 600, Hash::sha256(b"forged")).unwrap();
    assert_eq!(
        reader.check_continues(&forged),
        Err(Error::Inconsistent { old: 600, new: 70_000 })
    );
}

#[test]
fn proves_the_old_and_the_new_while_appending() {
    let (store, old) = Store::of(&[255]);
    let reader = store.open(&old).unwrap();
    let append = append(&reader, &entries(255..600)).unwrap();
    for index in [0, 254, 255, 256, 599] {
        let leaf = Hash::leaf(&entries(index..index + 1)[0]);
        let path = append.prove_inclusion(index).unwrap();
        assert_eq!(
            check_inclusion(&leaf, index, append.size(), &path, append.root()),
            Ok(())
        );
    }
    let path = append.prove_consistency(255).unwrap();
    assert_eq!(check_consistency(255, old.root(), 600, append.root(), &path), Ok(()));
}

#[test]
fn an_append_of_nothing_writes_nothing() {
    let (store, checkpoint) = Store::of(&[300]);
    let reader = store.open(&checkpoint).unwrap();
    let append = append(&reader, &entries(0..0)).unwrap();
    assert_eq!(
        (append.size(), append.root(), append.files()),
        (300, checkpoint.root(), &[][..])
    );
}

#[test]
fn an_append_refuses_an_entry_that_does_not_fit() {
    let (store, checkpoint) = Store::of(&[0]);
    let reader = store.open(&checkpoint).unwrap();
    let error = append(&reader, &[vec![0; 65_536]]).err().unwrap();
    assert_eq!(error.to_string(), "an entry has 65536 bytes, at most 65535 are allowed");
}

#[test]
fn tlog_tiles_reads_our_tiles() {
    let (store, checkpoint) = Store::of(&[600, 70_000]);
    let root = tlog_tiles::Hash(checkpoint.root().0);
    let judge = Judge(&store);
    let reader = tlog_tiles::TileHashReader::new(70_000, root, &judge);
    for index in [0, 599, 65_535, 69_999] {
        let proof = tlog_tiles::prove_record(70_000, index, &reader).unwrap();
        let leaf = tlog_tiles::record_hash(&entries(index..index + 1)[0]);
        tlog_tiles::check_record(&proof, 70_000, root, index, leaf).unwrap();
        let ours = store.open(&checkpoint).unwrap().prove_inclusion(index).unwrap();
        assert_eq!(
            proof.iter().map(|hash| hash.0).collect::<Vec<_>>(),
            ours.iter().map(|h| h.0).collect::<Vec<_>>()
        );
    }
}

#[test]
fn finds_an_entry_replaced_together_with_its_hash() {
    // Entry 300 lies under a full level-0 tile, entry 599 under the partial one that the root binds itself.
    let (honest, checkpoint) = Store::of(&[600]);
    let mut lying = honest.clone();
    lie(&mut lying, 300, "tile/entries/001", "tile/0/001");
    let reader = lying.open(&checkpoint).unwrap();
    let error = reader.entry(300).unwrap_err();
    assert_eq!(error.to_string(), "tile/0/001 is not what tile/1/000.p/2 says");
    assert_eq!(reader.entry(301), Err(error.clone()));
    assert_eq!(reader.prove_inclusion(300), Err(error.clone()));
    let read: Vec<_> = reader.entries().collect();
    assert_eq!((read.len(), read.last()), (257, Some(&Err(error))));

    let mut lying = honest;
    lie(&mut lying, 599, "tile/entries/002.p/88", "tile/0/002.p/88");
    let error = lying.open(&checkpoint).err().unwrap();
    assert!(matches!(error, Error::RootMismatch { size: 600, .. }), "{error}");
    assert_eq!(
        error.hint(),
        Some("keep a copy of these files: the store and the checkpoint disagree, and one of them was changed")
    );
}

#[test]
fn finds_an_entry_replaced_with_all_hashes_above_it() {
    let (mut lying, checkpoint) = Store::of(&[70_000]);
    lie(&mut lying, 300, "tile/entries/001", "tile/0/001");
    let hashes: Vec<_> = lying.0["tile/0/001"]
        .chunks(32)
        .map(|hash| Hash(hash.try_into().unwrap()))
        .collect();
    let mut subtree = tlog::Tree::new();
    hashes.into_iter().for_each(|hash| drop(subtree.push(hash)));
    lying.0.get_mut("tile/1/000").unwrap()[32..64].copy_from_slice(&subtree.root().unwrap().0);
    let error = lying.open(&checkpoint).unwrap().entry(300).unwrap_err();
    assert_eq!(error.to_string(), "tile/1/000 is not what tile/2/000.p/1 says");
}

#[test]
fn finds_an_entry_replaced_alone() {
    let (mut lying, checkpoint) = Store::of(&[600]);
    replace(
        lying.0.get_mut("tile/entries/001").unwrap(),
        b"entry 300\n",
        b"entry 3xx\n",
    );
    let reader = lying.open(&checkpoint).unwrap();
    let error = reader.bundle(1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "entry 300 in tile/entries/001 is not what its hash in the tree says"
    );
    assert_eq!(reader.prove_inclusion(300).map(|path| path.len()), Ok(10));
}

#[test]
fn every_changed_byte_of_a_store_is_found() {
    let (honest, checkpoint) = Store::of(&[258]);
    for path in honest.0.keys() {
        for place in 0..honest.0[path].len() {
            let mut lying = honest.clone();
            lying.0.get_mut(path).unwrap()[place] ^= 1;
            let read = lying
                .open(&checkpoint)
                .and_then(|reader| reader.entries().collect::<Result<Vec<_>, _>>());
            assert!(read.is_err(), "{path} at {place}");
        }
    }
}

#[test]
fn names_the_file_that_is_missing_or_of_another_length() {
    let (honest, checkpoint) = Store::of(&[600]);
    for path in honest.0.keys() {
        let mut store = honest.clone();
        store.0.remove(path);
        let error = store
            .open(&checkpoint)
            .and_then(|r| r.entries().collect::<Result<Vec<_>, _>>())
            .unwrap_err();
        assert_eq!(error.to_string(), format!("{path} is missing"));
        for bytes in [&honest.0[path][1..], &[&honest.0[path][..], b"x"].concat()] {
            store.0.insert(path.clone(), bytes.to_vec());
            let error = store
                .open(&checkpoint)
                .and_then(|r| r.entries().collect::<Result<Vec<_>, _>>())
                .unwrap_err();
            let (bundle, hashes) = (
                format!("{path} is not a bundle"),
                format!("{path} has {} bytes", bytes.len()),
            );
            let text = error.to_string();
            assert!(text.starts_with(&bundle) || text.starts_with(&hashes), "{text}");
        }
    }
}

#[test]
fn reads_the_full_tile_where_the_partial_one_was_deleted() {
    let (mut store, _) = Store::of(&[300, 512]);
    let (_, earlier) = Store::of(&[300]);
    for path in ["tile/entries/001.p/44", "tile/0/001.p/44"] {
        assert!(store.0.remove(path).is_some());
    }
    let reader = store.open(&earlier).unwrap();
    assert_eq!(reader.entries().collect::<Result<Vec<_>, _>>(), Ok(entries(0..300)));
}

#[test]
fn a_checked_tile_is_read_once() {
    struct Counting<'a>(&'a Store, RefCell<Vec<String>>);
    impl Source for Counting<'_> {
        fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
            self.1.borrow_mut().push(path.to_owned());
            self.0.read(path)
        }
    }
    let (store, checkpoint) = Store::of(&[600]);
    let counting = Counting(&store, RefCell::default());
    let reader = TileReader::open(&counting, &checkpoint).unwrap();
    for index in 0..600 {
        reader.prove_inclusion(index).unwrap();
    }
    let read = counting.1.borrow();
    assert_eq!(*read, ["tile/0/002.p/88", "tile/1/000.p/2", "tile/0/000", "tile/0/001"]);
}

#[test]
fn says_what_a_failing_source_says() {
    struct Failing;
    impl Source for Failing {
        fn read(&self, _: &str) -> Result<Option<Vec<u8>>, SourceError> {
            Err("the disk is gone".into())
        }
    }
    let (_, checkpoint) = Store::of(&[1]);
    let error = TileReader::open(Failing, &checkpoint).err().unwrap();
    assert_eq!(error.to_string(), "tile/0/000.p/1 cannot be read: the disk is gone");
}

#[test]
fn a_checkpoint_of_an_absurd_size_asks_for_few_files() {
    let checkpoint = Checkpoint::new(ORIGIN, tlog::MAX_SIZE, Hash::sha256(b"any")).unwrap();
    let mut store = Store::default();
    for level in 0..=7u8 {
        let index = tlog::MAX_SIZE.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0);
        let tile = Tile::of(tlog::tile::Kind::Hashes(level), index, tlog::MAX_SIZE).unwrap();
        store.0.insert(tile.path(), vec![7; 32 * usize::from(tile.width())]);
    }
    let error = store.open(&checkpoint).err().unwrap();
    assert!(matches!(error, Error::RootMismatch { .. }), "{error}");
}

/// Replaces an entry and its level-0 hash, so that both agree.
fn lie(store: &mut Store, index: u64, bundle: &str, tile: &str) {
    let old = entries(index..index + 1).remove(0);
    let new = old.iter().map(|byte| byte ^ 0x40).collect::<Vec<_>>();
    replace(store.0.get_mut(bundle).unwrap(), &old, &new);
    replace(store.0.get_mut(tile).unwrap(), &Hash::leaf(&old).0, &Hash::leaf(&new).0);
}

fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let place = bytes.windows(old.len()).position(|window| window == old).unwrap();
    bytes[place..place + new.len()].copy_from_slice(new);
}

fn sorted(mut paths: Vec<String>) -> Vec<String> {
    paths.sort();
    paths
}

/// The judge keeps the height of tiles in the path; ours is always 8.
fn their_path(tile: &tlog_tiles::Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1)
}

struct Judge<'a>(&'a Store);

impl tlog_tiles::TileReader for Judge<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        Ok(tiles.iter().map(|tile| self.0.0[&their_path(tile)].clone()).collect())
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}
