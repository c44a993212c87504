//! The written record of an event (RFC 3579, `pki.rust-lang.org`): what members countersign.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::messages::{Action, Boot, Image};
use crate::{Body, Bytes, Digest, Error, Signed, Time, cbor, sshsig};

/// The record. Whoever was present signs the file's bytes (SSHSIG, namespace `record@pki.rust-lang.org`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Record {
    /// The event's name.
    pub event: String,
    /// Which ceremony script.
    pub kind: String,
    /// What the event was for.
    pub description: String,
    /// The digest of the record before this one; the first has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<Digest>,
    /// The latest checkpoint that the members had seen; the first event has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checkpoint: Option<String>,
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// The roster's digest.
    pub roster: Digest,
    /// What the console ran.
    pub image: Image,
    /// SHA-256 of the `ceremony` binary.
    pub tool: Digest,
    /// Its version.
    pub tool_version: String,
    /// How the boot was proved.
    pub boot: Boot,
    /// The console's session.
    pub session: Bytes,
    /// Beginning, by the console's clock.
    pub began: Time,
    /// End, by the console's clock.
    pub ended: Time,
    /// Who was present at the beginning or the end, in the order of their ids.
    pub present: Vec<String>,
    /// The members' reviews of the plan.
    pub reviews: Vec<Signed>,
    /// The members' words to be present.
    pub attendance: Vec<Signed>,
    /// The approval requests' files, byte for byte, in order.
    pub requests: Vec<Bytes>,
    /// The members' approvals.
    pub approvals: Vec<Signed>,
    /// Every token minted.
    pub tokens: Vec<TokenUse>,
    /// Keys made, changed or revoked.
    pub keys: Vec<KeyRecord>,
    /// Certificates and CRLs made, in order.
    pub outputs: Vec<Output>,
    /// Members who refused, with their reasons.
    pub refusals: Vec<Signed>,
    /// Other words that members signed for this event; each bundle says its own type.
    pub statements: Vec<Signed>,
    /// What else the console states, by name: logins, power events, the clock's confirmation.
    pub facts: BTreeMap<String, String>,
    /// What went otherwise than planned.
    pub exceptions: Vec<Exception>,
    /// Lint exemptions that were used.
    pub exemptions: Vec<String>,
    /// What comes into force with this record and its countersignatures: digests by the store's paths, such as
    /// `roster/2.cbor`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub adopted: BTreeMap<String, Digest>,
    /// The number of journal entries before this record.
    pub journal_entries: u64,
    /// SHA-256 of the journal up to there.
    pub journal: Digest,
}

impl Body for Record {
    const TYPE: &'static str = "record";
    const NAMESPACE: &'static str = sshsig::namespace::RECORD;
    /// It holds other bundles, byte for byte.
    const LIMIT: usize = cbor::BUNDLE_LIMIT;
}

/// A token's fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokenUse {
    /// The token.
    pub token: Digest,
    /// What it was for.
    pub action: Action,
    /// The window it was minted in.
    pub window: u32,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The HSM took it and answered.
    Used,
    /// It died with its session, unused.
    Unused,
    /// It was given to the HSM and no answer came: a signature may exist.
    Unknown,
    /// It was given to the HSM, which said no.
    Refused,
}

/// A key of this event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyRecord {
    /// The plan's name for the key.
    pub key: String,
    /// What happened to it.
    pub change: KeyChange,
    /// The label in the HSM.
    pub label: String,
    /// SubjectPublicKeyInfo, DER.
    pub public_key: Bytes,
    /// SHA-256 of it: the key's fingerprint.
    pub fingerprint: Digest,
    /// The attributes that the HSM states of it, as `name=value`, sorted.
    pub attributes: Vec<String>,
    /// The quorum values, manage and use; none if the quorum does not guard it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quorum: Option<(u8, u8)>,
    /// The HSM user who owns it.
    pub owner: String,
    /// The HSM users with whom it is shared, sorted.
    pub shared: Vec<String>,
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyChange {
    /// Made in this event.
    Made,
    /// Made in this event before a stop, and adopted after it.
    Adopted,
    /// Made in an earlier event, and used in this one.
    Used,
    /// Made in an earlier event; in this one it was shared with others, or taken from some.
    Shared,
}

/// A certificate or CRL that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Output {
    /// The plan's step.
    pub step: String,
    /// The name of its file: `certs/root-1.der`, `crl/root-1/1.crl`.
    pub file: String,
    /// SHA-256 of the to-be-signed bytes.
    pub signed: Digest,
    /// SHA-256 of the DER: the certificate's fingerprint.
    pub fingerprint: Digest,
}

/// Something that went otherwise than planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exception {
    /// The plan's step, if it was at one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step: Option<String>,
    /// When, by the console's clock.
    pub at: Time,
    /// What happened and what was decided.
    pub what: String,
}

impl Exception {
    /// SHA-256 of its CBOR: what members acknowledge.
    ///
    /// # Errors
    /// See [`cbor::encode`].
    pub fn digest(&self) -> Result<Digest, Error> {
        Ok(Digest::of(&cbor::encode(self)?))
    }
}
