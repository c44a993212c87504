//! A SHA-256 digest: in blocks to be compared by eye, in words to be read aloud.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::cbor::BytesVisitor;
use crate::words;

/// SHA-256 of something; which thing, the name of its field says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// Eight blocks of four bytes, in two rows: what people compare.
    #[must_use]
    pub fn blocks(&self) -> [String; 2] {
        let row = |half: &[u8]| half.chunks(4).map(hex).collect::<Vec<_>>().join(" ");
        [row(&self.0[..16]), row(&self.0[16..])]
    }

    /// The rows to be read aloud, the checksum word last.
    #[must_use]
    pub fn spoken(&self) -> Vec<String> {
        words::lines(&self.0)
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        unhex(text)?.try_into().ok().map(Self)
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads lower-case hexadecimal; one spelling only, so that a file has one form.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Digest({})", self.hex())
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.hex())
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = deserializer.deserialize_byte_buf(BytesVisitor)?;
        let length = bytes.len();
        bytes
            .try_into()
            .map(Digest)
            .map_err(|_| serde::de::Error::invalid_length(length, &"32 octets"))
    }
}

/// A digest in TOML: hexadecimal text.
pub mod toml_hex {
    use super::{Deserialize, Deserializer, Digest};

    /// Reads one digest.
    ///
    /// # Errors
    /// Anything but 64 lower-case hexadecimal digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        let text = String::deserialize(deserializer)?;
        Digest::from_hex(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "'{text}' is not a SHA-256 digest in 64 lower-case hexadecimal digits"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4, the example "abc".
    #[test]
    fn shows_the_digest_of_abc_in_blocks_of_four_bytes() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.blocks()[0], "ba7816bf 8f01cfea 414140de 5dae2223");
        assert_eq!(digest.blocks()[1], "b00361a3 96177a9c b410ff61 f20015ad");
        assert_eq!(Digest::from_hex(&digest.hex()), Some(digest));
    }

    #[test]
    fn refuses_hex_with_capitals_or_of_another_length() {
        assert_eq!(unhex("AB"), None);
        assert_eq!(unhex("abc"), None);
        assert_eq!(Digest::from_hex("ab"), None);
    }
}
