//! A public key brought out of the HSM: PEM to DER, a point of its curve, and the one that the HSM lists.

use p384::pkcs8::{DecodePublicKey, EncodePublicKey};

use crate::{Algorithm, Error, KeyInfo, wire};

/// The SubjectPublicKeyInfo in DER. The key must be P-384, canonically encoded, and equal the `ec-point` of `key`.
pub(crate) fn public_key(pem: &[u8], key: &KeyInfo) -> Result<Vec<u8>, Error> {
    let der = from_pem(pem, "PUBLIC KEY").ok_or_else(|| bad("it is not one PEM block PUBLIC KEY"))?;
    listed(der, key)
}

/// A module may keep the whole key and no point of its own; else as [`listed`].
pub(crate) fn of_module(der: Vec<u8>, key: &KeyInfo) -> Result<Vec<u8>, Error> {
    match (key.attributes.ec_point.is_empty(), is_ed25519(key)) {
        (true, false) => canonical(der),
        (true, true) => ed25519(der),
        (false, _) => listed(der, key),
    }
}

/// A SubjectPublicKeyInfo of the key's curve, canonically encoded, that must equal the `ec-point` of `key`.
pub(crate) fn listed(der: Vec<u8>, key: &KeyInfo) -> Result<Vec<u8>, Error> {
    if is_ed25519(key) {
        return listed_ed25519(der, key);
    }
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
fn canonical(der: Vec<u8>) -> Result<Vec<u8>, Error> {
    let parsed = p384::PublicKey::from_public_key_der(&der).map_err(|error| bad(format!("no P-384 key: {error}")))?;
    let canonical = parsed.to_public_key_der().map_err(|error| bad(error.to_string()))?;
    match canonical.as_bytes() == der {
        true => Ok(der),
        false => Err(bad("its encoding is not the canonical one")),
    }
}

fn listed_ed25519(der: Vec<u8>, key: &KeyInfo) -> Result<Vec<u8>, Error> {
    let point = match key.attributes.ec_point.as_slice() {
        [0x04, 0x20, rest @ ..] if rest.len() == ED25519_POINT => rest,
        bare => bare,
    };
    let der = ed25519(der)?;
    match der[ED25519_HEAD.len()..] == *point {
        true => Ok(der),
        false => Err(bad(format!("it is not the ec-point of {}", key.reference))),
    }
}

/// A SubjectPublicKeyInfo of Ed25519 has one encoding. Whether the 32 bytes are a point is for whoever verifies with them.
fn ed25519(der: Vec<u8>) -> Result<Vec<u8>, Error> {
    let point = der.strip_prefix(ED25519_HEAD);
    match point.is_some_and(|point| point.len() == ED25519_POINT) {
        true => Ok(der),
        false => Err(bad("no Ed25519 key")),
    }
}

fn is_ed25519(key: &KeyInfo) -> bool {
    key.attributes.curve.as_deref() == Some(Algorithm::Ed25519.curve())
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
const ED25519_POINT: usize = 32;
/// RFC 8410: SEQUENCE { SEQUENCE { Ed25519 }, BIT STRING … }.
const ED25519_HEAD: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
