//! Mutations of a journal that leave its entries bound to each other, as a dishonest console could write it.

use libfuzzer_sys::fuzzer_mutate;
use record::journal::Journal;
use record::{Bytes, Digest};
use serde_cbor::Value;

use crate::cbor;
use crate::change::Choices;

/// A mutator for `fuzz_mutator!`: three times of four an entry is changed, taken out or written twice, and all after it
/// are bound anew; else, and where there is no journal, bytes are changed.
pub fn mutate(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let mut choices = Choices::from(seed);
    let mutated = (choices.below(4) > 0)
        .then(|| changed(&data[..size], &mut choices))
        .flatten();
    match mutated {
        Some(bytes) if bytes.len() <= most => {
            data[..bytes.len()].copy_from_slice(&bytes);
            bytes.len()
        }
        _ => fuzzer_mutate(data, size, most),
    }
}

fn changed(data: &[u8], choices: &mut Choices) -> Option<Vec<u8>> {
    let journal = Journal::read(data).ok().filter(|journal| !journal.entries.is_empty())?;
    let encode = |entry| record::cbor::encode(entry).ok();
    let mut entries: Vec<Vec<u8>> = journal.entries.iter().filter_map(encode).collect();
    let at = choices.below(entries.len());
    match choices.below(6) {
        0 => drop(entries.remove(at)),
        1 => entries.insert(at, entries[at].clone()),
        _ => entries[at] = cbor::changed(&entries[at], choices)?,
    }
    let mut bytes = bound(&entries)?;
    bytes.extend_from_slice(&data[journal.whole..]);
    Some(bytes)
}

/// The entries with their numbers and their predecessors' digests, in frames.
fn bound(entries: &[Vec<u8>]) -> Option<Vec<u8>> {
    let (mut bytes, mut previous) = (Vec::new(), Digest::of(b""));
    for (number, entry) in entries.iter().enumerate() {
        let Ok(Value::Map(mut fields)) = serde_cbor::from_slice(entry) else {
            return None;
        };
        fields.insert(Value::Text("number".into()), Value::Integer(number as i128));
        fields.insert(Value::Text("previous".into()), Value::Bytes(previous.0.to_vec()));
        let entry = serde_cbor::to_vec(&Value::Map(fields)).ok()?;
        previous = Digest::of(&entry);
        bytes.extend(record::cbor::encode(&Bytes(entry)).ok()?);
    }
    Some(bytes)
}
