//! The roster: the members in office, with their keys, terms, and labels of affiliation and country.

mod check;

use serde::{Deserialize, Serialize};

use crate::approval_key::ApprovalKey;
use crate::sshsig::{self, SshKey};
use crate::{Body, Bundle, Bytes, Digest, Error, Time, text};

pub(crate) use check::OF_THE_HSM;
pub use check::{admin_of, approver_of, is_member_id, is_user_name};

/// The members in office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Roster {
    /// The roster's number, from 1.
    pub number: u32,
    /// The digest of the roster before it; the first has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<Digest>,
    /// Who appointed them: a reference to the Leadership Council's decision.
    pub appointment: String,
    /// The members, in the order of their ids.
    pub members: Vec<Member>,
}

impl Body for Roster {
    const TYPE: &'static str = "roster";
    const NAMESPACE: &'static str = sshsig::namespace::ROSTER;
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Member {
    /// The member's id: what records say.
    pub id: String,
    /// First second in office.
    pub from: Time,
    /// Last second in office.
    pub until: Time,
    /// The crypto user whose approval key is theirs.
    pub approver: String,
    /// The admin account that is theirs.
    pub admin: String,
    /// RSA-2048 for key approvals: SubjectPublicKeyInfo, DER.
    pub approval_key: Bytes,
    /// RSA-2048 for the admin account: SubjectPublicKeyInfo, DER.
    pub admin_key: Bytes,
    /// The OpenSSH public key line, without comment.
    pub ssh_key: String,
    /// Salted labels of companies and institutions.
    pub affiliations: Vec<Bytes>,
    /// Salted label of the country of residence.
    pub residence: Bytes,
    /// Salted labels of every citizenship.
    pub citizenships: Vec<Bytes>,
}

impl Member {
    /// The SSH key.
    ///
    /// # Errors
    /// A line that is no key of a kind we take.
    pub fn ssh_key(&self) -> Result<SshKey, Error> {
        SshKey::parse(&self.ssh_key).map_err(|e| invalid(format!("the SSH key of {}: {e}", self.id)))
    }

    /// The RSA key of the approver account.
    ///
    /// # Errors
    /// A key that is not RSA-2048.
    pub fn approval_key(&self) -> Result<ApprovalKey, Error> {
        ApprovalKey::from_spki_der(&self.approval_key)
            .map_err(|e| invalid(format!("the approval key of {}: {e}", self.id)))
    }

    /// The RSA key of the admin account.
    ///
    /// # Errors
    /// A key that is not RSA-2048.
    pub fn admin_key(&self) -> Result<ApprovalKey, Error> {
        ApprovalKey::from_spki_der(&self.admin_key).map_err(|e| invalid(format!("the admin key of {}: {e}", self.id)))
    }

    /// Whether the member is in office at that moment.
    #[must_use]
    pub fn in_office(&self, at: Time) -> bool {
        self.from <= at && at <= self.until
    }
}

impl Roster {
    /// Reads a roster bundle with the given mark.
    ///
    /// # Errors
    /// A damaged bundle or the other mark.
    pub fn open(bytes: &[u8], rehearsal: bool) -> Result<Self, Error> {
        Bundle::decode_marked(bytes, rehearsal)
    }

    /// The member of this id.
    ///
    /// # Errors
    /// Nobody has it.
    pub fn member(&self, id: &str) -> Result<&Member, Error> {
        self.members
            .iter()
            .find(|m| m.id == id)
            .ok_or_else(|| Error::NoSuchMember(text::plain(id, 63)))
    }
}

fn invalid(what: String) -> Error {
    Error::Invalid { file: "roster", what }
}
