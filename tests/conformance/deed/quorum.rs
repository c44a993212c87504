//! Quorums: approval keys, values, tokens and their approvals.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Form;

/// What can be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum QuorumDeed {
    /// Registers an RSA key as the logged-in user's approval key; `signed-with` is another key, for liars.
    Register {
        key: String,
        signed_with: Option<String>,
        #[serde(default)]
        form: Form,
    },
    Values,
    SetValue {
        service: String,
        value: u64,
        token: Option<String>,
    },
    Mint {
        token: String,
        service: String,
        key: Option<String>,
    },
    ListTokens,
    DeleteTokens(String),
    /// Members approve a token; each name is a user, whose RSA key has the same name.
    Approve {
        token: String,
        by: Vec<String>,
        with: Option<String>,
        #[serde(default)]
        form: Form,
        #[serde(default = "yes")]
        role: bool,
    },
    /// The token's file holds this JSON at that path.
    TokenHas {
        token: String,
        has: BTreeMap<String, Value>,
    },
}

fn yes() -> bool {
    true
}
