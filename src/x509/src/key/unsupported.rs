//! The names of the keys that are refused.

use crate::Error;
use der::Decode;
use der::asn1::{ObjectIdentifier, UintRef};
use spki::SubjectPublicKeyInfoOwned;

pub(super) fn named(info: &SubjectPublicKeyInfoOwned) -> Error {
    let oid = info.algorithm.oid;
    let parameters = info.algorithm.parameters.as_ref();
    let curve = || parameters.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    let name = match oid.to_string().as_str() {
        "1.2.840.113549.1.1.1" => format!("rsa{}", rsa_bits(info)),
        "1.2.840.10045.2.1" => curve().map_or_else(|| "ec without a named curve".into(), curve_name),
        "1.2.840.10040.4.1" => "dsa".into(),
        "1.3.101.110" => "x25519".into(),
        "1.3.101.111" => "x448".into(),
        "1.3.101.112" => "ed25519 in another form".into(),
        "1.3.101.113" => "ed448".into(),
        _ => "unknown".into(),
    };
    Error::UnsupportedKey {
        found: format!("{name} ({oid})"),
    }
}

fn curve_name(curve: ObjectIdentifier) -> String {
    match curve.to_string().as_str() {
        "1.2.840.10045.3.1.7" => "p-256".into(),
        "1.3.132.0.10" => "secp256k1".into(),
        "1.3.132.0.33" => "p-224".into(),
        "1.3.132.0.34" => "p-384 in another form".into(),
        "1.3.132.0.35" => "p-521".into(),
        other => format!("ec on curve {other}"),
    }
}

fn rsa_bits(info: &SubjectPublicKeyInfoOwned) -> String {
    let key = info
        .subject_public_key
        .as_bytes()
        .and_then(|bytes| RsaPublicKey::from_der(bytes).ok());
    let modulus = key.as_ref().map(|key| key.modulus.as_bytes()).unwrap_or_default();
    let bits = modulus.len() * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
    if bits == 0 { String::new() } else { format!("-{bits}") }
}

/// RFC 8017 appendix A.1.1, read only to name a refused key.
#[derive(der::Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}
