//! Where two files of ours differ: the fields that lead there, and what each has.
//!
//! Bundles lie in bundles as byte strings; the way leads into them.

use std::collections::{BTreeMap, BTreeSet};

use serde_cbor::Value;

use crate::cbor::depth;
use crate::digest::hex;
use crate::text;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The fields that lead to it, outermost first; places in a list count from 0, unless its members have names.
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

/// Every difference of two files, in the order of the encoding, up to `most`. What is not CBOR differs as octets.
///
/// Members of lists are compared by what names them, such as `id`, where each has one of its own; else place by place.
#[must_use]
pub fn all(first: &[u8], second: &[u8], most: usize) -> Vec<Difference> {
    let mut found = Found { all: Vec::new(), most };
    found.octets(&mut Vec::new(), first, second);
    found.all
}

/// The first difference of two files; none if they have the same bytes. What is not CBOR differs as octets.
#[must_use]
pub fn first(first: &[u8], second: &[u8]) -> Option<Difference> {
    all(first, second, 1).pop()
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

    /// The first line that differs, counted from 1, with what each has there, if both are texts of several lines.
    #[must_use]
    pub fn line(&self) -> Option<(usize, String, String)> {
        let (Leaf::Octets(first), Leaf::Octets(second)) = (&self.first, &self.second) else {
            return None;
        };
        let (first, second) = (lines(first)?, lines(second)?);
        let place = (0..first.len().max(second.len())).find(|n| first.get(*n) != second.get(*n))?;
        let said = |lines: &[&str]| {
            let line = lines.get(place).map(|line| text::plain(line, LONGEST));
            line.unwrap_or_else(|| "nothing".to_owned())
        };
        Some((place + 1, said(&first), said(&second)))
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

/// What was found, and how much of it is wanted.
struct Found {
    all: Vec<Difference>,
    most: usize,
}

impl Found {
    fn add(&mut self, path: &[String], first: Leaf, second: Leaf) {
        if self.all.len() < self.most {
            let path = path.to_vec();
            self.all.push(Difference { path, first, second });
        }
    }

    fn octets(&mut self, path: &mut Vec<String>, first: &[u8], second: &[u8]) {
        if first == second {
            return;
        }
        let before = self.all.len();
        // Only maps: octets that mean something else may happen to be a number or a text.
        if let (Some(one @ Value::Map(_)), Some(other @ Value::Map(_))) = (parse(first), parse(second))
            && path.len() < DEEPEST
        {
            self.values(path, &one, &other);
        }
        // No maps, or the same values in another encoding.
        if self.all.len() == before {
            self.add(path, Leaf::Octets(first.to_vec()), Leaf::Octets(second.to_vec()));
        }
    }

    fn values(&mut self, path: &mut Vec<String>, first: &Value, second: &Value) {
        if first == second || self.all.len() == self.most {
            return;
        }
        match (first, second) {
            (Value::Bytes(first), Value::Bytes(second)) => self.octets(path, first, second),
            (Value::Array(first), Value::Array(second)) => self.lists(path, first, second),
            (Value::Map(first), Value::Map(second)) => {
                let keys: BTreeSet<&Value> = first.keys().chain(second.keys()).collect();
                for key in keys {
                    self.field(path, said(key), first.get(key), second.get(key));
                }
            }
            _ => self.add(path, leaf(Some(first)), leaf(Some(second))),
        }
    }

    fn lists(&mut self, path: &mut Vec<String>, first: &[Value], second: &[Value]) {
        let before = self.all.len();
        if let Some((first, second)) = NAMING
            .iter()
            .find_map(|field| Some((by_name(first, field)?, by_name(second, field)?)))
        {
            let names: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
            for name in names {
                self.field(path, name.clone(), first.get(name).copied(), second.get(name).copied());
            }
        }
        // No names, or the same members in another order.
        if self.all.len() == before {
            for place in 0..first.len().max(second.len()) {
                self.field(path, place.to_string(), first.get(place), second.get(place));
            }
        }
    }

    fn field(&mut self, path: &mut Vec<String>, name: String, first: Option<&Value>, second: Option<&Value>) {
        path.push(name);
        match (first, second) {
            (Some(first), Some(second)) => self.values(path, first, second),
            (first, second) => self.add(path, leaf(first), leaf(second)),
        }
        path.pop();
    }
}

/// The lines of what people wrote, such as a plan; none of what is no text, or one line.
fn lines(octets: &[u8]) -> Option<Vec<&str>> {
    let text = std::str::from_utf8(octets).ok()?;
    let is_text = |c: char| c == '\n' || c == '\t' || !c.is_control();
    (text.contains('\n') && text.chars().all(is_text)).then(|| text.split('\n').collect())
}

/// The members of a list by what this field says of them, if it says something else of each.
fn by_name<'a>(list: &'a [Value], field: &str) -> Option<BTreeMap<String, &'a Value>> {
    let name = |item: &Value| match item {
        Value::Map(fields) => match fields.get(&Value::Text(field.to_owned()))? {
            Value::Text(name) => Some(text::plain(name, LONGEST)),
            _ => None,
        },
        _ => None,
    };
    let named: Option<BTreeMap<String, &Value>> = list.iter().map(|item| Some((name(item)?, item))).collect();
    named.filter(|named| named.len() == list.len())
}

