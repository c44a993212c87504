//! The steps of a plan: everything that an event can do, one variant each.

use serde::Deserialize;

use super::PlannedCrl;
use crate::{Time, time};

/// One entry of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "do",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Step {
    /// A key pair is made in the HSM.
    MakeKey {
        /// The step's name.
        id: String,
        /// The key's name in this plan and in files: `root-1`.
        key: String,
        /// Whether its use needs the quorum.
        quorum: bool,
    },
    /// A root's or a delegate's certificate is signed.
    IssueCertificate {
        /// The step's name.
        id: String,
        /// `root`, or the delegate's name in the policy.
        name: String,
        /// The certificate's number among those of its name, from 1.
        number: u32,
        /// The subject's key.
        key: KeySource,
        /// The issuer's key: of this plan, or one that stands.
        issuer: String,
        /// Hexadecimal, drawn when the plan was made.
        serial: String,
        /// First second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_before: Time,
        /// Last second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_after: Time,
        /// The certificate whose place it takes, and until when both are in use.
        #[serde(default)]
        replaces: Option<Replaces>,
    },
    /// One root signs another's key: a cross-certificate.
    IssueCross {
        /// The step's name.
        id: String,
        /// The root that is signed for: `root-2`.
        subject: String,
        /// The root that signs: `root-1`.
        issuer: String,
        /// Hexadecimal, drawn when the plan was made.
        serial: String,
        /// First second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_before: Time,
        /// Last second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_after: Time,
    },
    /// A delegate that is kept in this HSM signs for a subkey.
    IssueSubkey {
        /// The step's name.
        id: String,
        /// The policy's rule for such subkeys.
        rule: String,
        /// Its name in files: `bors-rust`.
        name: String,
        /// The certificate's number among those of its name, from 1.
        number: u32,
        /// The subject's key.
        key: KeySource,
        /// The delegate's key, one that stands: `bors-1`.
        issuer: String,
        /// What the subkey is for, as URIs; none where the rule has no prefix for them.
        #[serde(default)]
        uris: Vec<String>,
        /// Hexadecimal, drawn when the plan was made.
        serial: String,
        /// First second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_before: Time,
        /// Last second of validity.
        #[serde(deserialize_with = "time::toml_text::deserialize")]
        not_after: Time,
    },
    /// A CRL is signed.
    IssueCrl(PlannedCrl),
    /// People answer a question aloud; the answer stands in the record under the step's name.
    Answer {
        /// The step's name.
        id: String,
        /// Who answers: `members`, `infra`, `operator`.
        who: String,
        /// The question.
        question: String,
        /// The answers that there are; none for free text.
        #[serde(default)]
        choices: Vec<String>,
        /// The choice with which the event goes on; any other ends it in order.
        #[serde(default)]
        proceed: Option<String>,
    },
    /// An input is published as a document.
    PublishDocument {
        /// The step's name.
        id: String,
        /// The input.
        input: String,
        /// Its file under `docs/` in the store.
        name: String,
    },
    /// The HSM is read, and judged against policy and roster; what falls short stops the event.
    LookAtHsm {
        /// The step's name.
        id: String,
        /// The least number of HSMs that there must be now.
        nodes_least: u8,
    },
    /// A member of the next roster gets users in the HSM and a share of every key that the quorum guards.
    AddMember {
        /// The step's name.
        id: String,
        /// The member's id, of the next roster.
        member: String,
    },
    /// A member of this roster loses shares and users.
    RemoveMember {
        /// The step's name.
        id: String,
        /// The member's id, of this roster.
        member: String,
    },
    /// A member's approval and admin keys are replaced by those of the next roster.
    ReplaceMemberKeys {
        /// The step's name.
        id: String,
        /// The member's id, of both rosters.
        member: String,
    },
    /// The key owner's user gets another password, which whoever goes does not learn.
    ChangeOwnerPassword {
        /// The step's name.
        id: String,
    },
    /// The number of admins that must agree is set.
    SetQuorum {
        /// The step's name.
        id: String,
        /// M.
        value: u8,
    },
    /// A new cluster becomes the members': users, second factors, quorum values, approval keys.
    InitialiseCluster {
        /// The step's name.
        id: String,
    },
}

/// Where a certificate's key comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum KeySource {
    /// Made in this plan, by its name.
    Made(String),
    /// A PKCS#10 request, by the input's name.
    Request(String),
    /// That of a certificate which stands, by its stem: the same key and subject, signed again.
    Standing(String),
}

/// What a certificate takes the place of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replaces {
    /// The older certificate's stem: `release-1`.
    pub certificate: String,
    /// Until when the older one may be used beside the new one.
    #[serde(deserialize_with = "time::toml_text::deserialize")]
    pub until: Time,
}

