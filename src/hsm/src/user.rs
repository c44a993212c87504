//! Users, roles, the admin services' quorum values, and the tokens that wait.

use std::fmt;

use serde::{Deserialize, Deserializer};

use crate::{Error, wire};

/// A role that can log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Manages users, has no keys.
    Admin,
    /// Owns, shares and uses keys.
    CryptoUser,
}

impl Role {
    /// The CLI's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::CryptoUser => "crypto-user",
        }
    }

    /// From the CLI's word.
    pub fn parse(text: &str) -> Option<Role> {
        [Role::Admin, Role::CryptoUser]
            .into_iter()
            .find(|role| role.as_str() == text)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A user as `user list` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct User {
    /// The name, in lower case.
    #[serde(rename = "username")]
    pub name: String,
    /// The role in the CLI's words, such as `internal(APPLIANCE_USER)`; [`User::role`] is the typed one.
    #[serde(rename = "role")]
    pub role_text: String,
    /// Locked after five wrong passwords.
    #[serde(deserialize_with = "wire::flag")]
    pub locked: bool,
    /// Has a second factor.
    #[serde(default, deserialize_with = "token_sign_enabled")]
    pub mfa: bool,
    /// Has registered a key for approvals.
    #[serde(default, rename = "quorum", deserialize_with = "token_sign_enabled")]
    pub quorum_registered: bool,
    /// `full` when the user is the same on all HSMs present.
    #[serde(default, rename = "cluster-coverage")]
    pub coverage: String,
}

impl User {
    /// The role, if it is one that logs in.
    pub fn role(&self) -> Option<Role> {
        Role::parse(&self.role_text)
    }
}

/// An admin service that has a quorum value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuorumService {
    /// Creating, changing and deleting users.
    User,
    /// Changing the quorum values themselves.
    Quorum,
    /// mTLS anchors and enforcement; on hsm2m only.
    Cluster,
}

impl QuorumService {
    /// The CLI's word.
    pub fn as_str(self) -> &'static str {
        match self {
            QuorumService::User => "user",
            QuorumService::Quorum => "quorum",
            QuorumService::Cluster => "cluster",
        }
    }
}

/// How many admins each service needs; 1 where nothing was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct QuorumValues {
    /// For users.
    #[serde(deserialize_with = "wire::number")]
    pub user: u64,
    /// For quorum values.
    #[serde(deserialize_with = "wire::number")]
    pub quorum: u64,
    /// For mTLS, where the HSM has the service.
    #[serde(default, deserialize_with = "wire::optional_number")]
    pub cluster: Option<u64>,
}

/// What a change of password takes away besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordChange {
    /// The user's second factor, and with it the registration for approvals.
    pub deregister_mfa: bool,
    /// The user's registration for approvals.
    pub deregister_quorum: bool,
}

/// One line of `quorum token-sign list`. Key tokens say how many there are, not how many approvals they have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ListedToken {
    /// Who minted it.
    pub username: String,
    /// The service it is for.
    pub service: String,
    /// Key tokens: the key.
    pub key_reference: Option<String>,
    /// Key tokens: how many there are.
    #[serde(default, deserialize_with = "wire::optional_number")]
    pub minimum_token_count: Option<u64>,
    /// Admin tokens: approvals needed.
    #[serde(default, deserialize_with = "wire::optional_number")]
    pub approvals_required: Option<u64>,
    /// Admin tokens: approvals given.
    #[serde(default, deserialize_with = "wire::optional_number")]
    pub number_of_approvals: Option<u64>,
    /// Admin tokens: seconds left.
    #[serde(default, deserialize_with = "wire::optional_number")]
    pub token_timeout_seconds: Option<u64>,
    /// Admin tokens: `full` when on all HSMs present.
    pub cluster_coverage: Option<String>,
}

/// CloudHSM's rule, kept strictly so that names come back as they went: at most 31 of a-z, 0-9 and `_`.
pub(crate) fn check_user_name(name: &str) -> Result<(), Error> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    match (1..=31).contains(&name.len()) && name.bytes().all(good) {
        true => Ok(()),
        false => Err(Error::BadUserName { name: name.to_owned() }),
    }
}

#[derive(Deserialize)]
struct Strategy {
    strategy: String,
    status: String,
}

fn token_sign_enabled<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let strategies = Vec::<Strategy>::deserialize(from)?;
    Ok(strategies
        .iter()
        .any(|entry| entry.strategy == "token-sign" && entry.status == "enabled"))
}
