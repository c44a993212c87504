//! Where messages and records lie in JSON: `aws logs get-log-events` and `filter-log-events`, CloudTrail's files.

use serde_json::Value;

use crate::console::{Lines, Unreadable};

/// Something found in a JSON value.
pub(super) enum Found {
    /// A message of a log.
    Message { text: String, stream: Option<String> },
    /// A record of CloudTrail's.
    Call(Value),
}

/// A file in pieces: one that is a single JSON value is one, any other has its lines. A stream is read by its lines alone.
pub fn pieces(bytes: &[u8]) -> Vec<(u64, Result<Vec<u8>, Unreadable>)> {
    let begins = bytes.iter().find(|octet| !octet.is_ascii_whitespace());
    let whole = matches!(begins, Some(b'{' | b'[')) && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
    match whole {
        true => vec![(1, Ok(bytes.to_vec()))],
        false => Lines::of(bytes)
            .map(|(number, line)| (number, line.map(<[u8]>::to_vec)))
            .collect(),
    }
}

/// What a value has.
///
/// # Errors
/// A value of no known form.
pub(super) fn of_json(value: &Value) -> Result<Vec<Found>, Unreadable> {
    let many = |list: &[Value], read: fn(&Value) -> Result<Vec<Found>, Unreadable>| {
        let found: Result<Vec<_>, _> = list.iter().map(read).collect();
        found.map(|found| found.into_iter().flatten().collect())
    };
    if let Value::Array(list) = value {
        return many(list, one);
    }
    match (value.get("events"), value.get("Records"), value.get("Events")) {
        (Some(Value::Array(list)), ..) => many(list, one),
        (_, Some(Value::Array(list)), _) | (.., Some(Value::Array(list))) => many(list, one),
        _ => one(value),
    }
}

fn one(value: &Value) -> Result<Vec<Found>, Unreadable> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(message) = text("message") {
        let stream = text("logStreamName");
        return Ok(vec![Found::Message { text: message, stream }]);
    }
    // `aws cloudtrail lookup-events` has the record as a text in it.
    if let Some(record) = text("CloudTrailEvent") {
        let record = serde_json::from_str(&record).map_err(|_| Unreadable("a record of CloudTrail's is no JSON"))?;
        return Ok(vec![Found::Call(record)]);
    }
    match value.get("eventSource").is_some() {
        true => Ok(vec![Found::Call(value.clone())]),
        false => Err(Unreadable(
            "it is no event of CloudWatch's, and no record of CloudTrail's",
        )),
    }
}