impl Step {
    /// The step's name.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::MakeKey { id, .. }
            | Self::IssueCertificate { id, .. }
            | Self::IssueCross { id, .. }
            | Self::IssueSubkey { id, .. }
            | Self::Answer { id, .. }
            | Self::PublishDocument { id, .. }
            | Self::LookAtHsm { id, .. }
            | Self::AddMember { id, .. }
            | Self::RemoveMember { id, .. }
            | Self::ReplaceMemberKeys { id, .. }
            | Self::ChangeOwnerPassword { id }
            | Self::SetQuorum { id, .. }
            | Self::InitialiseCluster { id } => id,
            Self::IssueCrl(list) => &list.id,
        }
    }

    /// What the step does, for the screen.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::MakeKey { key, quorum: true, .. } => format!("Make the key {key}, guarded by the quorum"),
            Self::MakeKey { key, quorum: false, .. } => format!("Make the key {key}"),
            Self::IssueCertificate { issuer, .. } | Self::IssueSubkey { issuer, .. } => {
                format!("Sign the certificate {} with {issuer}", self.stem().unwrap_or_default())
            }
            Self::IssueCross { subject, issuer, .. } => {
                format!("Sign the cross-certificate for {subject} with {issuer}")
            }
            Self::IssueCrl(list) => format!("Sign the revocation list {} of {}", list.number, list.issuer),
            Self::Answer { question, .. } => question.clone(),
            Self::PublishDocument { name, .. } => format!("Have the document {name} published"),
            Self::LookAtHsm { nodes_least, .. } => {
                format!("Look at the HSM, which must have at least {nodes_least} nodes")
            }
            Self::AddMember { member, .. } => format!("Give {member} users in the HSM and a share of each guarded key"),
            Self::RemoveMember { member, .. } => format!("Take shares and users of {member} away"),
            Self::ReplaceMemberKeys { member, .. } => format!("Replace the approval and admin keys of {member}"),
            Self::ChangeOwnerPassword { .. } => "Give the key owner another password".to_owned(),
            Self::SetQuorum { value, .. } => format!("Let {value} admins have to agree from now on"),
            Self::InitialiseCluster { .. } => "Make the cluster the members'".to_owned(),
        }
    }

    /// Name and number of the certificate that the step makes, if it makes one.
    #[must_use]
    pub fn certificate(&self) -> Option<(String, u32)> {
        match self {
            Self::IssueCertificate { name, number, .. } | Self::IssueSubkey { name, number, .. } => {
                Some((name.clone(), *number))
            }
            Self::IssueCross { subject, issuer, .. } => Some((cross_name(subject, issuer), 1)),
            _ => None,
        }
    }

    /// The stem of that certificate's files: `root-1`, `bors-rust-2`, `root-2-by-root-1-1`.
    #[must_use]
    pub fn stem(&self) -> Option<String> {
        self.certificate().map(|(name, number)| format!("{name}-{number}"))
    }

    /// Where that certificate's key comes from; a cross-certificate has its subject's.
    #[must_use]
    pub fn key_source(&self) -> Option<&KeySource> {
        match self {
            Self::IssueCertificate { key, .. } | Self::IssueSubkey { key, .. } => Some(key),
            _ => None,
        }
    }

    /// The key that signs what the step makes.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        match self {
            Self::IssueCertificate { issuer, .. }
            | Self::IssueCross { issuer, .. }
            | Self::IssueSubkey { issuer, .. } => Some(issuer),
            Self::IssueCrl(list) => Some(&list.issuer),
            _ => None,
        }
    }

    /// The word after `do =`.
    #[must_use]
    pub fn deed(&self) -> &'static str {
        match self {
            Self::MakeKey { .. } => "make-key",
            Self::IssueCertificate { .. } => "issue-certificate",
            Self::IssueCross { .. } => "issue-cross",
            Self::IssueSubkey { .. } => "issue-subkey",
            Self::IssueCrl { .. } => "issue-crl",
            Self::Answer { .. } => "answer",
            Self::PublishDocument { .. } => "publish-document",
            Self::LookAtHsm { .. } => "look-at-hsm",
            Self::AddMember { .. } => "add-member",
            Self::RemoveMember { .. } => "remove-member",
            Self::ReplaceMemberKeys { .. } => "replace-member-keys",
            Self::ChangeOwnerPassword { .. } => "change-owner-password",
            Self::SetQuorum { .. } => "set-quorum",
            Self::InitialiseCluster { .. } => "initialise-cluster",
        }
    }
}

/// The name of a cross-certificate: `root-2-by-root-1`.
#[must_use]
pub fn cross_name(subject: &str, issuer: &str) -> String {
    format!("{subject}-by-{issuer}")
}
