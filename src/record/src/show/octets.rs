//! Octets in words: a digest, a key, a certificate, a bundle in a bundle; else their number and their digest.

use crate::any::AnyBundle;
use crate::approval_key::ApprovalKey;
use crate::digest::hex;
use crate::sshsig::SshKey;
use crate::{Digest, sshsig};

/// What octets are, and the rows of blocks below.
pub(super) struct Said {
    /// In words.
    pub words: String,
    /// In blocks of four octets.
    pub blocks: Vec<String>,
}

/// The octets of a field, by the field's name and by what they are.
pub(super) fn said(field: &str, bytes: &[u8]) -> Said {
    match field {
        "approval-key" | "admin-key" | "public-key" | "keys" => digested(&key(bytes), bytes),
        "kind" if bytes.len() == 16 => in_words(guid(bytes)),
        "der" => digested(&format!("{} octets, SHA-256", bytes.len()), bytes),
        _ if bytes.len() == 32 => in_blocks(bytes),
        _ => match AnyBundle::decode(bytes) {
            Ok(bundle) => digested(&format!("bundle of type {}, SHA-256", bundle.kind().name), bytes),
            Err(_) if bytes.len() <= SHOWN => in_blocks(bytes),
            Err(_) => digested(&format!("{} octets, SHA-256", bytes.len()), bytes),
        },
    }
}

/// An armoured signature by the key that it says it is of; it is not checked here.
pub(super) fn signature(armoured: &str) -> String {
    match sshsig::claim(armoured.as_bytes()) {
        Ok(claim) => format!("by key {}, for {}", claim.key, claim.namespace),
        Err(error) => format!("none that can be read: {error}"),
    }
}

/// An SSH key by algorithm and fingerprint.
pub(super) fn ssh_key(line: &str) -> Option<String> {
    let key = SshKey::parse(line).ok()?;
    Some(format!("{}, {}", key.algorithm(), key.fingerprint()))
}

fn key(spki: &[u8]) -> String {
    let kind = if ApprovalKey::from_spki_der(spki).is_ok() {
        "RSA-2048"
    } else if SshKey::from_p384_spki(spki).is_ok() {
        "P-384"
    } else if SshKey::from_ed25519_spki(spki).is_ok() {
        "Ed25519"
    } else {
        "no key of a kind that is known here"
    };
    format!("{kind}, SHA-256")
}

/// UEFI's order: the first three parts have their octets turned round.
fn guid(bytes: &[u8]) -> String {
    let turned = |part: &[u8]| hex(&part.iter().rev().copied().collect::<Vec<_>>());
    let (first, last) = bytes.split_at(8);
    format!(
        "{}-{}-{}-{}-{}",
        turned(&first[..4]),
        turned(&first[4..6]),
        turned(&first[6..]),
        hex(&last[..2]),
        hex(&last[2..])
    )
}

fn in_words(words: String) -> Said {
    Said {
        words,
        blocks: Vec::new(),
    }
}

fn digested(words: &str, bytes: &[u8]) -> Said {
    Said {
        words: words.to_owned(),
        blocks: Digest::of(bytes).blocks().to_vec(),
    }
}

fn in_blocks(bytes: &[u8]) -> Said {
    let row = |row: &[u8]| row.chunks(4).map(hex).collect::<Vec<_>>().join(" ");
    Said {
        words: if bytes.is_empty() {
            "nothing".into()
        } else {
            String::new()
        },
        blocks: bytes.chunks(16).map(row).collect(),
    }
}

/// Octets that are shown themselves: sessions, nonces, labels.
const SHOWN: usize = 16;
