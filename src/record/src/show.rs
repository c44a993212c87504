//! A bundle of any type in plain words: every field by name, digests in blocks, times and keys as people know them.
//!
//! Nothing is left out but the octets of long strings, which stand as their digest. Every text is made plain: what a
//! terminal would obey is shown as its code. No line is wider than 80 columns.

mod fields;
mod octets;
mod page;

use serde_cbor::Value;

use crate::any::AnyBundle;
use crate::difference::{Difference, Leaf, Line};
use crate::parcel::Contents;
use crate::{Error, cbor};

use page::Page;

/// The lines that a person reads of a bundle's file, without its own digest.
///
/// # Errors
/// As [`AnyBundle::decode`].
pub fn lines(bytes: &[u8]) -> Result<Vec<String>, Error> {
    let bundle = AnyBundle::decode(bytes)?;
    let mut page = Page::default();
    let kind = bundle.kind();
    page.paragraph(&format!("{}: {}", kind.name, kind.about));
    page.paragraph(match bundle.rehearsal() {
        true => "REHEARSAL. Nothing in it is for real use.",
        false => "Not of a rehearsal.",
    });
    if let Value::Map(mut envelope) = cbor::decode(bytes)?
        && let Some(Value::Map(body)) = envelope.remove(&Value::Text("body".into()))
    {
        page.fields(&body);
    }
    if let AnyBundle::Parcel(parcel) = &bundle
        && let Contents::Here(octets) = &parcel.body.bundle
    {
        page.lines.push("The bundle in it:".to_owned());
        // No parcel lies in a parcel, so this goes no deeper.
        page.lines.extend(lines(octets)?);
    }
    Ok(page.lines)
}

/// A difference of two bundles in sentences: where it is, what the first has there, what the second. Of a text of several
/// lines each line that differs has its own, up to some.
#[must_use]
pub fn difference(found: &Difference) -> Vec<String> {
    let place = |name: &String| match name.parse::<usize>() {
        Ok(place) => format!("number {}", place + 1),
        Err(_) => in_words(name),
    };
    // All but the mark is in the body.
    let path = found.path.iter().skip_while(|name| *name == "body");
    let path: Vec<String> = path.map(place).collect();
    let last = found.path.last().map_or("", String::as_str);
    let said = |leaf: &Leaf| match leaf {
        Leaf::Said(number) => number
            .parse()
            .map_or_else(|_| number.clone(), |number| page::number_of(last, number)),
        other => other.to_string(),
    };
    if let ("signature", Leaf::Said(_), Leaf::Said(_)) = (last, &found.first, &found.second) {
        // Armour says nothing to anybody, and has no place to fold it.
        return vec![format!("{}: one, then another", path.join(", "))];
    }
    if let Some(lines) = found.lines() {
        return of_lines(&path.join(", "), &lines);
    }
    let at = found.octet().filter(|_| !found.is_shown());
    let at = at
        .map(|at| format!("; they differ from octet {at} on"))
        .unwrap_or_default();
    vec![format!(
        "{}: {}, then {}{at}",
        path.join(", "),
        said(&found.first),
        said(&found.second)
    )]
}

fn of_lines(path: &str, lines: &[Line]) -> Vec<String> {
    let told = |line: &Line| {
        let (first, second) = &line.said;
        match (line.first, line.second) {
            (None, Some(n)) => format!("{path}: line {n} of the second: {first}, then {second}"),
            (n, _) => format!("{path}: line {}: {first}, then {second}", n.unwrap_or_default()),
        }
    };
    let mut told: Vec<String> = lines.iter().take(LINES).map(told).collect();
    match lines.len().saturating_sub(LINES) {
        0 => {}
        1 => told.push(format!("{path}: 1 more line differs")),
        more => told.push(format!("{path}: {more} more lines differ")),
    }
    told
}

/// The field's name in words; of a name that is not known, the name itself, made plain.
#[must_use]
pub fn in_words(field: &str) -> String {
    fields::in_words(field)
}

/// Lines of one text that are shown; a text of which more differ is another one.
const LINES: usize = 20;

#[cfg(test)]
mod tests;
