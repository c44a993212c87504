//! The notation's letters; that it means the same octets, a reader of others says (tests/formats.rs).

use std::collections::BTreeMap;

use serde_cbor::Value;

use super::*;

fn noted(value: &Value) -> String {
    notation(&cbor::encode(value).expect("encodes")).expect("deterministic")
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn a_map_has_a_field_a_line_in_the_order_of_the_encoding() {
    let map = BTreeMap::from([
        (text("bb"), Value::Array(vec![Value::Integer(1), Value::Bool(true)])),
        (text("a"), Value::Map(BTreeMap::new())),
        (text("c"), Value::Bytes(vec![0, 255])),
    ]);
    let expected = "{\n  \"a\": {},\n  \"c\": h'00ff',\n  \"bb\": [\n    1,\n    true\n  ]\n}";
    assert_eq!(noted(&Value::Map(map)), expected);
}

#[test]
fn what_a_terminal_would_obey_stands_as_octets() {
    assert_eq!(noted(&text("")), "\"\"");
    assert_eq!(noted(&text("say \"\\\"")), "\"say \\\"\\\\\\\"\"");
    assert_eq!(noted(&text("a\u{1b}[31m\n")), "\"a\" h'1b' \"[31m\" h'0a'");
    assert_eq!(noted(&text("\u{202e}x")), "\"\" h'e280ae' \"x\"");
    assert_eq!(noted(&text("Zo\u{eb}")), "\"Zo\" h'c3ab'");
}

#[test]
fn no_line_is_wider_than_a_terminal() {
    for n in [0, 1, 30, 31, 32, 33, 60, 200, 5_000] {
        for value in [
            Value::Bytes(vec![7; n]),
            text(&"\"".repeat(n)),
            text(&"a line\n".repeat(n)),
            text(&"\u{3164}".repeat(n)),
            text(&"x".repeat(n)),
        ] {
            // As deep as anything of ours.
            let deep = (0..6).fold(value, |value, _| {
                Value::Map(BTreeMap::from([(text("approval-request"), value)]))
            });
            for line in noted(&deep).lines() {
                assert!(line.len() <= 80, "{n}: {line}");
                assert_eq!(line.trim_end(), line);
            }
        }
    }
}

/// Found by the fuzz target `bundle`: a key of several pieces left no room for what follows it.
#[test]
fn no_line_is_wider_than_a_terminal_whatever_the_key() {
    for n in 0..90 {
        for key in [
            "x".repeat(n),
            "a\u{fffd}".repeat(n),
            format!("\u{fffd}{}", "x".repeat(n)),
        ] {
            for value in [
                Value::Bytes(vec![7; 200]),
                Value::Bytes(Vec::new()),
                Value::Integer(i128::from(u64::MAX)),
                Value::Bool(false),
                Value::Array(vec![Value::Bool(true)]),
                text("a text"),
            ] {
                let map = Value::Map(BTreeMap::from([(text(&key), value)]));
                for line in noted(&map).lines() {
                    assert!(line.len() <= 80, "{n}: {line}");
                    assert_eq!(line.trim_end(), line);
                }
            }
        }
    }
}

#[test]
fn another_encoding_has_no_notation() {
    assert_eq!(
        notation(&[0x18, 0x01]).expect_err("longer").to_string(),
        Error::NotDeterministic.to_string()
    );
    assert!(notation(&[0xc1, 0x00]).is_err(), "a tag");
    assert!(notation(&[0x81; 40]).is_err(), "deep");
}
