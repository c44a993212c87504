//! What the token says, in the words and forms of CloudHSM's command line.

use ::pkcs11::{Key, Kind, TokenInfo};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::call::hex;

/// In the form of CloudHSM's, and the same on every day: from the token, the half, the label and the id.
pub(super) fn reference(serial: &str, key: &Key) -> String {
    let id = key.attributes.id.as_deref().unwrap_or_default();
    let class = key.attributes.class.as_str();
    let mut hash = Sha256::new();
    for part in [serial.as_bytes(), class.as_bytes(), key.label().as_bytes(), id] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("0x{}", hex(&hash.finalize()[..8]))
}

/// Nobody owns a key by name and nobody shares it; an attribute that is absent is left out.
pub(super) fn key(serial: &str, key: &Key) -> Value {
    let attributes = &key.attributes;
    let (key_type, curve) = match attributes.kind {
        Kind::P384 => ("ec", Some("secp384r1")),
        Kind::Ed25519 => ("ec", Some("ed25519")),
        // Members have such keys in their tokens; in an HSM of ours it is none of ours.
        Kind::Rsa2048 | Kind::Other => ("other", None),
    };
    let mut told: Map<String, Value> = attributes
        .flags()
        .map(|(name, value)| (name.into(), json!(value)))
        .collect();
    told.insert("label".into(), json!(attributes.label));
    told.insert("class".into(), json!(attributes.class.as_str()));
    told.insert("key-type".into(), json!(key_type));
    told.insert("id".into(), json!(prefixed(attributes.id.as_deref())));
    told.insert("ec-point".into(), json!(prefixed(attributes.ec_point.as_deref())));
    if let Some(curve) = curve {
        told.insert("curve".into(), json!(curve));
    }
    json!({
        "key-reference": reference(serial, key),
        "key-info": { "key-owners": [], "shared-users": [], "cluster-coverage": "full" },
        "attributes": told,
    })
}

/// For both halves of a key whose maker gave none: other tools find one half from the other by the id, and take the wrong
/// one where all are empty.
pub(super) fn id(label: &str) -> Vec<u8> {
    Sha256::digest(label)[..8].to_vec()
}

pub(super) fn node(token: &TokenInfo) -> Value {
    json!({
        "vendor": token.manufacturer,
        "model": token.model,
        "serial-number": token.serial,
        "firmware-id": token.firmware,
    })
}

fn prefixed(bytes: Option<&[u8]>) -> String {
    match bytes {
        Some(bytes) if !bytes.is_empty() => format!("0x{}", hex(bytes)),
        _ => String::new(),
    }
}
