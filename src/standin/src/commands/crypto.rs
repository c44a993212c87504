//! `crypto sign ecdsa` and `crypto verify ecdsa`.

use p384::ecdsa::signature::hazmat::PrehashVerifier;
use p384::ecdsa::{Signature, VerifyingKey};
use serde_json::json;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::list::public_key;
use crate::answers::{Answer, message};
use crate::approvals::guarded;
use crate::attributes::Class;
use crate::cli::{DataType, EcdsaSign, EcdsaVerify, HashFunction, Message};
use crate::error::Refusal;
use crate::filters;
use crate::keys::Key;
use crate::switches::{DATA_TYPE_DEFAULT, DIGEST_CLEARS_TOKEN, ECDSA_SIGN};
use crate::wanted::Wanted;
use crate::words::{base64, from_base64};
use crate::world::World;

/// Signs; the signature is r and s, each as long as the curve's order, without DER.
pub fn sign(world: &mut World<'_>, order: &EcdsaSign) -> Answer {
    let key = usable(world, &order.message, Class::PrivateKey, "sign")?;
    let digest = digest(world, &order.message)?;
    let (reference, point, text) = (key.reference, key.point_bytes(), key.reference_text());
    let mut wanted = Wanted::usage(key);
    let pre_hashed = data_type(world, &order.message) == DataType::Digest;
    wanted.stays = pre_hashed && world.cluster.switches.is(&DIGEST_CLEARS_TOKEN, "no");
    let signature = guarded(world, &wanted, order.approval.as_deref(), |world| {
        match world.cluster.switches.is(&ECDSA_SIGN, "invalid-mechanism") {
            true => Err(Refusal::InvalidMechanism),
            false => Ok(world.store.sign(reference, &point, &digest)?),
        }
    })?;
    Ok(json!({ "key-reference": text, "signature": base64(&signature) }))
}

pub fn verify(world: &World<'_>, order: &EcdsaVerify) -> Answer {
    let key = usable(world, &order.message, Class::PublicKey, "verify")?;
    let given = match (&order.signature, &order.signature_path) {
        (Some(text), _) => from_base64("signature", text)?,
        (None, Some(path)) => world.given.bytes(path)?.to_vec(),
        (None, None) => Vec::new(),
    };
    let key = VerifyingKey::from(public_key(key)?);
    let digest = digest(world, &order.message)?;
    let valid = Signature::from_slice(&given).is_ok_and(|signature| key.verify_prehash(&digest, &signature).is_ok());
    match valid {
        true => message("Signature verified successfully"),
        false => Err(Refusal::invalid("Signature verification failed")),
    }
}

/// The one key of that class that the user may use for this, which at least two HSMs hold.
fn usable<'a>(world: &'a World<'_>, message: &Message, class: Class, use_: &str) -> Result<&'a Key, Refusal> {
    let who = world.crypto_user()?;
    let key = filters::single(world.cluster, &who, &message.key_filter)?;
    world.two_hsms()?;
    match key.class == class && key.attributes.flag(use_) {
        true => Ok(key),
        false => Err(Refusal::invalid(format!(
            "The key's attribute {use_} does not allow this"
        ))),
    }
}

/// The digest to be signed, filled up on the left: FIPS 186-5 reads it as a number, and P-384 is longer than SHA-224.
fn digest(world: &World<'_>, message: &Message) -> Result<Vec<u8>, Refusal> {
    let data = match (&message.data, &message.data_path) {
        (Some(text), _) => from_base64("data", text)?,
        (None, Some(path)) => world.given.bytes(path)?.to_vec(),
        (None, None) => Vec::new(),
    };
    let hashed = hash(message.hash_function, &data)?;
    let digest = if data_type(world, message) == DataType::Raw {
        hashed
    } else {
        same_length(data, hashed.len())?
    };
    let mut filled = vec![0; FIELD.saturating_sub(digest.len())];
    filled.extend(digest);
    Ok(filled)
}

fn data_type(world: &World<'_>, message: &Message) -> DataType {
    message.type_or(match world.cluster.switches.is(&DATA_TYPE_DEFAULT, "digest") {
        true => DataType::Digest,
        false => DataType::Raw,
    })
}

fn same_length(data: Vec<u8>, length: usize) -> Result<Vec<u8>, Refusal> {
    match data.len() == length {
        true => Ok(data),
        false => Err(Refusal::invalid(format!(
            "The digest has {} bytes, not {length}",
            data.len()
        ))),
    }
}

fn hash(function: HashFunction, data: &[u8]) -> Result<Vec<u8>, Refusal> {
    Ok(match function {
        HashFunction::Sha1 => return Err(Refusal::invalid("The stand-in does not sign with SHA-1")),
        HashFunction::Sha224 => Sha224::digest(data).to_vec(),
        HashFunction::Sha256 => Sha256::digest(data).to_vec(),
        HashFunction::Sha384 => Sha384::digest(data).to_vec(),
        HashFunction::Sha512 => Sha512::digest(data).to_vec(),
    })
}

const FIELD: usize = 48;
