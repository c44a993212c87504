//! The log's files: which file of the store each entry tells, and what of a checkpoint does not follow from signatures.

use std::collections::BTreeMap;

use ::record::published::RecordEntry;
use ::record::{Digest, cbor};

use crate::store::Store;

/// What each entry of a bundle tells: its type, and the file of this store that it holds.
pub fn told(store: &Store, bundle: &[u8]) -> Vec<String> {
    entries(bundle)
        .into_iter()
        .map(|entry| told_by(store, &entry))
        .collect()
}

fn told_by(store: &Store, entry: &[u8]) -> String {
    let mut lines = entry.splitn(3, |octet| *octet == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (form, kind, rest) = (line(), String::from_utf8_lossy(line()).into_owned(), line());
    let told = match form {
        b"pki.rust-lang.org/entry/v1" if kind == "record" => record(store, rest),
        b"pki.rust-lang.org/entry/v1" => store.name_of(rest),
        b"pki.rust-lang.org/entry-ref/v1" => referred(store, rest),
        other => panic!("an entry in the form {}", other.escape_ascii()),
    };
    format!("{kind} {told}")
}

/// The file that a reference leads to: digest, length and path, a line each.
fn referred(store: &Store, lines: &[u8]) -> String {
    let lines = String::from_utf8_lossy(lines);
    let [digest, length, path] = lines.lines().collect::<Vec<_>>()[..] else {
        panic!("a reference of three lines: {lines}");
    };
    let file = store.file(path.trim_start_matches('/'));
    assert_eq!(
        (Digest::of(file).hex(), file.len().to_string()),
        (digest.to_owned(), length.to_owned()),
        "{path}"
    );
    store.name_of(file)
}

/// A record's entry has the digest of the record in this store, and the signatures that lie beside it.
fn record(store: &Store, payload: &[u8]) -> String {
    let entry: RecordEntry = cbor::decode(payload).expect("a record's entry");
    let folder = format!("events/{}", entry.event);
    let text = |name: &str| String::from_utf8_lossy(store.file(&format!("{folder}/{name}"))).into_owned();
    assert_eq!(
        entry.record,
        Digest::of(store.file(&format!("{folder}/record.cbor"))),
        "{folder}"
    );
    for (member, signature) in &entry.countersignatures {
        assert_eq!(*signature, text(&format!("countersignatures/{member}.sig")), "{folder}");
    }
    if let Some(signature) = &entry.results {
        assert_eq!(*signature, text("results.sig"), "{folder}");
    }
    let members: Vec<_> = entry.countersignatures.keys().collect();
    format!(
        "{folder} signed by {members:?}, by the console: {}",
        entry.results.is_some()
    )
}

/// C2SP tlog-tiles: two octets of length before each entry.
fn entries(bundle: &[u8]) -> Vec<Vec<u8>> {
    let (mut entries, mut rest) = (Vec::new(), bundle);
    while let Some((length, after)) = rest.split_first_chunk() {
        let (entry, after) = after.split_at(u16::from_be_bytes(*length).into());
        entries.push(entry.to_vec());
        rest = after;
    }
    entries
}

/// RFC 6962 section 2.1: the leaf's hash of each entry, one after the other, is the tile of level 0.
pub fn leaves(bundle: &[u8]) -> Vec<u8> {
    let leaf = |entry: Vec<u8>| Digest::of(&[&[0], &entry[..]].concat()).0;
    entries(bundle).into_iter().flat_map(leaf).collect()
}

/// A signed checkpoint without root hash and signatures: its log, its size, and who signed.
pub fn checkpoint(text: &str) -> BTreeMap<&'static str, String> {
    let lines: Vec<&str> = text.lines().collect();
    let [log, size, _root, "", signatures @ ..] = &lines[..] else {
        panic!("a checkpoint: {text}");
    };
    let signers = signatures
        .iter()
        .map(|line| line.rsplit_once(' ').map_or("nobody", |(signer, _)| signer));
    let signers: Vec<_> = signers.collect();
    BTreeMap::from([
        ("log", (*log).to_owned()),
        ("size", (*size).to_owned()),
        ("signers", signers.join(", ")),
    ])
}

/// A proof without its hashes: the entry's number, how many hashes there are, and the checkpoint's.
pub fn proof(text: &str) -> (Vec<String>, BTreeMap<&'static str, String>) {
    let (way, signed) = text.split_once("\n\n").expect("a checkpoint behind the hashes");
    let mut lines = way.lines().map(str::to_owned);
    let mut told: Vec<String> = lines.by_ref().take(2).collect();
    told.push(format!("{} hashes", lines.count()));
    (told, checkpoint(signed))
}
