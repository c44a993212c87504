//! Deterministic CBOR (RFC 8949 §4.2.1): one encoding for each value, and every other encoding refused.

pub(crate) mod depth;

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Error;

/// No bundle is larger than this, in octets: a founding event's results are about 100 KB.
pub const BUNDLE_LIMIT: usize = 4 * 1024 * 1024;

/// Encodes a value the one way there is.
///
/// # Errors
/// A value that CBOR cannot hold; none of this crate's types is one.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    // The detour through `Value` sorts the keys of maps; serialising a struct directly keeps its own order.
    let value = serde_cbor::value::to_value(value).map_err(|e| Error::encoding(&e))?;
    serde_cbor::to_vec(&value).map_err(|e| Error::encoding(&e))
}

/// Decodes a value, and refuses bytes that are not its one encoding.
///
/// # Errors
/// Too many bytes, nested too deeply, not CBOR, not of this shape, or not deterministic.
pub fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    decode_within(bytes, BUNDLE_LIMIT)
}

/// As [`decode`], for what may be larger than any bundle, or must be smaller.
///
/// # Errors
/// As [`decode`].
pub fn decode_within<T: Serialize + DeserializeOwned>(bytes: &[u8], limit: usize) -> Result<T, Error> {
    demand_size(bytes, limit)?;
    depth::check(bytes)?;
    let value: T = serde_cbor::from_slice(bytes).map_err(|e| Error::cbor(&e))?;
    if encode(&value)? != bytes {
        return Err(Error::NotDeterministic);
    }
    Ok(value)
}

/// Refuses more octets than `limit`, before anything of them is read.
pub(crate) fn demand_size(bytes: &[u8], limit: usize) -> Result<(), Error> {
    let size = bytes.len();
    match size > limit {
        true => Err(Error::TooLarge { size, limit }),
        false => Ok(()),
    }
}

/// A byte string: without this newtype serde would write an array of numbers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Bytes(pub Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bytes({} octets)", self.0.len())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(BytesVisitor).map(Bytes)
    }
}

/// Accepts a CBOR byte string and nothing else.
pub(crate) struct BytesVisitor;

impl Visitor<'_> for BytesVisitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a byte string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// RFC 8949 §4.2.1: keys are ordered by their encoded bytes, so shorter text comes first.
    #[test]
    fn orders_the_keys_of_a_struct_by_their_encoding() {
        #[derive(Serialize)]
        struct Out {
            bb: u8,
            a: u8,
            aa: Bytes,
        }
        let bytes = encode(&Out {
            bb: 1,
            a: 2,
            aa: Bytes(vec![3]),
        })
        .expect("encodes");
        assert_eq!(
            bytes,
            [0xa3, 0x61, b'a', 2, 0x62, b'a', b'a', 0x41, 3, 0x62, b'b', b'b', 1]
        );
    }

    #[test]
    fn refuses_every_other_encoding_of_the_same_map() {
        type Map = BTreeMap<String, u32>;
        let good = [0xa1, 0x61, b'a', 0x01];
        assert!(decode::<Map>(&good).is_ok());
        let bad: [&[u8]; 6] = [
            &[0xa1, 0x61, b'a', 0x18, 0x01],             // non-minimal integer
            &[0xbf, 0x61, b'a', 0x01, 0xff],             // indefinite map
            &[0xa1, 0x78, 0x01, b'a', 0x01],             // non-minimal length
            &[0xa1, 0x61, b'a', 0x01, 0x00],             // trailing byte
            &[0xa2, 0x61, b'a', 0x01, 0x61, b'a', 0x01], // duplicate key
            &[0xa1, 0xc1, 0x61, b'a', 0x01],             // tag
        ];
        for bytes in bad {
            assert!(decode::<Map>(bytes).is_err(), "{bytes:02x?}");
        }
    }

    #[test]
    fn refuses_keys_out_of_order_with_the_reason() {
        type Map = BTreeMap<String, u32>;
        let error = decode::<Map>(&[0xa2, 0x61, b'b', 0x01, 0x61, b'a', 0x02]).expect_err("unsorted");
        assert_eq!(
            error.to_string(),
            "the CBOR is not in its deterministic form (RFC 8949, section 4.2.1)"
        );
    }

    #[test]
    fn refuses_more_than_the_limit_before_reading_it() {
        let error = decode::<Bytes>(&vec![0; BUNDLE_LIMIT + 1]).expect_err("too large");
        assert!(matches!(error, Error::TooLarge { size, .. } if size == BUNDLE_LIMIT + 1));
    }
}
