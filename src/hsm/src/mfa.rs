//! The second factor: a challenge of each HSM, signed by the user's RSA key between the two halves of a command.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Error, Role, wire};

/// What the HSMs ask a user to sign, while the CLI waits at its prompt. It is over with the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MfaToken {
    user: String,
    role: Role,
    entries: Vec<[u8; 32]>,
    file: Vec<u8>,
}

#[derive(Deserialize)]
struct MfaFile {
    version: String,
    tokens: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    unsigned: String,
    #[serde(default)]
    signed: String,
}

impl MfaToken {
    /// Reads a fresh file, made for `user`; one that is signed already, or has no entry, is refused.
    pub fn parse(file: &[u8], user: &str, role: Role) -> Result<MfaToken, Error> {
        let parsed: MfaFile = wire::token_file(file)?;
        if parsed.version != "2.0" {
            return Err(bad(format!("version {:?} is not 2.0", parsed.version)));
        }
        let entries: Vec<[u8; 32]> = parsed.tokens.iter().map(Entry::parse).collect::<Result<_, _>>()?;
        match (1..=MOST_ENTRIES).contains(&entries.len()) {
            true => Ok(MfaToken {
                user: user.to_owned(),
                role,
                entries,
                file: file.to_vec(),
            }),
            false => Err(bad(format!("it has {} entries", entries.len()))),
        }
    }

    /// One digest for each HSM, in order: 32 bytes, to be signed as an already computed SHA-256 (RSA PKCS#1 v1.5).
    pub fn entries(&self) -> &[[u8; 32]] {
        &self.entries
    }

    /// Whose second factor it is.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// In which role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The file as the CLI wrote it.
    pub fn file(&self) -> &[u8] {
        &self.file
    }

    /// The file with one signature for each entry.
    pub fn signed_file(&self, signatures: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
        if signatures.len() != self.entries.len() {
            return Err(bad(format!(
                "{} signatures for {} entries",
                signatures.len(),
                self.entries.len()
            )));
        }
        let mut file: Value = serde_json::from_slice(&self.file).expect("parsed as an object before");
        for (entry, signature) in file["tokens"].as_array_mut().into_iter().flatten().zip(signatures) {
            entry["signed"] = json!(wire::base64(signature));
        }
        let mut text = serde_json::to_vec_pretty(&file).expect("a value that was read can be written");
        text.push(b'\n');
        Ok(text)
    }
}

impl Entry {
    fn parse(&self) -> Result<[u8; 32], Error> {
        if !self.signed.is_empty() {
            return Err(bad("it is signed already"));
        }
        let unsigned = wire::parse_base64(&self.unsigned).ok_or_else(|| bad("a value is not base64"))?;
        unsigned
            .try_into()
            .map_err(|other: Vec<u8>| bad(format!("an entry has {} bytes and must have 32", other.len())))
    }
}

fn bad(why: impl Into<String>) -> Error {
    Error::BadToken { why: why.into() }
}

const MOST_ENTRIES: usize = 64;
