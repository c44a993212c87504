//! Mutations of deterministic CBOR that stay deterministic CBOR: what a strict decoder reads on from.
//!
//! A changed byte is refused at once by a decoder that demands the one encoding. So the value is changed, and encoded
//! again. Byte strings that hold CBOR themselves are changed inside.

use std::collections::BTreeMap;

use libfuzzer_sys::fuzzer_mutate;
use serde_cbor::Value;

use crate::change::Choices;

/// A mutator for `fuzz_mutator!`: changes the value three times of four, else, and where there is none, bytes.
pub fn mutate(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    mutate_after(0, data, size, most, seed)
}

/// The same where so many bytes stand before the value.
pub fn mutate_after(before: usize, data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let mut choices = Choices::from(seed);
    let value = data.get(before..size).filter(|_| choices.below(4) > 0);
    match value.and_then(|value| changed(value, &mut choices)) {
        Some(bytes) if before + bytes.len() <= most => {
            data[before..before + bytes.len()].copy_from_slice(&bytes);
            before + bytes.len()
        }
        _ => fuzzer_mutate(data, size, most),
    }
}

/// The same CBOR with one value in it changed, or none if it is no CBOR.
#[must_use]
pub fn changed(data: &[u8], choices: &mut Choices) -> Option<Vec<u8>> {
    let mut value: Value = serde_cbor::from_slice(data).ok()?;
    let donor = {
        let at = choices.below(count(&value));
        nth(&mut value, at).clone()
    };
    let at = choices.below(count(&value));
    change(nth(&mut value, at), &donor, choices);
    serde_cbor::to_vec(&value).ok()
}

/// A value and all that are in it, keys of maps not counted.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Map(entries) => entries.values().map(count).sum(),
        _ => 0,
    }
}

/// The value of this number, in the order in which [`count`] goes; there must be one.
fn nth(value: &mut Value, at: usize) -> &mut Value {
    if at == 0 {
        return value;
    }
    let mut left = at - 1;
    let children: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Map(entries) => entries.values_mut().collect(),
        _ => Vec::new(),
    };
    for child in children {
        match count(child) {
            size if left < size => return nth(child, left),
            size => left -= size,
        }
    }
    unreachable!("`at` is below the count")
}

fn change(value: &mut Value, donor: &Value, choices: &mut Choices) {
    if choices.below(6) == 0 {
        *value = match choices.below(3) {
            0 => donor.clone(),
            1 => Value::Null,
            _ => Value::Array(vec![donor.clone()]),
        };
        return;
    }
    match value {
        Value::Bool(flag) => *flag = !*flag,
        Value::Integer(number) => *number = another(*number, choices),
        Value::Bytes(bytes) => *bytes = inside(bytes, choices),
        Value::Text(text) => {
            let bytes = mutated(text.as_bytes(), choices);
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
        Value::Array(items) => change_items(items, donor, choices),
        Value::Map(entries) => change_entries(entries, donor, choices),
        other => *other = donor.clone(),
    }
}

fn another(number: i128, choices: &mut Choices) -> i128 {
    let edges = [
        0,
        -1,
        23,
        24,
        255,
        65_536,
        i128::from(u32::MAX) + 1,
        i128::from(u64::MAX),
        i128::from(i64::MIN),
    ];
    match choices.below(3) {
        0 => *choices.one(&edges),
        1 => (number + 1).min(i128::from(u64::MAX)),
        _ => (number - 1).max(-i128::from(u64::MAX)),
    }
}

/// A bundle in a bundle is one more value.
fn inside(bytes: &[u8], choices: &mut Choices) -> Vec<u8> {
    let nested = (choices.below(3) > 0 && bytes.len() > 4).then(|| changed(bytes, choices));
    nested.flatten().unwrap_or_else(|| mutated(bytes, choices))
}

/// As libFuzzer mutates bytes, a little longer or not.
fn mutated(bytes: &[u8], choices: &mut Choices) -> Vec<u8> {
    let most = bytes.len() + 1 + choices.below(16);
    let mut buffer = bytes.to_vec();
    buffer.resize(most, 0);
    let size = fuzzer_mutate(&mut buffer, bytes.len(), most);
    buffer.truncate(size);
    buffer
}

fn change_items(items: &mut Vec<Value>, donor: &Value, choices: &mut Choices) {
    let (first, second) = (choices.below(items.len() + 1), choices.below(items.len().max(1)));
    match (choices.below(3), first < items.len()) {
        (0, true) => drop(items.remove(first)),
        (1, true) => items.swap(first, second),
        _ => items.insert(first, donor.clone()),
    }
}

fn change_entries(entries: &mut BTreeMap<Value, Value>, donor: &Value, choices: &mut Choices) {
    let at = choices.below(entries.len().max(1));
    let key = entries.keys().nth(at).cloned();
    match (choices.below(2), key) {
        (0, Some(key)) => drop(entries.remove(&key)),
        (_, Some(Value::Text(key))) => {
            // A name that is known with a value that is not, or the other way round.
            let name = String::from_utf8_lossy(&mutated(key.as_bytes(), choices)).into_owned();
            entries.insert(Value::Text(name), donor.clone());
        }
        _ => drop(entries.insert(donor.clone(), Value::Null)),
    }
}
