//! Logs of some entries, two of three witnesses.

use tlog::{Checkpoint, Cosigner, Entry, EntryType, Hash, Proof, Signer, Source, TileReader};
use trust::Certificate;
use zeroize::Zeroizing;

use super::keys::seed;

/// A log believed by these keys, where two of three witnesses must have cosigned.
pub fn policy(domain: &str) -> String {
    let [log, sig] = ["log/1", "sig/1"].map(|log| signer(domain, log).key().to_string());
    let [a, b, c] = ["a", "b", "c"].map(|name| witness(name).key().to_string());
    format!("log {log}\nlog {sig}\nwitness A {a}\nwitness B {b}\nwitness C {c}\ngroup W 2 A B C\nquorum W\n")
}

/// The line that names a log.
pub fn line(domain: &str, log: &str) -> String {
    format!("log {}\n", signer(domain, log).key())
}

pub fn certificate(domain: &str, log: &str, certificate: &Certificate) -> Proof {
    let entry = Entry::new(EntryType::Certificate, certificate.der()).unwrap();
    proof(domain, log, entry.bytes())
}

/// The proof of an entry in a log of five, as the third of them.
pub fn proof(domain: &str, log: &str, entry: &[u8]) -> Proof {
    let other = |n: u8| vec![b'x', n];
    let entries = [other(0), other(1), entry.to_vec(), other(3), other(4)];
    let origin = format!("{domain}/{log}");
    let empty = Checkpoint::empty(&origin).unwrap();
    let reader = TileReader::open(Nowhere, &empty).unwrap();
    let grown = tlog::tile::append(&reader, &entries).unwrap();
    let checkpoint = Checkpoint::new(&origin, grown.size(), *grown.root()).unwrap();
    let mut signed = checkpoint.sign(&signer(domain, log)).unwrap();
    for name in ["a", "c"] {
        let line = witness(name).cosign(&signed, 1_795_000_100).unwrap();
        signed.add(line).unwrap();
    }
    Proof::new(2, grown.prove_inclusion(2).unwrap(), signed).unwrap()
}

fn signer(domain: &str, log: &str) -> Signer {
    let origin = format!("{domain}/{log}");
    let secret = seed(&origin);
    Signer::new(&origin, Zeroizing::new(secret)).unwrap()
}

fn witness(name: &str) -> Cosigner {
    let secret = Hash::sha256(name.as_bytes()).0;
    Cosigner::new(&format!("{name}.example"), Zeroizing::new(secret)).unwrap()
}

/// A log without entries has no files.
struct Nowhere;

impl Source for Nowhere {
    fn read(&self, _: &str) -> Result<Option<Vec<u8>>, tlog::tile::SourceError> {
        Ok(None)
    }
}
