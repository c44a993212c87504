//! Blanking: what comes from the CLI without the secrets that were typed to it, in whatever form it echoes them.

use crate::{File, Secret};

/// `text` without the secrets: in JSON strings by what they say, however they are escaped, and everywhere as such.
pub(crate) fn blank(secrets: &[Secret], text: String) -> String {
    match secrets {
        [] => text,
        secrets => blank_within(secrets, text, DEPTH),
    }
}

/// A file's contents alike; what is no text is left as it is.
pub(crate) fn blank_file(secrets: &[Secret], file: File) -> File {
    let File { name, bytes } = file;
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => blank(secrets, text).into_bytes(),
        Err(other) => other.into_bytes(),
    };
    File { name, bytes }
}

fn blank_within(secrets: &[Secret], text: String, depth: usize) -> String {
    let text = match depth {
        0 => text,
        _ => blank_strings(secrets, &text, depth - 1),
    };
    // Strings were looked at first: a secret cut out of the middle of an escape would leave no JSON.
    let forms = |secret: &Secret| [escaped(secret.reveal()), secret.reveal().to_owned()].map(zeroize::Zeroizing::new);
    secrets
        .iter()
        .flat_map(forms)
        .filter(|form| !form.is_empty())
        .fold(text, |text, form| match text.contains(form.as_str()) {
            true => text.replace(form.as_str(), BLANK),
            false => text,
        })
}

/// Each string literal in `text` whose meaning holds a secret, written anew.
fn blank_strings(secrets: &[Secret], text: &str, depth: usize) -> String {
    let (mut done, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('"') {
        let Some(end) = closing_quote(after) else { break };
        let (inner, after) = (&after[..end], &after[end + 1..]);
        done.push_str(before);
        let meant = meaning(inner);
        let told = blank_within(secrets, meant.clone(), depth);
        match told == meant {
            true => done.extend(["\"", inner, "\""]),
            false => done.extend(["\"", &escaped(&told), "\""]),
        }
        rest = after;
    }
    done + rest
}

/// Where the string that begins with `text` ends.
fn closing_quote(text: &str) -> Option<usize> {
    let mut backslash = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !backslash;
        backslash = byte == b'\\' && !backslash;
        closes
    })
}

/// What a string literal says. More is taken for an escape than JSON allows, because an echo need not be careful.
fn meaning(inner: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let c = match (c, chars.clone().next()) {
            ('\\', Some('u')) => {
                let digits: String = chars.clone().skip(1).take(4).collect();
                match u16::from_str_radix(&digits, 16) {
                    Ok(unit) if digits.len() == 4 => {
                        units.push(unit);
                        chars.nth(4);
                        continue;
                    }
                    _ => c,
                }
            }
            ('\\', Some(next)) => {
                chars.next();
                unescaped(next)
            }
            (c, _) => c,
        };
        units.extend(c.encode_utf16(&mut [0; 2]).iter());
    }
    String::from_utf16_lossy(&units)
}

fn unescaped(c: char) -> char {
    match c {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    }
}

/// As the inside of a JSON string; what an unpaired quote before it hides from [`blank_strings`] is found by this.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

const BLANK: &str = "[secret]";
/// How deep strings in strings are looked into.
const DEPTH: usize = 3;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// A password, and the same as a careless or careful program may write it in JSON.
    fn echoed() -> impl Strategy<Value = (String, String)> {
        let password = prop_oneof!["[ -~]{8,32}", "[\"\\\\/a€😀]{8,12}", "\\PC{8,32}"];
        (password, prop::collection::vec(0u8..4, 32)).prop_map(|(password, ways)| {
            let written = |(c, way): (char, &u8)| match way {
                0 if !matches!(c, '"' | '\\') => c.to_string(),
                1 => c
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}"))
                    .collect(),
                2 => c
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| format!("\\u{unit:04X}"))
                    .collect(),
                _ if c == '/' => "\\/".to_owned(),
                _ => escaped(&c.to_string()),
            };
            let echo = password.chars().zip(ways.iter().cycle()).map(written).collect();
            (password, echo)
        })
    }

    fn strings(value: &Value) -> Vec<String> {
        match value {
            Value::String(text) => vec![text.clone()],
            Value::Object(fields) => fields
                .iter()
                .flat_map(|(name, value)| [vec![name.clone()], strings(value)].concat())
                .collect(),
            Value::Array(values) => values.iter().flat_map(strings).collect(),
            _ => Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn no_form_of_a_secret_comes_through_and_json_stays_json((password, echo) in echoed()) {
            let secrets = [Secret::new("typed before".into()), Secret::new(password.clone())];
            let text = format!(r#"{{"error_code": 1, "data": "wrong: {echo}.", "{echo}": ["é\n", "{echo}{echo}"]}}"#);
            prop_assert!(strings(&serde_json::from_str(&text).unwrap()).iter().any(|text| text.contains(&password)));
            let told = blank(&secrets, text);
            prop_assert!(!told.contains(&password), "{}", told);
            for string in strings(&serde_json::from_str(&told).unwrap()) {
                prop_assert!(!string.contains(&password), "{}", told);
            }
        }

        #[test]
        fn what_holds_no_secret_is_left_as_it_came(text in "\\PC{0,80}|[{}\":,\\\\ud0-9a]{0,40}") {
            let secrets = [Secret::new("Correct-Horse-9".into())];
            prop_assert_eq!(blank(&secrets, text.clone()), text);
        }
    }

    #[test]
    fn a_secret_in_json_in_json_and_after_an_unpaired_quote_is_blanked() {
        let secrets = [Secret::new(r#"pass"word\9"#.into())];
        let nested = Value::from(Value::from(r#"pass"word\9"#).to_string()).to_string();
        assert_eq!(blank(&secrets, nested), r#""\"[secret]\"""#);
        let unpaired = r#"7" > "pass\"word\\9""#.to_owned();
        assert_eq!(blank(&secrets, unpaired), r#"7" > "[secret]""#);
        let file = File {
            name: "token.json".into(),
            bytes: br#"{"note": "pass\u0022word\u005c9"}"#.to_vec(),
        };
        assert_eq!(blank_file(&secrets, file).bytes, br#"{"note": "[secret]"}"#);
    }
}
