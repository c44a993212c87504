//! A public key brought out of the HSM: PEM to DER, a point of P-384, and the one that the HSM lists.

use p384::pkcs8::{DecodePublicKey, EncodePublicKey};

use crate::{Error, KeyInfo, wire};

/// The SubjectPublicKeyInfo in DER. The key must be P-384, canonically encoded, and equal the `ec-point` of `key`.
pub(crate) fn public_key(pem: &[u8], key: &KeyInfo) -> Result<Vec<u8>, Error> {
    let der = from_pem(pem, "PUBLIC KEY").ok_or_else(|| bad("it is not one PEM block PUBLIC KEY"))?;
    listed(der, key)
}

/// A SubjectPublicKeyInfo that must be P-384, canonically encoded, and equal the `ec-point` of `key`.
pub(crate) fn listed(der: Vec<u8>, key: &KeyInfo) -> Result<Vec<u8>, Error> {
    let der = canonical(der)?;
    match bare_point(&key.attributes.ec_point) {
        Some(point) if der.ends_with(point) => Ok(der),
        Some(_) => Err(bad(format!("it is not the ec-point of {}", key.reference))),
        None => Err(bad(format!(
            "the ec-point of {} is no uncompressed P-384 point",
            key.reference
        ))),
    }
}

/// A SubjectPublicKeyInfo that must be P-384 and canonically encoded.
pub(crate) fn canonical(der: Vec<u8>) -> Result<Vec<u8>, Error> {
    let parsed = p384::PublicKey::from_public_key_der(&der).map_err(|error| bad(format!("no P-384 key: {error}")))?;
    let canonical = parsed.to_public_key_der().map_err(|error| bad(error.to_string()))?;
    match canonical.as_bytes() == der {
        true => Ok(der),
        false => Err(bad("its encoding is not the canonical one")),
    }
}

/// The DER of a PEM file that holds exactly one block, with this label.
pub(crate) fn from_pem(pem: &[u8], label: &str) -> Option<Vec<u8>> {
    let text = str::from_utf8(pem).ok()?.trim();
    let body = text
        .strip_prefix(&*format!("-----BEGIN {label}-----"))?
        .strip_suffix(&*format!("-----END {label}-----"))?;
    wire::parse_base64(&body.lines().map(str::trim).collect::<String>())
}

/// `04 X Y`, bare or as a DER OCTET STRING.
fn bare_point(point: &[u8]) -> Option<&[u8]> {
    let bare = match point {
        [0x04, 0x61, rest @ ..] if rest.len() == POINT => rest,
        bare => bare,
    };
    (bare.len() == POINT && bare[0] == 0x04).then_some(bare)
}

fn bad(why: impl Into<String>) -> Error {
    Error::BadPublicKey { why: why.into() }
}

const POINT: usize = 97;
