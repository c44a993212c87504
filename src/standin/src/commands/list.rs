//! `key list` and `key generate-file`.

use std::path::Path;

use p384::PublicKey;
use pkcs8::{EncodePublicKey, LineEnding};
use serde_json::json;

use crate::answers::{Answer, message};
use crate::attributes::Class;
use crate::cli::FileEncoding;
use crate::error::Refusal;
use crate::filters::{Filter, single};
use crate::given::Made;
use crate::keys::Key;
use crate::world::World;

/// Which part of a list, and how much of each key.
pub struct Page {
    pub from: u32,
    pub items: u32,
    pub verbose: bool,
}

pub fn list(world: &World<'_>, criteria: &[String], page: &Page) -> Answer {
    let who = world.crypto_user()?;
    let keys = Filter::parse(criteria)?.select(world.cluster, &who);
    let entry = |key: &&Key| {
        if page.verbose {
            key.whole(&world.cluster.switches)
        } else {
            key.brief()
        }
    };
    let shown: Vec<_> = keys
        .iter()
        .skip(page.from as usize)
        .take(page.items as usize)
        .map(entry)
        .collect();
    let next = page.from as usize + shown.len();
    let mut data = json!({
        "total_key_count": keys.len(),
        "returned_key_count": shown.len(),
        "matched_keys": shown,
    });
    if next < keys.len() {
        data["next_token"] = json!(next.to_string());
    }
    Ok(data)
}

/// Public keys only: a private key leaves an HSM wrapped or not at all.
pub fn generate_file(world: &mut World<'_>, encoding: FileEncoding, path: &Path, criteria: &[String]) -> Answer {
    let who = world.crypto_user()?;
    let key = single(world.cluster, &who, criteria)?;
    if encoding != FileEncoding::Pem || key.class != Class::PublicKey {
        return Err(Refusal::invalid("The stand-in writes public keys in PEM only"));
    }
    let pem = public_key(key)?.to_public_key_pem(LineEnding::LF);
    let text = pem.map_err(|_| Refusal::invalid("The public key cannot be encoded"))?;
    world.made = Some(Made {
        path: path.into(),
        text,
        token: None,
    });
    message("Successfully generated key file")
}

/// The key's public half.
pub fn public_key(key: &Key) -> Result<PublicKey, Refusal> {
    let digits = key.point.trim_start_matches("0x").as_bytes();
    let pair = |pair: &[u8]| {
        std::str::from_utf8(pair)
            .ok()
            .and_then(|text| u8::from_str_radix(text, 16).ok())
    };
    let point: Option<Vec<u8>> = digits.chunks(2).map(pair).collect();
    point
        .and_then(|point| PublicKey::from_sec1_bytes(&point).ok())
        .ok_or_else(|| Refusal::invalid("The public key cannot be read"))
}
