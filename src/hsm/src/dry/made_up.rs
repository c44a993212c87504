//! What a dry run makes up: of the right form, and recognisable as nothing real.

use p384::{SecretKey, pkcs8::EncodePublicKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::StandingKey;
use crate::{File, QuorumValues, User, wire};

pub(crate) fn node(number: u8) -> Value {
    json!({
        "vendor": "dry run", "model": "none", "serial-number": format!("dry-run-{number}"),
        "firmware-id": "none", "fips-state": "none",
    })
}

pub(super) fn user(user: &User) -> Value {
    let strategy = |enabled| match enabled {
        true => json!([{"strategy": "token-sign", "status": "enabled"}]),
        false => json!([]),
    };
    json!({
        "username": user.name, "role": user.role_text, "locked": user.locked.to_string(),
        "mfa": strategy(user.mfa), "quorum": strategy(user.quorum_registered), "cluster-coverage": user.coverage,
    })
}

pub(super) fn values(values: &QuorumValues) -> Value {
    let mut shown = json!({"user": values.user, "quorum": values.quorum});
    if let Some(cluster) = values.cluster {
        shown["cluster"] = json!(cluster);
    }
    shown
}

/// A token file whose hash fits: one record of 80 bytes for each of the two HSMs.
pub(super) fn token(service: &str, filter: &str, number: u64) -> Vec<u8> {
    let data = [[0; 72].as_slice(), &number.to_be_bytes()].concat().repeat(2);
    let hash = wire::base64(&Sha256::digest(&data));
    let data = wire::base64(&data);
    let mut file = match service {
        "registration" => {
            return json!({"version": "2.0", "tokens": [{"approval_data": data, "unsigned": hash, "signed": ""}]})
                .to_string()
                .into_bytes();
        }
        _ => json!({"version": "2.0", "approval_data": data, "token": hash, "signatures": []}),
    };
    if let Some(key) = filter.strip_prefix("key-reference=") {
        (file["service"], file["key_reference"]) = (json!(service), json!(key));
    }
    file.to_string().into_bytes()
}

/// A file of challenges, one for each of the two HSMs.
pub(super) fn mfa_token(number: u64) -> Vec<u8> {
    let entry = |node: u8| {
        let mut hash = Sha256::new();
        hash.update(number.to_be_bytes());
        hash.update([node]);
        json!({"unsigned": wire::base64(&hash.finalize()), "signed": ""})
    };
    json!({"version": "2.0", "tokens": [entry(1), entry(2)]})
        .to_string()
        .into_bytes()
}

/// `r` and `s` are zero, which no key can make and no verifier takes.
pub(crate) fn signature() -> String {
    wire::base64(&[0; 96])
}

pub(super) fn trust_anchor(inputs: &[File]) -> Value {
    let given = inputs
        .first()
        .map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    json!({"certificate-reference": "0x00", "certificate": given, "cluster-coverage": "full"})
}

pub(crate) fn private_key(number: u64, label: &str, id: &str, owner: &str, shared: &[&str], values: Value) -> Value {
    let mut key = key(number, label, id, owner, number);
    key["key-info"]["shared-users"] = shared
        .iter()
        .map(|user| json!({"username": user, "key-coverage": "full"}))
        .collect();
    key["key-info"]["key-quorum-values"] = values;
    let attributes = &mut key["attributes"];
    attributes["class"] = json!("private-key");
    attributes["key-length-bytes"] = json!(48);
    for flag in ["sign", "sensitive", "always-sensitive", "never-extractable"] {
        attributes[flag] = json!(true);
    }
    key
}

/// The public half stands after its private one.
pub(crate) fn public_key(number: u64, label: &str, id: &str, owner: &str) -> Value {
    let mut key = key(number + 1, label, id, owner, number);
    let attributes = &mut key["attributes"];
    attributes["class"] = json!("public-key");
    attributes["key-length-bytes"] = json!(97);
    for flag in ["verify", "extractable", "destroyable", "modifiable"] {
        attributes[flag] = json!(true);
    }
    key
}

fn key(reference: u64, label: &str, id: &str, owner: &str, number: u64) -> Value {
    let mut attributes = json!({
        "key-type": "ec", "label": label, "id": id, "check-value": "0x000000", "curve": "secp384r1",
        "token": true, "private": true, "local": true, "ec-point": hex(&point(number)),
    });
    for flag in NO {
        attributes[flag] = json!(false);
    }
    json!({
        "key-reference": format!("{reference:#018x}"),
        "key-info": {
            "key-owners": [{"username": owner, "key-coverage": "full"}],
            "shared-users": [],
            "key-quorum-values": {"manage-key-quorum-value": 0, "use-key-quorum-value": 0},
            "cluster-coverage": "full",
        },
        "attributes": attributes,
    })
}

/// The public key with this reference; its private half would have the number before.
pub(super) fn public_key_pem(reference: &str) -> Vec<u8> {
    pem(&public_key_der(reference))
}

/// A SubjectPublicKeyInfo in PEM.
pub(super) fn pem(spki: &[u8]) -> Vec<u8> {
    let body = wire::base64(spki);
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n").into_bytes()
}

/// The same as a SubjectPublicKeyInfo.
pub(crate) fn public_key_der(reference: &str) -> Vec<u8> {
    spki(wire::parse_reference(reference).unwrap_or(1).saturating_sub(1))
}

/// The SubjectPublicKeyInfo of an Ed25519 key (RFC 8410).
pub(crate) fn ed25519_der(point: &[u8]) -> Vec<u8> {
    let head = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    [&head, point].concat()
}

/// Nobody's: a number where a point should be.
pub(crate) fn ed25519_point(number: u64) -> String {
    let mut point = [0; 32];
    point[24..].copy_from_slice(&number.to_be_bytes());
    hex(&point)
}

/// `04 X Y`, which ends the SubjectPublicKeyInfo.
fn point(number: u64) -> Vec<u8> {
    let spki = spki(number);
    spki[spki.len().saturating_sub(97)..].to_vec()
}

/// Both halves of a key that is there from before: its public key is not made up.
pub(crate) fn standing(number: u64, key: &StandingKey) -> [Value; 2] {
    let shared: Vec<&str> = key.shared_with.iter().map(String::as_str).collect();
    let value = key.quorum.unwrap_or(0);
    let values = json!({"manage-key-quorum-value": value, "use-key-quorum-value": value});
    let private = private_key(number, &key.label, "", &key.owner, &shared, values);
    let public = public_key(number, &key.public_label, "", &key.owner);
    [private, public].map(|mut half| {
        // A P-384 SubjectPublicKeyInfo ends with the point, as the HSM lists it.
        half["attributes"]["ec-point"] = json!(hex(&key.spki[key.spki.len().saturating_sub(97)..]));
        half
    })
}

fn spki(number: u64) -> Vec<u8> {
    let der = multiple(number).public_key().to_public_key_der();
    der.map(|der| der.into_vec()).unwrap_or_default()
}

/// Everybody knows this key: it is `number + 1`.
fn multiple(number: u64) -> SecretKey {
    let mut scalar = [0; 48];
    scalar[40..].copy_from_slice(&(number.saturating_add(1)).to_be_bytes());
    SecretKey::from_slice(&scalar).expect("a number from 1 to 2^64 is a scalar of P-384")
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold("0x".to_owned(), |hex, byte| hex + &format!("{byte:02x}"))
}

const NO: [&str; 15] = [
    "encrypt",
    "decrypt",
    "always-sensitive",
    "derive",
    "destroyable",
    "extractable",
    "modifiable",
    "never-extractable",
    "sensitive",
    "sign",
    "trusted",
    "unwrap",
    "verify",
    "wrap",
    "wrap-with-trusted",
];
