//! A batch of a signing service: JSON, one object a line.

use std::collections::BTreeSet;
use std::path::Path;

use record::Time;
use serde::Deserialize;
use tlog::Hash;
use verifier::signatures::{SignatureEntry, SignedHash, Signers, Sshsig, Wrong};
use verifier::{Source, layout};

use crate::error::Error;

/// What a signing service says of one signature.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The artifact's file name: its proof file is called after it.
    pub name: String,
    /// The digest that was signed, SHA-512 or SHA-256, in hexadecimal.
    hash: String,
    /// The signature, armoured.
    signature: String,
    /// The stem of the signer's certificate: `release-1`.
    signer: String,
    /// When: `2026-11-22T10:00:00Z`.
    made: String,
}

/// One signature that can be judged.
pub struct Item {
    /// The artifact's file name.
    pub name: String,
    /// What the log gets.
    pub entry: SignatureEntry,
}

impl Item {
    /// Its leaf in the log.
    pub fn leaf(&self) -> Hash {
        self.entry.entry().leaf()
    }
}

/// Reads a batch.
///
/// # Errors
/// A line of another form, a name twice or one that is no file's, no line at all.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Claim>, Error> {
    let wrong = |line: usize, what: String| Error::Batch {
        path: path.into(),
        what: format!("line {line}: {what}"),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| wrong(1, "it is not text".into()))?;
    let (mut claims, mut names) = (Vec::new(), BTreeSet::new());
    for (number, line) in (1..).zip(text.lines()) {
        let claim: Claim = serde_json::from_str(line).map_err(|error| wrong(number, error.to_string()))?;
        if !is_file_name(&claim.name) {
            return Err(wrong(number, "the name is not a plain file name".into()));
        }
        if !names.insert(claim.name.clone()) {
            return Err(wrong(number, "the name stands there twice".into()));
        }
        claims.push(claim);
    }
    match claims.is_empty() {
        true => Err(wrong(1, "there is none".into())),
        false => Ok(claims),
    }
}

impl Claim {
    /// What the log would get.
    ///
    /// # Errors
    /// A part that cannot be read, or a signer that is not published.
    pub fn settle(self, signers: &Signers, store: &dyn Source) -> Result<Item, Wrong> {
        let bad = |what: &str| ("signature-bad", what.to_owned());
        let hash = record::digest::unhex(&self.hash).and_then(|bytes| SignedHash::of(&bytes));
        let signature = Sshsig::parse_armour(self.signature.as_bytes()).map_err(|error| bad(&error.to_string()))?;
        let made = Time::parse(&self.made).ok_or_else(|| bad("its time is not one like 2026-11-22T10:00:00Z"))?;
        let unknown = || {
            (
                "signature-signer",
                "no certificate of this name is published".to_owned(),
            )
        };
        let stem = record::text::is_name(&self.signer)
            .then_some(&self.signer)
            .ok_or_else(unknown)?;
        let der = store
            .read(&layout::certificate(stem))
            .ok()
            .flatten()
            .ok_or_else(unknown)?;
        let signer = Hash::sha256(&der).0;
        signers.certificate(&signer).ok_or_else(unknown)?;
        Ok(Item {
            name: self.name,
            entry: SignatureEntry {
                signer,
                hash: hash.ok_or_else(|| bad("its hash is not SHA-512 or SHA-256 in hexadecimal"))?,
                made: made.0,
                signature: signature.bytes().to_vec(),
            },
        })
    }
}

fn is_file_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    (1..=200).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain)
}

/// Some tens of thousands of signatures.
pub const LIMIT: usize = 64 * 1024 * 1024;
