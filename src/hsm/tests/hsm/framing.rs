//! One balanced JSON object is found in whatever surrounds it, however it is split, and nothing hangs or panics.

use hsm::{Framer, TooLong};
use proptest::prelude::*;

const LIMIT: usize = 1 << 16;

fn objects(chunks: impl IntoIterator<Item = Vec<u8>>) -> (Vec<String>, String) {
    let (mut framer, mut found) = (Framer::new(LIMIT), Vec::new());
    for chunk in chunks {
        framer.push(&chunk).unwrap();
        found.extend(std::iter::from_fn(|| framer.take()).map(|bytes| String::from_utf8(bytes).unwrap()));
    }
    (found, framer.noise())
}

fn raw_objects(chunks: impl IntoIterator<Item = Vec<u8>>) -> (Vec<Vec<u8>>, String, bool) {
    let (mut framer, mut found) = (Framer::new(LIMIT), Vec::new());
    for chunk in chunks {
        framer.push(&chunk).unwrap();
        found.extend(std::iter::from_fn(|| framer.take()));
    }
    (found, framer.noise(), framer.inside())
}

fn whole(text: &str) -> (Vec<String>, String) {
    objects([text.as_bytes().to_vec()])
}

#[test]
fn finds_the_object_between_prompts() {
    let (found, noise) = whole("aws-cloudhsm > Enter password: {\n  \"error_code\": 0\n}\naws-cloudhsm > ");
    assert_eq!(found, ["{\n  \"error_code\": 0\n}"]);
    assert_eq!(noise, "aws-cloudhsm > Enter password: \naws-cloudhsm > ");
}

#[test]
fn braces_and_escapes_in_strings_do_not_count() {
    let text = r#"{"a":"}}{\"}","b":{"c":"\\"},"d":"\\\"}"}"#;
    assert_eq!(whole(text).0, [text]);
}

#[test]
fn two_objects_are_two() {
    assert_eq!(whole("{}x{\"a\":1}").0, ["{}", "{\"a\":1}"]);
}

#[test]
fn a_brace_that_opens_no_object_is_noise() {
    let (found, noise) = whole("{help} { {{\"a\":{}}");
    assert_eq!((found, noise), (vec!["{\"a\":{}}".to_owned()], "{help} { {".to_owned()));
}

#[test]
fn an_unfinished_object_is_none() {
    let mut framer = Framer::new(LIMIT);
    framer.push(br#"{"a": "}"#).unwrap();
    assert!(framer.take().is_none() && framer.inside());
}

#[test]
fn too_much_is_refused_and_stays_refused_until_reset() {
    let mut framer = Framer::new(8);
    framer.push(b"12345678").unwrap();
    assert_eq!(framer.push(b"9"), Err(TooLong { limit: 8 }));
    assert_eq!(framer.push(b"{}"), Err(TooLong { limit: 8 }));
    framer.reset();
    framer.push(b"{}").unwrap();
    assert_eq!(framer.take().unwrap(), b"{}");
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Into::into),
        "[\\PC\"\\\\{}\n]{0,12}".prop_map(serde_json::Value::from)
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("[a-z{}\"]{0,4}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_object_comes_back_whatever_the_noise_and_the_splits(
        data in json(), pretty: bool, before in "[^{]{0,40}", after in "[^{]{0,40}", sizes in prop::collection::vec(1usize..9, 1..8),
    ) {
        let answer = serde_json::json!({"error_code": 0, "data": data});
        let object = if pretty { serde_json::to_string_pretty(&answer) } else { serde_json::to_string(&answer) }.unwrap();
        let (mut rest, mut chunks) = (format!("{before}{object}{after}").into_bytes(), Vec::new());
        for size in sizes.iter().cycle() {
            let tail = rest.split_off((*size).min(rest.len()));
            chunks.push(std::mem::replace(&mut rest, tail));
            if rest.is_empty() { break; }
        }
        let (found, noise) = objects(chunks);
        prop_assert_eq!(found, vec![object]);
        prop_assert_eq!(noise, format!("{before}{after}"));
    }

    #[test]
    fn however_the_bytes_are_split_the_same_objects_and_the_same_noise_come_back(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"{}\"\\ \n:a"[..])], 0..2000),
        sizes in prop::collection::vec(1usize..50, 1..20),
    ) {
        let mut pieces = Vec::new();
        let (mut at, mut sizes) = (0, sizes.iter().cycle());
        while at < bytes.len() {
            let end = bytes.len().min(at + sizes.next().unwrap());
            pieces.push(bytes[at..end].to_vec());
            at = end;
        }
        prop_assert_eq!(raw_objects(pieces), raw_objects([bytes]));
    }

    #[test]
    fn no_more_than_the_limit_is_taken_and_what_was_whole_before_stays_whole(
        limit in 0usize..200, chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..8),
    ) {
        let (mut framer, mut taken) = (Framer::new(limit), 0);
        for chunk in chunks {
            taken += chunk.len();
            prop_assert_eq!(framer.push(&chunk).is_ok(), taken <= limit);
        }
        let size: usize = std::iter::from_fn(|| framer.take()).map(|object| object.len()).sum();
        prop_assert!(size <= limit && framer.noise().chars().count() <= limit);
    }

    #[test]
    fn any_bytes_are_taken_and_nothing_is_lost_or_invented(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"{}\"\\ \n"[..])], 0..4000),
    ) {
        let mut framer = Framer::new(LIMIT);
        framer.push(&bytes).unwrap();
        let mut size = 0;
        while let Some(object) = framer.take() {
            let (first, last) = (object.first(), object.last());
            prop_assert_eq!((first, last), (Some(&b'{'), Some(&b'}')));
            prop_assert!(bytes.windows(object.len()).any(|window| window == object));
            size += object.len();
        }
        prop_assert!(size <= bytes.len());
    }
}
