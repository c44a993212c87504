//! Deeds: an operation of the trait `hsm::Hsm`, something members do, or something that happens; a kind for each subject.

#[path = "deed/around.rs"]
mod around;
#[path = "deed/cluster.rs"]
mod cluster;
#[path = "deed/keys.rs"]
mod keys;
#[path = "deed/quorum.rs"]
mod quorum;
#[path = "deed/signatures.rs"]
mod signatures;
#[path = "deed/users.rs"]
mod users;

pub use around::AroundDeed;
pub use cluster::ClusterDeed;
pub use keys::KeyDeed;
pub use quorum::QuorumDeed;
pub use signatures::SignatureDeed;
pub use users::UserDeed;

use serde::Deserialize;

/// What can be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "no deed has this name and these fields; see tests/conformance/deed"
)]
pub enum Do {
    /// The cluster: its HSMs, its activation, and mutual TLS.
    Cluster(ClusterDeed),
    /// Users, their logins and their second factor.
    User(UserDeed),
    /// Keys: made, found, shared, changed and deleted.
    Key(KeyDeed),
    /// Signatures: made by the HSM, and checked by it and by `openssl`.
    Signature(SignatureDeed),
    /// Quorums: approval keys, values, tokens and their approvals.
    Quorum(QuorumDeed),
    /// What happens around the HSM, and lines as they are typed.
    Around(AroundDeed),
}

/// How an RSA signature is made; anything but the first is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// PKCS#1 v1.5 over the SHA-256 digest that the token gives.
    #[default]
    Right,
    /// PSS.
    Pss,
    /// SHA-384.
    Sha384,
    /// PKCS#1 v1.5 over the 32 bytes, without saying which digest they are.
    Bare,
    /// Over another token's digest.
    OtherDigest,
}
