//! Where a log's key is: in a file, or in a PKCS#11 token; and where its keeper remembers what it signed.

use std::path::{Path, PathBuf};

use tlog::{Signer, VerifierKey};

use crate::error::Error;
use crate::ledger;
use crate::log_key::{self, token};
use crate::terminal;

/// The log's key, as the command line names it.
#[derive(clap::Args)]
pub struct KeyArguments {
    /// The log's key, sealed with a passphrase; what it signed is remembered
    /// beside it, in FILE.state.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "log_token",
        conflicts_with_all = ["log_token", "token_label", "key_label", "log_state"]
    )]
    log_key: Option<PathBuf>,
    /// The PKCS#11 module of the token that has the log's key.
    #[arg(long, value_name = "MODULE", requires_all = ["token_label", "key_label", "log_state"])]
    log_token: Option<PathBuf>,
    /// The token's label, or serial:NUMBER.
    #[arg(long, value_name = "LABEL", requires = "log_token")]
    token_label: Option<String>,
    /// The key's label in the token.
    #[arg(long, value_name = "LABEL", requires = "log_token")]
    key_label: Option<String>,
    /// Where it is remembered what a key in a token signed.
    #[arg(long, value_name = "FILE", requires = "log_token")]
    log_state: Option<PathBuf>,
}

/// Where a log's key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// Sealed in a file.
    File(PathBuf),
    /// In a token.
    Token {
        /// Which key.
        key: token::Name,
        /// The ledger.
        state: PathBuf,
    },
}

impl KeyArguments {
    /// The place that they name.
    pub fn place(&self) -> Result<KeyPlace, Error> {
        if let Some(path) = &self.log_key {
            return Ok(KeyPlace::File(path.clone()));
        }
        match (&self.log_token, &self.token_label, &self.key_label, &self.log_state) {
            (Some(module), Some(token), Some(label), Some(state)) => Ok(KeyPlace::Token {
                key: token::Name {
                    module: module.clone(),
                    token: token.clone(),
                    label: label.clone(),
                },
                state: state.clone(),
            }),
            // clap asks for all of them, or for none.
            _ => Err(Error::Usage {
                what: "name the log's key: --log-key, or --log-token with --token-label, --key-label and --log-state"
                    .into(),
            }),
        }
    }
}

impl KeyPlace {
    /// The ledger's file.
    pub fn state(&self) -> PathBuf {
        match self {
            Self::File(path) => ledger::path(path),
            Self::Token { state, .. } => state.clone(),
        }
    }

    /// The file that is locked while the key is at work: the key's own, or one beside the ledger, which is replaced.
    pub fn lock(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Token { state, .. } => state.with_added_extension("lock"),
        }
    }

    /// Asks for passphrase or PIN, and opens the key, which must be the one that is expected.
    ///
    /// # Errors
    /// A wrong passphrase or PIN, no such key, or another one.
    pub fn open(&self, expected: &VerifierKey) -> Result<Signer, Error> {
        match self {
            Self::File(path) => log_key::open(path, &terminal::passphrase()?, expected),
            Self::Token { key, .. } => token::open(key, expected),
        }
    }

    /// What a person is told of it.
    pub fn file(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Token { state, .. } => state,
        }
    }
}
