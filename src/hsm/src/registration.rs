//! Registration tokens: signed once by a user's new approval key, to prove possession of it.

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Error, wire};

/// A registration token as the CLI wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationToken {
    tokens: Vec<Unsigned>,
    file: Vec<u8>,
}

/// One entry to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// What the HSM made, where the file gives it.
    pub approval_data: Option<Vec<u8>>,
    /// What RSA PKCS#1 v1.5 signs, as an already computed SHA-256.
    pub digest: [u8; 32],
}

#[derive(Deserialize)]
struct RegistrationFile {
    version: String,
    tokens: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    approval_data: Option<String>,
    unsigned: String,
    #[serde(default)]
    signed: String,
}

impl RegistrationToken {
    /// Reads a fresh file; one that is signed already, or has no entry, is refused.
    pub fn parse(file: &[u8]) -> Result<RegistrationToken, Error> {
        let parsed: RegistrationFile = wire::token_file(file)?;
        if parsed.version != "2.0" {
            return Err(bad(format!("version {:?} is not 2.0", parsed.version)));
        }
        let tokens: Vec<Unsigned> = parsed.tokens.iter().map(Entry::parse).collect::<Result<_, _>>()?;
        match (1..=MOST_ENTRIES).contains(&tokens.len()) {
            true => Ok(RegistrationToken {
                tokens,
                file: file.to_vec(),
            }),
            false => Err(bad(format!("it has {} entries", tokens.len()))),
        }
    }

    /// What is to be signed, in order.
    pub fn tokens(&self) -> &[Unsigned] {
        &self.tokens
    }

    /// The file as the CLI wrote it.
    pub fn file(&self) -> &[u8] {
        &self.file
    }

    /// The file with one signature for each entry. The `signatures` template that version 5.18 adds is filled as well.
    pub fn signed_file(&self, signatures: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
        if signatures.len() != self.tokens.len() {
            return Err(bad(format!(
                "{} signatures for {} entries",
                signatures.len(),
                self.tokens.len()
            )));
        }
        let mut file: Value = serde_json::from_slice(&self.file).expect("parsed as an object before");
        for (entry, signature) in file["tokens"].as_array_mut().into_iter().flatten().zip(signatures) {
            entry["signed"] = json!(wire::base64(signature));
            fill_template(entry, signature);
        }
        fill_template(&mut file, &signatures[0]);
        let mut text = serde_json::to_vec_pretty(&file).expect("a value that was read can be written");
        text.push(b'\n');
        Ok(text)
    }
}

impl Entry {
    /// `unsigned` is the digest of the data, or else the data itself: no page shows which for registrations.
    fn parse(&self) -> Result<Unsigned, Error> {
        let decode = |text: &String| wire::parse_base64(text).ok_or_else(|| bad("a value is not base64"));
        let approval_data = self.approval_data.as_ref().map(decode).transpose()?;
        let unsigned = decode(&self.unsigned)?;
        if !self.signed.is_empty() {
            return Err(bad("it is signed already"));
        }
        let hashed = |bytes: &[u8]| <[u8; 32]>::from(Sha256::digest(bytes));
        let expected = approval_data.as_deref().map(hashed);
        let digest = match <[u8; 32]>::try_from(unsigned.as_slice()) {
            Ok(digest) => digest,
            Err(_) => hashed(&unsigned),
        };
        match unsigned.is_empty() || expected.is_some_and(|expected| expected != digest) {
            true => Err(bad("unsigned does not belong to approval_data")),
            false => Ok(Unsigned { approval_data, digest }),
        }
    }
}

fn fill_template(within: &mut Value, signature: &[u8]) {
    let Some(template) = within.get_mut("signatures").and_then(Value::as_array_mut) else {
        return;
    };
    if let [Value::Object(only)] = template.as_mut_slice() {
        only.insert("signature".into(), json!(wire::base64(signature)));
    }
}

fn bad(why: impl Into<String>) -> Error {
    Error::BadToken { why: why.into() }
}

const MOST_ENTRIES: usize = 64;
