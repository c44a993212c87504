//! Where a token is, and which two of its keys are the member's: a part of member.toml.

use std::path::PathBuf;

use pkcs11::{KeyName, TokenName};
use record::messages::KeyUse;
use serde::Deserialize;

use crate::error::Error;

/// A token and two of its keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokenPlace {
    /// The vendor's PKCS#11 module: a shared library, which is the vendor's code in this process.
    pub module: PathBuf,
    /// The token: `serial:` and its serial number, or its label.
    pub token: String,
    /// The approval key: `id:` and its id, or its label.
    pub approval: String,
    /// The admin key, likewise.
    pub admin: String,
}

impl TokenPlace {
    /// The token's name, read.
    ///
    /// # Errors
    /// It is none.
    pub fn token(&self) -> Result<TokenName, Error> {
        self.token.parse().map_err(Error::token("looking for the token"))
    }

    /// A key's name, read.
    ///
    /// # Errors
    /// It is none.
    pub fn key(&self, key: KeyUse) -> Result<KeyName, Error> {
        let name = match key {
            KeyUse::Approval => &self.approval,
            KeyUse::Admin => &self.admin,
        };
        name.parse().map_err(Error::token("looking for the key"))
    }
}
