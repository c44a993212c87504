//! What members and console say to each other during an event: one bundle each, signed beside the file.

mod deviation;
mod hand_over;
mod manifest;
mod review;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Body, Bytes, Digest, Time, bundle, sshsig};

pub use deviation::{Acknowledgement, Exceptions, Refusal, acknowledging};
pub use hand_over::{HandOver, Recipient};
pub use manifest::{ImageManifest, MANIFEST_SIGNERS, NitroPcr, Partition, Pcr};
pub use review::{NOT_COMPARED, Review, who_compared};

/// From a member to infra: the keys they will use. Its signature shows that they hold the SSH key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Registration {
    /// The member's id.
    pub member: String,
    /// RSA-2048 for key approvals: SubjectPublicKeyInfo, DER.
    pub approval_key: Bytes,
    /// RSA-2048 for the admin account: SubjectPublicKeyInfo, DER.
    pub admin_key: Bytes,
    /// The OpenSSH public key line, without comment.
    pub ssh_key: String,
}

impl Body for Registration {
    const TYPE: &'static str = "registration";
    const NAMESPACE: &'static str = sshsig::namespace::ROSTER;
}

/// From the console to a member: tokens that bind HSM users to the member's keys, or admin acts to consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyRequest {
    /// What the tokens are for, in words.
    pub purpose: String,
    /// The roster that is being put into force.
    pub roster: Digest,
    /// The member who is asked.
    pub member: String,
    /// What is to be signed.
    pub tokens: Vec<KeyToken>,
}

impl Body for KeyRequest {
    const TYPE: &'static str = "key-request";
    const NAMESPACE: &'static str = sshsig::namespace::BUNDLE;
}

/// One thing to be signed with one of a member's two RSA keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyToken {
    /// The HSM user whose key signs.
    pub user: String,
    /// Which of the member's keys.
    pub key: KeyUse,
    /// What the HSM made up, where it says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approval_data: Option<Bytes>,
    /// What RSA signs, as an already computed SHA-256; that of the approval data, where there is some.
    pub token: Digest,
    /// What a signature allows, in words.
    pub allows: String,
}

/// Which of a member's two RSA keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyUse {
    /// The approver account's.
    Approval,
    /// The admin account's.
    Admin,
}

/// A member's answer to a [`KeyRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyAnswer {
    /// The digest of the request's file.
    pub request: Digest,
    /// Who answers.
    pub member: String,
    /// RSA PKCS#1 v1.5 signatures, in the order of the request's tokens.
    pub signatures: Vec<Bytes>,
}

impl Body for KeyAnswer {
    const TYPE: &'static str = "key-answer";
    const NAMESPACE: &'static str = sshsig::namespace::ROSTER;
}

/// From the console to everybody: the event is open, on this image, under this session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Opening {
    /// The event's name.
    pub event: String,
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// What the console runs.
    pub image: Image,
    /// 16 random octets of the console: no word given for another opening fits this one.
    pub session: Bytes,
    /// When, by the console's clock.
    pub at: Time,
}

impl Body for Opening {
    const TYPE: &'static str = "opening";
    const NAMESPACE: &'static str = sshsig::namespace::BUNDLE;
}

/// What the console runs, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Image {
    /// What the digest is of.
    pub kind: ImageKind,
    /// The digest.
    pub digest: Digest,
}

/// What an image digest is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageKind {
    /// The dm-verity root hash of a booted image.
    Verity,
    /// The `ceremony` binary alone: there is no image.
    Binary,
}

/// A member's signed word to be present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Attendance {
    /// The event's name.
    pub event: String,
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// What the member was shown as the console's image.
    pub image: Image,
    /// The console's session.
    pub session: Bytes,
    /// Who is present.
    pub member: String,
    /// 16 random octets of the member: what a boot quote must cover.
    pub nonce: Bytes,
    /// Beginning or end.
    pub phase: Phase,
    /// In the room, or from afar.
    pub place: Place,
    /// When, by the member's clock.
    pub at: Time,
}

impl Body for Attendance {
    const TYPE: &'static str = "attendance";
    const NAMESPACE: &'static str = sshsig::namespace::ATTEND;
}

/// When presence is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Before the first step.
    Begin,
    /// After the last step.
    End,
}

impl Phase {
    /// As written in bundles and file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::End => "end",
        }
    }
}

/// Where a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the room with the console.
    Local,
    /// Elsewhere.
    Remote,
}

/// From the console to the members: everything that one window of tokens would allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApprovalRequest {
    /// The event's name.
    pub event: String,
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// What the console runs.
    pub image: Image,
    /// How the boot was proved.
    pub boot: Boot,
    /// The console's session.
    pub session: Bytes,
    /// The window's number, from 1.
    pub window: u32,
    /// The HSM user who minted the tokens.
    pub requester: String,
    /// Public keys of the keys made in this event: SubjectPublicKeyInfo, DER, by the plan's name for the key.
    pub keys: BTreeMap<String, Bytes>,
    /// The tokens, one an action.
    pub tokens: Vec<TokenRequest>,
    /// When the first token was minted, by the console's clock.
    pub at: Time,
}

impl Body for ApprovalRequest {
    const TYPE: &'static str = "approval-request";
    const NAMESPACE: &'static str = sshsig::namespace::BUNDLE;
    /// It may have many tokens, and a quote.
    const LIMIT: usize = bundle::LIST;
}

/// How the boot was proved to the members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Boot {
    /// There is no TPM: nothing but the screen says what booted.
    Unproven,
    /// A TPM 2.0 or NitroTPM quote over the members' nonces.
    Quote(Bytes),
}

/// One token and the action that it is for. The HSM does not know the action: the members do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokenRequest {
    /// The HSM's service: `key-usage`, `key-management`, `user`, `quorum`, `cluster`.
    pub service: String,
    /// The plan's name for the key, where the service has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<String>,
    /// The HSM's handle of the key.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key_reference: Option<String>,
    /// What the HSM made up for this token.
    pub approval_data: Bytes,
    /// SHA-256 of it: what RSA signs.
    pub token: Digest,
    /// What is to be done with it.
    pub action: Action,
}

/// What a quorum approval allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Action {
    /// The plan's step.
    pub step: String,
    /// Exact bytes to be signed, or one exact command.
    pub kind: ActionKind,
    /// SHA-256 of the bytes, or of the command's text.
    pub digest: Digest,
}

/// The two things an action can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionKind {
    /// To-be-signed bytes of a certificate or CRL.
    Sign,
    /// One command to the HSM.
    Command,
}

/// One member's consent to the actions of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Approval {
    /// The event's name.
    pub event: String,
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// What the member was shown as the console's image.
    pub image: Image,
    /// The console's session.
    pub session: Bytes,
    /// The digest of the request's file.
    pub request: Digest,
    /// Who consents.
    pub member: String,
    /// To what.
    pub tokens: Vec<TokenApproval>,
    /// When, by the member's clock.
    pub at: Time,
}

impl Body for Approval {
    const TYPE: &'static str = "approval";
    const NAMESPACE: &'static str = sshsig::namespace::APPROVAL;
}

/// A member's consent to one token, for one action only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokenApproval {
    /// The token.
    pub token: Digest,
    /// The action's digest, as the member derived it.
    pub action: Digest,
    /// RSA-2048 PKCS#1 v1.5 over the token, for the HSM.
    pub signature: Bytes,
}
