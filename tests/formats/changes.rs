//! One change at a time, each of which breaks the description of a format.

use std::collections::BTreeMap;

use serde_cbor::Value;

type Map = BTreeMap<Value, Value>;

/// Changes of a bundle: in its envelope and in its body.
pub fn of(bundle: &Value) -> Vec<(String, Value)> {
    let body_key = Value::Text("body".into());
    let envelope = map(bundle);
    let in_body = of_map("the body", &envelope[&body_key])
        .into_iter()
        .map(|(what, body)| {
            let mut changed = envelope.clone();
            changed.insert(body_key.clone(), body);
            (what, Value::Map(changed))
        });
    let version = Value::Text("version".into());
    let mut changed = envelope.clone();
    changed.insert(version, Value::Integer(2));
    let newer = ("its version is 2".to_owned(), Value::Map(changed));
    of_map("the envelope", bundle)
        .into_iter()
        .chain(in_body)
        .chain([newer])
        .collect()
}

/// Each field left out, each of another type, and one that nobody knows.
pub fn of_map(name: &str, whole: &Value) -> Vec<(String, Value)> {
    let whole = match whole {
        Value::Map(whole) => whole,
        _ => return Vec::new(),
    };
    let mut changes = Vec::new();
    let mut add = |what: String, change: &dyn Fn(&mut Map)| {
        let mut changed = whole.clone();
        change(&mut changed);
        changes.push((what, Value::Map(changed)));
    };
    for key in whole.keys() {
        // No optional field occurs at the level that is changed here.
        add(format!("{name} lacks {key:?}"), &|map| drop(map.remove(key)));
        add(format!("{name} has null as {key:?}"), &|map| {
            drop(map.insert(key.clone(), Value::Null))
        });
        add(format!("{name} has a negative number as {key:?}"), &|map| {
            map.insert(key.clone(), Value::Integer(-1));
        });
    }
    add(format!("{name} has an unknown field"), &|map| {
        map.insert(Value::Text("more".into()), Value::Integer(1));
    });
    changes
}

fn map(value: &Value) -> &Map {
    match value {
        Value::Map(map) => map,
        other => panic!("a bundle is a map, not {other:?}"),
    }
}
