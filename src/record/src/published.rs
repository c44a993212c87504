//! What the log says of an event's record, and of a member's refusal that no record has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Bytes, Digest};

/// The payload of a log entry of type `record`, in deterministic CBOR. Countersignatures that come later make a
/// further entry for the same event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordEntry {
    /// The event's name.
    pub event: String,
    /// The digest of `events/<event>/record.cbor`.
    pub record: Digest,
    /// Armoured SSHSIG over that file, by member: `events/<event>/countersignatures/<member>.sig`.
    pub countersignatures: BTreeMap<String, String>,
    /// Armoured SSHSIG over the results bundle, which is rebuilt from the store's files:
    /// `events/<event>/results.sig`. An event without a key of the console has none: the countersigned record says all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub results: Option<String>,
}

/// The payload of a log entry of type `refusal`, in deterministic CBOR: a member's own word, which no event need have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RefusalEntry {
    /// The refusal's bundle: `refusals/<n>.cbor`.
    pub refusal: Bytes,
    /// The member's armoured SSHSIG over it: `refusals/<n>.sig`.
    pub signature: String,
}
