//! Keys: made, found, shared, changed and deleted.

use serde::Deserialize;

/// What can be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum KeyDeed {
    Generate {
        key: String,
        quorum: Option<[u64; 2]>,
        #[serde(default)]
        share: Vec<String>,
    },
    FindKey(String),
    AllKeys,
    Spki(String),
    Share {
        key: String,
        user: String,
        token: Option<String>,
    },
    Unshare {
        key: String,
        user: String,
        token: Option<String>,
    },
    SetAttribute {
        key: String,
        name: String,
        value: String,
        token: Option<String>,
    },
    DeleteKey(String),
}