fn parse(bytes: &[u8]) -> Option<Value> {
    depth::check(bytes).ok()?;
    serde_cbor::from_slice(bytes).ok()
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

/// Fields that name a member of a list: people, keys, steps of a plan, signatures.
const NAMING: [&str; 5] = ["id", "name", "label", "step", "member"];
/// Fields that lead into a file; no file of ours has so many, and a hostile one may.
const DEEPEST: usize = 32;
/// Octets that are shown of a longer string: a digest is shown whole.
const SHOWN: usize = 32;
/// Characters that are shown of a text.
const LONGEST: usize = 160;

#[cfg(test)]
mod tests {
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
    fn all_differences_are_found_and_no_more_than_wanted() {
        let file = |a: u8, b: u8| encoded(&[("a", Bytes(vec![a])), ("b", Bytes(vec![b])), ("c", Bytes(vec![9]))]);
        let (one, two) = (file(1, 2), file(3, 4));
        let paths = |most| -> Vec<String> { all(&one, &two, most).iter().map(|found| found.path.join(" ")).collect() };
        assert_eq!(paths(10), ["a", "b"]);
        assert_eq!(paths(1), ["a"]);
        assert!(all(&one, &one, 10).is_empty());
        let inside = |octet| encoded(&[("x", Bytes(file(1, octet)))]);
        assert_eq!(all(&inside(5), &inside(6), 10)[0].path, ["x", "b"]);
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
    fn a_text_of_several_lines_differs_by_its_line() {
        let file = |text: &str| encoded(&[("plan", Bytes(text.into()))]);
        let line = |one: &str, other: &str| first(&file(one), &file(other)).expect("they differ").line();
        let said = |n, one: &str, other: &str| Some((n, one.to_owned(), other.to_owned()));
        assert_eq!(line("a = 1\nb = 2\n", "a = 1\nb = 3\n"), said(2, "b = 2", "b = 3"));
        assert_eq!(line("a\n", "a\nb\n"), said(2, "", "b"));
        assert_eq!(line("a\n\u{202e}b", "a\nc"), said(2, "\\u{202e}b", "c"));
        assert_eq!(line("a", "b"), None);
        assert_eq!(line("a\n\u{7}", "a\nb"), None);
    }

    #[test]
    fn members_of_a_list_are_paired_by_their_names() {
        let person = |id: &str, key: u8| {
            let fields = [("id", Value::Text(id.into())), ("key", Value::Bytes(vec![key]))];
            Value::Map(fields.map(|(name, value)| (Value::Text(name.into()), value)).into())
        };
        let list = |people: Vec<Value>| {
            let map = BTreeMap::from([(Value::Text("people".into()), Value::Array(people))]);
            cbor::encode(&Value::Map(map)).expect("encodes")
        };
        let paths = |one: &[u8], other: &[u8]| -> Vec<String> {
            let found = all(one, other, 10);
            found.iter().map(|found| found.path.join(" ")).collect()
        };
        let one = list(vec![person("a", 1), person("b", 2), person("c", 3)]);
        let other = list(vec![person("b", 2), person("c", 4), person("d", 5)]);
        assert_eq!(paths(&one, &other), ["people a", "people c key", "people d"]);
        let turned = list(vec![person("b", 2), person("a", 1), person("c", 3)]);
        assert_eq!(
            paths(&one, &turned)[0],
            "people 0 id",
            "the same ones, in another order"
        );
        let twice = list(vec![person("a", 1), person("a", 2)]);
        assert_eq!(paths(&one, &twice)[0], "people 1 id", "a name of two is none");
    }

    #[test]
    fn what_is_no_cbor_differs_as_octets() {
        let found = first(b"\xff\xff", b"\xff").expect("they differ");
        assert_eq!((found.path.len(), found.octet()), (0, Some(1)));
    }
}
