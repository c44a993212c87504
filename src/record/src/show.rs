//! A bundle of any type in plain words: every field by name, digests in blocks, times and keys as people know them.
//!
//! Nothing is left out but the octets of long strings, which stand as their digest. Every text is made plain: what a
//! terminal would obey is shown as its code. No line is wider than 80 columns.

mod fields;
mod octets;
mod page;

use serde_cbor::Value;

use crate::any::AnyBundle;
use crate::difference::{Difference, Leaf};
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

/// A difference of two bundles in a sentence: where it is, what the first has there, what the second.
#[must_use]
pub fn difference(found: &Difference) -> String {
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
        return format!("{}: one, then another", path.join(", "));
    }
    if let Some((line, first, second)) = found.line() {
        return format!("{}: line {line}: {first}, then {second}", path.join(", "));
    }
    let at = found.octet().filter(|_| !found.is_shown());
    let at = at
        .map(|at| format!("; they differ from octet {at} on"))
        .unwrap_or_default();
    format!(
        "{}: {}, then {}{at}",
        path.join(", "),
        said(&found.first),
        said(&found.second)
    )
}

/// The field's name in words; of a name that is not known, the name itself, made plain.
#[must_use]
pub fn in_words(field: &str) -> String {
    fields::in_words(field)
}

#[cfg(test)]
mod tests;
