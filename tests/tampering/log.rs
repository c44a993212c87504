//! The log: cut, rewritten, or replaced whole.

use super::copy::Copy;
use record::Digest;
use support::rehearsal;

#[test]
fn a_log_cut_short_under_its_checkpoint_is_found() {
    let copy = Copy::new("log-cut");
    let entries = entries(&copy);
    let left = &entries[..entries.len() - 1];
    write(&copy, &entries, left);
    let hashes = format!("log/1/tile/0/000.p/{}", entries.len());
    copy.check().names(&hashes, "log-tiles");
}

#[test]
fn an_entry_replaced_with_its_hash_under_an_untouched_checkpoint_is_found() {
    let copy = Copy::new("log-replaced");
    let mut entries = entries(&copy);
    let last = entries.len() - 1;
    entries[last] = b"pki.rust-lang.org/entry/v1\ndocument\nsomething else".to_vec();
    write(&copy, &entries, &entries);
    copy.check().names("log/1/checkpoint", "log-tiles");
}

#[test]
fn two_entries_that_changed_places_are_found() {
    let copy = Copy::new("log-swapped");
    let mut entries = entries(&copy);
    entries.swap(3, 4);
    write(&copy, &entries, &entries);
    copy.check().names("log/1/checkpoint", "log-tiles");
}

#[test]
fn the_checkpoint_of_another_log_is_found() {
    let copy = Copy::new("log-other");
    let newest = format!("log/1/checkpoints/{}", copy.log_size());
    let other = std::fs::read(rehearsal::other().done().store("log/1/checkpoint")).expect("a checkpoint");
    for path in ["log/1/checkpoint", &newest] {
        copy.write(path, &other);
    }
    copy.check().names("log/1/checkpoint", "checkpoint-signature");
}

#[test]
fn a_checkpoint_without_its_signature_is_found() {
    let copy = Copy::new("log-unsigned");
    let text = String::from_utf8(copy.read("log/1/checkpoint")).expect("text");
    let unsigned = text
        .split("\u{2014} ")
        .next()
        .expect("the text above the signature")
        .to_owned();
    let newest = format!("log/1/checkpoints/{}", copy.log_size());
    for path in ["log/1/checkpoint", &newest] {
        copy.write(path, &unsigned);
    }
    copy.check().names_file("log/1/checkpoint", "unsigned");
}

/// The entries of the newest tile, the only one of the log as it is: each has its length in two octets before it (C2SP tlog-tiles).
fn entries(copy: &Copy) -> Vec<Vec<u8>> {
    let tile = copy.read(&format!("log/1/tile/entries/000.p/{}", copy.log_size()));
    let (mut rest, mut entries) = (&tile[..], Vec::new());
    while let [high, low, after @ ..] = rest {
        let (entry, next) = after.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        entries.push(entry.to_vec());
        rest = next;
    }
    assert_eq!(entries.len(), copy.log_size());
    entries
}

/// Writes both tiles, with the hashes that belong to these entries.
fn write(copy: &Copy, old: &[Vec<u8>], new: &[Vec<u8>]) {
    let length = |entry: &Vec<u8>| u16::try_from(entry.len()).expect("it was one").to_be_bytes();
    let bundle: Vec<u8> = new
        .iter()
        .flat_map(|entry| [&length(entry)[..], entry].concat())
        .collect();
    // RFC 6962 section 2.1: a leaf's hash is that of a zero octet and the entry.
    let hashes: Vec<u8> = new
        .iter()
        .flat_map(|entry| Digest::of(&[&[0], &entry[..]].concat()).0)
        .collect();
    for (folder, bytes) in [("log/1/tile/entries/000.p", bundle), ("log/1/tile/0/000.p", hashes)] {
        copy.remove(&format!("{folder}/{}", old.len()));
        copy.write(&format!("{folder}/{}", new.len()), bytes);
    }
}
