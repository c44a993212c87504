//! Answers against forms: `answers.toml` gives the form of each command's answer as section 2 of the contract has it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

/// Demands that an answer has the form given for its command; `$user` and `$role` stand for those of the step.
pub fn demand(command: &str, answer: &Value, known: &BTreeMap<&str, String>) {
    let form = forms()
        .get(command)
        .unwrap_or_else(|| panic!("answers.toml has no form for {command}"));
    if let Err(why) = fits(answer, form, known) {
        panic!("the answer to `{command}` is not of the contract's form: {why}\n{answer:#}");
    }
}

/// A part of an answer: names and numbers between full stops; an entry of a list also by its user, strategy or label.
pub fn part<'a>(answer: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(answer, |within, name| match within {
        Value::Array(list) => match name.parse::<usize>() {
            Ok(number) => list.get(number),
            Err(_) => list
                .iter()
                .find(|entry| NAMES.iter().any(|field| named(entry, field) == Some(name))),
        },
        other => other.get(name),
    })
}

fn named<'a>(entry: &'a Value, field: &str) -> Option<&'a str> {
    entry.pointer(field).and_then(Value::as_str)
}

fn forms() -> &'static BTreeMap<String, Value> {
    static FORMS: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    FORMS.get_or_init(|| toml::from_str(include_str!("answers.toml")).expect("answers.toml"))
}

fn fits(found: &Value, form: &Value, known: &BTreeMap<&str, String>) -> Result<(), String> {
    match (form, found) {
        (Value::String(form), found) => fits_text(found, form, known),
        (Value::Object(forms), Value::Object(fields)) => {
            for (name, form) in forms {
                let found = fields.get(name).ok_or(format!("{name} is missing"))?;
                fits(found, form, known).map_err(|why| format!("{name}: {why}"))?;
            }
            match fields.keys().find(|name| !forms.contains_key(*name)) {
                Some(extra) => Err(format!("no page knows {extra}")),
                None => Ok(()),
            }
        }
        (Value::Array(forms), Value::Array(list)) => list.iter().try_for_each(|found| fits(found, &forms[0], known)),
        (form, found) if form == found => Ok(()),
        (form, found) => Err(format!("{found} instead of {form}")),
    }
}

fn fits_text(found: &Value, form: &str, known: &BTreeMap<&str, String>) -> Result<(), String> {
    let text = found.as_str();
    let good = match form {
        "<any>" => true,
        "<string>" => text.is_some(),
        "<bool>" => found.is_boolean(),
        "<number>" => found.is_u64(),
        "<reference>" => text
            .and_then(|text| text.strip_prefix("0x"))
            .is_some_and(|hex| hex.len() == 16 && is_hex(hex)),
        "<hex>" => text.is_some_and(|text| text.is_empty() || text.strip_prefix("0x").is_some_and(is_hex)),
        "<base64 of 96>" => text
            .and_then(super::people::decode)
            .is_some_and(|bytes| bytes.len() == 96),
        form => {
            text == Some(
                form.strip_prefix('$')
                    .and_then(|name| known.get(name))
                    .map_or(form, String::as_str),
            )
        }
    };
    match good {
        true => Ok(()),
        false => Err(format!("{found} instead of {form}")),
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

const NAMES: [&str; 4] = ["/username", "/strategy", "/attributes/label", "/service"];
