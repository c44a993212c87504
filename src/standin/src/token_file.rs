//! The file of a token, as it comes back signed.

use std::path::Path;

use serde::Deserialize;

use crate::error::Refusal;
use crate::given::Given;
use crate::tokens::Service;

/// A token file as it comes back from the approvers. Fields that we do not know are left alone, as AWS adds some.
#[derive(Deserialize)]
pub struct TokenFile {
    version: String,
    pub service: Option<Service>,
    pub key_reference: Option<String>,
    pub approval_data: String,
    pub token: String,
    pub signatures: Vec<Approval>,
}

#[derive(Deserialize)]
pub struct Approval {
    pub username: String,
    pub role: Option<String>,
    pub signature: String,
}

impl TokenFile {
    pub fn read(given: &Given, path: &Path) -> Result<TokenFile, Refusal> {
        let file: TokenFile = serde_json::from_slice(given.bytes(path)?)
            .map_err(|source| Refusal::invalid(format!("The quorum token file does not parse: {source}")))?;
        check_version(&file.version)?;
        if file.signatures.is_empty() {
            Err(Refusal::NoSignatures)
        } else {
            Ok(file)
        }
    }
}

/// Of all token files there is one version.
pub fn check_version(version: &str) -> Result<(), Refusal> {
    match version {
        VERSION => Ok(()),
        other => Err(Refusal::invalid(format!(
            "The token file has version {other:?}, not {VERSION}"
        ))),
    }
}

pub const VERSION: &str = "2.0";
