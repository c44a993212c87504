//! Canonical DER and PEM: one encoding for each value, and a bound on every size.

use crate::{Algorithm, Error};
use der::asn1::BitStringRef;
use der::pem::{self, LineEnding};
use der::{Decode, Encode};

/// Decodes, encodes again, and demands the same bytes.
pub(crate) fn canonical<'a, T>(what: &'static str, bytes: &'a [u8], limit: usize) -> Result<T, Error>
where
    T: Decode<'a, Error = der::Error> + Encode,
{
    bounded(what, bytes, limit)?;
    let value = T::from_der(bytes).map_err(|error| Error::Malformed {
        what,
        detail: error.to_string(),
    })?;
    if encode(what, &value)? == bytes {
        Ok(value)
    } else {
        Err(Error::NotCanonical { what })
    }
}

pub(crate) fn encode(what: &'static str, value: &impl Encode) -> Result<Vec<u8>, Error> {
    value.to_der().map_err(|error| Error::Malformed {
        what,
        detail: error.to_string(),
    })
}

pub(crate) fn bounded(what: &'static str, bytes: &[u8], limit: usize) -> Result<(), Error> {
    if bytes.len() <= limit {
        Ok(())
    } else {
        Err(Error::TooLarge {
            what,
            found: bytes.len(),
            limit,
        })
    }
}

/// `SEQUENCE { tbs, AlgorithmIdentifier, BIT STRING }`, the frame of everything signed in X.509.
pub(crate) fn signed(tbs: &[u8], algorithm: Algorithm, signature: &[u8]) -> Result<Vec<u8>, Error> {
    let what = "signature";
    let bits = BitStringRef::from_bytes(signature).map_err(|error| Error::Malformed {
        what,
        detail: error.to_string(),
    })?;
    let content = [tbs, algorithm.identifier_der(), &encode(what, &bits)?].concat();
    let sequence = der::asn1::AnyRef::new(der::Tag::Sequence, &content);
    encode(
        what,
        &sequence.map_err(|error| Error::Malformed {
            what,
            detail: error.to_string(),
        })?,
    )
}

/// The one block of PEM in `text`, which must be the whole text.
pub(crate) fn from_pem(what: &'static str, label: &str, text: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    bounded(what, text, limit)?;
    let refused = |detail: String| Error::Pem { what, detail };
    // The decoder skips text before the block; nobody would see what is not read.
    if !text.starts_with(b"-----BEGIN ") {
        return Err(refused("it does not begin with a PEM line".into()));
    }
    let (found, der) = pem::decode_vec(text).map_err(|error| refused(error.to_string()))?;
    if found == label {
        Ok(der)
    } else {
        Err(refused(format!("the label is {found:?}, not {label:?}")))
    }
}

pub(crate) fn to_pem(label: &str, der: &[u8]) -> String {
    pem::encode_string(label, LineEnding::LF, der).expect("bounded DER and a valid label always encode")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
