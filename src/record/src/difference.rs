//! Where two files of ours first differ: the fields that lead there, and what each has.
//!
//! Bundles lie in bundles as byte strings; the way leads into them.

use serde_cbor::Value;

use crate::digest::hex;
use crate::text;

/// The first difference, in the order of the encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The fields that lead to it, outermost first; places in a list count from 0.
    pub path: Vec<String>,
    /// What the first file has there.
    pub first: Leaf,
    /// What the second file has there.
    pub second: Leaf,
}

/// What stands at the end of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Nothing.
    Missing,
    /// Octets.
    Octets(Vec<u8>),
    /// Anything else, in words.
    Said(String),
}

/// The first difference of two files; none if they have the same bytes. What is not CBOR differs as octets.
#[must_use]
pub fn first(first: &[u8], second: &[u8]) -> Option<Difference> {
    let mut path = Vec::new();
    let (first, second) = octets(&mut path, first, second)?;
    Some(Difference { path, first, second })
}

impl Difference {
    /// The first octet that differs, if both have octets there.
    #[must_use]
    pub fn octet(&self) -> Option<usize> {
        let (Leaf::Octets(first), Leaf::Octets(second)) = (&self.first, &self.second) else {
            return None;
        };
        let differs = first.iter().zip(second).position(|(first, second)| first != second);
        Some(differs.unwrap_or(first.len().min(second.len())))
    }

    /// Whether both are shown whole.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        let whole = |leaf: &Leaf| !matches!(leaf, Leaf::Octets(octets) if octets.len() > SHOWN);
        whole(&self.first) && whole(&self.second)
    }
}

impl std::fmt::Display for Leaf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("nothing"),
            Self::Octets(octets) if octets.len() <= SHOWN => f.write_str(&hex(octets)),
            Self::Octets(octets) => write!(f, "{}… ({} octets)", hex(&octets[..SHOWN]), octets.len()),
            Self::Said(said) => f.write_str(said),
        }
    }
}

type Leaves = Option<(Leaf, Leaf)>;

fn octets(path: &mut Vec<String>, first: &[u8], second: &[u8]) -> Leaves {
    if first == second {
        return None;
    }
    let leaves = || Some((Leaf::Octets(first.to_vec()), Leaf::Octets(second.to_vec())));
    // Only maps: octets that mean something else may happen to be a number or a text.
    match (parse(first), parse(second)) {
        (Some(one @ Value::Map(_)), Some(other @ Value::Map(_))) if path.len() < DEEPEST => {
            let depth = path.len();
            values(path, &one, &other).or_else(|| {
                // The same values in another encoding.
                path.truncate(depth);
                leaves()
            })
        }
        _ => leaves(),
    }
}

fn parse(bytes: &[u8]) -> Option<Value> {
    serde_cbor::from_slice(bytes).ok()
}

fn values(path: &mut Vec<String>, first: &Value, second: &Value) -> Leaves {
    if first == second {
        return None;
    }
    match (first, second) {
        (Value::Bytes(first), Value::Bytes(second)) => octets(path, first, second),
        (Value::Array(first), Value::Array(second)) => {
            let places = 0..first.len().max(second.len());
            one_of(
                path,
                places.map(|place| (place.to_string(), first.get(place), second.get(place))),
            )
        }
        (Value::Map(first), Value::Map(second)) => {
            let mut keys: Vec<&Value> = first.keys().chain(second.keys()).collect();
            keys.sort();
            keys.dedup();
            one_of(
                path,
                keys.into_iter().map(|key| (said(key), first.get(key), second.get(key))),
            )
        }
        _ => Some((leaf(Some(first)), leaf(Some(second)))),
    }
}

fn one_of<'a>(
    path: &mut Vec<String>,
    fields: impl Iterator<Item = (String, Option<&'a Value>, Option<&'a Value>)>,
) -> Leaves {
    for (name, first, second) in fields {
        path.push(name);
        let found = match (first, second) {
            (Some(first), Some(second)) => values(path, first, second),
            (first, second) => Some((leaf(first), leaf(second))),
        };
        if found.is_some() {
            return found;
        }
        path.pop();
    }
    None
}

fn leaf(value: Option<&Value>) -> Leaf {
    match value {
        None => Leaf::Missing,
        Some(Value::Bytes(bytes)) => Leaf::Octets(bytes.clone()),
        Some(other) => Leaf::Said(said(other)),
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::Text(said) => text::plain(said, LONGEST),
        Value::Integer(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Bytes(bytes) => hex(&bytes[..bytes.len().min(SHOWN)]),
        Value::Array(items) => format!("a list of {}", items.len()),
        // How serde writes a variant of an enum: a map of one.
        Value::Map(fields) if fields.len() == 1 => fields.keys().map(said).collect(),
        Value::Map(fields) => format!("{} fields", fields.len()),
        _ => "something else".to_owned(),
    }
}

/// Fields that lead into a file; no file of ours has so many, and a hostile one may.
const DEEPEST: usize = 32;
/// Octets that are shown of a longer string: a digest is shown whole.
const SHOWN: usize = 32;
/// Characters that are shown of a text.
const LONGEST: usize = 160;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{Bytes, cbor};

    fn encoded(fields: &[(&str, Bytes)]) -> Vec<u8> {
        let map: BTreeMap<&str, &Bytes> = fields.iter().map(|(name, value)| (*name, value)).collect();
        cbor::encode(&map).expect("encodes")
    }

    #[test]
    fn leads_through_bundles_that_lie_in_bundles() {
        let file = |octet| {
            encoded(&[
                ("a", Bytes(vec![1])),
                ("inner", Bytes(encoded(&[("deep", Bytes(vec![7, octet]))]))),
            ])
        };
        assert_eq!(first(&file(1), &file(1)), None);
        let found = first(&file(1), &file(2)).expect("they differ");
        assert_eq!(found.path, ["inner", "deep"]);
        assert_eq!(found.octet(), Some(1));
        assert_eq!(
            (found.first.to_string(), found.second.to_string()),
            ("0701".into(), "0702".into())
        );
    }

    #[test]
    fn a_field_that_only_one_has_is_named() {
        let (one, two) = (
            encoded(&[("a", Bytes(vec![]))]),
            encoded(&[("a", Bytes(vec![])), ("b", Bytes(vec![]))]),
        );
        let found = first(&one, &two).expect("they differ");
        assert_eq!((found.path.join(" "), found.first), ("b".to_owned(), Leaf::Missing));
    }

    #[test]
    fn what_is_no_cbor_differs_as_octets() {
        let found = first(b"\xff\xff", b"\xff").expect("they differ");
        assert_eq!((found.path.len(), found.octet()), (0, Some(1)));
    }
}
