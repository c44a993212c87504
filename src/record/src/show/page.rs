//! The page that grows downward: a field a line, what belongs to it set in below.

use std::collections::BTreeMap;

use serde_cbor::Value;

use super::fields;
use super::octets::{self, Said};
use crate::any::AnyBundle;
use crate::screen::fold;
use crate::{Time, text};

#[derive(Default)]
pub(super) struct Page {
    pub lines: Vec<String>,
    depth: usize,
}

type Fields = BTreeMap<Value, Value>;

impl Page {
    /// A sentence, folded.
    pub fn paragraph(&mut self, said: &str) {
        let indent = "  ".repeat(self.depth);
        let room = WIDTH.saturating_sub(indent.len() + 2).max(SHORTEST_PIECE);
        let pieces: Vec<String> = said.split_whitespace().flat_map(|word| in_pieces(word, room)).collect();
        self.lines
            .extend(fold(&pieces.join(" "), &indent, &format!("{indent}  ")));
    }

    /// A map's fields, in reading order.
    pub fn fields(&mut self, fields: &Fields) {
        let name = |key: &Value| match key {
            Value::Text(name) => name.clone(),
            other => format!("{other:?}"),
        };
        let mut named: Vec<_> = fields.iter().map(|(key, value)| (name(key), value)).collect();
        named.sort_by_key(|(name, _)| fields::place(name));
        named
            .iter()
            .for_each(|(name, value)| self.field(name, &fields::in_words(name), value));
    }

    /// A value under its name in words; `field` is the name by which it is known.
    fn field(&mut self, field: &str, word: &str, value: &Value) {
        match value {
            Value::Map(map) if is_signed(map) => self.signed(word, map),
            Value::Map(map) => self.below(&format!("{word}:"), |page| match field {
                // Names of the plan's own, not ours.
                "keys" | "inputs" | "facts" | "adopted" => page.named(field, map),
                _ => page.fields(map),
            }),
            Value::Array(items) => self.items(field, word, items),
            Value::Bytes(bytes) => self.octets(word, octets::said(field, bytes)),
            Value::Text(said) => self.text(field, word, said),
            Value::Integer(number) => self.paragraph(&format!("{word}: {}", number_of(field, *number))),
            Value::Bool(truth) => self.paragraph(&format!("{word}: {}", if *truth { "yes" } else { "no" })),
            _ => self.paragraph(&format!("{word}: something else")),
        }
    }

    fn named(&mut self, field: &str, map: &Fields) {
        for (key, value) in map {
            let Value::Text(name) = key else { continue };
            let word = text::plain(name, usize::MAX);
            self.field(field, &word, value);
        }
    }

    fn items(&mut self, field: &str, word: &str, items: &[Value]) {
        if let [Value::Integer(manage), Value::Integer(usage)] = items
            && field == "quorum"
        {
            return self.paragraph(&format!("{word}: {manage} to manage, {usage} to use"));
        }
        if items.is_empty() {
            return self.paragraph(&format!("{word}: none"));
        }
        if let Some(words) = items.iter().map(short).collect::<Option<Vec<_>>>() {
            return self.paragraph(&format!("{word}: {}", words.join(", ")));
        }
        let of = items.len();
        for (n, item) in items.iter().enumerate() {
            let word = format!("{word}, {} of {of}", n + 1);
            match item {
                Value::Map(map) if !is_signed(map) => self.below(&format!("{word}:"), |page| page.fields(map)),
                _ => self.field(field, &word, item),
            }
        }
    }

    fn octets(&mut self, word: &str, said: Said) {
        self.paragraph(format!("{word}: {}", said.words).trim_end());
        let indent = "  ".repeat(self.depth + 1);
        self.lines
            .extend(said.blocks.iter().map(|row| format!("{indent}{row}")));
    }

    fn text(&mut self, field: &str, word: &str, said: &str) {
        let known = match field {
            "signature" => Some(octets::signature(said)),
            "ssh-key" | "recipient" => octets::ssh_key(said),
            _ => fields::meaning(field, said).map(|meaning| format!("{said} ({meaning})")),
        };
        if let Some(known) = known {
            return self.paragraph(&format!("{word}: {known}"));
        }
        match said.trim_end_matches('\n').split('\n').collect::<Vec<_>>().as_slice() {
            [one] => self.paragraph(&format!("{word}: {}", text::plain(one, usize::MAX))),
            lines => self.below(&format!("{word}:"), |page| {
                lines
                    .iter()
                    .for_each(|line| page.paragraph(&format!("| {}", text::plain(line, usize::MAX))));
            }),
        }
    }

    /// A bundle that lies here with its signature: by its type, and by whose it is.
    fn signed(&mut self, word: &str, map: &Fields) {
        let get = |name: &str| map.get(&Value::Text(name.into()));
        let (Some(Value::Bytes(bundle)), Some(Value::Text(member)), Some(Value::Text(signature))) =
            (get("bundle"), get("member"), get("signature"))
        else {
            return self.below(word, |page| page.fields(map));
        };
        let kind = AnyBundle::decode(bundle).map_or("bundle that cannot be read", |bundle| bundle.kind().name);
        let member = text::plain(member, 63);
        self.below(&format!("{word}: {kind} of {member}"), |page| {
            page.octets("SHA-256", octets::said("digest", &crate::Digest::of(bundle).0));
            page.paragraph(&format!("signed: {}", octets::signature(signature)));
        });
    }

    fn below(&mut self, title: &str, write: impl FnOnce(&mut Self)) {
        self.paragraph(title);
        self.depth += 1;
        let before = self.lines.len();
        write(self);
        if self.lines.len() == before {
            self.paragraph("nothing");
        }
        self.depth -= 1;
    }
}

fn is_signed(map: &Fields) -> bool {
    let names = ["bundle", "member", "signature"];
    map.len() == names.len() && names.iter().all(|name| map.contains_key(&Value::Text((*name).into())))
}

pub(super) fn number_of(field: &str, number: i128) -> String {
    match (u64::try_from(number), field) {
        (Ok(seconds), "at" | "time" | "began" | "begins" | "ended" | "ends" | "from" | "until") => {
            Time(seconds).to_string()
        }
        _ => number.to_string(),
    }
}

/// A text that is short enough to stand in a row with others.
fn short(item: &Value) -> Option<String> {
    match item {
        Value::Text(text) if text.len() <= 63 && !text.contains('\n') => Some(text::plain(text, 63)),
        _ => None,
    }
}

/// A word that is wider than a line, in pieces.
fn in_pieces(word: &str, room: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(room).map(|piece| piece.iter().collect()).collect()
}

/// What a terminal has.
const WIDTH: usize = 80;
/// However deep it stands.
const SHORTEST_PIECE: usize = 20;
