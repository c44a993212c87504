//! Signatures: made by the HSM, and checked by it and by `openssl`.

use serde::Deserialize;

/// What can be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum SignatureDeed {
    Sign {
        key: String,
        token: Option<String>,
        data: Option<String>,
    },
    /// The HSM checks the last signature of the key.
    Verify(String),
    /// `openssl` checks the last signature of the key.
    Judge(String),
}
