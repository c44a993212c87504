//! CBOR for people, to the letter: diagnostic notation (RFC 8949 section 8), one field a line, within 80 columns.
//!
//! Long byte strings go over several lines, and a text has a piece for each of its lines (RFC 8610, appendix G.1 and G.4).
//! What is not printable ASCII stands as octets, `"a line" h'0a'`: a terminal obeys none of it, and readers agree on it.

use serde_cbor::Value;

use crate::digest::hex;
use crate::{Error, cbor};

/// The notation of one data item in its deterministic encoding.
///
/// # Errors
/// Too many octets, nested too deeply, no CBOR, or another encoding.
pub fn notation(bytes: &[u8]) -> Result<String, Error> {
    let mut page = Page::default();
    page.item(&cbor::decode::<Value>(bytes)?);
    Ok(page.text)
}

#[derive(Default)]
struct Page {
    text: String,
    depth: usize,
}

impl Page {
    fn item(&mut self, value: &Value) {
        match value {
            // In the order of their encoding: that of `Value`.
            Value::Map(fields) => self.many('{', '}', fields, |page, (key, value)| {
                page.item(key);
                page.colon(value);
                page.item(value);
            }),
            Value::Array(items) => self.many('[', ']', items, Self::item),
            Value::Bytes(bytes) => self.octets(bytes),
            Value::Text(text) => self.pieces(text),
            Value::Integer(number) => self.text += &number.to_string(),
            Value::Bool(truth) => self.text += &truth.to_string(),
            Value::Null => self.text += "null",
            Value::Float(number) => self.text += &format!("{number:?}"),
            // There are no more kinds; tags are refused as another encoding.
            _ => self.text += "undefined",
        }
    }

    fn many<I>(&mut self, open: char, close: char, items: I, mut write: impl FnMut(&mut Self, I::Item))
    where
        I: IntoIterator,
    {
        self.text.push(open);
        self.depth += 1;
        let mut some = false;
        for item in items {
            self.text += if some { "," } else { "" };
            self.line();
            write(self, item);
            some = true;
        }
        self.depth -= 1;
        if some {
            self.line();
        }
        self.text.push(close);
    }

    /// Before a value, on a line of its own where it has no room behind its key.
    fn colon(&mut self, value: &Value) {
        let begin = match value {
            Value::Integer(number) => number.to_string().len(),
            Value::Float(number) => format!("{number:?}").len(),
            Value::Bool(_) | Value::Null => "false".len(),
            // What opens it: `h'`, or less.
            _ => 2,
        };
        if self.room() < begin + 2 {
            self.depth += 1;
            self.line();
            self.depth -= 1;
        }
        self.text += ": ";
    }

    fn octets(&mut self, bytes: &[u8]) {
        if self.room() >= 2 * bytes.len() + QUOTES {
            self.text += &format!("h'{}'", hex(bytes));
            return;
        }
        self.text += "h'";
        self.depth += 1;
        for row in bytes.chunks(ROW) {
            self.line();
            self.text += &hex(row);
        }
        self.depth -= 1;
        self.line();
        self.text.push('\'');
    }

    /// The first piece is a text, so that all of it is one.
    fn pieces(&mut self, text: &str) {
        self.depth += 1;
        let pieces = pieces(text, WIDTH - 2 * self.depth - END);
        let whole = pieces.iter().map(|piece| piece.len() + 1).sum::<usize>() <= self.room();
        for (n, piece) in pieces.iter().enumerate() {
            // What ends a line stays with it.
            let beside = n > 0 && piece.starts_with('h') && piece.len() < self.room();
            match (n, whole || beside) {
                (0, true) => {}
                (_, true) => self.text.push(' '),
                (_, false) => self.line(),
            }
            self.text += piece;
        }
        self.depth -= 1;
    }

    fn line(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
        self.text += &"  ".repeat(self.depth);
    }

    /// Columns that are left, one of them for a comma.
    fn room(&self) -> usize {
        let used = self.text.rsplit('\n').next().map_or(0, str::len);
        (WIDTH - 1).saturating_sub(used)
    }
}

/// A text as literals: printable ASCII in quotes, the rest as octets, none longer than `width`.
fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() || pieces.is_empty() {
        let (shown, after) = printable(rest, width);
        if !shown.is_empty() || pieces.is_empty() {
            pieces.push(format!("\"{}\"", shown.replace('\\', "\\\\").replace('"', "\\\"")));
        }
        let hidden = after.find(|c| matches!(c, ' '..='~')).unwrap_or(after.len());
        let (hidden, after) = after.split_at(hidden);
        pieces.extend(hidden.as_bytes().chunks(ROW / 2).map(|row| format!("h'{}'", hex(row))));
        rest = after;
    }
    pieces
}

/// As much of a text as is printable and fits between quotes; two characters are escaped.
fn printable(text: &str, width: usize) -> (&str, &str) {
    let mut used = 2;
    let mut fits = |c: char| {
        used += if matches!(c, '"' | '\\') { 2 } else { 1 };
        matches!(c, ' '..='~') && used <= width
    };
    text.split_at(text.find(|c| !fits(c)).unwrap_or(text.len()))
}

const WIDTH: usize = 80;
/// Octets a line.
const ROW: usize = 32;
/// A comma, and what ends a line of text: `h'0a'`.
const END: usize = 8;
/// What stands around octets.
const QUOTES: usize = 3;

#[cfg(test)]
mod tests;
