//! Where two files of ours differ: the fields that lead there, and what each has.
//!
//! Bundles lie in bundles as byte strings; the way leads into them.

mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

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

/// A line that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the first text, from 1; none if only the second has it.
    pub first: Option<usize>,
    /// Its number in the second text, from 1; none if only the first has it.
    pub second: Option<usize>,
    /// What the two have there, made plain.
    pub said: (String, String),
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

    /// The lines that differ, with what each has there, if both are texts of several lines.
    #[must_use]
    pub fn lines(&self) -> Option<Vec<Line>> {
        let (Leaf::Octets(first), Leaf::Octets(second)) = (&self.first, &self.second) else {
            return None;
        };
        let (first, second) = (lines(first)?, lines(second)?);
        let changes = lines::changes(&first, &second);
        Some(
            changes
                .into_iter()
                .flat_map(|change| told(&first, &second, change))
                .collect(),
        )
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
            Self::Octets(octets) => write!(f, "{}... ({} octets)", hex(&octets[..SHOWN]), octets.len()),
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
            (Value::Text(first), Value::Text(second)) => {
                let (first, second) = apart(first, second);
                self.add(path, Leaf::Said(first), Leaf::Said(second));
            }
            _ => self.add(path, leaf(Some(first)), leaf(Some(second))),
        }
    }

    fn lists(&mut self, path: &mut Vec<String>, first: &[Value], second: &[Value]) {
        let named = NAMING
            .iter()
            .find_map(|field| Some((by_name(first, field)?, by_name(second, field)?)));
        let Some((first, second)) = named else {
            for place in 0..first.len().max(second.len()) {
                self.field(path, place.to_string(), first.get(place), second.get(place));
            }
            return;
        };
        let (ones, others) = (places(&first), places(&second));
        let all: BTreeSet<&str> = ones.keys().chain(others.keys()).copied().collect();
        for name in all {
            let (one, other) = (ones.get(name), others.get(name));
            self.field(path, name.to_owned(), one.copied(), other.copied());
        }
        let [one, other] =
            [(&first, &others), (&second, &ones)].map(|(list, kept)| in_order(list, |name| kept.contains_key(name)));
        if one != other {
            let (one, other) = apart(&one, &other);
            self.add(path, Leaf::Said(one), Leaf::Said(other));
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

/// The lines of one change, side by side for as long as both have some.
fn told(first: &[&str], second: &[&str], (ones, others): lines::Change) -> Vec<Line> {
    let alone = |line: &str| match line {
        "" => "an empty line".to_owned(),
        line => text::plain(line, LONGEST),
    };
    let line = |n: usize| {
        let place = |lines: &Range<usize>| lines.clone().nth(n);
        let (one, other) = (place(&ones), place(&others));
        let said = match (one.map(|at| first[at]), other.map(|at| second[at])) {
            (Some(one), Some(other)) => apart(one, other),
            (one, other) => {
                let said = |line: Option<&str>| line.map_or("nothing".to_owned(), alone);
                (said(one), said(other))
            }
        };
        let number = |at: Option<usize>| at.map(|at| at + 1);
        let (first, second) = (number(one), number(other));
        Line { first, second, said }
    };
    (0..ones.len().max(others.len())).map(line).collect()
}

/// The members of a list with what this field says of each, if it says something else of each.
fn by_name<'a>(list: &'a [Value], field: &str) -> Option<Vec<(String, &'a Value)>> {
    let name = |item: &Value| match item {
        Value::Map(fields) => match fields.get(&Value::Text(field.to_owned()))? {
            Value::Text(name) => Some(text::plain(name, LONGEST)),
            _ => None,
        },
        _ => None,
    };
    let named: Option<Vec<(String, &Value)>> = list.iter().map(|item| Some((name(item)?, item))).collect();
    named.filter(|named| places(named).len() == list.len())
}

fn places<'a>(named: &'a [(String, &'a Value)]) -> BTreeMap<&'a str, &'a Value> {
    named.iter().map(|(name, item)| (name.as_str(), *item)).collect()
}

/// The names of those that both lists have.
fn in_order(named: &[(String, &Value)], is_in_both: impl Fn(&str) -> bool) -> String {
    let names = named
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| is_in_both(name));
    format!("in the order {}", Vec::from_iter(names).join(", "))
}

/// Two texts, each cut; around the place where they differ, if that is far behind.
fn apart(first: &str, second: &str) -> (String, String) {
    let same = first
        .chars()
        .zip(second.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let cut = |text: &str| match same.checked_sub(BEFORE) {
        Some(from) if same > LONGEST / 2 => {
            let behind: String = text.chars().skip(from).collect();
            format!("...{}", text::plain(&behind, LONGEST))
        }
        _ => text::plain(text, LONGEST),
    };
    (cut(first), cut(second))
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
/// Characters that are shown before the first that differs, if it is far behind.
const BEFORE: usize = 30;

#[cfg(test)]
mod tests;
