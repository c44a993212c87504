//! Numbers, base64 and hexadecimal in exactly one spelling each.

use base64ct::{Base64, Encoding};

use crate::error::Error;

/// Reads RFC 4648 §4 base64: padded, without spaces, unused bits zero.
pub(crate) fn base64(text: &str) -> Result<Vec<u8>, Error> {
    let refused = || Error::Base64 { text: excerpt(text) };
    let bytes = Base64::decode_vec(text).map_err(|_| refused())?;
    // Decoders differ in what they let pass; what is accepted here is what we would write.
    (to_base64(&bytes) == text).then_some(bytes).ok_or_else(refused)
}

/// Writes RFC 4648 §4 base64.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Reads an ASCII decimal without sign and without leading zeros, at most [`crate::MAX_SIZE`].
pub(crate) fn decimal(text: &str) -> Result<u64, Error> {
    let refused = || Error::Decimal { text: excerpt(text) };
    let number: u64 = text.parse().map_err(|_| refused())?;
    let canonical = number.to_string() == text && number <= crate::MAX_SIZE;
    canonical.then_some(number).ok_or_else(refused)
}

/// Reads lower-case hexadecimal.
pub(crate) fn hex(text: &str) -> Result<Vec<u8>, Error> {
    let refused = || Error::Hex { text: excerpt(text) };
    let digit = |c: u8| match c {
        b'0'..=b'9' => Ok(c - b'0'),
        b'a'..=b'f' => Ok(c - b'a' + 10),
        _ => Err(refused()),
    };
    if !text.len().is_multiple_of(2) {
        return Err(refused());
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| Ok(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect()
}

/// Writes lower-case hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first characters of a text, for an error.
pub(crate) fn excerpt(text: &str) -> String {
    const LIMIT: usize = 80;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_in_one_spelling() {
        assert_eq!(decimal("0"), Ok(0));
        assert_eq!(decimal("9223372036854775807"), Ok(crate::MAX_SIZE));
        for text in [
            "",
            "00",
            "01",
            "+1",
            "-1",
            " 1",
            "1 ",
            "9223372036854775808",
            "99999999999999999999",
            "１",
        ] {
            assert_eq!(decimal(text), Err(Error::Decimal { text: text.to_owned() }));
        }
    }

    #[test]
    fn reads_base64_in_one_spelling() {
        assert_eq!(base64("AA=="), Ok(vec![0]));
        assert_eq!(base64(""), Ok(vec![]));
        for text in [
            "AB==", "AA", "AA=", "AA==\n", " AA==", "A A==", "AA==AA==", "_-==", "AAE", "====",
        ] {
            assert_eq!(base64(text), Err(Error::Base64 { text: text.to_owned() }));
        }
    }

    #[test]
    fn reads_lower_case_hexadecimal_only() {
        assert_eq!(hex("00ff"), Ok(vec![0, 255]));
        for text in ["0", "0F", "0x", " 0", "é"] {
            assert_eq!(hex(text), Err(Error::Hex { text: text.to_owned() }));
        }
    }

    #[test]
    fn shortens_long_text_between_characters() {
        assert_eq!(excerpt(&"é".repeat(81)), "é".repeat(80) + "…");
        assert_eq!(excerpt("short"), "short");
    }
}
