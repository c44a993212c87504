//! What people see is made plain: labels, users' names and the HSM's words must not move a cursor or wipe a row.

use record::screen::{Shown, fold};
use serde_json::Value;

/// A line among commands, which are shown two columns further in.
pub fn folded(line: &str) -> Vec<String> {
    let lines = fold(&plain_line(line), "  ", "      ");
    lines.into_iter().map(|line| line[2..].to_owned()).collect()
}

/// The lines, whatever is in them.
pub(super) fn lines(shown: &Shown) -> Vec<String> {
    let plain = serde_json::to_value(shown).map(all_plain);
    let plain = plain.and_then(serde_json::from_value::<Shown>);
    // Whatever is made of it: a line is one line.
    let lines = plain.as_ref().unwrap_or(shown).lines();
    lines.iter().map(|line| plain_line(line)).collect()
}

/// White space may stay in it: texts are folded.
fn all_plain(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.split('\n').map(plain_line).collect::<Vec<_>>().join("\n")),
        Value::Array(values) => Value::Array(values.into_iter().map(all_plain).collect()),
        Value::Object(fields) => {
            let plain = |(name, value)| (name, all_plain(value));
            Value::Object(fields.into_iter().map(plain).collect())
        }
        other => other,
    }
}

pub(super) fn plain_line(text: &str) -> String {
    record::text::plain(text, usize::MAX)
}
