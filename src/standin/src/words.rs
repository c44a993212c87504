//! Small conversions: hexadecimal, base64, `name=value`, randomness, and the words of a line.

use base64ct::{Base64, Encoding};

use crate::error::{Broken, Refusal};

/// Lower-case hexadecimal with `0x` before it.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold("0x".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

pub fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

pub fn from_base64(what: &str, text: &str) -> Result<Vec<u8>, Refusal> {
    Base64::decode_vec(text.trim()).map_err(|_| Refusal::invalid(format!("{what} is not valid base64")))
}

/// Splits `name=value` at the first sign of equality.
pub fn assignment(text: &str) -> Result<(&str, &str), Refusal> {
    text.split_once('=')
        .ok_or_else(|| Refusal::invalid(format!("{text} is not of the form name=value")))
}

pub fn random<const N: usize>() -> Result<[u8; N], Broken> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Broken::Randomness)?;
    Ok(bytes)
}

/// The words of a line, with a shell's quotes: '…' takes all as it is, "…" and bare words know the backslash.
pub fn split(line: &str) -> Result<Vec<String>, Refusal> {
    let mut words = Vec::new();
    let mut letters = line.chars().peekable();
    loop {
        while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
        if letters.peek().is_none() {
            return Ok(words);
        }
        words.push(word(&mut letters)?);
    }
}

fn word(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, Refusal> {
    let mut word = String::new();
    let mut quote = None;
    while let Some(letter) = letters.next_if(|letter| quote.is_some() || !letter.is_whitespace()) {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None | Some('"'), '\\') => word.push(letters.next().ok_or_else(unfinished)?),
            _ => word.push(letter),
        }
    }
    if quote.is_some() { Err(unfinished()) } else { Ok(word) }
}

fn unfinished() -> Refusal {
    Refusal::Usage {
        text: "error: the line ends within quotes".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn splits_as_a_shell_does() {
        let words = split(r#"  a 'b c'  "d \" e"f\ g '' h'\'"#).unwrap();
        assert_eq!(words, ["a", "b c", "d \" ef g", "", "h\\"]);
    }

    #[test]
    fn refuses_an_open_quote() {
        for line in ["'a", "\"a\\\"", "a\\"] {
            assert_eq!(
                split(line).unwrap_err().to_string(),
                "error: the line ends within quotes"
            );
        }
    }
}
