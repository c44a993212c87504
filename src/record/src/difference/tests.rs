//! Two files that differ in one place, or in several.

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
fn a_text_of_several_lines_differs_by_its_lines() {
    let file = |text: &str| encoded(&[("plan", Bytes(text.into()))]);
    let lines = |one: &str, other: &str| first(&file(one), &file(other)).expect("they differ").lines();
    let line = |first, second, one: &str, other: &str| {
        let said = (one.to_owned(), other.to_owned());
        Line { first, second, said }
    };
    let one = |first, second, one: &str, other: &str| Some(vec![line(first, second, one, other)]);
    let same = |n| (Some(n), Some(n));
    let (first, second) = same(2);
    assert_eq!(
        lines("a = 1\nb = 2\n", "a = 1\nb = 3\n"),
        one(first, second, "b = 2", "b = 3")
    );
    assert_eq!(lines("a\n", "a\nb\n"), one(None, Some(2), "nothing", "b"));
    assert_eq!(lines("a\nb", "a\nb\n"), one(None, Some(3), "nothing", "an empty line"));
    assert_eq!(lines("a\n\u{202e}b", "a\nc"), one(first, second, "\\u{202e}b", "c"));
    assert_eq!(
        lines("a\nb\nc\nd\n", "x\nb\nc\ny\nz\n"),
        Some(vec![
            line(Some(1), Some(1), "a", "x"),
            line(Some(4), Some(4), "d", "y"),
            line(None, Some(5), "nothing", "z"),
        ]),
        "each, and none that both have"
    );
    assert_eq!(lines("a", "b"), None);
    assert_eq!(lines("a\n\u{7}", "a\nb"), None);
}

/// Whoever would hide a change puts it behind what is shown.
#[test]
fn long_texts_are_cut_around_the_place_where_they_differ() {
    let reason = |end: &str| {
        let text = Value::Text(format!("{}{end}", "I refuse because ".repeat(15)));
        let map = BTreeMap::from([(Value::Text("why".into()), text)]);
        cbor::encode(&Value::Map(map)).expect("encodes")
    };
    let found = first(&reason("I will sign the next"), &reason("I will never sign")).expect("they differ");
    assert_eq!(
        (found.first.to_string(), found.second.to_string()),
        (
            "...cause I refuse because I will sign the next".into(),
            "...cause I refuse because I will never sign".into()
        )
    );
    let lines = |end: &str| {
        let plan = format!("a\nb = {}{end}\n", "x".repeat(400));
        encoded(&[("plan", Bytes(plan.into()))])
    };
    let found = first(&lines("1"), &lines("2")).expect("they differ").lines();
    let (x, line) = ("x".repeat(30), Some(2));
    let said = (format!("...{x}1"), format!("...{x}2"));
    assert_eq!(
        found,
        Some(vec![Line {
            first: line,
            second: line,
            said
        }])
    );
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
    assert_eq!(paths(&one, &turned), ["people"], "the same ones, in another order");
    let found = first(&one, &turned).expect("they differ");
    let said = (found.first.to_string(), found.second.to_string());
    assert_eq!(said, ("in the order a, b, c".into(), "in the order b, a, c".into()));
    let turned = list(vec![person("d", 1), person("b", 4), person("a", 1), person("c", 3)]);
    assert_eq!(paths(&one, &turned), ["people b key", "people d", "people"]);
    let twice = list(vec![person("a", 1), person("a", 2)]);
    assert_eq!(paths(&one, &twice)[0], "people 1 id", "a name of two is none");
}

#[test]
fn what_is_no_cbor_differs_as_octets() {
    let found = first(b"\xff\xff", b"\xff").expect("they differ");
    assert_eq!((found.path.len(), found.octet()), (0, Some(1)));
}
