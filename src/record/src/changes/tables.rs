//! Two tables of TOML compared: whatever a plan or a policy says, and whatever it may come to say, is a line here.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::text::plain;

/// What differs between two policies.
#[must_use]
pub fn policies(before: &[u8], after: &[u8]) -> Vec<String> {
    let (old, new) = (entities(&parse(before)), entities(&parse(after)));
    let mut lines = Vec::new();
    for (name, entity) in &old {
        if !new.contains_key(name) {
            lines.push(format!("{name} is not there any more ({})", listed(entity)));
        }
    }
    for (name, entity) in &new {
        match old.get(name) {
            None => lines.push(format!("{name} is new ({})", listed(entity))),
            Some(was) => lines.extend(changed(name, was, entity)),
        }
    }
    lines
}

/// A thing with what is said of it.
pub type Entity = BTreeMap<String, String>;

/// A table that was read before, as what it is.
#[must_use]
pub fn parse(bytes: &[u8]) -> Table {
    std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// Everything that a policy speaks of: its own words, each table, and each entry of an array of tables by its name.
fn entities(table: &Table) -> BTreeMap<String, Entity> {
    let mut found = BTreeMap::new();
    let mut own = Table::new();
    for (key, value) in table {
        match value {
            Value::Table(table) => {
                found.insert(format!("[{key}]"), entity(table));
            }
            Value::Array(array) if array.iter().all(Value::is_table) && !array.is_empty() => {
                for (n, one) in (1..).zip(array.iter().filter_map(Value::as_table)) {
                    let name = ["name", "lint"].iter().find_map(|word| one.get(*word)?.as_str());
                    let name = name.map_or_else(|| n.to_string(), |name| plain(name, 63));
                    found.insert(format!("the {key} '{name}'"), entity(one));
                }
            }
            value => drop(own.insert(key.clone(), value.clone())),
        }
    }
    found.insert("the policy".into(), entity(&own));
    found
}

/// What a table says, word by word.
#[must_use]
pub fn entity(table: &Table) -> Entity {
    table
        .iter()
        .map(|(key, value)| (key.replace('-', " "), shown(value)))
        .collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text, 300),
        Value::Array(array) if array.is_empty() => "nothing".into(),
        Value::Array(array) => array.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Table(table) => listed(&entity(table)),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(yes) => yes.to_string(),
        other => plain(&format!("{other:?}"), 100),
    }
}

fn listed(entity: &Entity) -> String {
    entity
        .iter()
        .map(|(word, value)| format!("{word}: {value}"))
        .collect::<Vec<_>>()
        .join("; ")
}

/// One line for a thing that is in both, if anything of it differs.
#[must_use]
pub fn changed(name: &str, before: &Entity, after: &Entity) -> Option<String> {
    let all = changes(before, after);
    (!all.is_empty()).then(|| format!("{name}: {}", all.join("; ")))
}

/// `word: before, then after` for each word that differs.
#[must_use]
pub fn changes(before: &Entity, after: &Entity) -> Vec<String> {
    let mut words: Vec<&String> = before.keys().chain(after.keys()).collect();
    words.sort();
    words.dedup();
    let value = |entity: &Entity, word: &String| entity.get(word).cloned().unwrap_or_else(|| "nothing".into());
    let differ = |word: &&&String| before.get(**word) != after.get(**word);
    let line = |word: &&String| format!("{word}: {}, then {}", value(before, word), value(after, word));
    words.iter().filter(differ).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_new_what_is_gone_and_what_differs() {
        let before = b"version = 1\n[quorum]\nthreshold = 5\n[[delegate]]\nname = \"a\"\nca = true\n[[delegate]]\nname = \"b\"\n";
        let after = b"version = 2\n[quorum]\nthreshold = 6\n[[delegate]]\nname = \"c\"\nca = false\n[[delegate]]\nname = \"b\"\n";
        assert_eq!(
            policies(before, after),
            [
                "the delegate 'a' is not there any more (ca: true; name: a)",
                "[quorum]: threshold: 5, then 6",
                "the delegate 'c' is new (ca: false; name: c)",
                "the policy: version: 1, then 2",
            ]
        );
        assert!(policies(before, before).is_empty());
    }

    #[test]
    fn shows_hostile_text_as_codes() {
        let lines = policies(b"a = 1\n", "a = \"x\\u001b[31m\"\n".as_bytes());
        assert_eq!(lines, ["the policy: a: 1, then x\\u{1b}[31m"]);
    }
}
