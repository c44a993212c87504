//! CBOR for people: RFC 8949 section 8, one field a line.

use serde_cbor::Value;

/// The value in diagnostic notation.
pub fn notation(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

fn write(value: &Value, depth: usize, out: &mut String) {
    let line = |depth: usize| format!("\n{}", "  ".repeat(depth));
    match value {
        Value::Map(map) => {
            out.push('{');
            for (n, (key, value)) in in_order(map).into_iter().enumerate() {
                *out += if n == 0 { "" } else { "," };
                *out += &line(depth + 1);
                write(key, depth + 1, out);
                *out += ": ";
                write(value, depth + 1, out);
            }
            *out += &line(depth);
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                *out += if n == 0 { "" } else { ", " };
                write(item, depth + 1, out);
            }
            out.push(']');
        }
        Value::Bytes(bytes) => *out += &format!("h'{}'", record::digest::hex(bytes)),
        Value::Text(text) => *out += &serde_json::to_string(text).expect("text is JSON"),
        Value::Integer(number) => *out += &number.to_string(),
        Value::Bool(truth) => *out += &truth.to_string(),
        other => panic!("our formats have no {other:?}"),
    }
}

/// Keys in the order of their encoding, as they stand in the file.
fn in_order(map: &std::collections::BTreeMap<Value, Value>) -> Vec<(&Value, &Value)> {
    let mut fields: Vec<_> = map.iter().collect();
    fields.sort_by_key(|(key, _)| record::cbor::encode(key).expect("a key"));
    fields
}
