//! The CLI's JSON: the envelope, and the spellings that differ between versions and pages.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use serde_json::Value;

use crate::{Error, answer_error, texts::DISCONNECTED};

#[derive(Deserialize)]
struct Envelope {
    error_code: i64,
    #[serde(default)]
    data: Value,
}

/// The `data` of an answer whose `error_code` is zero; otherwise the refusal, by its words.
pub(crate) fn data(shown: &str, text: &str) -> Result<Value, Error> {
    let envelope: Envelope = serde_json::from_str(text).map_err(|error| malformed(shown, error))?;
    match (envelope.error_code, envelope.data) {
        (0, data) => Ok(data),
        (_, Value::String(text)) => Err(answer_error(&text)),
        (_, other) => Err(answer_error(&other.to_string())),
    }
}

/// Does an answer say no, as [`data`] would read it? What cannot be read says nothing.
pub(crate) fn is_refusal(text: &str) -> bool {
    serde_json::from_str(text).is_ok_and(|Envelope { error_code, .. }| error_code != 0)
}

/// What an answer says that tells of a lost connection. Mostly it is said in plain text.
pub(crate) fn disconnection(text: &str) -> Option<String> {
    let Envelope { error_code, data } = serde_json::from_str(text).ok()?;
    let words = data
        .as_str()
        .filter(|words| error_code != 0 && words.contains(DISCONNECTED))?;
    Some(words.to_owned())
}

/// A no in the CLI's form, for what said no in another one.
pub(crate) fn refusal(text: &str) -> String {
    serde_json::json!({ "error_code": 1, "data": text }).to_string()
}

/// `data` as a type of ours.
pub(crate) fn typed<T: DeserializeOwned>(shown: &str, data: Value) -> Result<T, Error> {
    serde_json::from_value(data).map_err(|error| malformed(shown, error))
}

/// An answer that is not of the expected form.
pub(crate) fn malformed(shown: &str, why: impl std::fmt::Display) -> Error {
    Error::Malformed {
        shown: shown.to_owned(),
        why: why.to_string(),
    }
}

/// A token file as an object whose entries are objects. serde would take arrays for them as well, and what is written
/// into the file afterwards has names.
pub(crate) fn token_file<T: DeserializeOwned>(file: &[u8]) -> Result<T, Error> {
    let bad = |why: String| Error::BadToken { why };
    let value: Value = serde_json::from_slice(file).map_err(|error| bad(error.to_string()))?;
    let entries = value.get("tokens").and_then(Value::as_array).into_iter().flatten();
    match value.is_object() && entries.into_iter().all(Value::is_object) {
        true => serde_json::from_slice(file).map_err(|error| bad(error.to_string())),
        false => Err(bad("it is not made of objects".into())),
    }
}

/// A number, plain or as `{"value": 2}`, as one page has it.
pub(crate) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(from)?;
    let inner = value.get("value").unwrap_or(&value);
    inner
        .as_u64()
        .ok_or_else(|| D::Error::custom(format!("expected a number, found {value}")))
}

/// The same where the field may be missing.
pub(crate) fn optional_number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    number(from).map(Some)
}

/// A truth value, which `user list` writes as `"false"`.
pub(crate) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    match Value::deserialize(from)? {
        Value::Bool(flag) => Ok(flag),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        other => Err(D::Error::custom(format!("expected true or false, found {other}"))),
    }
}

/// A hexadecimal value such as `0x04ab`; empty as `""` or `"0x"`.
pub(crate) fn hex<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    parse_hex(&text).ok_or_else(|| D::Error::custom(format!("expected hexadecimal, found {text:?}")))
}

pub(crate) fn parse_hex(text: &str) -> Option<Vec<u8>> {
    let digits = match text {
        "" => "",
        _ => text.strip_prefix("0x")?,
    };
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    let well_formed = digits.len().is_multiple_of(2) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    well_formed.then(|| digits.as_bytes().chunks(2).map(byte).collect())?
}

/// A key's reference, `0x%016x`, as a number.
pub(crate) fn parse_reference(text: &str) -> Option<u64> {
    let digits = text.strip_prefix("0x")?;
    let well_formed = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    well_formed.then(|| u64::from_str_radix(digits, 16).ok())?
}

pub(crate) fn base64(from: &[u8]) -> String {
    Base64::encode_string(from)
}

pub(crate) fn parse_base64(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}
