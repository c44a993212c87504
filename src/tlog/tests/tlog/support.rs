//! Keys from names, logs in memory.

use std::collections::BTreeMap;

use tlog::{
    Checkpoint, Cosigner, Hash, Policy, Proof, SignedCheckpoint, Signer, Source, TileReader,
    merkle::Nodes,
    tile::{SourceError, append},
};
use zeroize::Zeroizing;

pub const ORIGIN: &str = tlog::REHEARSAL_ORIGIN;

/// A secret key that anybody can compute: SHA-256 of a word.
pub fn secret(word: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Hash::sha256(word.as_bytes()).0)
}

pub fn log_key() -> Signer {
    Signer::new(ORIGIN, secret("log")).unwrap()
}

pub fn witness(name: &str) -> Cosigner {
    Cosigner::new(&format!("{name}.example"), secret(name)).unwrap()
}

/// The entries of the known answers.
pub fn entries(range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(|i| format!("entry {i}\n").into_bytes()).collect()
}

/// A log's files in memory.
#[derive(Clone, Default)]
pub struct Store(pub BTreeMap<String, Vec<u8>>);

impl Source for Store {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.0.get(path).cloned())
    }
}

impl Store {
    /// A log that grew to each of these sizes in turn, and its last checkpoint.
    pub fn of(sizes: &[u64]) -> (Store, Checkpoint) {
        let (mut store, mut checkpoint) = (Store::default(), Checkpoint::empty(ORIGIN).unwrap());
        for size in sizes {
            checkpoint = store.grow(&checkpoint, *size);
        }
        (store, checkpoint)
    }

    fn grow(&mut self, old: &Checkpoint, size: u64) -> Checkpoint {
        let reader = TileReader::open(&*self, old).unwrap();
        let append = append(&reader, &entries(old.size()..size)).unwrap();
        let checkpoint = Checkpoint::new(ORIGIN, append.size(), *append.root()).unwrap();
        let files = append.files().to_vec();
        for (path, bytes) in files {
            assert_eq!(self.0.insert(path.clone(), bytes), None, "{path} is written twice");
        }
        checkpoint
    }

    pub fn open(&self, checkpoint: &Checkpoint) -> Result<TileReader<&Store>, tlog::Error> {
        TileReader::open(self, checkpoint)
    }
}

/// Three witnesses, two of which must cosign.
pub fn policy() -> Policy {
    Policy::parse(policy_text().as_bytes()).unwrap()
}

pub fn policy_text() -> String {
    let [a, b, c] = ["a", "b", "c"].map(|name| witness(name).key().to_string());
    format!(
        "log {}\nwitness A {a}\nwitness B {b}\nwitness C {c}\ngroup W 2 A B C\nquorum W\n",
        log_key().key()
    )
}

/// A checkpoint signed by the log and cosigned by these witnesses.
pub fn cosigned(checkpoint: &Checkpoint, witnesses: &[&str]) -> SignedCheckpoint {
    let mut signed = checkpoint.clone().sign(&log_key()).unwrap();
    for (i, name) in witnesses.iter().enumerate() {
        signed
            .add(witness(name).cosign(&signed, 1_700_000_000 + i as u64).unwrap())
            .unwrap();
    }
    signed
}

/// The staple of entry 345 in a log of 600.
pub fn staple(witnesses: &[&str]) -> Proof {
    let (store, checkpoint) = Store::of(&[600]);
    let path = store.open(&checkpoint).unwrap().prove_inclusion(345).unwrap();
    Proof::new(345, path, cosigned(&checkpoint, witnesses)).unwrap()
}

/// A tree of the first entries of the known answers.
pub fn tree(size: u64) -> tlog::Tree {
    let mut tree = tlog::Tree::new();
    for entry in entries(0..size) {
        tree.push(Hash::leaf(&entry)).unwrap();
    }
    assert_eq!(tree.size(), size);
    tree
}
